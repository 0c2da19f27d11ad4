"""Chapters in the admin: to look at; they are written on the site's own ways."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.core.markup import as_markup
from archive.core.said import translated
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link
from catalog.models import Chapter


@admin.register(Chapter)
class ChapterAdmin(ArchiveModelAdmin):
    """The chapters that the viewer may read, with their text."""

    list_display = (
        *("work_link", "position", "heading", "status", "word_count", "published_on", "on_site"),
    )
    list_display_links = ("heading",)
    list_filter = ("status", "published_on")
    list_select_related = ("work",)
    date_hierarchy = "published_on"
    ordering = ("-modified_at", "-id")
    search_fields = ("title", "work__title", "=work__id")
    search_help_text = _("words of the chapter's or the work's title, or the id of a work")
    fields = (
        *("work_link", "position", "title", "status", "word_count", "published_on"),
        *("summary", "notes", "text", "end_notes", "version", "modified_at"),
    )
    readonly_fields = fields

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators, archivists, admins."""
        return viewer.is_moderator or viewer.is_archivist

    def rows(self, viewer: Viewer) -> QuerySet:
        """Chapters that the viewer may read on the site too."""
        return Chapter.objects.visible_to(viewer).select_related("work")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """In lists without the texts."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("changelist")
        return rows.defer("source", "html", "notes_source", "notes_html") if is_list else rows

    @admin.display(description=_("work"), ordering="work__sort_title")
    def work_link(self, chapter: Chapter) -> SafeString:
        """Its work in the admin."""
        return link(reverse("admin:catalog_work_change", args=[chapter.work_id]), chapter.work)

    @admin.display(description=_("title"), ordering="title")
    def heading(self, chapter: Chapter) -> str:
        """Its title, or its number."""
        return translated(str(chapter))

    @admin.display(description=_("on the site"))
    def on_site(self, chapter: Chapter) -> SafeString:
        """Its page."""
        return link(chapter.get_absolute_url(), gettext("open"))

    @admin.display(description=_("summary"))
    def summary(self, chapter: Chapter) -> SafeString:
        """As readers see it."""
        return _shown(chapter.summary_html)

    @admin.display(description=_("notes"))
    def notes(self, chapter: Chapter) -> SafeString:
        """As readers see them."""
        return _shown(chapter.notes_html)

    @admin.display(description=_("end notes"))
    def end_notes(self, chapter: Chapter) -> SafeString:
        """As readers see them."""
        return _shown(chapter.end_notes_html)

    @admin.display(description=_("text"))
    def text(self, chapter: Chapter) -> SafeString:
        """As readers see it."""
        return _shown(chapter.html)


def _shown(html: str) -> SafeString:
    return as_markup(html or "–")
