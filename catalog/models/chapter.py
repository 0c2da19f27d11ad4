"""Chapters."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from archive.core.said import say
from catalog.models.sanitised import SanitisedModel
from catalog.models.work import Work
from catalog.querysets.chapter import ChapterQuerySet


class Chapter(SanitisedModel):
    """A chapter of a work: positions run from 1 without gaps.

    A negative position exists only inside the transaction that reorders chapters, because SQLite
    checks uniqueness at once. ``html`` is the sanitised form of ``source``.
    """

    HTML_FIELDS: ClassVar[dict[str, str]] = {
        "html": "source",
        "summary_html": "summary_source",
        "notes_html": "notes_source",
        "end_notes_html": "end_notes_source",
    }

    class Status(models.TextChoices):
        """Whether readers may see it."""

        DRAFT = "draft", "Draft"
        POSTED = "posted", "Posted"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="chapters")
    position = models.IntegerField()
    title = models.CharField(max_length=255, blank=True)
    summary_source = models.TextField(blank=True)
    summary_html = models.TextField(blank=True)
    notes_source = models.TextField(blank=True)
    notes_html = models.TextField(blank=True)
    end_notes_source = models.TextField(blank=True)
    end_notes_html = models.TextField(blank=True)
    source = models.TextField()
    html = models.TextField()
    sanitiser_version = models.PositiveSmallIntegerField(default=0)
    word_count = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.DRAFT)
    published_on = models.DateField(null=True, blank=True)
    posted_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was posted here, where that is its date"
    )
    created_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ChapterQuerySet.as_manager()
    everything = models.Manager["Chapter"]()

    class Meta:
        base_manager_name = "everything"
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["work", "position"], name="chapter_position_once"),
            models.CheckConstraint(
                condition=~models.Q(position=0), name="chapter_position_not_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "posted"]), name="chapter_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(published_on__isnull=False),
                name="chapter_posted_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title or say("Chapter {position}", position=self.position)

    def get_absolute_url(self) -> str:
        """The page of the chapter."""
        return reverse("chapter", args=[self.work_id, self.pk])
