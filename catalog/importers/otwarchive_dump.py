"""Reads the tables of an archive that closes: works, chapters, tags and their links as YAML files.

The columns are those of the OTW Archive software; each file is a mapping of rows, as its fixtures
and exports have them. Comments, bookmarks and collections are not taken over.
"""

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from archive.core.said import say
from catalog.importers.base import (
    Entry,
    ImportedChapter,
    ImportedSeries,
    ImportedWork,
    ImportLimits,
    ImportRefused,
)
from catalog.importers.encoding import decode
from catalog.importers.parts import divide_long_chapters
from catalog.importers.text_meta import add_tags
from catalog.importers.zipsafe import Files

_NEEDED = ("works.yml", "chapters.yml")
_TABLES = (
    *("works", "chapters", "tags", "taggings", "creatorships", "pseuds", "series", "serial_works"),
    *("languages", "collection_items", "collection_preferences"),
)
_KINDS = {
    "Rating": "rating",
    "ArchiveWarning": "warning",
    "Warning": "warning",
    "Category": "category",
    "Fandom": "fandom",
    "Relationship": "relationship",
    "Pairing": "relationship",
    "Character": "character",
    "Freeform": "freeform",
}
_BLOCKS = re.compile(r"<(?:p|div|br|blockquote|ul|ol|table|h[1-6]|hr|pre|center)\b", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_OPENERS = re.compile(r"(?:[\[{]\s?){8}|^[ -]{200}", re.MULTILINE)
_LIMITS = ImportLimits(file_bytes=50 * 1024 * 1024, line_chars=50 * 1024 * 1024)
Row = dict[str, Any]
# The parser in C reads the same and is thirty times as fast; it is not built everywhere.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def dump_folder(names: Sequence[str]) -> str | None:
    """The folder (``a/b/`` or "") in which the tables lie, None where these files are no dump."""
    known = set(names)
    folders = (posixpath.dirname(name) for name in names if posixpath.basename(name) == _NEEDED[0])
    for folder in folders:
        prefix = f"{folder}/" if folder else ""
        if all(f"{prefix}{name}" in known for name in _NEEDED):
            return prefix
    return None


def is_dump_folder(path: Path) -> bool:
    """Whether a folder on disk holds the tables of a dump."""
    return all((path / name).is_file() for name in _NEEDED)


def pack_dump(path: Path) -> bytes:
    """The tables of a folder as one zip, for the child that reads it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for table in _TABLES:
            file = path / f"{table}.yml"
            if file.is_file() and not file.is_symlink():
                archive.write(file, file.name)
    return packed.getvalue()


def read_dump(files: Files, folder: str, limits: ImportLimits) -> Iterator[Entry]:
    """An entry for each work, in the order of their ids. Raises ImportRefused."""
    dump = _Dump(files, folder, limits)
    for row in dump.works:
        name = f"work {row.get('id') or '?'}"
        try:
            yield Entry(name, [dump.work(row)])
        except ImportRefused as refusal:
            yield Entry(name, refusal=refusal)


class _Dump:
    """The tables by what they are asked for."""

    def __init__(self, files: Files, folder: str, limits: ImportLimits) -> None:
        present = set(files.names())
        tables = {
            table: _rows(files.read(f"{folder}{table}.yml"), f"{table}.yml")
            for table in _TABLES
            if f"{folder}{table}.yml" in present
        }
        self.limits = limits
        self.works = sorted(tables["works"], key=lambda row: _number(row.get("id")))
        self.chapters = _grouped(tables["chapters"], "work_id")
        self.tags = {_text(row, "id"): row for row in tables.get("tags", [])}
        self.taggings = _grouped(
            [row for row in tables.get("taggings", []) if row.get("taggable_type") == "Work"],
            "taggable_id",
        )
        self.creatorships = _grouped(
            [
                row
                for row in tables.get("creatorships", [])
                if row.get("creation_type") == "Work" and row.get("approved", "true") != "false"
            ],
            "creation_id",
        )
        self.pseuds = {_text(row, "id"): _text(row, "name") for row in tables.get("pseuds", [])}
        self.series = {_text(row, "id"): _text(row, "title") for row in tables.get("series", [])}
        self.places = _grouped(tables.get("serial_works", []), "work_id")
        self.languages = {
            _text(row, "id"): _text(row, "short") for row in tables.get("languages", [])
        }
        self.items = _grouped(tables.get("collection_items", []), "item_id")
        self.secrecy = {
            _text(row, "collection_id"): row for row in tables.get("collection_preferences", [])
        }

    def work(self, row: Row) -> ImportedWork:
        """One work with all that the other tables say about it. Raises ImportRefused."""
        number = _text(row, "id")
        collections = [
            self.secrecy.get(_text(item, "collection_id"), {})
            for item in self.items.get(number, [])
            if item.get("item_type") == "Work"
        ]
        self._refuse_withheld(row, collections)
        work = ImportedWork(
            title=_text(row, "title") or "Untitled",
            format="otwarchive",
            language=self.languages.get(_text(row, "language_id"), ""),
            summary_html=_html(row, "summary"),
            notes_html=_html(row, "notes"),
            end_notes_html=_html(row, "endnotes"),
            source_url=_text(row, "imported_from_url"),
            restricted=_text(row, "restricted") == "true",
            anonymous=any(_is_set(rule, "anonymous") for rule in collections),
        )
        names = [
            self.pseuds.get(_text(one, "pseud_id"), "") for one in self.creatorships.get(number, [])
        ]
        work.creators = list(dict.fromkeys(name for name in names if name))
        work.chapters = [_chapter(one) for one in self._posted(number)]
        if not any(chapter.body_html for chapter in work.chapters):
            raise ImportRefused(
                say("The work has no posted chapter with a text."), code="import.no_text"
            )
        self._tags(number, work)
        self._dates(row, work)
        work.series = [
            ImportedSeries(
                self.series[_text(place, "series_id")], _number(place["position"]) or None
            )
            for place in self.places.get(number, [])
            if self.series.get(_text(place, "series_id")) and place.get("position")
        ]
        divide_long_chapters(work)
        return work

    def _refuse_withheld(self, row: Row, collections: list[Row]) -> None:
        state = ""
        if _text(row, "posted") == "false":
            state = say("a draft")
        elif _text(row, "hidden_by_admin") == "true":
            state = say("hidden by its archive")
        elif any(_is_set(rule, "unrevealed") for rule in collections):
            state = say("not revealed yet")
        if state:
            raise ImportRefused(
                say(
                    "The work “{title}” is {state} where it comes from; only works that its "
                    "readers could see are imported.",
                    title=_text(row, "title")[:80],
                    state=state,
                ),
                code="import.withheld",
            )

    def _posted(self, number: str) -> list[Row]:
        rows = [
            row
            for row in self.chapters.get(number, [])
            if _text(row, "posted") != "false" and _text(row, "hidden_by_admin") != "true"
        ]
        self.limits.check_chapters(len(rows))
        return sorted(rows, key=lambda row: (_number(row.get("position")), _number(row.get("id"))))

    def _tags(self, number: str, work: ImportedWork) -> None:
        for tagging in self.taggings.get(number, []):
            tag = self.tags.get(_text(tagging, "tagger_id"), {})
            kind = _KINDS.get(_text(tag, "type"))
            if kind and _text(tag, "name"):
                add_tags(work, kind, [_text(tag, "name")])

    def _dates(self, row: Row, work: ImportedWork) -> None:
        days = [chapter.published_on for chapter in work.chapters if chapter.published_on]
        created = _moment(_text(row, "created_at"))
        if days:
            first = min(days)
            work.published_at = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
        else:
            work.published_at = created
        work.updated_at = _moment(_text(row, "revised_at")) or work.published_at
        expected = _number(row.get("expected_number_of_chapters"))
        work.expected_chapters = expected or None
        work.complete = expected == len(work.chapters)


def _rows(data: bytes, name: str) -> list[Row]:
    """The rows of a table. Raises ImportRefused for what is no table."""
    # Tabs stand in texts of real dumps, where strict readers of YAML refuse them.
    text = decode(data, limits=_LIMITS).text.replace("\t", " ")
    try:
        if _OPENERS.search(text):
            raise yaml.YAMLError("it nests deeper than tables do")
        found = yaml.load(text, _Loader)  # noqa: S506  a loader of texts alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:160]
        raise ImportRefused(
            say("“{name}” cannot be read: {reason}.", name=name, reason=reason),
            code="import.broken",
        ) from error
    rows = list(found.values()) if isinstance(found, dict) else found
    rows = rows if isinstance(rows, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _grouped(rows: list[Row], name: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: _number(row.get("id"))):
        groups[_text(row, name)].append(row)
    return groups


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "" if text in {"~", "null"} else text


def _is_set(row: Row, name: str) -> bool:
    return _text(row, name) in {"true", "1"}


def _number(value: Any) -> int:
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _html(row: Row, name: str) -> str:
    """A text as the software shows it: lines are paragraphs where no tag says otherwise."""
    value = row.get(name)
    text = value.strip() if isinstance(value, str) else ""
    if not text or text in {"~", "null"} or _BLOCKS.search(text):
        return "" if text in {"~", "null"} else text
    paragraphs = [part.strip().replace("\n", "<br>") for part in _PARAGRAPHS.split(text)]
    return "".join(f"<p>{part}</p>" for part in paragraphs if part)


def _chapter(row: Row) -> ImportedChapter:
    moment = _moment(_text(row, "published_at"))
    return ImportedChapter(
        title=_text(row, "title"),
        body_html=_html(row, "content"),
        summary_html=_html(row, "summary"),
        notes_html=_html(row, "notes"),
        end_notes_html=_html(row, "endnotes"),
        published_on=moment.date() if moment else None,
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace(" Z", "+00:00").replace(" UTC", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
