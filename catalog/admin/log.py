"""The action log in the admin: who did what, when and why; acts of wrangling can be undone."""

import json
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.core.errors import DomainError
from archive.core.requests import viewer_in
from archive.core.said import translated
from archive.core.spreadsheets import csv_download
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link
from catalog.models import ActionLog, Tag
from catalog.services.wrangling_undo import undo_wrangling
from catalog.tagbins import forget_bins
from catalog.templatetags.wrangling_desk import desk_page

_PAGES = {"work": "work", "tag": "tag-by-id", "series": "series", "creator": "creator"}
_WITH_DESK = frozenset({"work", "chapter", "creator"})
_UNDONE_AT_ONCE = 20
_COLUMNS = (
    *("id", "time", "actor", "act", "kind", "object", "label", "reason", "before", "after"),
)


@admin.register(ActionLog)
class ActionLogAdmin(ArchiveModelAdmin):
    """Append-only: rows are looked at, never changed. Wranglers see what concerns tags."""

    change_list_template = "admin/catalog/log_list.html"
    list_display = ("created_at", "actor_name", "verb", "what", "reason")
    list_filter = ("object_kind", "verb")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    search_help_text = _("words of who, what or why, or the id of what was acted on")
    search_fields = ("actor_name", "object_label", "reason", "=object_id")
    fields = (
        *("created_at", "actor_name", "verb", "what", "reason", "before_shown", "after_shown"),
    )
    readonly_fields = fields
    actions = ["undo"]

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators, wranglers, admins."""
        return viewer.is_moderator or viewer.is_wrangler

    def rows(self, viewer: Viewer) -> QuerySet:
        """Everything for moderators, acts on tags for wranglers."""
        rows = ActionLog.objects.all()
        return rows if viewer.is_moderator else rows.filter(object_kind="tag")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Moderators go from a row to the desk, where acts are taken back."""
        own = ("desk",) if viewer_in(request).is_moderator else ()
        return (*self.list_display, *own)

    def get_urls(self) -> list[URLPattern]:
        """The export before Django's own."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="catalog_actionlog_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list as it is filtered, as CSV; sent while they are read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request).order_by("id")
        except IncorrectLookupParameters:
            # As the list itself does with an address that says nothing it knows.
            return redirect(f"{reverse('admin:catalog_actionlog_changelist')}?{ERROR_FLAG}=1")
        cells = (
            (
                *(row.pk, row.created_at.isoformat(), row.actor_name, row.verb, row.object_kind),
                *(row.object_id, row.object_label, row.reason),
                *(_compact(row.before), _compact(row.after)),
            )
            for row in rows.iterator(chunk_size=1_000)
        )
        return csv_download("action-log", _COLUMNS, cells)

    @admin.action(description=_("Undo the selected acts of wrangling"))
    def undo(self, request: HttpRequest, queryset: QuerySet) -> HttpResponseBase | None:
        """Restore what acts on tags changed, the newest first; from a tag's page back to it."""
        for row in queryset.filter(Q(object_kind="tag")).order_by("-id")[:_UNDONE_AT_ONCE]:
            try:
                undo_wrangling(actor=viewer_in(request), log_id=row.pk, reason="undone in the log")
            except DomainError as error:
                self.message_user(request, f"{row}: {translated(error.detail)}", messages.ERROR)
            else:
                told = gettext("Undone: {}").format(f"{row} {row.object_label}")
                self.message_user(request, told, messages.SUCCESS)
        forget_bins()
        row = queryset.first() if request.POST.get("single") else None
        tag = Tag.objects.filter(pk=row.object_id).first() if row is not None else None
        return redirect(desk_page(tag)) if tag is not None else None

    @admin.display(description=_("what"))
    def what(self, row: ActionLog) -> SafeString | str:
        """What was acted on, with its page on the site where it has one."""
        text = f"{gettext(row.object_kind)} {row.object_id} {row.object_label}"
        try:
            address = reverse(_PAGES[row.object_kind], args=[row.object_id])
        except (KeyError, NoReverseMatch):
            return text
        return link(address, text)

    @admin.display(description=_("desk"))
    def desk(self, row: ActionLog) -> SafeString | str:
        """The desk of what was acted on, where it has one."""
        if row.object_kind not in _WITH_DESK:
            return ""
        address = reverse("admin:catalog_report_desk", args=[row.object_kind, row.object_id])
        return link(address, gettext("Moderate"))

    @admin.display(description=_("before"))
    def before_shown(self, row: ActionLog) -> SafeString:
        """How it was."""
        return _json(row.before)

    @admin.display(description=_("after"))
    def after_shown(self, row: ActionLog) -> SafeString:
        """How it became."""
        return _json(row.after)


def _json(value: Any) -> SafeString:
    return format_html("<pre>{}</pre>", _pretty(value))


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if value else ""
