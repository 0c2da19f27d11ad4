"""The outbox in the admin: how far the index is behind, and which works could not be indexed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.core.requests import viewer_in
from archive.core.role_admin import RoleAdmin
from archive.core.said import say, translated
from archive.core.viewer import Viewer
from search.health import index_health, parked_events
from search.indexing import retry_events
from search.models import IndexEvent
from search.status import index_status

_PARKED_SHOWN = 100


@admin.register(IndexEvent)
class IndexEventAdmin(RoleAdmin):
    """Read-only but for one act: trying again what failed. For moderators."""

    list_display = (
        *("id", "kind", "object_id", "is_withdrawal", "created_at", "attempts"),
        *("not_before", "is_parked", "last_error"),
    )
    list_filter = ("is_parked", "kind", "is_withdrawal")
    search_fields = ("=object_id",)
    search_help_text = _("the id of a work or tag")
    ordering = ("-is_parked", "id")
    actions = ["retry", "how_to_rebuild"]

    @admin.action(description=_("Try the selected events again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[IndexEvent]) -> None:
        """Make what was put off or parked due at once."""
        count = retry_events(queryset.values_list("pk", flat=True))
        self._tell_of_retry(request, count)

    @admin.action(description=_("How to rebuild the index"), permissions=["retry"])
    def how_to_rebuild(self, request: HttpRequest, queryset: QuerySet[IndexEvent]) -> None:
        """A rebuild takes minutes and belongs on the command line."""
        self.message_user(
            request,
            gettext(
                "Run “manage.py verify_index --repair” on the server, or “manage.py rebuild_index” "
                "to write the index anew; searches go on meanwhile."
            ),
            messages.INFO,
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the state of the index above it."""
        status = index_status()
        said = say(
            "Index generation {generation}: {documents:,} works, {lag_items:,} changes wait since "
            "{lag_seconds:,} s, {parked:,} parked",
            generation=status.generation,
            documents=status.documents,
            lag_items=status.lag_items,
            lag_seconds=status.lag_seconds,
            parked=status.parked,
        )
        title = translated(said) + (f". {translated(status.problem)}" if status.problem else "")
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    def get_urls(self) -> list[URLPattern]:
        """The health of the index before Django's own."""
        view = self.admin_site.admin_view(self.health_view)
        return [path("health/", view, name="search_indexevent_health"), *super().get_urls()]

    def health_view(self, request: HttpRequest) -> HttpResponse:
        """How the index is, with what failed too often; a POST has that tried again."""
        if not self.has_retry_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._retry_chosen(request)
            return redirect("admin:search_indexevent_health")
        health = index_health()
        parked = list(parked_events()[:_PARKED_SHOWN])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Health of the search index"),
            "opts": self.model._meta,
            "health": health,
            "parked": parked,
            "parked_more": health.status.parked - len(parked),
        }
        return TemplateResponse(request, "admin/search/health.html", context)

    def _retry_chosen(self, request: HttpRequest) -> None:
        chosen = [int(pk) for pk in request.POST.getlist("event") if pk.isdecimal()]
        self._tell_of_retry(request, retry_events(chosen[:_PARKED_SHOWN]))

    def _tell_of_retry(self, request: HttpRequest, count: int) -> None:
        self.message_user(
            request,
            ngettext("%d change is tried again.", "%d changes are tried again.", count) % count,
            messages.SUCCESS if count else messages.WARNING,
        )

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators."""
        return viewer.is_moderator

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whoever sees the outbox may have events tried again."""
        return self.may_come(viewer_in(request))
