"""Where words stand side by side in one segment."""

from dataclasses import dataclass

import numpy as np

from search.analysis.query import QueryPart
from search.backends.whoosh.arrays import Array, distinct, ranges
from search.backends.whoosh.layout import PLACE_BITS
from search.backends.whoosh.opened import Opened

_MUCH_LONGER = 16
"""From this ratio on a search in the longer array is quicker than sorting both."""

_WORTH_FILTERING = 4
"""From this ratio on only the works that are left are looked at."""

_NOWHERE = np.empty(0, np.int64)
_Span = tuple[int, int, str]
"""A range of term numbers, and the language it is restricted to, or none."""


@dataclass(frozen=True)
class Part:
    """What may stand at an offset: one of some terms, or any word with a beginning.

    ``terms`` are pairs of a term and the language in which it counts, empty for all.
    """

    offset: int
    terms: tuple[tuple[bytes, str], ...] = ()
    beginning: str = ""

    @classmethod
    def of(cls, part: QueryPart, *, in_any_form: bool) -> "Part":
        """A part of a compound, in any form, or of a phrase, as it is."""
        forms = part.forms
        terms = [(forms.folded, "")]
        if in_any_form:
            terms += [
                (term, base)
                for base, stems in forms.by_language
                for term in stems
                if term != forms.folded
            ]
        return cls(part.offset, tuple((term.encode(), base) for term, base in terms))

    def spans(self, opened: Opened) -> list[_Span]:
        """The terms of the segment that may stand here."""
        if self.beginning:
            low, high = opened.vocabulary.span(self.beginning)
            return [(low, high, "")] if low < high else []
        wanted = [(term, base) for term, base in self.terms if not base or base in opened.spoken]
        numbers = [(opened.terms.find(term), base) for term, base in wanted]
        return [(number, number + 1, base) for number, base in numbers if number >= 0]


def places_of_any(opened: Opened, group: str, sequences: list[list[Part]]) -> Array:
    """Where any of the sequences begins, as ordinal and place in one number, rising."""
    found = [_begins(opened, group, sequence) for sequence in sequences]
    found = [places for places in found if len(places)]
    if len(found) <= 1:
        return found[0] if found else _NOWHERE
    return distinct(np.concatenate(found))


def _begins(opened: Opened, group: str, sequence: list[Part]) -> Array:
    """Where all parts stand at their offsets; the rarest is looked at first."""
    parts = [
        (_size(opened, group, spans), part.offset, spans)
        for part in sequence
        for spans in [part.spans(opened)]
    ]
    parts.sort(key=lambda part: part[0])
    if not parts[0][0]:
        return _NOWHERE
    begins = _occurrences(opened, group, parts[0][2], None) - parts[0][1]
    for size, offset, spans in parts[1:]:
        if not len(begins):
            break
        among = None
        if size > _WORTH_FILTERING * len(begins):
            among = np.zeros(opened.works, bool)
            among[begins >> PLACE_BITS] = True
        begins = _common(begins, _occurrences(opened, group, spans, among) - offset)
    return begins


def _size(opened: Opened, group: str, spans: list[_Span]) -> int:
    start = opened[f"{group}.place.start"]
    return sum(int(start[high]) - int(start[low]) for low, high, _ in spans)


def _occurrences(opened: Opened, group: str, spans: list[_Span], among: Array | None) -> Array:
    """Ordinal and place of all that may stand at one offset, rising."""
    found = []
    for low, high, base in spans:
        spoken = opened.is_in(base) if base else None
        works = among if spoken is None else spoken if among is None else among & spoken
        found.append(_packed_places(opened, group, low, high, works))
    is_one_term = len(spans) == 1 and spans[0][1] - spans[0][0] == 1
    return found[0] if is_one_term else distinct(np.concatenate(found))


def _packed_places(opened: Opened, group: str, low: int, high: int, among: Array | None) -> Array:
    """Ordinal and place of each occurrence of some terms in some works, rising term by term."""
    start, place_start = opened[f"{group}.start"], opened[f"{group}.place.start"]
    begin, end = int(start[low]), int(start[high])
    docs = opened[f"{group}.docs"][begin:end]
    counts = opened[f"{group}.counts"][begin:end]
    places = opened[f"{group}.places"][int(place_start[low]) : int(place_start[high])]
    if among is not None:
        kept = among.take(docs)
        ends = np.cumsum(counts, dtype=np.int64).compress(kept)
        docs, counts = docs.compress(kept), counts.compress(kept)
        places = places.take(ranges(ends - counts, ends))
    packed: Array = np.repeat(docs.astype(np.int64) << PLACE_BITS, counts) | places
    return packed


def _common(few: Array, many: Array) -> Array:
    """What stands in both, each rising."""
    if not len(many):
        return many
    common: Array
    if len(many) > _MUCH_LONGER * len(few):
        at = many.searchsorted(few)
        at[at == len(many)] = 0
        common = few.compress(many.take(at) == few)
    else:
        both = np.concatenate((few, many))
        both.sort()
        common = both[:-1].compress(both[1:] == both[:-1])
    return common
