"""Creators: pen names, owned by an account or not."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models.sanitised import SanitisedModel


class Creator(SanitisedModel):
    """A pen name; ``user`` is empty for an imported creator until somebody claims it."""

    HTML_FIELDS: ClassVar[dict[str, str]] = {"profile_html": "profile_source"}

    name = models.CharField(max_length=40)
    folded = models.CharField(max_length=80, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="creators",
    )
    profile_source = models.TextField(blank=True)
    profile_html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["folded", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(folded=""), name="creator_name_given"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the creator."""
        return reverse("creator", args=[self.pk])


class Creatorship(models.Model):
    """Who made a work, in the order of the byline."""

    work = models.ForeignKey("Work", on_delete=models.CASCADE, related_name="creatorships")
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="creatorships")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["work", "creator"], name="creatorship_once"),
            models.UniqueConstraint(fields=["work", "position"], name="creatorship_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} made {self.work_id}"
