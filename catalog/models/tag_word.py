"""The words of tag names: what prefixes are looked up in."""

from typing import ClassVar

from django.db import models

from catalog.models.tag import Kind, Tag
from catalog.querysets.tag_word import TagWordQuerySet


class TagWord(models.Model):
    """One folded word of a tag's name; written with the name by ``catalog.tagwords`` alone.

    The index serves ranges of words within a kind. Its operator classes make PostgreSQL compare
    bytes, as SQLite does, whatever the locale of the database.
    """

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="words", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    word = models.CharField(max_length=64)

    objects = TagWordQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tag", "word"], name="tag_word_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["kind", "word", "tag"],
                name="tag_word_by_prefix",
                opclasses=["varchar_ops", "varchar_pattern_ops", "int8_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.word
