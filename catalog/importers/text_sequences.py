"""Which numerals of a text are headings: those that count up with text between them."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.importers.text_headings import Heading
from catalog.importers.text_model import Block

_BETWEEN = {"bare": 8, "titled": 25}
_LEAST = 3
_PAGE_NUMBERS = 0.2
_TERMINAL = tuple(".!?…\"”'’»):;*_。」』！？-—")


@dataclass
class _Run:
    """Places that count 1, 2, 3 ...; ``restarts`` when the counting begins again later."""

    places: list[int]
    restarts: bool = False


def numbered_chapters(
    blocks: Sequence[Block], forms: dict[int, Heading], chapters: list[int]
) -> tuple[list[int], list[int]]:
    """The places of numerals that are chapters, and of those that are headings inside chapters.

    ``chapters`` are places of chapter headings that are known already: numerals then carry on
    their count or stand inside.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    known = set(chapters)
    for at, heading in forms.items():
        if heading.kind in _BETWEEN and at not in known:
            groups[heading.kind, heading.style].append(at)
    for name, places in list(groups.items()):
        if name == ("bare", "arabic") and _are_page_numbers(blocks, places):
            del groups[name]
    if chapters:
        return _carry_on(blocks, forms, groups, sorted(chapters))
    runs = [run for places in groups.values() if (run := _run(blocks, forms, places))]
    outer = [run for run in runs if not run.restarts]
    if not outer:
        return [], []
    best = min(outer, key=lambda run: (run.places[0], -len(run.places)))
    inner = _inner(blocks, forms, groups, best.places)
    return best.places, inner


def _run(
    blocks: Sequence[Block], forms: dict[int, Heading], places: list[int], stop: int | None = None
) -> _Run | None:
    """The places that count up from one (or, at the very top of a file, from any number)."""
    counted: list[int] = []
    expected = -1
    restarts = False
    for at in places:
        number = forms[at].number or 0
        if not counted and (number in {0, 1} or at == 0):
            counted, expected = [at], number + 1
        elif number == expected:
            counted.append(at)
            expected += 1
        elif number == 1 and len(counted) > 1:
            restarts = True
    first = forms[counted[0]].number if counted else 1
    if len(counted) < (2 if first in {0, 1} else 3) or not _has_text(blocks, forms, counted, stop):
        return None
    return _Run(counted, restarts)


def _has_text(
    blocks: Sequence[Block], forms: dict[int, Heading], places: list[int], stop: int | None = None
) -> bool:
    """Whether prose follows each place: the lines of a numbered list follow each other."""
    lengths = [
        sum(len(block.text.split()) for block in blocks[at + 1 : min(end, at + 40)])
        for at, end in zip(places, [*places[1:], stop or len(blocks)], strict=True)
    ]
    average = sum(lengths) / len(lengths)
    return min(lengths) >= _LEAST and average >= _BETWEEN[forms[places[0]].kind]


def _carry_on(
    blocks: Sequence[Block],
    forms: dict[int, Heading],
    groups: dict[tuple[str, str], list[int]],
    chapters: list[int],
) -> tuple[list[int], list[int]]:
    """Numerals with titles that go on counting where the chapters stopped, and the inner ones."""
    more: list[int] = []
    number = forms[chapters[-1]].number if chapters[-1] in forms else None
    for (kind, _), places in groups.items():
        expected = number + 1 if number else -1
        for at in places:
            if kind == "titled" and at > chapters[-1] and forms[at].number == expected:
                more.append(at)
                expected += 1
    if more and not _has_text(blocks, forms, sorted(more)):
        more = []
    return more, _inner(blocks, forms, groups, sorted([*chapters, *more]))


def _inner(
    blocks: Sequence[Block],
    forms: dict[int, Heading],
    groups: dict[tuple[str, str], list[int]],
    chapters: list[int],
) -> list[int]:
    """Numerals that count up from one within a single chapter."""
    found: list[int] = []
    known = set(chapters)
    ends = [*chapters[1:], len(blocks)]
    for places in groups.values():
        by_chapter: dict[int, list[int]] = defaultdict(list)
        for at in places:
            if at not in known and at > chapters[0]:
                by_chapter[bisect(chapters, at) - 1].append(at)
        for chapter, inside in by_chapter.items():
            run = _run(blocks, forms, inside, ends[chapter]) if len(inside) > 1 else None
            if run:
                found.extend(run.places)
    return found


def _are_page_numbers(blocks: Sequence[Block], places: list[int]) -> bool:
    """Whether the numbers stand in the middle of sentences, as pages of a scanned book do."""
    torn = 0
    for at in places:
        before = blocks[at - 1].text if at else ""
        after = blocks[at + 1].text if at + 1 < len(blocks) else ""
        if before and after and after[0].islower() and not before.endswith(_TERMINAL):
            torn += 1
    return torn > 0 and torn >= len(places) * _PAGE_NUMBERS
