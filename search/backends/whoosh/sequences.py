"""Where words stand side by side in one segment."""

from dataclasses import dataclass

import numpy as np

from search.analysis.query import QueryPart
from search.backends.deadline import Deadline
from search.backends.whoosh.arrays import Array, distinct, edges_of, lengths_of, ranges, where_any
from search.backends.whoosh.crossing import crossing
from search.backends.whoosh.layout import CODE_SHIFT, PLACE_BITS, PLACE_MASK
from search.backends.whoosh.opened import Opened

_WORTH_FILTERING = 8
"""From this ratio of occurrences on only the works that are left are looked at."""

_MANY_WORKS = 4
"""Where more than one work of so many is left, reading all of them is quicker."""

_NONE = np.empty(0, np.int64)
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


@dataclass(frozen=True)
class Places:
    """Where sequences begin: ordinals, rising, codes of fields in the metadata, and how often."""

    docs: Array
    codes: Array
    counts: Array


def places_of_any(
    opened: Opened, group: str, sequences: list[list[Part]], deadline: Deadline
) -> Places:
    """Where any of the sequences begins; what is not found out by the deadline is left out."""
    found = [_begins(opened, group, sequence, deadline) for sequence in sequences]
    found = [places for places in found if len(places)]
    if not found:
        return Places(_NONE, _NONE, _NONE)
    places = found[0] if len(found) == 1 else distinct(np.concatenate(found))
    if group != "text":
        codes = (places & PLACE_MASK) >> CODE_SHIFT
        return Places(places >> PLACE_BITS, codes, np.ones_like(codes))
    bases = opened.bases_of(group)
    if len(places) < len(bases):
        owners = bases.searchsorted(places, side="right") - 1
        edges = edges_of(owners)
        return Places(owners.take(edges), _NONE, lengths_of(np.append(edges, len(owners))))
    # How many lie before each work begins tells how many lie in it.
    counts = lengths_of(np.append(places.searchsorted(bases), len(places)))
    docs = where_any(counts)
    return Places(docs, _NONE, counts.take(docs))


def _begins(opened: Opened, group: str, sequence: list[Part], deadline: Deadline) -> Array:
    """Where all parts stand at their offsets; the rarest is looked at first.

    Places are those of the whole segment, one work behind the other.
    """
    first = min(part.offset for part in sequence)
    parts = [
        (_size(opened, group, spans), part.offset - first, spans)
        for part in sequence
        for spans in [part.spans(opened)]
    ]
    parts.sort(key=lambda part: part[0])
    if not parts[0][0]:
        return _NONE
    begins = _NONE
    for at, (size, offset, spans) in enumerate(parts):
        if deadline.is_over():
            return _NONE
        if not at:
            begins = _occurrences(opened, group, spans, None) - offset
            continue
        if not len(begins):
            break
        works = _works_of(opened, group, begins) if size > _WORTH_FILTERING * len(begins) else None
        begins = crossing(begins, _occurrences(opened, group, spans, works) - offset)
    return begins


def _size(opened: Opened, group: str, spans: list[_Span]) -> int:
    start = opened[f"{group}.place.start"]
    return sum(int(start[high]) - int(start[low]) for low, high, _ in spans)


def _works_of(opened: Opened, group: str, places: Array) -> Array:
    """In which works these places are, which rise; the ordinals rise as well."""
    docs = opened.bases_of(group).searchsorted(places, side="right") - 1
    # A sequence that would begin before its work belongs to the one before, or to none.
    docs = np.maximum(docs.take(edges_of(docs)), 0)
    return docs.astype(np.uint16)


def _occurrences(opened: Opened, group: str, spans: list[_Span], among: Array | None) -> Array:
    """The places of all that may stand at one offset, rising; ``among`` are ordinals."""
    found = []
    for low, high, base in spans:
        spoken = opened.is_in(base) if base else None
        if among is not None and high - low == 1:
            found.append(_places_in(opened, group, low, among, spoken))
            continue
        if among is not None:
            # Words with a beginning, which are of any language.
            spoken = np.zeros(opened.works, bool)
            spoken[among.astype(np.intp)] = True
        found.append(_places(opened, group, low, high, spoken))
    is_one_term = len(spans) == 1 and spans[0][1] - spans[0][0] == 1
    return found[0] if is_one_term else distinct(np.concatenate(found))


def _places_in(
    opened: Opened, group: str, number: int, works: Array, spoken: Array | None
) -> Array:
    """The place of each occurrence of a term in some works at least, where they are few."""
    begin, end = opened.slice(group, number)
    if end - begin < _MANY_WORKS * len(works):
        return _places(opened, group, number, number + 1, spoken)
    docs = opened[f"{group}.docs"][begin:end]
    if spoken is not None:
        works = works.compress(spoken.take(works))
    at = docs.searchsorted(works)
    at[at == len(docs)] = 0
    at = at.compress(docs.take(at) == works)
    ends = opened.ends_of(group, number).take(at).astype(np.int64)
    counts = opened[f"{group}.counts"][begin:end].take(at)
    first, last = opened.slice(f"{group}.place", number)
    places = opened[f"{group}.places"][first:last].take(ranges(ends - counts, ends))
    found: Array = opened.bases_of(group).take(docs.take(at)).repeat(counts)
    found += places
    return found


def _places(opened: Opened, group: str, low: int, high: int, among: Array | None) -> Array:
    """The place of each occurrence of some terms in some works, rising term by term."""
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
    bases = opened.bases_of(group).take(docs)
    found: Array = bases.repeat(counts)
    found += places
    return found
