"""Writes rows of the append-only log."""

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
    return ActionLog.objects.create(
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
