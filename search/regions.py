"""Where in the HTML of a chapter a query's words stand, without reading all of it closely."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.marking import FOLDING, WORD, Term, bare, is_whole

_MARGIN = 400
_LONGEST = 5_000
_TOGETHER = 300
_PLACES_PER_CHAPTER = 40
_TRIES_PER_CHAPTER = 4_000
_BORDER_REACH = 24
_NEIGHBOUR_REACH = 120

_TAG = re.compile("<[^>]*>|^[^<]*>")

Place = tuple[int, int]
"""Where in the HTML, and the number of the term."""


@dataclass(frozen=True)
class ChapterText:
    """The text of one chapter."""

    id: int
    position: int
    title: str
    html: str
    notes: str


@dataclass(frozen=True)
class Region:
    """A stretch of a chapter's HTML; ``score`` is how many terms it shows close together."""

    chapter: ChapterText
    start: int
    end: int
    score: int


def spellings(anchors: Iterable[str]) -> set[str]:
    """Anchors the way words are usually written: small, with a capital, in capitals."""
    shapes: set[str] = set()
    for anchor in anchors:
        for mark in ("'", "’"):
            word = anchor.replace("’", "'").replace("'", mark)
            capital = mark.join(part[:1].upper() + part[1:] for part in word.split(mark))
            shapes |= {word, word[:1].upper() + word[1:], capital, word.upper()}
    return shapes


def folded_anchors(anchors: Iterable[str]) -> set[str]:
    """Anchors the way they stand in folded text."""
    return {anchor.translate(FOLDING) for anchor in anchors}


def places_of(
    source: str, shape: str, term: Term, anchors: Iterable[str], language: str
) -> Iterator[int]:
    """Where in ``source`` words stand that a term may mean; ``shape`` is what anchors stand in.

    Of several words one is enough: the region is read closely afterwards.
    """
    tries = places = 0
    beside = term.beside(language)
    for anchor in anchors:
        accept_any = is_whole(anchor)
        at_beginnings = term.is_at_beginnings and not accept_any
        at = shape.find(anchor)
        while at >= 0 and tries < _TRIES_PER_CHAPTER and places < _PLACES_PER_CHAPTER:
            if at_beginnings and at and source[at - 1].isalnum():
                at = shape.find(anchor, at + 1)
                continue
            tries += 1
            start, end = _word_around(source, at)
            if accept_any or (
                term.may_be(source[start:end], language)
                and (not beside or _has_neighbours(source, start, end, *beside))
            ):
                places += 1
                yield start
            at = shape.find(anchor, max(end, at + 1))


def literal_places(source: str, shapes: Iterable[str]) -> Iterator[int]:
    """Where one of some texts stands that neither begins nor ends inside of a word."""
    for shape in shapes:
        places = 0
        at = source.find(shape)
        while at >= 0 and places < _PLACES_PER_CHAPTER:
            end = at + len(shape)
            if not source[max(at - 1, 0) : at].isalnum() and not source[end : end + 1].isalnum():
                places += 1
                yield at
            at = source.find(shape, end)


def _has_neighbours(source: str, start: int, end: int, before: str, behind: str) -> bool:
    """Whether the words before and behind a place begin as they have to."""
    # Most words have one space between them, which is looked at without taking anything apart.
    if behind and source[end : end + 1] == " " and source[end + 1 : end + 2].isalpha():
        if not bare(source[end + 1 : end + 1 + 2 * len(behind)]).startswith(behind):
            return False
    elif behind:
        match = WORD.search(_TAG.sub("", source[end : end + _NEIGHBOUR_REACH]))
        if match and not bare(match[0]).startswith(behind):
            return False
    if before:
        words = WORD.findall(_TAG.sub("", source[max(start - _NEIGHBOUR_REACH, 0) : start]))
        if words and not bare(words[-1]).startswith(before):
            return False
    return True


def _word_around(source: str, at: int) -> tuple[int, int]:
    """The word that the place is in; the single character where there is none."""
    start = at
    while start and (source[start - 1].isalnum() or source[start - 1] in "'’"):
        start -= 1
    while start < at and not source[start].isalnum():
        start += 1
    match = WORD.match(source, start)
    return (start, match.end()) if match and match.end() > at else (at, at + 1)


def regions_of(chapter: ChapterText, places: Sequence[Place]) -> Iterator[Region]:
    """Stretches around places in order; they do not overlap, and none is very long."""
    group: list[Place] = []
    start = 0
    for place in places:
        if group and not _belongs(place, group):
            end = min(group[-1][0] + _MARGIN, place[0])
            yield Region(chapter, start, end, _score(group))
            start, group = max(end, place[0] - _MARGIN), []
        elif not group:
            start = max(0, place[0] - _MARGIN)
        group.append(place)
    if group:
        end = min(group[-1][0] + _MARGIN, len(chapter.html))
        yield Region(chapter, start, end, _score(group))


def _belongs(place: Place, group: Sequence[Place]) -> bool:
    is_near = place[0] - group[-1][0] <= 2 * _MARGIN
    return is_near and place[0] - group[0][0] <= _LONGEST


def _score(group: Sequence[Place]) -> int:
    """The most different terms that stand within one passage's reach."""
    best = 0
    for first, (start, _) in enumerate(group):
        terms = set()
        for at, number in group[first:]:
            if at - start > _TOGETHER:
                break
            terms.add(number)
        best = max(best, len(terms))
    return best


def whole_blocks(source: str, start: int, end: int) -> str:
    """A stretch of HTML that neither begins nor ends inside of a tag or, if it can, of a word."""
    if start:
        opened, closed = source.rfind("<", 0, start), source.rfind(">", 0, start)
        if opened > closed:
            start = source.find(">", start) + 1 or start
        else:
            space = source.find(" ", start, start + _BORDER_REACH)
            start = space + 1 if space >= 0 else start
    if end < len(source):
        opened, closed = source.rfind("<", start, end), source.rfind(">", start, end)
        if opened > closed:
            end = opened
        else:
            space = source.rfind(" ", end - _BORDER_REACH, end)
            end = space if space >= 0 else end
    return source[start:end]
