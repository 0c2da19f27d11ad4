"""Reports: filed by anybody, worked on by moderators."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from archive.accounts.models import User
from archive.core.errors import Conflict, FieldError, InvalidInput, NotFound, TooMany
from archive.core.said import say
from archive.core.viewer import MODERATORS, Viewer
from catalog.models import Report, ReportReason
from catalog.report_targets import Target, target_page
from catalog.services.checking import Faults
from catalog.services.log import log_action
from catalog.services.moderation import require_moderator
from catalog.services.report_mail import tell_reporter

TEXT_CHARS = 5_000
PER_TARGET = 5
PER_DAY = 10
_DAY = timedelta(days=1)


@transaction.atomic
def file_report(
    *,
    actor: Viewer,
    target: Target,
    reason: str,
    text: str = "",
    email: str = "",
    address: str = "",
) -> Report:
    """A new report about something the actor can see.

    Raises InvalidInput, NotFound, and TooMany beyond 5 open reports about one object or 10 a day
    from one person or address.
    """
    faults = Faults()
    _check_reason(faults, reason)
    if len(text) > TEXT_CHARS:
        faults.add(
            "text",
            "text.too_long",
            say(
                "text has {given:,} characters; at most {text_chars:,}.",
                given=len(text),
                text_chars=TEXT_CHARS,
            ),
        )
    if email:
        try:
            validate_email(email)
        except ValidationError:
            faults.add(
                "email", "email.invalid", say("{email!r} is no e-mail address.", email=email[:80])
            )
    check_kind(faults, target)
    faults.raise_if_any()
    label = target_page(actor, target).label
    hashed = hashlib.sha256((settings.SECRET_KEY + address).encode()).hexdigest()[:32]
    _refuse_floods(actor, target, hashed if address else "")
    report = Report.objects.create(
        target_kind=target.kind,
        target_id=target.id,
        target_label=label[:255],
        reason=reason,
        text=text.strip(),
        email=email,
        reporter_id=actor.user_id,
        address=hashed if address else "",
    )
    tell_reporter(report)
    return report


@transaction.atomic
def assign_report(*, actor: Viewer, report_id: int, to: str | int) -> Report:
    """Give an open report to a moderator by name or id; "" takes it from everybody."""
    report = _lock(actor, report_id)
    _refuse_closed(report)
    before = {"assignee": report.assignee_id, "state": report.state}
    user = None
    if to:
        users = User.objects.filter(is_active=True)
        named = users.filter(pk=to) if isinstance(to, int) else users.filter(username=to)
        user = named.first()
        allowed = user is not None and (
            user.is_superuser or user.groups.filter(name=MODERATORS).exists()
        )
        if not allowed:
            detail = say("There is no moderator {name!r}.", name=str(to)[:40])
            raise InvalidInput(
                detail, code="user.unknown", errors=[FieldError("to", "user.unknown", detail)]
            )
        report.assignee, report.state = user, Report.State.IN_PROGRESS
    else:
        report.assignee, report.state = None, Report.State.OPEN
    return _save(actor, report, "report.assign", before, user.username if user else "")


@transaction.atomic
def resolve_report(*, actor: Viewer, report_id: int, outcome: str, note: str = "") -> Report:
    """Close a report after something was done about it."""
    return _close(actor, report_id, Report.State.RESOLVED, outcome, note)


@transaction.atomic
def dismiss_report(*, actor: Viewer, report_id: int, note: str = "") -> Report:
    """Close a report without anything to be done."""
    return _close(actor, report_id, Report.State.DISMISSED, "", note)


@transaction.atomic
def reopen_report(*, actor: Viewer, report_id: int, note: str = "") -> Report:
    """Open a closed report again."""
    report = _lock(actor, report_id)
    if report.is_open:
        raise Conflict(say("The report is open."), code="report.open")
    before = {"state": report.state}
    report.state, report.closed_at = Report.State.OPEN, None
    return _save(actor, report, "report.reopen", before, note)


def _close(actor: Viewer, report_id: int, state: str, outcome: str, note: str) -> Report:
    report = _lock(actor, report_id)
    _refuse_closed(report)
    before = {"state": report.state}
    report.state, report.outcome, report.note = state, outcome.strip()[:100], note.strip()
    report.closed_at = timezone.now()
    saved = _save(actor, report, f"report.{state}", before, note)
    tell_reporter(saved)
    return saved


def _lock(actor: Viewer, report_id: int) -> Report:
    require_moderator(actor)
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound(
            say("There is no report {report_id}.", report_id=report_id), code="report.not_found"
        )
    return report


def _refuse_closed(report: Report) -> None:
    if not report.is_open:
        raise Conflict(
            say("The report is {state}; reopen it first.", state=report.state), code="report.closed"
        )


def _save(actor: Viewer, report: Report, verb: str, before: dict, reason: str) -> Report:
    report.save()
    log_action(
        actor=actor,
        verb=verb,
        object_kind="report",
        object_id=report.pk,
        label=report.target_label,
        reason=reason.strip(),
        before=before,
        after={"state": report.state, "outcome": report.outcome},
    )
    return report


def offered_reasons() -> QuerySet[ReportReason]:
    """The reasons that people may choose, in the order of the host."""
    return ReportReason.objects.filter(is_offered=True)


def check_kind(faults: Faults, target: Target) -> None:
    """Refuse what is of no kind that can be reported."""
    if target.kind not in Report.Target.values:
        faults.add(
            "target",
            "report.target",
            say(
                "A {kind!r} cannot be reported; give a work, chapter, creator or tag.",
                kind=target.kind,
            ),
        )


def _check_reason(faults: Faults, reason: str) -> None:
    codes = list(offered_reasons().values_list("code", flat=True))
    if reason not in codes:
        faults.add(
            "reason",
            "field.invalid_choice",
            say(
                "reason is {reason!r}; allowed: {codes}.",
                reason=reason[:40],
                codes=", ".join(codes),
            ),
        )


def _refuse_floods(actor: Viewer, target: Target, hashed: str) -> None:
    since = timezone.now() - _DAY
    about = Report.objects.filter(
        target_kind=target.kind,
        target_id=target.id,
        state__in=(Report.State.OPEN, Report.State.IN_PROGRESS),
    )
    mine = Report.objects.filter(created_at__gte=since)
    if actor.is_anonymous:
        mine = mine.filter(reporter=None, address=hashed) if hashed else mine.none()
    else:
        mine = mine.filter(reporter_id=actor.user_id)
    if about.count() >= PER_TARGET:
        raise TooMany(
            say(
                "There are {per_target} open reports about this already; moderators will look at it.",
                per_target=PER_TARGET,
            ),
            code="report.enough",
        )
    if mine.count() >= PER_DAY:
        raise TooMany(
            say("At most {per_day} reports a day are taken from one person.", per_day=PER_DAY)
        )
