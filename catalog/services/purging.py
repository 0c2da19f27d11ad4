"""What is kept for a while only: deleted works for 30 days, security events for 90."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from archive.accounts.models import SecurityEvent
from archive.core.viewer import SYSTEM
from catalog.events import announce_works_changed
from catalog.models import Work
from catalog.services.log import log_action
from catalog.services.moderation import RESTORABLE

WORKS_AT_ONCE = 20
EVENTS_AT_ONCE = 5_000
EVENTS_KEPT = timedelta(days=90)


@transaction.atomic
def purge_some_works() -> int:
    """Delete for good some of the works that were deleted more than 30 days ago; how many.

    Their rows in the log stay, as do the tombstones of ``/sync/works/``.
    """
    since = timezone.now() - RESTORABLE
    rows = Work.everything.select_for_update().filter(deleted_at__lt=since).order_by("pk")
    works = list(rows[:WORKS_AT_ONCE])
    for work in works:
        log_action(
            actor=SYSTEM,
            verb="work.purge",
            object_kind="work",
            object_id=work.pk,
            label=work.title,
            reason=f"deleted {work.deleted_at:%Y-%m-%d}",
        )
    ids = [work.pk for work in works]
    if ids:
        announce_works_changed(ids, withdrawn=True)
        Work.everything.filter(pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def forget_some_events() -> int:
    """Forget some of the security events that are older than 90 days; how many."""
    old = SecurityEvent.objects.filter(created_at__lt=timezone.now() - EVENTS_KEPT)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:EVENTS_AT_ONCE])
    SecurityEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
