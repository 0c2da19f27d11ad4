"""Acts of moderators on works: each with a reason, a row in the log, and at once for everybody."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from archive.core.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotAllowed,
    NotFound,
    SignInRequired,
)
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.events import announce_works_changed
from catalog.models import ActionLog, Work, WorkTag
from catalog.services.checking import Faults, clean_language
from catalog.services.counting import touch
from catalog.services.data import TagName
from catalog.services.filtering import refresh_works
from catalog.services.log import log_action
from catalog.services.notices import notify_creators
from catalog.services.posting import missing_of, refuse_if_missing
from catalog.services.tagging import resolve_tags, set_work_tags

RESTORABLE = timedelta(days=30)
_STATES = {
    "hidden": "hidden_at",
    "held": "held_at",
    "locked": "locked_at",
    "deleted": "deleted_at",
}


def require_moderator(actor: Viewer) -> None:
    """Moderators and admins. Raises SignInRequired, NotAllowed."""
    if actor.is_anonymous:
        raise SignInRequired(say("Sign in as a moderator."))
    if not actor.is_moderator:
        raise NotAllowed(say("Only moderators may do this."), code="role.missing")


def require_reason(reason: str) -> str:
    """The reason without white space around it. Raises InvalidInput for none."""
    if not reason.strip():
        detail = say("Say why: a reason is required, and goes into the log.")
        raise InvalidInput(
            detail, code="reason.missing", errors=[FieldError("reason", "reason.missing", detail)]
        )
    return reason.strip()


@transaction.atomic
def hide_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Take a posted work from readers; its creators still read it, with the reason."""
    work = _lock(actor, work_id, reason)
    if work.hidden_at is not None:
        raise Conflict(say("The work is hidden already."), code="work.hidden")
    work.hidden_at, work.hidden_reason = timezone.now(), reason.strip()
    return _finish(actor, work, "work.hide", reason, withdrawn=True)


@transaction.atomic
def restore_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Give a hidden work back to its readers."""
    work = _lock(actor, work_id, reason)
    if work.hidden_at is None:
        raise Conflict(say("The work is not hidden."), code="work.not_hidden")
    before = {"hidden_reason": work.hidden_reason}
    work.hidden_at, work.hidden_reason = None, ""
    return _finish(actor, work, "work.restore", reason, before=before)


@transaction.atomic
def lock_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Keep a work's creators from changing it."""
    work = _lock(actor, work_id, reason)
    if work.locked_at is not None:
        raise Conflict(say("The work is locked already."), code="work.locked")
    work.locked_at = timezone.now()
    return _finish(actor, work, "work.lock", reason)


@transaction.atomic
def unlock_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Let a work's creators change it again."""
    work = _lock(actor, work_id, reason)
    if work.locked_at is None:
        raise Conflict(say("The work is not locked."), code="work.not_locked")
    work.locked_at = None
    return _finish(actor, work, "work.unlock", reason)


@transaction.atomic
def approve_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Let readers see an import that was held for review."""
    work = _lock(actor, work_id, reason)
    if work.held_at is None:
        raise Conflict(say("The work is not held for review."), code="work.not_held")
    work.held_at = None
    return _finish(actor, work, "work.approve", reason)


@transaction.atomic
def refuse_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Not take in an import that was held for review; it can be brought back for 30 days."""
    work = _lock(actor, work_id, reason)
    if work.held_at is None:
        raise Conflict(say("The work is not held for review."), code="work.not_held")
    work.deleted_at = timezone.now()
    return _finish(actor, work, "work.refuse", reason, withdrawn=True)


@transaction.atomic
def delete_work(*, actor: Viewer, work_id: int, reason: str) -> None:
    """Take a work away from everybody; ``undelete_work`` brings it back within 30 days."""
    work = _lock(actor, work_id, reason)
    work.deleted_at = timezone.now()
    _finish(actor, work, "work.delete", reason, withdrawn=True)


@transaction.atomic
def undelete_work(*, actor: Viewer, work_id: int, reason: str) -> Work:
    """Bring a work back that was deleted in the last 30 days."""
    work = _lock(actor, work_id, reason, deleted=True)
    if timezone.now() - (work.deleted_at or timezone.now()) > RESTORABLE:
        raise Conflict(
            say("The work was deleted more than {days} days ago.", days=RESTORABLE.days),
            code="work.gone",
        )
    work.deleted_at = None
    return _finish(actor, work, "work.undelete", reason)


@transaction.atomic
def correct_work(
    *,
    actor: Viewer,
    work_id: int,
    reason: str,
    tags: Mapping[str, list[TagName]],
    language: str | None = None,
) -> Work:
    """Replace the tags of some kinds, or the language, of somebody's work.

    The creators' own words of those kinds go into the log. Raises InvalidInput for unknown tags,
    and when the work would lack what a posted work needs.
    """
    work = _lock(actor, work_id, reason)
    if not tags and language is None:
        raise InvalidInput(
            say("Say what to correct: tags of some kind, or the language."), code="correction.empty"
        )
    before: dict[str, Any] = {kind: _names(work, kind) for kind in tags}
    faults = Faults()
    if language is not None:
        before["language"] = work.language_id
        work.language_id = clean_language(faults, language)
    resolved = resolve_tags(tags, faults)
    faults.raise_if_any()
    set_work_tags(work=work, tags=resolved, faults=faults)
    refuse_if_missing(missing_of(work))
    after: dict[str, Any] = {kind: _names(work, kind) for kind in tags}
    if language is not None:
        after["language"] = work.language_id
    return _finish(actor, work, "work.correct", reason, before=before, after=after)


def _names(work: Work, kind: str) -> list[str]:
    rows = WorkTag.objects.filter(work=work, tag__kind=kind).order_by("position")
    return list(rows.values_list("name", flat=True))


def _lock(actor: Viewer, work_id: int, reason: str, *, deleted: bool = False) -> Work:
    """The posted work, locked; drafts are their creators' own and unknown here."""
    require_moderator(actor)
    require_reason(reason)
    rows = Work.everything.select_for_update().filter(
        pk=work_id, status=Work.Status.POSTED, deleted_at__isnull=not deleted
    )
    work = rows.first()
    if work is None:
        if deleted and ActionLog.objects.filter(verb="work.purge", object_id=work_id).exists():
            raise Conflict(say("The work was deleted for good."), code="work.gone")
        raise NotFound(say("There is no work {work_id}.", work_id=work_id), code="work.not_found")
    work.stood = _standing(work)  # type: ignore[attr-defined]  # for the log, see _finish
    return work


def _standing(work: Work) -> list[str]:
    """What keeps a work from its readers or its creators; nothing: it is just posted."""
    return [name for name, field in _STATES.items() if getattr(work, field)] or ["posted"]


def _finish(
    actor: Viewer,
    work: Work,
    verb: str,
    reason: str,
    *,
    withdrawn: bool = False,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Work:
    touch(work)
    work.save()
    refresh_works([work.pk])
    log_action(
        actor=actor,
        verb=verb,
        object_kind="work",
        object_id=work.pk,
        label=work.title,
        reason=reason.strip(),
        before={"state": work.stood, **(before or {})},  # type: ignore[attr-defined]
        after={"state": _standing(work), **(after or {})},
    )
    notify_creators(work=work, verb=verb, reason=reason.strip())
    announce_works_changed([work.pk], withdrawn=withdrawn)
    return work
