"""The append-only log of acts on other people's things."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class ActionLog(models.Model):
    """Who did what to which object, when and why, with enough before and after to undo it.

    Rows are never changed or deleted. ``actor`` is empty for acts of the archive itself.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(verb="") & ~models.Q(actor_name=""), name="log_actor_and_verb"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="log_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.object_kind} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new rows can be saved; the log is append-only."""
        if not self._state.adding:
            raise TypeError("Rows of the action log are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: the log is append-only."""
        raise TypeError("Rows of the action log are never deleted.")
