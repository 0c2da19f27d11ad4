"""ImportedWork as JSON and back, for the pipe between the archive and its reading child."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from archive.core.said import packed, unpacked
from catalog.importers.base import ImportedChapter, ImportedSeries, ImportedWork


def dump_works(works: list[ImportedWork]) -> bytes:
    """The works as UTF-8 JSON."""
    return json.dumps([_row(work) for work in works], default=_plain).encode()


def load_works(data: bytes) -> list[ImportedWork]:
    """The works of ``dump_works``."""
    return [_work(row) for row in json.loads(data)]


def _row(work: ImportedWork) -> dict[str, Any]:
    row = asdict(work)
    row["notices"] = [packed(notice) for notice in work.notices]
    if not row["identifier"]:  # digests of files from before there was one stay as they are
        del row["identifier"]
    return row


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not travel.")


def _work(row: dict[str, Any]) -> ImportedWork:
    row["chapters"] = [_chapter(chapter) for chapter in row["chapters"]]
    row["notices"] = [unpacked(notice) for notice in row["notices"]]
    row["series"] = [ImportedSeries(**place) for place in row["series"]]
    for name in ("published_at", "updated_at"):
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return ImportedWork(**row)


def _chapter(row: dict[str, Any]) -> ImportedChapter:
    day = row["published_on"]
    row["published_on"] = date.fromisoformat(day) if day else None
    return ImportedChapter(**row)
