"""The ledger of changes behind ``/sync/works/``."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone


def new_token() -> str:
    """A word that no other epoch has."""
    return secrets.token_hex(4)


class ChangeMark(models.Model):
    """A work or a tag that changed, written in the transaction of the change, not yet numbered.

    Marks are only added, so that two changes at once never wait for each other, and get their
    numbers when they are first asked for: by then their order is known on every database.
    """

    class Kind(models.TextChoices):
        """What changed."""

        WORK = "work", "Work"
        TAG = "tag", "Tag"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    object_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["work", "tag"]), name="change_mark_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class WorkChange(models.Model):
    """The last change of a work as one audience knows it.

    One row for each work and audience, so the ledger never grows beyond the catalogue. A work that
    an audience never saw has no row; one that it may no longer see has a row with ``is_listed``
    false, which later changes of the unseen work leave alone. There is no foreign key: the
    tombstone outlives the work.
    """

    class Audience(models.TextChoices):
        """Who is told."""

        PUBLIC = "public", "Everybody"
        MEMBERS = "members", "Signed-in people"

    audience = models.CharField(max_length=7, choices=Audience.choices)
    work_id = models.BigIntegerField()
    number = models.BigIntegerField()
    is_listed = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["audience", "work_id"], name="work_change_once"),
            models.UniqueConstraint(fields=["audience", "number"], name="work_change_numbered"),
            models.CheckConstraint(
                condition=models.Q(audience__in=["public", "members"]),
                name="work_change_audience_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["number"], name="work_change_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: work {self.work_id} ({self.audience})"


class SyncEpoch(models.Model):
    """A stretch of time in which the numbers of changes only rise; a restored backup ends one."""

    token = models.CharField(max_length=16, default=new_token, unique=True)
    started_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.token
