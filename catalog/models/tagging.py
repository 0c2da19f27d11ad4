"""What a creator typed, and what filters join."""

from typing import ClassVar

from django.db import models

from catalog.models.tag import Tag
from catalog.models.work import Work


class WorkTag(models.Model):
    """A tag as its creator typed it (``name``), in the creator's order within the kind."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="work_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="work_tags")
    name = models.CharField(max_length=150)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["work", "tag"], name="work_tag_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tag", "work"], name="work_tag_by_tag"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkFilterTag(models.Model):
    """A canonical tag under which a work is found: computed, rebuildable by ``check_catalog``.

    ``is_direct``: on the work itself or by a synonym; otherwise inherited from a subtag.
    ``is_public``: everybody may see the work, so the row is counted in ``Tag.works_count``.
    """

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="filter_links")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="filter_links")
    is_direct = models.BooleanField()
    is_public = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["work", "tag"], name="work_filter_tag_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tag", "work"], name="work_filter_tag_by_tag"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} is found under {self.tag_id}"
