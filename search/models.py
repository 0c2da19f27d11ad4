"""The outbox: what the index has still to take over."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

# Not the moment of writing: a clock that jumps back would keep new events waiting.
DUE_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class IndexEvent(models.Model):
    """One change the index does not know yet, written in the transaction of the change.

    There is no foreign key on purpose: the event outlives its object. ``is_withdrawal``: somebody
    can no longer see the work, so searches leave it out until the index has caught up. After five
    failures an event is parked and shown to moderators.
    """

    class Kind(models.TextChoices):
        """What changed."""

        WORK = "work", "Work"
        TAG = "tag", "Tag"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    object_id = models.BigIntegerField()
    is_withdrawal = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=DUE_AT_ONCE)
    is_parked = models.BooleanField(default=False)
    last_error = models.TextField(blank=True)
    progress = models.BigIntegerField(
        default=0, help_text="tag events: the last work that was handed on"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["work", "tag"]), name="index_event_kind_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["kind", "is_parked", "not_before", "id"], name="index_event_due_by_kind"
            ),
            models.Index(
                fields=["object_id"],
                name="index_event_withdrawn",
                condition=models.Q(is_withdrawal=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{gettext(self.kind)} {self.object_id}"
