"""Writes rows of the append-only log."""

from collections.abc import Iterable, Mapping
from typing import Any

from archive.core.viewer import Viewer
from catalog.models import ActionLog


def log_action(
    *,
    actor: Viewer,
    verb: str,
    object_kind: str,
    object_id: int,
    label: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> ActionLog:
    """One row: who did what to which object, and why; part of the caller's transaction."""
    row = _row(
        actor,
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        label=label,
        reason=reason,
        before=before,
        after=after,
    )
    row.save(force_insert=True)
    return row


def log_actions(*, actor: Viewer, entries: Iterable[Mapping[str, Any]]) -> list[ActionLog]:
    """Rows in this order, each given as ``log_action`` takes it, by one statement for many."""
    return ActionLog.objects.bulk_create([_row(actor, **entry) for entry in entries])


def _row(
    actor: Viewer,
    *,
    verb: str,
    object_kind: str,
    object_id: int,
    label: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> ActionLog:
    return ActionLog(
        actor_id=actor.user_id,
        actor_name=actor.username or "system",
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        object_label=label[:255],
        reason=reason,
        before=before or {},
        after=after or {},
    )
