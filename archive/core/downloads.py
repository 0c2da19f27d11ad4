"""Files sent to be saved: under their own name, and unable to run anything in the site's name."""

from typing import Protocol
from urllib.parse import quote

from django.http import HttpResponse


class File(Protocol):
    """What is sent; ``etag`` names this very content, without quotes."""

    @property
    def filename(self) -> str:
        """ASCII, with its extension."""

    @property
    def media_type(self) -> str:
        """With its charset where it is text."""

    @property
    def body(self) -> bytes:
        """The content."""

    @property
    def etag(self) -> str:
        """Changes with the content."""


def as_response(file: File) -> HttpResponse:
    """A file that can run nothing in this site's name and is saved under its own."""
    response = HttpResponse(file.body, content_type=file.media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{file.filename}\"; filename*=UTF-8''{quote(file.filename)}"
    )
    response.headers["ETag"] = f'"{file.etag}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
