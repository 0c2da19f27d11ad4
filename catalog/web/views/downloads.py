"""Works as files."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from archive.core.viewer import Viewer
from catalog.reading import get_work
from catalog.services.exporting import Download, check_format, download_work, etag_of


def download(request: HttpRequest, work_id: int, extension: str) -> HttpResponse:
    """The work as a file of this format; 304 when the reader has this very one."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    check_format(extension)
    etag = f'"{etag_of(get_work(work_id, viewer), extension, viewer)}"'
    if etag in request.headers.get("If-None-Match", ""):
        unchanged = HttpResponseNotModified()
        unchanged.headers["ETag"] = etag
        return unchanged
    return as_response(download_work(work_id, extension, viewer))


def as_response(file: Download) -> HttpResponse:
    """A file that can run nothing in this site's name and is saved under its own."""
    response = HttpResponse(file.body, content_type=file.media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{file.filename}\"; filename*=UTF-8''{quote(file.filename)}"
    )
    response.headers["ETag"] = f'"{file.etag}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
