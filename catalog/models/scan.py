"""What scans of texts know: words and links to watch for, fingerprints, works that look alike."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext


class WatchTerm(models.Model):
    """A phrase or a link; a work that has it is put before the moderators, never hidden by it."""

    class Kind(models.TextChoices):
        """What is looked for."""

        WORDS = "words", "Words"
        LINK = "link", "Link"

    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.WORDS)
    text = models.CharField(
        max_length=200, help_text="words in a row, or a host with or without a path"
    )
    folded = models.CharField(max_length=400, editable=False)
    note = models.CharField(max_length=200, blank=True, help_text="why it is watched for")
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "watched word or link"
        verbose_name_plural = "watched words and links"
        ordering: ClassVar[list[str]] = ["folded"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "folded"], name="watch_term_once"),
            models.CheckConstraint(condition=~models.Q(folded=""), name="watch_term_given"),
        ]

    def __str__(self) -> str:
        return self.text


class WatchHit(models.Model):
    """A term was found in a work; each pair is reported once, however often the work is edited."""

    term = models.ForeignKey(WatchTerm, on_delete=models.CASCADE, related_name="hits")
    work = models.ForeignKey("Work", on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["term", "work"], name="watch_hit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} in {self.work_id}"


class ScanMark(models.Model):
    """A work that changed since it was last scanned; only added, so changes never wait."""

    work_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.work_id)


class WorkPrint(models.Model):
    """The fingerprint of a work's text: a MinHash signature of its shingles.

    ``method`` names how it was computed; prints of another method are computed anew. An empty
    signature says that the text is too short to be compared.
    """

    work = models.OneToOneField(
        "Work", primary_key=True, on_delete=models.CASCADE, related_name="print"
    )
    version = models.PositiveIntegerField()
    method = models.PositiveSmallIntegerField()
    signature = models.BinaryField()
    scanned_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"print of {self.work_id}"


class PrintBand(models.Model):
    """One band of a signature: works that share one are compared."""

    work = models.ForeignKey(WorkPrint, on_delete=models.CASCADE, related_name="bands")
    band = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["value", "band"], name="print_band_value"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id}/{self.band}"


class DuplicatePair(models.Model):
    """Two works with the same or nearly the same text; ``likeness`` in per cent of shingles."""

    class State(models.TextChoices):
        """What moderators made of it."""

        OPEN = "open", "To be looked at"
        DISMISSED = "dismissed", "Nothing to be done"
        RESOLVED = "resolved", "Dealt with"

    first = models.ForeignKey("Work", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("Work", on_delete=models.CASCADE, related_name="+")
    likeness = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "pair of works that look alike"
        verbose_name_plural = "pairs of works that look alike"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(likeness__lte=100), name="duplicate_likeness_in_per_cent"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "dismissed", "resolved"]),
                name="duplicate_state_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-id"], name="duplicate_queue"),
        ]

    def __str__(self) -> str:
        told = gettext("{first} and {second}: {likeness} %")
        return told.format(first=self.first_id, second=self.second_id, likeness=self.likeness)


class JobRun(models.Model):
    """How a job that runs by itself did the last time it ran."""

    name = models.CharField(max_length=40, primary_key=True)
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    done = models.PositiveIntegerField(default=0, help_text="how many things it dealt with")
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
