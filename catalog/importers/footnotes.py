"""Footnotes of manuscripts: numbered marks in the text, the notes at the end of their chapter."""

import re

from catalog.importers.base import ImportedWork

_MARK = re.compile(r"<sup>\[(\d{1,5})\]</sup>")


def mark_of(number: int) -> str:
    """What stands in the text for a note."""
    return f"<sup>[{number}]</sup>"


def attach_notes(work: ImportedWork, notes: dict[int, str]) -> None:
    """Put each note under the chapter that first refers to it; ``notes`` are HTML by number.

    Notes that nothing refers to go under the last chapter: nothing is lost.
    """
    left = dict(notes)
    for place, chapter in enumerate(work.chapters, 1):
        numbers = dict.fromkeys(int(number) for number in _MARK.findall(chapter.body_html))
        wanted = [number for number in numbers if number in left]
        if place == len(work.chapters):
            wanted = [*wanted, *(number for number in left if number not in numbers)]
        if wanted:
            rows = [_row(number, left.pop(number)) for number in wanted]
            chapter.body_html = "\n".join([chapter.body_html, "<hr>", *rows])


def _row(number: int, html: str) -> str:
    inside = html.strip()
    if inside.startswith("<p>"):
        return f"<p>[{number}] {inside.removeprefix('<p>')}"
    return f"<p>[{number}] {inside}</p>"
