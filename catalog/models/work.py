"""Works."""

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from archive.core.said import say
from catalog.blurbrows import Maker, SeriesPlace, TypedTag
from catalog.models.creator import Creator
from catalog.models.language import Language
from catalog.models.sanitised import SanitisedModel
from catalog.models.series import Series
from catalog.models.tag import Tag
from catalog.querysets.work import WorkQuerySet


class Work(SanitisedModel):
    """A story with its metadata; rows are reached through ``visible_to(viewer)``.

    ``*_source`` is what was submitted and is never rendered; ``*_html`` is sanitised. Times are
    UTC. ``version`` rises by one with every change and drives ETags and ``verify_index``.
    """

    HTML_FIELDS: ClassVar[dict[str, str]] = {
        "summary_html": "summary_source",
        "notes_html": "notes_source",
        "end_notes_html": "end_notes_source",
    }

    class Status(models.TextChoices):
        """Whether the creators have posted it."""

        DRAFT = "draft", "Draft"
        POSTED = "posted", "Posted"

    # Works that were fetched with ``for_blurb`` have these, each in the creator's order.
    typed_tags: list[TypedTag]
    makers: list[Maker]
    places: list[SeriesPlace]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=255)
    sort_title = models.CharField(max_length=300)
    summary_source = models.TextField(blank=True)
    summary_html = models.TextField(blank=True)
    notes_source = models.TextField(blank=True)
    notes_html = models.TextField(blank=True)
    end_notes_source = models.TextField(blank=True)
    end_notes_html = models.TextField(blank=True)
    sanitiser_version = models.PositiveSmallIntegerField(default=0)
    language = models.ForeignKey(
        Language, null=True, blank=True, on_delete=models.PROTECT, related_name="works"
    )
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.DRAFT)
    is_restricted = models.BooleanField(default=False, help_text="for signed-in people only")
    is_anonymous = models.BooleanField(default=False, help_text="names are kept secret")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True, blank=True, help_text="import waiting for review")
    locked_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    expected_chapters = models.PositiveIntegerField(null=True, blank=True)
    is_complete = models.BooleanField(default=False)
    continues_in = models.CharField(
        max_length=255, blank=True, help_text="title of the next part that an import announced"
    )
    word_count = models.PositiveIntegerField(default=0)
    chapter_count = models.PositiveIntegerField(default=0, help_text="posted chapters")
    is_crossover = models.BooleanField(default=False)
    is_one_pairing = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(
        null=True, blank=True, help_text="date of the newest posted chapter"
    )
    created_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now)
    source_url = models.URLField(max_length=500, blank=True)
    import_key = models.CharField(
        max_length=80, blank=True, help_text="what an import is recognised by"
    )
    import_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what the last import brought"
    )
    external_id = models.CharField(max_length=200, blank=True)
    kudos_count = models.PositiveIntegerField(default=0)
    comments_count = models.PositiveIntegerField(default=0)
    bookmarks_count = models.PositiveIntegerField(default=0)
    hits_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    creators = models.ManyToManyField(Creator, through="Creatorship", related_name="works")
    tags = models.ManyToManyField(Tag, through="WorkTag", related_name="works")
    filter_tags = models.ManyToManyField(
        Tag, through="WorkFilterTag", related_name="filtered_works"
    )
    series = models.ManyToManyField(Series, through="SeriesWork", related_name="works")

    objects = WorkQuerySet.as_manager()
    everything = models.Manager["Work"]()

    class Meta:
        base_manager_name = "everything"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(title=""), name="work_title_given"),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "posted"]), name="work_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | models.Q(
                    published_at__isnull=False, updated_at__isnull=False, language__isnull=False
                ),
                name="work_posted_has_dates_and_language",
            ),
            models.CheckConstraint(
                condition=models.Q(expected_chapters=None)
                | models.Q(expected_chapters__gte=1)
                & models.Q(expected_chapters__gte=models.F("chapter_count")),
                name="work_expects_no_fewer_chapters_than_posted",
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="work_version_from_one"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-updated_at", "id"], name="work_updated"),
            models.Index(fields=["-published_at", "id"], name="work_published"),
            models.Index(fields=["sort_title", "id"], name="work_sort_title"),
            models.Index(
                fields=["import_key"], name="work_import_key", condition=~models.Q(import_key="")
            ),
            models.Index(
                fields=["import_digest"],
                name="work_import_digest",
                condition=~models.Q(import_digest=""),
            ),
            models.Index(
                fields=["held_at"], name="work_held", condition=models.Q(held_at__isnull=False)
            ),
            models.Index(
                fields=["deleted_at"],
                name="work_deleted",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["source_url"], name="work_source_url", condition=~models.Q(source_url="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the work."""
        return reverse("work", args=[self.pk])

    @property
    def chapters_shown(self) -> str:
        """Posted of expected chapters, the way the field writes it: 3/10 or 3/?."""
        return f"{self.chapter_count}/{self.expected_chapters or '?'}"

    @property
    def announcement(self) -> str:
        """What an incomplete work says of its next part, as its file said it; "" for none."""
        if self.is_complete or not self.continues_in:
            return ""
        number = self.chapter_count + 1
        return say("Continued in Part {number}: {title}", number=number, title=self.continues_in)
