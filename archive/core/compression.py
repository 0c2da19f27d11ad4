"""Compressed answers that keep strong validators."""

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

PACKED = "application/gzip"
_MARK = '-gzip"'
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


class StrongGZipMiddleware(GZipMiddleware):
    """As Django's, but an ``ETag`` stays strong: the compressed form has a tag of its own.

    Django makes it weak, and a weak tag is no condition for a change. Here ``"work1.2.ab"`` becomes
    ``"work1.2.ab-gzip"`` on the way out and is read back on the way in.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Read the tags of compressed forms as those of the objects."""
        for name in _CONDITIONS:
            value = request.META.get(name, "")
            if _MARK in value:
                request.META[name] = value.replace(_MARK, '"')
                request.had_gzip_tag = True  # type: ignore[attr-defined]  # our own mark

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        """Compress, and mark the tag; what is packed already, and pieces of files, stay so."""
        if response.status_code == 206 or response.headers.get("Content-Type") == PACKED:
            return response
        tag = response.headers.get("ETag", "")
        answered: HttpResponse = super().process_response(request, response)  # type: ignore[assignment]
        is_compressed = answered.headers.get("Content-Encoding") == "gzip"
        is_repeated = answered.status_code == 304 and hasattr(request, "had_gzip_tag")
        if tag.startswith('"') and (is_compressed or is_repeated):
            answered.headers["ETag"] = f"{tag[:-1]}{_MARK}"
        return answered
