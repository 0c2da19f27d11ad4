"""Rows that hold sanitised HTML: what stricter rules refuse is never given to anybody."""

from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.db import models

from archive.core import html


def version_of_today() -> int:
    """The version of the sanitiser that cleans what is written now."""
    return html.SANITISER_VERSION


class SanitisedModel(models.Model):
    """Knows which of its fields are HTML, and cleans at loading what an older sanitiser wrote.

    ``manage.py resanitise`` brings the rows themselves up to date; until it has, every read of
    one pays for the cleaning.
    """

    HTML_FIELDS: ClassVar[dict[str, str]] = {}
    """Each HTML field with the field of its source as submitted, "" where there is none."""

    sanitiser_version = models.PositiveSmallIntegerField(default=version_of_today)

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> Self:
        """The row, its HTML by the rules of today."""
        row = super().from_db(db, field_names, values, **options)
        loaded = row.__dict__
        if loaded.get("sanitiser_version", html.SANITISER_VERSION) < html.SAFE_SINCE:
            for name in cls.HTML_FIELDS:
                if loaded.get(name):
                    loaded[name] = html.sanitise_again(loaded[name])
        return row
