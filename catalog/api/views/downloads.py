"""Works as files: what the caller may read, in one of the formats of the archive."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.exceptions import NotAcceptable
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.downloads import as_response
from catalog.reading import get_work
from catalog.services.export_books import (
    MOST_WORKS,
    BookFilterSet,
    BookPlan,
    download_book,
    plan_asked,
    plan_series,
)
from catalog.services.exporting import FORMATS, check_format, download_work, etag_of


class FileView(ApiView):
    """An address whose answer is a file."""

    rates: ClassVar[Any] = {"GET": ("download",), "HEAD": ("download",)}

    def perform_content_negotiation(
        self,
        request: Request,
        force: bool = False,  # noqa: FBT001, FBT002  the framework's own signature
    ) -> tuple[BaseRenderer, str]:
        """Problems are JSON to whoever accepts files alone; nobody is refused a file for it."""
        try:
            chosen: tuple[BaseRenderer, str] = super().perform_content_negotiation(request, force)
        except NotAcceptable:
            renderer = self.get_renderers()[0]
            return renderer, str(renderer.media_type)
        return chosen

    def send_book(self, plan: BookPlan, extension: str) -> HttpResponse:
        """The book, or 304 for whoever has it."""
        unchanged = self.conditional(f'"{plan.etag(extension)}"', plan.modified_at)
        return unchanged or as_response(download_book(plan, extension))


class WorkDownload(FileView):
    """One work as a file."""

    @operation(
        id="works_download",
        summary="Download a work",
        description="The whole work as a file, as far as the caller may read it. `Accept` is not "
        "looked at: the address names the format. A work for members is 401 `auth.required` to "
        "guests; an unknown format is 404 `download.format_unknown`; one whose engine is not "
        "installed here (`pdf`) is 501 `download.engine_missing`. Downloads have a limit of "
        "their own.",
        files={form.media_type.partition(";")[0]: form.name for form in FORMATS.values()},
        conditional=True,
        problems=(501,),
        tag="works",
    )
    def get(self, request: Request, pk: int, extension: str) -> HttpResponse:
        """The file, or 304 for whoever has it."""
        check_format(extension)
        work = get_work(pk, self.viewer)
        etag = f'"{etag_of(work, extension, self.viewer)}"'
        unchanged = self.conditional(etag, work.modified_at)
        if unchanged is not None:
            return unchanged
        return as_response(download_work(pk, extension, self.viewer))


class SeriesDownload(FileView):
    """A series as one file."""

    @operation(
        id="series_download",
        summary="Download a series",
        description="The works of a series that the caller may see, in their order, as one file "
        f"with a part for each; at most {MOST_WORKS} (400 `download.too_many_works`).",
        files={form.media_type.partition(";")[0]: form.name for form in FORMATS.values()},
        conditional=True,
        problems=(501,),
        tag="series",
    )
    def get(self, request: Request, pk: int, extension: str) -> HttpResponse:
        """The file, or 304 for whoever has it."""
        check_format(extension)
        return self.send_book(plan_series(pk, self.viewer), extension)


class WorksDownload(FileView):
    """A list of works as one file."""

    parameters: ClassVar[Any] = {"GET": BookFilterSet.form_class()}

    @operation(
        id="works_download_list",
        summary="Download a list of works",
        description="Every work that the filters find, in the order of the list, as one file with "
        f"a part for each. At most {MOST_WORKS} works: a longer list is 400 "
        "`download.too_many_works` unless `page_size` names a part of it; an empty one is 404 "
        "`download.no_works`. `work`, repeated, names works instead of a search.",
        files={form.media_type.partition(";")[0]: form.name for form in FORMATS.values()},
        conditional=True,
        problems=(501, 503),
        tag="works",
    )
    def get(self, request: Request, extension: str) -> HttpResponse:
        """The file, or 304 for whoever has it."""
        check_format(extension)
        if request.query_params.get("q"):
            self.count_search()
        plan = plan_asked(request.query_params, self.viewer, strict=True)
        return self.send_book(plan, extension)

    def read_parameters(self) -> dict[str, Any]:
        """The filter set reads them."""
        return {}
