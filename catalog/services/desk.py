"""One act of a moderator on what was reported, and on the open reports about it, together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from archive.core.errors import Conflict, InvalidInput, NotFound
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Chapter, Creator, Report, Work
from catalog.report_targets import Target
from catalog.services import moderation
from catalog.services.account_acts import reinstate_account, suspend_account
from catalog.services.data import TagName
from catalog.services.moderation import require_moderator
from catalog.services.reports import (
    assign_report,
    dismiss_report,
    reopen_report,
    resolve_report,
)

_OUTCOME_MOST = 100
WORK_ACTS: Mapping[str, tuple[Any, str, Callable[..., Any]]] = {
    "hide": (gettext_lazy("Hide the work"), gettext_noop("hidden"), moderation.hide_work),
    "restore": (
        gettext_lazy("Show the work again"),
        gettext_noop("shown again"),
        moderation.restore_work,
    ),
    "lock": (gettext_lazy("Lock the work"), gettext_noop("locked"), moderation.lock_work),
    "unlock": (gettext_lazy("Unlock the work"), gettext_noop("unlocked"), moderation.unlock_work),
    "approve": (
        gettext_lazy("Take the import in"),
        gettext_noop("taken in"),
        moderation.approve_work,
    ),
    "refuse": (
        gettext_lazy("Refuse the import"),
        gettext_noop("not taken in"),
        moderation.refuse_work,
    ),
    "delete": (gettext_lazy("Delete the work"), gettext_noop("deleted"), moderation.delete_work),
    "undelete": (
        gettext_lazy("Bring the work back"),
        gettext_noop("restored"),
        moderation.undelete_work,
    ),
}
"""What can be done to a work: the button, the outcome of its reports, the service."""


@dataclass
class Correction:
    """What is right instead: all tags of some kinds, or the language."""

    tags: dict[str, list[TagName]] = field(default_factory=dict)
    language: str | None = None


@dataclass
class Decision:
    """What a moderator decided: the act with its reason, and whether the reports are settled."""

    act: str
    reason: str = ""
    closes: bool = True
    correction: Correction = field(default_factory=Correction)


@transaction.atomic
def decide(*, actor: Viewer, target: Target, decision: Decision) -> str:
    """Do it; what became of the reports, in a few words. Raises what the services raise."""
    require_moderator(actor)
    act, reason = decision.act, decision.reason
    if act in ("take", "leave"):
        for report in _waiting(target):
            assign_report(
                actor=actor, report_id=report.pk, to=actor.username if act == "take" else ""
            )
        return gettext_noop("assigned") if act == "take" else gettext_noop("left")
    if act in ("dismiss", "resolve"):
        _waiting(target)
    if act == "resolve" and len(reason.strip()) > _OUTCOME_MOST:
        detail = say(
            "What the reporter reads has at most {most} characters, not {given}.",
            most=_OUTCOME_MOST,
            given=len(reason.strip()),
        )
        raise InvalidInput(detail, code="report.outcome")
    if act == "dismiss":
        _settle(actor, target, outcome="", note=reason)
        return gettext_noop("dismissed")
    if act == "resolve":
        _settle(actor, target, outcome=reason or "looked at", note="")
        return gettext_noop("resolved")
    outcome = _act_on_object(actor, target, decision)
    if decision.closes:
        _settle(actor, target, outcome=outcome, note=reason)
    return outcome


@transaction.atomic
def reopen(*, actor: Viewer, report_id: int, reason: str) -> Report:
    """Open a closed report again."""
    return reopen_report(actor=actor, report_id=report_id, note=reason)


def work_id_of(target: Target) -> int | None:
    """The work that an act on this object is an act on; None for creators and tags."""
    if target.kind == Report.Target.WORK:
        return target.id
    if target.kind == Report.Target.CHAPTER:
        rows = Chapter.everything.filter(pk=target.id)
        return rows.values_list("work_id", flat=True).first()
    return None


def work_of(target: Target) -> Work | None:
    """That work in any state but a draft, deleted ones too; None for creators and tags."""
    pk = work_id_of(target) or 0
    rows = Work.everything.filter(pk=pk, status=Work.Status.POSTED)
    return rows.select_related("language").first()


def _act_on_object(actor: Viewer, target: Target, decision: Decision) -> str:
    if decision.act in ("suspend", "reinstate"):
        return _act_on_account(actor, target, decision)
    work_id = work_id_of(target)
    if work_id is None:
        raise InvalidInput(
            say("The act {act!r} is for works and chapters.", act=decision.act[:20]),
            code="act.unknown",
        )
    if decision.act == "correct":
        moderation.correct_work(
            actor=actor,
            work_id=work_id,
            reason=decision.reason,
            tags=decision.correction.tags,
            language=decision.correction.language,
        )
        return gettext_noop("corrected")
    if decision.act not in WORK_ACTS:
        allowed = ", ".join([*WORK_ACTS, "correct", "take", "leave", "dismiss", "resolve"])
        raise InvalidInput(
            say(
                "There is no act {act!r}; allowed: {allowed}.",
                act=decision.act[:20],
                allowed=allowed,
            ),
            code="act.unknown",
        )
    _, outcome, run = WORK_ACTS[decision.act]
    run(actor=actor, work_id=work_id, reason=decision.reason)
    return outcome


def _act_on_account(actor: Viewer, target: Target, decision: Decision) -> str:
    """Of a creator the account behind the pen name."""
    rows = Creator.objects.filter(pk=target.id if target.kind == Report.Target.CREATOR else 0)
    user_id = rows.values_list("user_id", flat=True).first()
    if user_id is None:
        raise NotFound(say("There is no account behind this pen name."), code="account.not_found")
    run = suspend_account if decision.act == "suspend" else reinstate_account
    run(actor=actor, user_id=user_id, reason=decision.reason)
    if decision.act == "suspend":
        return gettext_noop("account suspended")
    return gettext_noop("account open again")


def _open_reports(target: Target) -> list[Report]:
    rows = Report.objects.filter(
        target_kind=target.kind, target_id=target.id, state__in=Report.OPEN_STATES
    ).order_by("pk")
    return list(rows)


def _waiting(target: Target) -> list[Report]:
    """The open reports. Raises Conflict when somebody else has settled them meanwhile."""
    rows = _open_reports(target)
    if not rows:
        raise Conflict(
            say("No report about it is open any more; somebody else may have settled it."),
            code="report.none_open",
        )
    return rows


def _settle(actor: Viewer, target: Target, *, outcome: str, note: str) -> None:
    for report in _open_reports(target):
        if outcome:
            resolve_report(actor=actor, report_id=report.pk, outcome=outcome, note=note)
        else:
            dismiss_report(actor=actor, report_id=report.pk, note=note)
