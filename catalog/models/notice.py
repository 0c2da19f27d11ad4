"""Notices: what the archive tells an account about its works."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """One thing that a moderator did to somebody's work or account, with the reason.

    There is no foreign key to the object: the notice outlives it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-id"], name="notice_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.object_label}"
