"""The reasons for reports: reworded, put in order and added to by admins."""

from typing import Any

from django.db import transaction

from archive.core.errors import NotAllowed
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import ReportReason
from catalog.services.log import log_action


@transaction.atomic
def save_reason(*, actor: Viewer, reason: ReportReason) -> ReportReason:
    """Keep a new or changed reason. Raises NotAllowed."""
    if not actor.is_admin:
        raise NotAllowed(say("Only admins change the reasons for reports."), code="role.missing")
    before = _as_dict(reason.pk)
    reason.save()
    log_action(
        actor=actor,
        verb="archive.reason",
        object_kind="archive",
        object_id=0,
        label=reason.code,
        before=before,
        after=_as_dict(reason.pk),
    )
    return reason


def _as_dict(code: str) -> dict[str, Any]:
    row = ReportReason.objects.filter(pk=code).values().first()
    return dict(row) if row else {}
