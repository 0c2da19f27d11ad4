"""The one table of the kernel: answers kept for requests that may come again."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class KeptAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``.

    ``scope`` is who asked: ``user:5``, or ``net:192.0.2.1`` for guests. ``fingerprint`` is the
    SHA-256 of what was asked; ``status`` 0 while the request is still at work. ``body`` is JSON,
    empty where there is none or where it must not be kept.
    """

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "key"], name="kept_answer_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="kept_answer_created"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.status}"
