"""Finds a table of contents in a plain text and the lines of the text that it lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.importers.text_headings import (
    MAX_HEADING,
    Heading,
    is_strong_heading,
    parse_heading,
    undecorated,
)
from catalog.importers.text_model import Role, Text, key

_TITLES = (
    "Contents|Table of Contents|Index|Chapters|Inhalt|Inhaltsverzeichnis|Table des matières|"
    "Sommaire|Índice|Tabla de contenidos|Contenido|Indice|Sommario|Inhoud|Inhoudsopgave|"
    "Innehåll|Содержание|Оглавление|目录|目次|目錄"
)
CONTENTS_NAMES = frozenset(key(name) for name in _TITLES.split("|"))
_PAGE = re.compile(r"(?:\s*\.[\s.]{2,}|\s{2,}|\s*…+\s*|\t)\s*(?:p\.?\s*)?(?:\d{1,4}|[ivxlc]{1,6})$")
_BULLET = re.compile(r"^\s*[-*•–—·]\s+")
_TOP_ROWS = 400
_MAX_ENTRIES = 400
_LEAST = 2
_FRONT_WORDS = 200


@dataclass
class Contents:
    """The entries that were found again in the text: line number of the heading and its title."""

    headings: dict[int, str] = field(default_factory=dict)
    found: bool = False


@dataclass(frozen=True)
class _Entry:
    row: int
    whole: str
    title: str
    name: str


def find_contents(text: Text) -> Contents:
    """Marks the tables of contents and tells which lines they list."""
    rows = [row for row, role in enumerate(text.roles) if role is Role.PROSE]
    contents = Contents()
    if not rows:
        return contents
    index = _index(text, rows)
    for at in _titled_tables(text, rows):
        _take(text, rows[at], list(_entries(text, rows[at + 1 :])), index, contents)
    if not contents.found:
        for run in _untitled_tables(text, rows):
            if _comes_before_prose(text, run, index) and _take(
                text, run[0].row, run, index, contents
            ):
                break
    return contents


def _index(text: Text, rows: list[int]) -> dict[str, list[int]]:
    """Lines short enough for a heading that follow a blank line or stand first, by their keys."""
    index: dict[str, list[int]] = {}
    for row in rows:
        line = text.lines[row]
        if len(line) > MAX_HEADING:
            continue
        if row and text.roles[row - 1] is Role.PROSE and not is_strong_heading(line):
            continue
        entry = _entry(row, line)
        for name in {entry.whole, entry.title} - {""}:
            index.setdefault(name, []).append(row)
    return index


def _entry(row: int, line: str) -> _Entry:
    line = _PAGE.sub("", _BULLET.sub("", line))
    heading = parse_heading(line)
    title = heading.title if heading else undecorated(line)
    return _Entry(row, key(line), key(title), title)


def _titled_tables(text: Text, rows: list[int]) -> Iterator[int]:
    for at, row in enumerate(rows):
        if at < _TOP_ROWS or at > len(rows) - _TOP_ROWS:
            line = text.lines[row]
            if len(line) <= 60 and key(undecorated(line)) in CONTENTS_NAMES:
                yield at


def _entries(text: Text, rows: list[int]) -> Iterator[_Entry]:
    """The lines under the title of a table until one is an entry again or is prose."""
    seen: set[str] = set()
    for row in rows[:_MAX_ENTRIES]:
        line = text.lines[row]
        if _is_prose(line):
            return
        entry = _entry(row, line)
        if entry.whole in seen or (entry.title and entry.title in seen):
            return
        if not entry.whole:
            continue
        seen |= {entry.whole, entry.title}
        yield entry


def _is_prose(line: str) -> bool:
    return len(line) > 100 or (len(line) > 60 and line.endswith((".", "!", "?", "…", '"', "”")))


def _untitled_tables(text: Text, rows: list[int]) -> Iterator[list[_Entry]]:
    """Runs of lines near the top that all look like headings."""
    run: list[_Entry] = []
    numbers: set[int | None] = set()
    for row in rows[:_TOP_ROWS]:
        heading = _entry_heading(text.lines[row])
        if heading is None or (heading.number is not None and heading.number in numbers):
            if len(run) >= _LEAST:
                yield run
            run, numbers = [], set()
        if heading:
            run.append(_entry(row, text.lines[row]))
            numbers.add(heading.number)


def _entry_heading(line: str) -> Heading | None:
    if len(line) > MAX_HEADING:
        return None
    return parse_heading(_PAGE.sub("", _BULLET.sub("", line)))


def _comes_before_prose(text: Text, run: list[_Entry], index: dict[str, list[int]]) -> bool:
    """Whether the first entry is found again before the story: else the run are its headings."""
    last = run[-1].row
    again = min((row for entry in run for row in _places(entry, index) if row > last), default=0)
    return sum(len(text.lines[row].split()) for row in range(last + 1, again)) < _FRONT_WORDS


def _take(
    text: Text, first: int, entries: list[_Entry], index: dict[str, list[int]], contents: Contents
) -> bool:
    """Takes the entries as a table when at least half of them are lines elsewhere in the text."""
    inside = {entry.row for entry in entries} | {first}
    after = -1
    matched: list[tuple[_Entry, int]] = []
    for entry in entries:
        places = _places(entry, index)
        row = next((row for row in places if row not in inside and row > after), None)
        if row is not None:
            matched.append((entry, row))
            after = row
    last = matched[-1][0].row if matched else first
    listed = [entry for entry in entries if entry.row <= last]
    if len(matched) < _LEAST or len(matched) * 2 < len(listed):
        return False
    if last < min(row for _, row in matched):
        # What follows the last entry that is found again belongs to the book.
        text.mark(range(first, last + 1), Role.CONTENTS)
    else:
        text.mark([first, *(entry.row for entry in listed)], Role.CONTENTS)
    contents.found = True
    for entry, row in matched:
        contents.headings.setdefault(row, entry.name)
    return True


def _places(entry: _Entry, index: dict[str, list[int]]) -> list[int]:
    by_title = index.get(entry.title, []) if entry.title else []
    return by_title or index.get(entry.whole, [])
