"""Many works as files in a folder: one for each work and format, or one line of NDJSON for each."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.core.errors import DomainError
from archive.core.viewer import Viewer
from catalog.blurbrows import names_by_kind
from catalog.finder import find_works
from catalog.models import Chapter, Work
from catalog.reading import byline_of
from catalog.services.archive_fields import CHAPTER, WORK, Row, compact, line, to_object
from catalog.services.export_metadata import fanficfare_metadata
from catalog.services.exporting import check_format, check_length, content_of, file_stem
from catalog.workquery import WorkQuery

_AT_ONCE = 100
# What a file that leaves the archive says of a work: nothing of moderation, imports or readers.
_PRIVATE = frozenset(
    {"hidden_at", "hidden_reason", "held_at", "locked_at", "deleted_at", "import_key"}
    | {"import_digest", "external_id", "summary_source", "notes_source", "end_notes_source"}
)
_WORK = tuple(key for key in WORK if key.name not in _PRIVATE)
_CHAPTER = tuple(key for key in CHAPTER if key.name not in _PRIVATE)


@dataclass(frozen=True)
class ExportedFile:
    """What became of one file: ``outcome`` is written, unchanged or refused."""

    work: int
    title: str
    path: str
    outcome: str
    detail: str = ""
    code: str = ""


def works_found(query: WorkQuery, viewer: Viewer) -> tuple[int, Iterator[Work]]:
    """How many works a query finds for a viewer, and the works in its order, page after page."""
    asked = replace(query, facets=(), highlight=False, page=1, page_size=_AT_ONCE)
    first = find_works(asked, viewer)

    def walk() -> Iterator[Work]:
        yield from first.works
        for number in range(2, -(-first.total // _AT_ONCE) + 1):
            yield from find_works(asked.at_page(number), viewer).works

    return first.total, walk()


def write_work(
    work: Work, extensions: Sequence[str], folder: Path, viewer: Viewer
) -> Iterator[ExportedFile]:
    """Write a work in each format unless the folder has this version already.

    A file carries the time of the work's last change, so a second run writes what changed since
    then, and an interrupted one goes on.
    """
    moment = work.modified_at.timestamp()
    content = None
    for extension in extensions:
        path = folder / f"{file_stem(work.title) or 'Work'}-{work.pk}.{extension}"
        outcome, detail, code = "written", "", ""
        try:
            chosen = check_format(extension)
            check_length(extension, work.word_count)
            if path.exists() and int(path.stat().st_mtime) == int(moment):
                outcome = "unchanged"
            else:
                content = content or content_of(work, viewer)
                _put(path, chosen.write(content), moment)
        except DomainError as error:
            outcome, detail, code = "refused", error.detail, error.code
        yield ExportedFile(work.pk, work.title, path.name, outcome, detail, code)


def line_of(work: Work, viewer: Viewer) -> bytes:
    """A work with its posted chapters as one line of NDJSON; docs/archive-format.md."""
    tags = names_by_kind(work.typed_tags)
    chapters = Chapter.objects.visible_to(viewer).posted().filter(work=work).order_by("position")
    creators = [each.name for each in byline_of(work, viewer)]
    series: list[Row] = [
        {"id": place.id, "title": place.title, "position": place.position} for place in work.places
    ]
    related: Row = {
        "creators": creators,
        "tags": tags,
        "series": series,
        "fanficfare": fanficfare_metadata(work, tags, creators, series),
        "chapters": [
            {**to_object(chapter, _CHAPTER), "body_html": chapter.html} for chapter in chapters
        ],
    }
    return line({**to_object(work, _WORK), **compact(related)})


def _put(path: Path, data: bytes, moment: float) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    os.utime(part, (moment, moment))
    part.replace(path)
