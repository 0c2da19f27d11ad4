"""Writes rows of the append-only log."""

from collections.abc import Iterable
from typing import Any, Required, TypedDict, Unpack

from archive.core.viewer import Viewer
from catalog.models import ActionLog


class LogRow(TypedDict, total=False):
    """What was done to which object, and why."""

    verb: Required[str]
    object_kind: Required[str]
    object_id: Required[int]
    label: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def log_action(*, actor: Viewer, **given: Unpack[LogRow]) -> ActionLog:
    """One row: who did what to which object, and why; part of the caller's transaction."""
    row = _row(actor, given)
    row.save(force_insert=True)
    return row


def log_actions(*, actor: Viewer, entries: Iterable[LogRow]) -> list[ActionLog]:
    """Rows in this order, each given as ``log_action`` takes it, by one statement for many."""
    return ActionLog.objects.bulk_create([_row(actor, given) for given in entries])


def _row(actor: Viewer, given: LogRow) -> ActionLog:
    return ActionLog(
        actor_id=actor.user_id,
        actor_name=actor.username or "system",
        verb=given["verb"],
        object_kind=given["object_kind"],
        object_id=given["object_id"],
        object_label=given.get("label", "")[:255],
        reason=given.get("reason", ""),
        before=given.get("before") or {},
        after=given.get("after") or {},
    )
