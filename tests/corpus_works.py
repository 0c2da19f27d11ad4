"""Loads the real tag sets of the corpus as works with invented titles, straight into the tables."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from archive.core.text import fold_name
from catalog.models import CLOSED_KINDS, Creatorship, Kind, Tag, TagAlias, Work, WorkTag
from catalog.services.filtering import refresh_works
from catalog.tagwords import fill_missing_words
from catalog.vocabulary import language_index
from tests.factories import make_creator

FIELDS = {
    "fandoms": Kind.FANDOM,
    "warnings": Kind.WARNING,
    "categories": Kind.CATEGORY,
    "relationships": Kind.RELATIONSHIP,
    "characters": Kind.CHARACTER,
    "freeforms": Kind.FREEFORM,
}
_AT_ONCE = 2_000


def read_tag_sets(path: Path, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The first lines of ``work-metadata-sample.jsonl.gz``."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, islice(lines, most))


def load_works(rows: list[dict[str, Any]]) -> list[int]:
    """Make a work of every row; each tenth is for members, each seventeenth a draft.

    Unknown tags become unsorted ones, as when a creator types them.
    """
    tags = _tags(rows)
    pen = make_creator("Somebody")
    languages = language_index()
    works = Work.everything.bulk_create(
        [_work(number, row, languages) for number, row in enumerate(rows)], batch_size=_AT_ONCE
    )
    Creatorship.objects.bulk_create(
        [Creatorship(work=work, creator=pen, position=0) for work in works], batch_size=_AT_ONCE
    )
    typed = []
    for work, row in zip(works, rows, strict=True):
        for kind, names in _names(row):
            found = {tags[kind, fold_name(name)]: name for name in reversed(names)}
            for place, (tag_id, name) in enumerate(reversed(found.items())):
                typed.append(WorkTag(work=work, tag_id=tag_id, name=name, position=place))
    WorkTag.objects.bulk_create(typed, batch_size=_AT_ONCE)
    ids = [work.pk for work in works]
    refresh_works(ids)
    return ids


def _work(number: int, row: dict[str, Any], languages: Any) -> Work:
    month = datetime.strptime(row["month"], "%b %Y").replace(tzinfo=UTC)
    is_draft = number % 17 == 16
    return Work(
        title=f"Untitled {number + 1}",
        sort_title=f"untitled {number + 1:06}",
        language_id=languages.get(row["language"].casefold(), "en"),
        status="draft" if is_draft else "posted",
        is_restricted=number % 10 == 9,
        word_count=row["words"] or 0,
        is_complete=bool(row["complete"]),
        kudos_count=row["kudos"] or 0,
        published_at=None if is_draft else month,
        updated_at=None if is_draft else month,
    )


def _names(row: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield Kind.RATING, [row["rating"]]
    for field, kind in FIELDS.items():
        yield kind, row[field]


def _tags(rows: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    wanted = {
        (str(kind), fold_name(name)): name
        for row in rows
        for kind, names in _names(row)
        for name in names
    }
    known = _known()
    Tag.objects.bulk_create(
        [
            Tag(kind=kind, folded=folded, name=name, is_canonical=kind in CLOSED_KINDS)
            for (kind, folded), name in wanted.items()
            if (kind, folded) not in known
        ],
        batch_size=_AT_ONCE,
    )
    fill_missing_words()
    return _known()


def _known() -> dict[tuple[str, str], int]:
    tags = {(k, f): pk for pk, k, f in Tag.objects.values_list("pk", "kind", "folded")}
    for kind, folded, tag_id in TagAlias.objects.values_list("kind", "folded", "tag_id"):
        tags.setdefault((kind, folded), tag_id)
    return tags
