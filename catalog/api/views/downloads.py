"""Works as files: what the caller may read, in one of the formats of the archive."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse
from rest_framework.exceptions import NotAcceptable
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from archive.core.api.conditional import make_etag
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.downloads import as_response
from archive.core.viewer import Viewer
from catalog.models import Work
from catalog.reading import byline_of, get_work
from catalog.services.exporting import FORMATS, check_format, download_work


class WorkDownload(ApiView):
    """One work as a file."""

    rates: ClassVar[Any] = {"GET": ("download",), "HEAD": ("download",)}

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
        unchanged = self.conditional(etag_for(work, extension, self.viewer), work.modified_at)
        if unchanged is not None:
            return unchanged
        return as_response(download_work(pk, extension, self.viewer))

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


def etag_for(work: Work, extension: str, viewer: Viewer) -> str:
    """A strong tag: the work's version and every word of the file that is kept elsewhere."""
    series = [(row.series.title, row.position, row.series_id) for row in work.series_entries.all()]
    names = [line.name for line in byline_of(work, viewer)]
    parts = (extension, names, series, settings.SITE_NAME, settings.BASE_URL)
    return make_etag("work", work.pk, work.version, *parts)
