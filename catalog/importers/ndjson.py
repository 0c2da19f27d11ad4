"""Reads works from JSON: a line each (our own export, any program's), or one object or list.

The keys are those of docs/archive-format.md, of the API where it writes works, and the names that
FanFicFare gives its metadata. Lines that hold nothing but tags become works as well.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any

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
from catalog.importers.signatures import identify
from catalog.importers.tag_sets import is_tag_set, work_of_tags
from catalog.importers.text_values import split_names

_SUFFIXES = frozenset({".ndjson", ".jsonl", ".json"})
_PROBE = 65_536
_MARKS = (b'"chapters"', b'"storyUrl"', b'"title"')
# Kinds of tags by the keys that hold them; a later key adds to an earlier one of its kind.
_KINDS = {
    "rating": "rating",
    "warning": "warning",
    "warnings": "warning",
    "category": "category",
    "categories": "category",
    "fandom": "fandom",
    "fandoms": "fandom",
    "relationship": "relationship",
    "relationships": "relationship",
    "character": "character",
    "characters": "character",
    "freeform": "freeform",
    "freeforms": "freeform",
}
# FanFicFare's names: its category is the fandom, its genre holds what has no kind.
_FANFICFARE = {
    "rating": "rating",
    "warnings": "warning",
    "ao3categories": "category",
    "fandoms": "fandom",
    "category": "fandom",
    "ships": "relationship",
    "characters": "character",
    "freeformtags": "freeform",
    "genre": "freeform",
    "extratags": "freeform",
}
_WITHHELD = {
    "hidden_at": say("hidden"),
    "held_at": say("held"),
    "deleted_at": say("deleted"),
}


class NdjsonImporter:
    """Reader of a file of works, an entry for each."""

    name = "ndjson"

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the file is called NDJSON and begins so, or JSON and looks like works."""
        suffix = PurePath(filename).suffix.lower()
        if identify(data) or suffix not in _SUFFIXES:
            return False
        head = data[:_PROBE].removeprefix(b"\xef\xbb\xbf").lstrip()
        told = suffix != ".json" or any(mark in head for mark in _MARKS)
        return told and head.startswith((b"{", b"["))

    def entries(self, data: bytes, filename: str, limits: ImportLimits) -> Iterator[Entry]:
        """The works with their lines. Raises ImportRefused for what is no JSON at all."""
        text = decode(data, limits=ImportLimits(limits.file_bytes, limits.file_bytes)).text
        for number, given in _objects(text, is_lines=not filename.lower().endswith(".json")):
            name = f"line {number}"
            if isinstance(given, ImportRefused):
                yield Entry(name, refusal=given, is_line=True)
                continue
            try:
                if is_tag_set(given):
                    work = work_of_tags(given, number)
                else:
                    work = _Reader(given, limits).work()
                divide_long_chapters(work)
                yield Entry(name, [work], is_line=True)
            except ImportRefused as refusal:
                yield Entry(name, refusal=refusal, is_line=True)


def _objects(text: str, *, is_lines: bool) -> Iterator[tuple[int, Any]]:
    """Line numbers with what stands there; the whole file where it is one object or list."""
    stripped = text.strip()
    first = stripped.split("\n", 1)[0].rstrip()
    if not is_lines and (first.startswith("[") or not first.endswith("}")):
        whole = _parse(stripped, 1)
        yield from enumerate(whole if isinstance(whole, list) else [whole], 1)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _parse(line, number)


