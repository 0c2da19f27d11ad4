"""Reports: what people tell the moderators."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Report(models.Model):
    """A report about one object; the object may be gone later, so there is no foreign key."""

    class State(models.TextChoices):
        """Where a report stands."""

        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        RESOLVED = "resolved", "Resolved"
        DISMISSED = "dismissed", "Dismissed"

    class Reason(models.TextChoices):
        """Why something is reported."""

        SPAM = "spam", "Spam or advertising"
        PLAGIARISM = "plagiarism", "Somebody else's work"
        MISSING_WARNING = "missing_warning", "A content warning is missing"
        WRONG_RATING = "wrong_rating", "The rating is wrong"
        WRONG_TAGS = "wrong_tags", "The tags or the language are wrong"
        HARASSMENT = "harassment", "Harassment"
        ILLEGAL = "illegal", "Against the law"
        OTHER = "other", "Something else"

    class Target(models.TextChoices):
        """What can be reported."""

        WORK = "work", "Work"
        CHAPTER = "chapter", "Chapter"
        CREATOR = "creator", "Creator"
        TAG = "tag", "Tag"

    target_kind = models.CharField(max_length=10, choices=Target.choices)
    target_id = models.BigIntegerField()
    target_label = models.CharField(max_length=255)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    text = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
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
