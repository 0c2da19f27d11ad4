"""Series: works in an order."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models.creator import Creator
from catalog.models.sanitised import SanitisedModel


class Series(SanitisedModel):
    """Works that belong together; its numbers follow what the viewer may see."""

    HTML_FIELDS: ClassVar[dict[str, str]] = {
        "summary_html": "summary_source",
        "notes_html": "notes_source",
    }

    title = models.CharField(max_length=255)
    sort_title = models.CharField(max_length=300)
    summary_source = models.TextField(blank=True)
    summary_html = models.TextField(blank=True)
    notes_source = models.TextField(blank=True)
    notes_html = models.TextField(blank=True)
    is_complete = models.BooleanField(default=False)
    creators = models.ManyToManyField(Creator, related_name="series", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["sort_title", "id"]
        verbose_name_plural = "series"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(title=""), name="series_title_given"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the series."""
        return reverse("series", args=[self.pk])


class SeriesWork(models.Model):
    """A work's place in a series, from 1; the creator says the numbers, so gaps may stand."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="entries")
    work = models.ForeignKey("Work", on_delete=models.CASCADE, related_name="series_entries")
    position = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["series", "work"], name="series_work_once"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1), name="series_position_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} is {self.position} of {self.series_id}"