def _parse(text: str, number: int) -> Any:
    """What the text holds, or the refusal."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else say("it nests too deep")
        return ImportRefused(
            say("Line {number} is no JSON: {reason}.", number=number, reason=reason),
            code="import.broken",
        )


class _Reader:
    """One object on its way to a work; unknown keys are passed over, wrong types are refused."""

    def __init__(self, given: Any, limits: ImportLimits) -> None:
        if not isinstance(given, dict):
            raise ImportRefused(
                say("An object with a title and chapters is needed."), code="import.broken"
            )
        self.given = given
        self.limits = limits

    def work(self) -> ImportedWork:
        """The work. Raises ImportRefused."""
        self._refuse_withheld()
        work = ImportedWork(format="ndjson", title=" ".join(self._text("title").split()))
        if not work.title:
            raise ImportRefused(say("The object has no title."), code="import.broken")
        work.chapters = self._chapters()
        work.creators = self._names("creators", "creator", "authors", "author")
        work.tags = self._tags()
        work.series = list(self._series())
        work.language = self._text("language", "langcode")
        work.summary_html = self._html("summary", "description")
        work.notes_html = self._html("notes")
        work.end_notes_html = self._html("end_notes")
        work.anonymous = self._flag("anonymous")
        work.restricted = self._flag("restricted")
        work.source_url = self._text("source_url", "storyUrl")
        work.continues_in = self._text("continues_in") or None
        work.published_at = _moment(self._text("published_at", "datePublished"))
        work.updated_at = _moment(self._text("updated_at", "dateUpdated"))
        self._completeness(work)
        return work

    def _refuse_withheld(self) -> None:
        state = next((name for name in _WITHHELD if self.given.get(name)), "")
        if state or self.given.get("status") == "draft":
            raise ImportRefused(
                say(
                    "The work is {state} where it comes from; import_archive moves such works, "
                    "import_works takes posted ones.",
                    state=_WITHHELD[state] if state else say("a draft"),
                ),
                code="import.withheld",
            )

    def _completeness(self, work: ImportedWork) -> None:
        expected = self.given.get("expected_chapters")
        if (
            isinstance(expected, int)
            and not isinstance(expected, bool)
            and 0 < expected < 1_000_000
        ):
            work.expected_chapters = expected
            work.complete = expected == len(work.chapters)
            return
        status = self._text("status").lower()
        if status in {"completed", "complete", "in-progress", "in progress"}:
            work.complete = status.startswith("complete")
        elif self.given.get("complete") is not None:
            work.complete = self._flag("complete")

    def _value(self, *names: str) -> Any:
        return next((self.given[name] for name in names if self.given.get(name) is not None), None)

    def _text(self, *names: str) -> str:
        value = self._value(*names)
        if value is None:
            return ""
        if isinstance(value, dict):  # the API tells a language with its name
            value = value.get("code") or value.get("name") or ""
        if not isinstance(value, str | int):
            raise ImportRefused(
                say("“{name}” must be a text.", name=names[0]), code="import.broken"
            )
        return str(value).strip()

    def _html(self, name: str, *others: str) -> str:
        """Markup as submitted or sanitised; both are sanitised again."""
        value = self._value(f"{name}_source", f"{name}_html", name, *others)
        if value is not None and not isinstance(value, str):
            raise ImportRefused(say("“{name}” must be a text.", name=name), code="import.broken")
        return value or ""

    def _flag(self, name: str) -> bool:
        value = self.given.get(name)
        return value is True or (isinstance(value, str) and value.lower() in {"true", "yes", "1"})

    def _names(self, *names: str) -> list[str]:
        value = self._value(*names)
        found = [_name(one) for one in (value if isinstance(value, list) else _split(value))]
        return list(dict.fromkeys(name for name in found if name))

    def _tags(self) -> dict[str, list[str]]:
        given = self.given.get("tags")
        rows = dict(given) if isinstance(given, dict) else {}
        tags: dict[str, list[str]] = {}
        for key, kind in (_FANFICFARE if "storyUrl" in self.given else _KINDS).items():
            for value in (rows.get(key), self.given.get(key)):
                listed = value if isinstance(value, list) else _split(value)
                for name in map(_name, listed):
                    if name and name not in tags.get(kind, []):
                        tags.setdefault(kind, []).append(name)
        if "category" in tags and "storyUrl" in self.given:
            # Its genre repeats the categories.
            free = [name for name in tags.get("freeform", []) if name not in tags["category"]]
            tags["freeform"] = free
        return {kind: names for kind, names in tags.items() if names}

    def _series(self) -> Iterator[ImportedSeries]:
        value = self.given.get("series")
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and _name(entry):
                place = entry.get("position")
                usable = isinstance(place, int) and not isinstance(place, bool) and place > 0
                yield ImportedSeries(_name(entry), place if usable else None)
            elif isinstance(entry, str) and entry.strip():
                found = re.fullmatch(r"(.*\S)\s*\[(\d{1,6})(?:\.\d+)?\]", entry.strip())
                yield (
                    ImportedSeries(found[1], int(found[2]))
                    if found
                    else ImportedSeries(entry.strip())
                )

    def _chapters(self) -> list[ImportedChapter]:
        rows = self.given.get("chapters")
        if isinstance(rows, str):  # FanFicFare counts its chapters under this name
            rows = None
        rows = [{"body": self._value("body_html", "body", "text")}] if rows is None else rows
        if not isinstance(rows, list):
            raise ImportRefused(say("“chapters” must be a list."), code="import.broken")
        self.limits.check_chapters(len(rows))
        chapters = [
            _Reader(row, self.limits).chapter()
            for row in rows
            if not (isinstance(row, dict) and row.get("status") == "draft")
        ]
        if not any(chapter.body_html.strip() for chapter in chapters):
            raise ImportRefused(say("The work has no chapter with a text."), code="import.no_text")
        return chapters

    def chapter(self) -> ImportedChapter:
        """The object as a chapter. Raises ImportRefused."""
        if "sha256" in self.given and not self._value("body_source", "body_html", "body"):
            raise ImportRefused(
                say(
                    "The texts of this export lie in files of their own; import_archive reads "
                    "them, and export_works --format ndjson writes a file that stands for itself."
                ),
                code="import.no_text",
            )
        chapter = ImportedChapter(
            title=" ".join(self._text("title").split()),
            body_html=self._html("body", "text"),
            summary_html=self._html("summary"),
            notes_html=self._html("notes"),
            end_notes_html=self._html("end_notes"),
        )
        moment = _moment(self._text("published_on"))
        chapter.published_on = moment.date() if moment else None
        return chapter


def _name(value: Any) -> str:
    """A name as such, or of an object that has one."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or ""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _split(value: Any) -> list[Any]:
    """A text with names divided by commas, or one object, as a list."""
    if isinstance(value, str):
        return list(split_names(value))
    return [value] if isinstance(value, dict) else []


def _moment(text: str) -> datetime | None:
    """A time or a day; a day is noon in UTC. None for what is neither."""
    try:
        if len(text) <= 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        moment = datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
