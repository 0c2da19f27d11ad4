"""Footnotes of manuscripts: numbered marks in the text, the notes at the end of their chapter."""

import re

from catalog.importers.base import ImportedWork

_MARK = re.compile(r"<sup>\[(\d{1,5})\]</sup>")


def mark_of(number: int) -> str:
    """What stands in the text for a note."""
    return f"<sup>[{number}]</sup>"


def attach_notes(work: ImportedWork, notes: dict[int, str]) -> None:
    """Put each note under the chapter that first refers to it; ``notes`` are HTML by number.

    A later mark leads to the note of an earlier chapter. Notes that nothing refers to go under the
    last chapter: nothing is lost.
    """
    left = dict(notes)
    for place, chapter in enumerate(work.chapters, 1):
        numbers = dict.fromkeys(int(number) for number in _MARK.findall(chapter.body_html))
        earlier = set(numbers) & (notes.keys() - left.keys())
        wanted = [number for number in numbers if number in left]
        if place == len(work.chapters):
            wanted = [*wanted, *(number for number in left if number not in numbers)]
        if wanted:
            rows = [_row(number, left.pop(number)) for number in wanted]
            body = _linked(chapter.body_html, set(wanted) | earlier, set(wanted))
            chapter.body_html = "\n".join([body, "<hr>", *rows])
        elif earlier:
            chapter.body_html = _linked(chapter.body_html, earlier, set())


def _linked(html: str, numbers: set[int], left: set[int]) -> str:
    """The text with marks that lead to their notes, and back: the first of each number ``left``."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in numbers:
            return match[0]
        anchor = f' id="mark-{number}"' if number in left else ""
        left.discard(number)
        return f'<sup><a href="#note-{number}"{anchor}>[{number}]</a></sup>'

    return _MARK.sub(link, html)


def _row(number: int, html: str) -> str:
    inside = html.strip().removeprefix("<p>")
    end = "" if inside != html.strip() else "</p>"
    return f'<p id="note-{number}"><a href="#mark-{number}">[{number}]</a> {inside}{end}'
