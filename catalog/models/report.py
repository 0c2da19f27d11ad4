"""Reports: what people tell the moderators."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class ReportReason(models.Model):
    """A reason for a report: data of the host, who may add others and word them anew."""

    code = models.SlugField(max_length=20, primary_key=True)
    label = models.CharField(max_length=80)
    help = models.CharField(max_length=200, blank=True, help_text="shown beside it in the form")
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField(default=True, help_text="whether people may choose it")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return self.label


class Report(models.Model):
    """A report about one object; the object may be gone later, so there is no foreign key."""

    class State(models.TextChoices):
        """Where a report stands."""

        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        RESOLVED = "resolved", "Resolved"
        DISMISSED = "dismissed", "Dismissed"

    OPEN_STATES: ClassVar[tuple[State, ...]] = (State.OPEN, State.IN_PROGRESS)
    """Those of reports that somebody has still to look at."""

    class Target(models.TextChoices):
        """What can be reported."""

        WORK = "work", "Work"
        CHAPTER = "chapter", "Chapter"
        CREATOR = "creator", "Creator"
        TAG = "tag", "Tag"

    target_kind = models.CharField(max_length=10, choices=Target.choices)
    target_id = models.BigIntegerField()
    target_label = models.CharField(max_length=255)
    reason = models.CharField(max_length=20, help_text="a code of ReportReason")
    text = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_by_watch = models.BooleanField(default=False, help_text="filed by the watch list")
    address = models.CharField(max_length=60, blank=True, help_text="hashed network address")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_reports",
    )
    outcome = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "in_progress", "resolved", "dismissed"]),
                name="report_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(target_kind__in=["work", "chapter", "creator", "tag"]),
                name="report_target_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-id"], name="report_queue"),
            models.Index(fields=["target_kind", "target_id"], name="report_target"),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.target_label}"

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to act."""
        return self.state in (self.State.OPEN, self.State.IN_PROGRESS)
