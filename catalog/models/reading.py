"""How far a reader with an account has come in a work."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.work import Work


class ReadingPlace(models.Model):
    """Where a user was last in a work, how far at most, and how many chapters there were then.

    Chapters beyond ``chapters_seen`` came since: they are new to this reader.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reading_places"
    )
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    furthest = models.PositiveIntegerField()
    chapters_seen = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-read_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "work"], name="reading_place_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-read_at"], name="reading_place_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.position} of {self.work_id}"
