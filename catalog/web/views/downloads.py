"""Works as files."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from archive.core.downloads import as_response
from archive.core.viewer import Viewer
from catalog.reading import get_work
from catalog.services.exporting import check_format, download_work, etag_of


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
