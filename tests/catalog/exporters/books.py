"""Works to export: made from files without a database, and what must come back of them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from archive.core.html import sanitise, text_of
from archive.core.wordcount import count_words
from catalog.exporters.content import ExportChapter, ExportSeries, ExportWork
from catalog.importers.base import ImportedWork
from catalog.importers.registry import read_file
from catalog.importers.zipsafe import pack_folder

BASE = "https://archive.example"
_MOST = 10_000_000
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63600000"
    "00020001e221bc330000000049454e44ae426082"
)
"""A picture of one dot, where drawing a cover would only take time."""


def read(path: Path) -> Iterator[ImportedWork]:
    """The works of a file, or of the folder of an EPUB."""
    data = pack_folder(path) if path.is_dir() else path.read_bytes()
    yield from read_file(data, f"{path.name}.epub" if path.is_dir() else path.name)


def clean(html: str) -> str:
    """HTML as the archive keeps it."""
    return sanitise(html, max_chars=_MOST) if html.strip() else ""


def exported(work: ImportedWork, number: int = 7) -> ExportWork:
    """What a download of this work would hold."""
    chapters = [
        ExportChapter(
            position,
            " ".join(chapter.title.split()),
            clean(chapter.body_html),
            clean(chapter.summary_html),
            clean(chapter.notes_html),
            clean(chapter.end_notes_html),
        )
        for position, chapter in enumerate(work.chapters, start=1)
    ]
    expected = work.expected_chapters or (len(chapters) if work.complete else None)
    moment = work.updated_at or datetime(2024, 3, 4, 12, tzinfo=UTC)
    return ExportWork(
        id=number,
        identifier=str(uuid5(NAMESPACE_URL, f"{work.title}{number}")),
        url=f"{BASE}/works/{number}/",
        base_url=BASE,
        publisher="Undercroft",
        title=" ".join(work.title.split()),
        creators=tuple(work.creators),
        language=work.language if _CODE.fullmatch(work.language) else "en",
        language_name=work.language,
        direction="rtl" if work.language in ("ar", "he") else "ltr",
        tags={
            "fandom": ("Oz", "1602"),
            "rating": ("Teen",),
            **{kind: tuple(names) for kind, names in work.tags.items() if names},
        },
        chapters=tuple(chapters),
        series=tuple(
            ExportSeries(" ".join(row.title.split()), row.position or 1, f"{BASE}/series/1/")
            for row in work.series
        ),
        summary_html=clean(work.summary_html),
        notes_html=clean(work.notes_html),
        end_notes_html=clean(work.end_notes_html),
        word_count=sum(count_words(chapter.html) for chapter in chapters),
        chapters_shown=f"{len(chapters)}/{expected or '?'}",
        is_complete=expected == len(chapters),
        published_at=work.published_at or moment,
        updated_at=moment,
        changed_at=moment,
    )


def plain(html: str) -> str:
    """The words of HTML with their white space collapsed."""
    return " ".join(text_of(clean(html)).split())


def said_by(work: ImportedWork | ExportWork) -> dict[str, Any]:
    """Everything that must survive a round trip."""
    return {
        "title": work.title,
        "creators": tuple(work.creators),
        "tags": {kind: tuple(names) for kind, names in work.tags.items() if names},
        "series": [(row.title, row.position) for row in work.series],
        "complete": work.is_complete if isinstance(work, ExportWork) else work.complete,
        "notes": [plain(work.summary_html), plain(work.notes_html), plain(work.end_notes_html)],
        "chapters": [
            [
                chapter.title,
                *map(plain, (chapter.summary_html, chapter.notes_html, chapter.end_notes_html)),
                plain(chapter.html if isinstance(chapter, ExportChapter) else chapter.body_html),
            ]
            for chapter in work.chapters
        ],
    }
