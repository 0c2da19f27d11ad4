"""Creators, series and languages in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link, links
from catalog.models import Creator, Language, Series, SeriesWork, Work


class ContentAdmin(ArchiveModelAdmin):
    """For moderators, archivists and admins, to look at."""

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators, archivists, admins."""
        return viewer.is_moderator or viewer.is_archivist


class ClaimedFilter(admin.SimpleListFilter):
    """Whether a pen name belongs to an account."""

    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """With and without."""
        return [("yes", gettext("Has an account")), ("no", gettext("Has none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Creators with or without an account."""
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(user__isnull=self.value() == "no")


@admin.register(Creator)
class CreatorAdmin(ContentAdmin):
    """Pen names and whose they are."""

    list_display = ("name", "user", "works_made", "created_at", "on_site")
    list_filter = (ClaimedFilter,)
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    ordering = ("folded",)
    search_fields = ("name", "folded", "user__username")
    fields = ("name", "user", "works_made", "profile_source", "created_at")
    readonly_fields = ("works_made",)

    def rows(self, viewer: Viewer) -> QuerySet:
        """All pen names with the number of works that have them."""
        return Creator.objects.annotate(made=Count("creatorships"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Accents and case do not matter."""
        return super().get_search_results(request, queryset, fold_name(search_term) or search_term)

    @admin.display(description=_("works"), ordering="made")
    def works_made(self, creator: Creator) -> int:
        """How many works carry the name, in any state."""
        count: int = creator.made  # type: ignore[attr-defined]  # annotated in rows
        return count

    @admin.display(description=_("on the site"))
    def on_site(self, creator: Creator) -> SafeString:
        """Its page."""
        return link(creator.get_absolute_url(), gettext("open"))


@admin.register(Series)
class SeriesAdmin(ContentAdmin):
    """Series with their works in order."""

    list_display = ("title", "works_in_it", "is_complete", "updated_at", "on_site")
    list_filter = ("is_complete",)
    date_hierarchy = "updated_at"
    ordering = ("sort_title", "id")
    search_fields = ("title",)
    fields = ("title", "is_complete", "summary_source", "notes_source", "work_links", "updated_at")
    readonly_fields = ("work_links",)

    def rows(self, viewer: Viewer) -> QuerySet:
        """All series with the works in them that the viewer may open."""
        seen = SeriesWork.objects.filter(work__in=Work.objects.visible_to(viewer))
        return Series.objects.annotate(parts=Count("entries")).prefetch_related(
            Prefetch("entries", seen.select_related("work").order_by("position"), to_attr="seen")
        )

    @admin.display(description=_("works"), ordering="parts")
    def works_in_it(self, series: Series) -> int:
        """How many works it has, in any state."""
        count: int = series.parts  # type: ignore[attr-defined]  # annotated in rows
        return count

    @admin.display(description=_("works"))
    def work_links(self, series: Series) -> SafeString | str:
        """Its works in the admin, as far as the viewer may open them."""
        entries: list[SeriesWork] = getattr(series, "seen", [])
        return links(
            (reverse("admin:catalog_work_change", args=[entry.work_id]), entry.work)
            for entry in entries
        )

    @admin.display(description=_("on the site"))
    def on_site(self, series: Series) -> SafeString:
        """Its page."""
        return link(series.get_absolute_url(), gettext("open"))


@admin.register(Language)
class LanguageAdmin(ContentAdmin):
    """The languages that works may be in."""

    list_display = ("code", "name", "native_name", "direction", "stemmer")
    list_filter = ("direction",)
    ordering = ("name",)
    search_fields = ("code", "name", "native_name")
    list_per_page = 200
