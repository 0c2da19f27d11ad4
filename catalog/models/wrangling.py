"""Who looks after which fandom."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.tag import Tag


class WranglerFandom(models.Model):
    """A wrangler looks after a canonical fandom; any number of people may share one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wrangled_fandoms"
    )
    fandom = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="wranglers")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "fandom"], name="wrangler_fandom_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} looks after {self.fandom_id}"
