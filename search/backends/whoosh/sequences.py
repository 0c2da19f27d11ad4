"""Where words stand side by side in one segment."""

from dataclasses import dataclass

import numpy as np

from search.analysis.query import QueryPart
from search.backends.whoosh.arrays import Array, ranges
from search.backends.whoosh.layout import PLACE_BITS
from search.backends.whoosh.opened import Opened

_MUCH_LONGER = 16
"""From this ratio on a search in the longer array is quicker than sorting both."""

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
    return np.unique(np.concatenate(found))


def _begins(opened: Opened, group: str, sequence: list[Part]) -> Array:
    spans = [part.spans(opened) for part in sequence]
    if not all(spans):
        return _NOWHERE
    among = _holding_all(opened, group, spans)
    if among is None:
        return _NOWHERE
    found = [
        _occurrences(opened, group, span, among) - part.offset
        for part, span in zip(sequence, spans, strict=True)
    ]
    found.sort(key=len)
    begins = found[0]
    for places in found[1:]:
        begins = _common(begins, places)
    return begins


def _holding_all(opened: Opened, group: str, parts: list[list[_Span]]) -> Array | None:
    """Which works hold something of every part; None when there are none."""
    start, docs = opened[f"{group}.start"], opened[f"{group}.docs"]
    lists = [
        [docs[int(start[low]) : int(start[high])] for low, high, _ in spans] for spans in parts
    ]
    lists.sort(key=lambda found: sum(map(len, found)))
    if not any(map(len, lists[0])):
        return None
    among = np.zeros(opened.works, bool)
    for some in lists[0]:
        among[some] = True
    for found in lists[1:]:
        here = np.zeros(opened.works, bool)
        for some in found:
            here[some] = True
        among &= here
    return among if among.any() else None


def _occurrences(opened: Opened, group: str, spans: list[_Span], among: Array) -> Array:
    found = []
    for low, high, base in spans:
        spoken = opened.is_in(base) if base else None
        works = among if spoken is None else among & spoken
        found += [_packed_places(opened, group, number, works) for number in range(low, high)]
    return found[0] if len(found) == 1 else np.unique(np.concatenate(found))


def _packed_places(opened: Opened, group: str, number: int, among: Array) -> Array:
    """Ordinal and place of each occurrence of a term in some works, rising."""
    start, place_start = opened[f"{group}.start"], opened[f"{group}.place_start"]
    begin, end = int(start[number]), int(start[number + 1])
    docs = opened[f"{group}.docs"][begin:end]
    kept = among[docs]
    if not kept.any():
        return _NOWHERE
    counts = opened[f"{group}.counts"][begin:end]
    if 2 * np.count_nonzero(kept) > len(kept):
        places = opened[f"{group}.places"][int(place_start[number]) : int(place_start[number + 1])]
        every: Array = np.repeat(docs.astype(np.int64) << PLACE_BITS, counts) | places
        return every
    ends = int(place_start[number]) + np.cumsum(counts, dtype=np.int64)
    chosen = counts[kept]
    at = ranges(ends[kept] - chosen, ends[kept])
    places = opened[f"{group}.places"][at]
    packed: Array = np.repeat(docs[kept].astype(np.int64) << PLACE_BITS, chosen) | places
    return packed


def _common(few: Array, many: Array) -> Array:
    """What stands in both, each rising."""
    if not len(many):
        return many
    common: Array
    if len(many) > _MUCH_LONGER * len(few):
        at = np.searchsorted(many, few)
        at[at == len(many)] = 0
        common = few[many[at] == few]
    else:
        both = np.concatenate((few, many))
        both.sort()
        common = both[:-1][both[1:] == both[:-1]]
    return common
