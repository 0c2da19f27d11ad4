"""Reporting something to the moderators, and the notices that moderators' acts leave behind."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from archive.core.client_address import client_network
from archive.core.errors import DomainError, InvalidInput, NotFound, SignInRequired, TooMany
from archive.core.requests import viewer_in
from archive.core.said import say
from catalog.models import Notice, Report
from catalog.report_reasons import reason_labels
from catalog.report_targets import Target, TargetPage, target_page
from catalog.services.notices import mark_notices_read, notice_text
from catalog.services.reports import file_report, offered_reasons

_NOTICES = 100
# A field that people do not see; what fills it in is a program.
_TRAP = "website"


def report(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The form about one object; the same rules as in the API."""
    viewer = viewer_in(request)
    target = Target(kind, pk)
    if kind not in Report.Target.values:
        raise NotFound(say("There is nothing of the kind {kind!r}.", kind=kind[:20]))
    page = target_page(viewer, target)
    if request.method != "POST":
        return _form(request, page, {"reason": request.GET.get("reason", "")})
    # PostgreSQL keeps no NUL, and nobody types one.
    sent = {
        name: request.POST.get(name, "").replace("\0", "") for name in ("reason", "text", "email")
    }
    if request.POST.get(_TRAP):
        return redirect(page.address)
    try:
        filed = file_report(actor=viewer, target=target, address=client_network(request), **sent)
    except (InvalidInput, TooMany) as error:
        return _form(request, page, sent, error)
    thanks = gettext("Thank you. Your report {} came in, and a moderator will look at it.")
    messages.success(request, thanks.format(filed.pk))
    return redirect(page.address)


def _form(
    request: HttpRequest, page: TargetPage, sent: dict[str, str], problem: DomainError | None = None
) -> HttpResponse:
    labels = reason_labels()
    context = {
        "page": page,
        "sent": sent,
        "problem": problem,
        "faults": {fault.field: fault.detail for fault in problem.errors} if problem else {},
        "reasons": [
            (row.code, labels[row.code], row.help and gettext(row.help))
            for row in offered_reasons()
        ],
        "trap": _TRAP,
    }
    response = render(
        request, "catalog/report.html", context, status=problem.status if problem else 200
    )
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.retry_after)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def notices(request: HttpRequest) -> HttpResponse:
    """What moderators did to the viewer's works, and why."""
    viewer = viewer_in(request)
    if viewer.user_id is None:
        raise SignInRequired(say("Sign in to see your notices."))
    rows = list(Notice.objects.filter(user_id=viewer.user_id)[:_NOTICES])
    context = {
        "rows": [(row, notice_text(row), _page_of(row)) for row in rows],
        "has_new": any(row.read_at is None for row in rows),
        "section": "account",
    }
    response = render(request, "catalog/notices.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Note that they were read."""
    mark_notices_read(actor=viewer_in(request))
    return redirect("notices")


def _page_of(notice: Notice) -> str:
    return reverse("work", args=[notice.object_id]) if notice.object_kind == "work" else ""
