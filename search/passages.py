"""Passages of plain text around what was found: chosen, cut at words, escaped and marked."""

import html
from collections.abc import Sequence, Set
from dataclasses import dataclass

from catalog.finder import Snippet
from search.marking import Mark
from search.regions import ChapterText

LENGTH = 200
"""About so many characters make a passage."""

_CONTEXT = 40

_BORDER_REACH = 24


@dataclass(frozen=True)
class Passage:
    """A piece of plain text with its marks, and how good it is."""

    text: str
    marks: tuple[Mark, ...]
    field: str = "text"
    chapter: ChapterText | None = None

    @property
    def terms(self) -> frozenset[int]:
        """Which terms it shows."""
        return frozenset(mark.term for mark in self.marks)

    def as_snippet(self) -> Snippet:
        """For the page: escaped, with ``<mark>``."""
        return Snippet(
            html=marked(self.text, self.marks),
            field=self.field,
            chapter_id=self.chapter.id if self.chapter else None,
            chapter_position=self.chapter.position if self.chapter else None,
        )


def windows_of(text: str, marks: Sequence[Mark]) -> list[Passage]:
    """Passages of a text around marks that fit into one together."""
    windows = []
    first = 0
    while first < len(marks):
        last = first
        while (
            last + 1 < len(marks) and marks[last + 1].end - marks[first].start <= LENGTH - _CONTEXT
        ):
            last += 1
        windows.append(_cut(text, marks[first : last + 1]))
        first = last + 1
    return windows


def _cut(text: str, marks: Sequence[Mark]) -> Passage:
    """About two hundred characters around the marks, cut at the borders of words."""
    first, last = marks[0].start, max(mark.end for mark in marks)
    spare = max(0, LENGTH - (last - first))
    start, end = max(0, first - spare // 2), min(len(text), last + spare // 2)
    start, end = _at_border(text, start, first, -1), _at_border(text, end, last, 1)
    before = "… " if start else ""
    after = " …" if end < len(text) else ""
    piece = text[start:end]
    shift = len(before) - start
    placed = tuple(Mark(mark.start + shift, mark.end + shift, mark.term) for mark in marks)
    return Passage(f"{before}{piece}{after}", placed)


def _at_border(text: str, place: int, limit: int, way: int) -> int:
    """The white space nearest to ``place``, first towards ``limit``, then away from it.

    The place itself where none is near, as in Chinese.
    """
    if place in (0, len(text)):
        return place
    inwards = (place - way * step for step in range(_BORDER_REACH))
    outwards = (place + way * step for step in range(1, _BORDER_REACH))
    for at in (*(at for at in inwards if (at - limit) * way >= 0), *outwards):
        if at in (0, len(text)):
            return at
        if 0 < at < len(text) and text[at - 1 if way < 0 else at].isspace():
            return at
    return place


def choose(
    passages: Sequence[Passage], count: int, little: Set[int] = frozenset()
) -> list[Passage]:
    """The passages that show the most terms, then those that add others; ties by place.

    ``little`` are terms that say little: they count between passages that are equal without them.
    """
    left = list(passages)
    chosen: list[Passage] = []
    covered: set[int] = set()
    while left and len(chosen) < count:
        best = max(
            range(len(left)),
            key=lambda at: (
                len(left[at].terms - little - covered),
                len(left[at].terms - little),
                len(left[at].terms - covered),
                len(left[at].terms),
                -at,
            ),
        )
        passage = left.pop(best)
        covered |= passage.terms
        chosen.append(passage)
    return chosen


def marked(text: str, marks: Sequence[Mark]) -> str:
    """The text escaped, with ``<mark>`` around what was found and white space collapsed."""
    parts: list[str] = []
    done = 0
    for mark in marks:
        if mark.end <= done:
            continue
        start = max(mark.start, done)
        parts.append(html.escape(text[done:start], quote=False))
        parts.append(f"<mark>{html.escape(text[start : mark.end], quote=False)}</mark>")
        done = mark.end
    parts.append(html.escape(text[done:], quote=False))
    return " ".join("".join(parts).split())
