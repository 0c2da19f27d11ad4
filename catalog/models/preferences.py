"""What a reader wants kept: tags never to be shown, and searches to come back to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.tag import Tag


class BlockedTag(models.Model):
    """A tag whose works leave every list of this user, its synonyms' and subtags' works too."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocked_tags"
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "tag"], name="blocked_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} blocks {self.tag_id}"


class SavedSearch(models.Model):
    """A named query of a user: ``query`` is a query string of the works list in its normal form.

    Ages such as ``updated=<7days`` are kept as written, so that they move on with the calendar.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        verbose_name_plural = "saved searches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_search_name_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_search_name_given"),
        ]

    def __str__(self) -> str:
        return self.name
