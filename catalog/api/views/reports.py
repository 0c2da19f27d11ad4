"""Reports: filed by anybody, worked on by moderators."""

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import In, envelope
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.client_address import client_network, refuse_foreign_origin
from archive.core.errors import FieldError, InvalidInput, NotFound
from archive.core.parameters import ChoiceParameter, PageForm
from catalog.api.serializers.reports import (
    AssignIn,
    NoteIn,
    ReportIdOut,
    ReportIn,
    ReportOut,
    ResolveIn,
)
from catalog.api.writing import Sent, save
from catalog.models import Report
from catalog.report_targets import Target, target_of_url
from catalog.services.moderation import require_moderator
from catalog.services.reports import (
    assign_report,
    dismiss_report,
    file_report,
    reopen_report,
    resolve_report,
)

MODERATE = {"GET": "moderate", "HEAD": "moderate"}
_EXAMPLE: dict[str, Any] = {
    "id": 9,
    "url": "https://archive.example/api/v1/reports/9/",
    "web_url": "https://archive.example/admin/catalog/report/9/change/",
    "state": "open",
    "reason": "missing_warning",
    "target": {
        "kind": "work",
        "id": 7,
        "label": "The Borrowed Violin",
        "url": "https://archive.example/api/v1/works/7/",
    },
    "text": "Chapter 2 needs a warning.",
    "email": "",
    "reporter": {"id": 5, "name": "ozfan"},
    "assignee": None,
    "outcome": "",
    "note": "",
    "created_at": "2024-05-01T10:00:00Z",
    "closed_at": None,
}
_NOWHERE = Target("", 0)
Run = Callable[[ApiView, int, dict[str, Any]], Report]


class ReportParams(PageForm):
    """The parameters of the list of reports."""

    state = ChoiceParameter("Where a report stands.", allowed=Report.State.values, example="open")


class ReportList(ApiView):
    """All reports."""

    parameters: ClassVar[Any] = {"GET": ReportParams}
    scopes: ClassVar[Any] = MODERATE

    @operation(
        id="reports_list",
        summary="Reports to moderators",
        description="The newest first; for moderators.",
        answer=envelope(ReportOut),
        example={"count": 1, "next": None, "previous": None, "results": [_EXAMPLE]},
    )
    def get(self, request: Request) -> Response:
        """A page of reports."""
        require_moderator(self.viewer)
        page, state = self.params["page"], self.params["state"]
        rows = Report.objects.select_related("reporter", "assignee").order_by("-id")
        reports, total = fetch_page(rows.filter(state=state) if state else rows, page)
        results = _out(self).present_all(reports)
        return Response(enveloped(self.http, self.links, page, total, results))

    @operation(
        id="reports_create",
        summary="Report something to the moderators",
        description="By anybody, about what they can see. Beyond five open reports about one "
        "object (`report.enough`) or ten a day by one person or address, the answer is 429. A browser "
        "on another site is refused with 403 `origin.foreign`.",
        request=ReportIn,
        request_example={
            "target": {"kind": "work", "id": 7},
            "reason": "missing_warning",
            "text": "Chapter 2 needs a warning.",
        },
        answer=ReportIdOut,
        status=201,
        example={"id": 9},
        problems=(404,),
    )
    def post(self, request: Request) -> Response:
        """The id of the new report."""
        refuse_foreign_origin(self.http)
        sent = _read_report(request.data)

        def act() -> Report:
            return file_report(actor=self.viewer, address=client_network(self.http), **sent.data)

        return Response({"id": save(sent, act).pk}, status=201)


class ReportDetail(ApiView):
    """One report."""

    scopes: ClassVar[Any] = MODERATE

    @operation(
        id="reports_retrieve",
        summary="One report",
        description="For moderators.",
        answer=ReportOut,
        example=_EXAMPLE,
    )
    def get(self, request: Request, pk: int) -> Response:
        """The report."""
        require_moderator(self.viewer)
        return Response(_present(self, pk))


def _act(name: str, summary: str, body: type[In], example: Any, run: Run) -> type[ApiView]:
    """The view of one act of a moderator."""

    class ReportAct(ApiView):
        """One act on a report."""

        scopes: ClassVar[Any] = {"POST": "moderate"}

        @operation(
            id=f"reports_{name}",
            summary=summary,
            description=f"{summary}. For moderators; a report in the wrong state is 409.",
            request=body,
            request_example=example,
            answer=ReportOut,
            example=_EXAMPLE,
        )
        def post(self, request: Request, pk: int) -> Response:
            """The report as it is now."""
            require_moderator(self.viewer)
            run(self, pk, body.values_of(request.data or {}))
            return Response(_present(self, pk))

    ReportAct.__name__ = f"Report{name.title()}"
    return ReportAct


Assign = _act(
    "assign",
    "Give a report to a moderator",
    AssignIn,
    {"to": "ozfan"},
    lambda view, pk, sent: assign_report(actor=view.viewer, report_id=pk, **sent),
)
Resolve = _act(
    "resolve",
    "Close a report after something was done",
    ResolveIn,
    {"outcome": "hidden", "note": "Copied from a book."},
    lambda view, pk, sent: resolve_report(actor=view.viewer, report_id=pk, **sent),
)
Dismiss = _act(
    "dismiss",
    "Close a report about which nothing is to be done",
    NoteIn,
    {"note": "The warning is there."},
    lambda view, pk, sent: dismiss_report(actor=view.viewer, report_id=pk, **sent),
)
Reopen = _act(
    "reopen",
    "Open a closed report again",
    NoteIn,
    {"note": "It happened again."},
    lambda view, pk, sent: reopen_report(actor=view.viewer, report_id=pk, **sent),
)


def _read_report(body: Any) -> Sent:
    """A report as sent; faults of the address are told with those of the other fields."""
    faults: list[FieldError] = []
    values = ReportIn().read(body, faults)
    given = values.get("target")
    target = _NOWHERE
    if isinstance(given, dict) and len(given) == 2:
        target = Target(**given)
    elif isinstance(given, str):
        try:
            target = target_of_url(given)
        except InvalidInput as error:
            faults += error.errors
    return Sent({"reason": "", **values, "target": target}, faults=faults)


def _out(view: ApiView) -> ReportOut:
    return ReportOut(context={"viewer": view.viewer, "links": view.links})


def _present(view: ApiView, pk: int) -> dict[str, Any]:
    report = Report.objects.select_related("reporter", "assignee").filter(pk=pk).first()
    if report is None:
        raise NotFound(f"There is no report {pk}.", code="report.not_found")
    return _out(view).present(report)
