"""Works, series and lists of works as files."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from archive.core.api.conditional import not_modified, stamp
from archive.core.api.throttles import add_rate_headers
from archive.core.downloads import as_response
from archive.core.requests import viewer_in
from archive.core.viewer import Viewer
from catalog.reading import get_work
from catalog.services.export_books import BookPlan, download_book, plan_asked, plan_series
from catalog.services.exporting import Download, check_format, download_work, etag_of
from catalog.web.rates import count_or_refuse


def download(request: HttpRequest, work_id: int, extension: str) -> HttpResponse:
    """The work as a file of this format; 304 when the reader has this very one.

    Validators and limit are those of the same file in the API. Raises TooMany.
    """
    viewer = viewer_in(request)
    counts = count_or_refuse(request, viewer, ["download"])
    check_format(extension)
    work = get_work(work_id, viewer)
    etag = etag_of(work, extension, viewer)
    response = send(
        request, etag, work.modified_at, lambda: download_work(work_id, extension, viewer)
    )
    add_rate_headers(response, counts)
    return response


def download_series(request: HttpRequest, series_id: int, extension: str) -> HttpResponse:
    """The works of a series as one file. Raises TooMany."""
    return _book(request, extension, lambda viewer: plan_series(series_id, viewer))


def download_list(request: HttpRequest, extension: str) -> HttpResponse:
    """The works of any list as one file, by the parameters of the list. Raises TooMany."""
    return _book(request, extension, lambda viewer: plan_asked(request.GET, viewer, strict=False))


def send(
    request: HttpRequest, etag: str, modified_at: datetime | None, make: Callable[[], Download]
) -> HttpResponse:
    """The file, or 304 where the reader has this very one."""
    quoted = f'"{etag}"'
    response = not_modified(request, quoted, modified_at) or as_response(make())
    stamp(response, quoted, modified_at)
    return response


def _book(request: HttpRequest, extension: str, plan: Callable[[Viewer], BookPlan]) -> HttpResponse:
    viewer = viewer_in(request)
    counts = count_or_refuse(request, viewer, ["download"])
    check_format(extension)
    book = plan(viewer)
    etag = book.etag(extension)
    response = send(request, etag, book.modified_at, lambda: download_book(book, extension))
    add_rate_headers(response, counts)
    return response
