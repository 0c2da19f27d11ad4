"""Reports in the admin: the queue by object, the desk of one object, and all reports as a list."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from archive.core.errors import DomainError, NotFound
from archive.core.requests import viewer_in
from archive.core.role_admin import RoleAdmin
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link
from catalog.admin.desk import desk_context, name_of, read_decision
from catalog.models import Report, ReportReason
from catalog.moderation_queue import open_targets_count, queue
from catalog.report_reasons import reason_labels
from catalog.report_targets import Target
from catalog.services.desk import decide, reopen
from catalog.services.reasons import save_reason


@admin.register(Report)
class ReportAdmin(ArchiveModelAdmin):
    """For moderators and admins."""

    change_list_template = "admin/catalog/report_list.html"
    list_display = (
        *("id", "state", "reason", "what", "reporter", "assignee", "created_at", "closed_at"),
        "outcome",
    )
    list_filter = ("state", "reason", "target_kind", "is_by_watch", "assignee")
    list_select_related = ("reporter", "assignee")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    search_fields = ("target_label", "text", "note", "=target_id", "=id", "reporter__username")
    search_help_text = _("words of the title or of the report, an id, or who reported")
    fields = (
        *("state", "reason", "what", "text", "email", "reporter", "assignee"),
        *("outcome", "note", "created_at", "closed_at"),
    )
    readonly_fields = fields

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators and admins."""
        return viewer.is_moderator

    def get_urls(self) -> list[URLPattern]:
        """The queue and the desk before Django's own."""
        view = self.admin_site.admin_view
        own = [
            path("queue/", view(self.queue_view), name="catalog_report_queue"),
            path("desk/<slug:kind>/<rowid:pk>/", view(self.desk_view), name="catalog_report_desk"),
            path(
                "<rowid:pk>/reopen/",
                view(require_POST(self.reopen_view)),
                name="catalog_report_reopen",
            ),
        ]
        return [*own, *super().get_urls()]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """What waits, grouped by object."""
        viewer = self._moderator(request)
        is_mine = request.GET.get("mine") == "1"
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Reports that wait"),
            "opts": self.model._meta,
            "groups": queue(mine=viewer.user_id if is_mine else None),
            "is_mine": is_mine,
            "total": open_targets_count(),
            "labels": reason_labels(),
        }
        return TemplateResponse(request, "admin/catalog/report_queue.html", context)

    def desk_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """The text in question beside its reports, and everything that can be done."""
        viewer = self._moderator(request)
        if kind not in Report.Target.values:
            raise NotFound(say("There is nothing of the kind {kind!r}.", kind=kind[:20]))
        target = Target(kind, pk)
        problem: DomainError | None = None
        if request.method == "POST":
            try:
                outcome = decide(
                    actor=viewer, target=target, decision=read_decision(target, request.POST)
                )
            except DomainError as error:
                problem = error
            else:
                return self._next(request, target, gettext(outcome))
        context = {
            **self.admin_site.each_context(request),
            **desk_context(viewer, target, request.POST if problem else None),
            "opts": self.model._meta,
            "problem": problem,
            "sent": request.POST if problem else {},
        }
        status = problem.status if problem else 200
        return TemplateResponse(request, "admin/catalog/report_desk.html", context, status=status)

    def reopen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A closed report waits again."""
        viewer = self._moderator(request)
        report = reopen(
            actor=viewer, report_id=pk, reason=request.POST.get("reason", "").replace("\0", "")
        )
        messages.success(request, gettext("The report is open again."))
        return redirect("admin:catalog_report_desk", report.target_kind, report.target_id)

    @admin.display(description=_("about"))
    def what(self, report: Report) -> SafeString:
        """The object, at its desk."""
        address = reverse("admin:catalog_report_desk", args=[report.target_kind, report.target_id])
        return link(address, f"{report.get_target_kind_display()}: {report.target_label}")

    def _next(self, request: HttpRequest, target: Target, outcome: str) -> HttpResponse:
        """After settling, the queue, with a way back; after anything else the same desk."""
        rows = Report.objects.filter(target_kind=target.kind, target_id=target.id)
        desk = reverse("admin:catalog_report_desk", args=[target.kind, target.id])
        if rows.exists() and not rows.filter(state__in=("open", "in_progress")).exists():
            back = link(desk, gettext("Back to it"))
            told = format_html("<bdi>{}</bdi>: {}. {}", name_of(target), outcome, back)
            messages.success(request, told)
            return redirect("admin:catalog_report_queue")
        messages.success(request, gettext("Done: {}.").format(outcome))
        return redirect(desk)

    def _moderator(self, request: HttpRequest) -> Viewer:
        viewer = viewer_in(request)
        if not self.may_come(viewer):
            raise PermissionDenied
        return viewer


@admin.register(ReportReason)
class ReportReasonAdmin(RoleAdmin):
    """The list of reasons, for admins: reworded, put in order, added, no longer offered.

    Nobody deletes one: reports name their reason by its code.
    """

    list_display = ("code", "label", "help", "position", "is_offered")
    ordering = ("position", "code")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins."""
        return viewer_in(request).is_admin

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins."""
        return viewer_in(request).is_admin

    def save_model(self, request: HttpRequest, obj: ReportReason, form: Any, change: Any) -> None:
        """The service writes, and logs."""
        save_reason(actor=viewer_in(request), reason=obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code that reports may name stays as it is."""
        return ("code",) if obj is not None else ()
