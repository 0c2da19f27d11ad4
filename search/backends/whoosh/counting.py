"""Occurrences of words in chosen fields, counted over the places of one segment."""

from collections.abc import Iterable, Sequence

import numpy as np

from search.backends.scoring import FIELDS, TAG_KINDS
from search.backends.whoosh.arrays import Array, ranges
from search.backends.whoosh.layout import (
    CODE_SHIFT,
    FIELD_OF_CODE,
    META_CODES,
    PLACE_BITS,
    TEXT,
)
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.postings import amounts, impacts

_META_FIELDS = sorted(set(FIELD_OF_CODE.tolist()))


class FieldCounter:
    """Counts in the named text fields (tag kinds apart) of one segment."""

    def __init__(self, opened: Opened, names: Iterable[str]) -> None:
        self._opened = opened
        names = set(names)
        self._in_text = "text" in names
        self._codes = np.zeros(16, bool)
        self._codes[[code for name, code in META_CODES.items() if name in names]] = True
        self._in_meta = bool(self._codes.any())

    def impacts(self, counts: Array) -> Array:
        """The impact in every work, 0 for none, of counts by field and work."""
        opened = self._opened
        amount = np.zeros(opened.works, np.int64)
        for field in range(len(FIELDS)):
            docs = np.flatnonzero(counts[field])
            if len(docs):
                amount[docs] += amounts(field, counts[field][docs], opened.norms[docs, field])
        strengths = np.zeros(opened.works, np.uint8)
        docs = np.flatnonzero(amount)
        strengths[docs] = impacts(amount[docs])
        return strengths

    def of_terms(self, numbers: Sequence[int]) -> Array:
        """Occurrences of these terms together, by field and work."""
        spans = [(number, number + 1) for number in numbers if number >= 0]
        return self.of_spans(spans)

    def of_spans(self, spans: Sequence[tuple[int, int]]) -> Array:
        """Occurrences of all terms within ranges of numbers, by field and work."""
        counts = np.zeros((len(FIELDS), self._opened.works), np.int64)
        for low, high in spans:
            if self._in_text:
                counts[TEXT] += self._text(low, high)
            if self._in_meta:
                docs, places = self._meta_places(low, high)
                counts += self._by_field(docs, places)
        return counts

    def of_places(self, group: str, packed: Array) -> Array:
        """The number of packed places (ordinal and place) by field and work."""
        docs = packed >> PLACE_BITS
        if group == "text":
            counts = np.zeros((len(FIELDS), self._opened.works), np.int64)
            counts[TEXT] = np.bincount(docs, minlength=self._opened.works)
            return counts
        return self._by_field(docs, packed & ((1 << PLACE_BITS) - 1))

    def groups(self) -> list[str]:
        """The groups of arrays that hold the named fields."""
        return ["text"] * self._in_text + ["meta"] * self._in_meta

    def _text(self, low: int, high: int) -> Array:
        start = self._opened["text.start"]
        begin, end = int(start[low]), int(start[high])
        docs = self._opened["text.docs"][begin:end]
        counts = self._opened["text.counts"][begin:end]
        return np.bincount(docs, weights=counts, minlength=self._opened.works).astype(np.int64)

    def _meta_places(self, low: int, high: int) -> tuple[Array, Array]:
        start, place_start = self._opened["meta.start"], self._opened["meta.place_start"]
        begin, end = int(start[low]), int(start[high])
        docs = np.repeat(
            self._opened["meta.docs"][begin:end], self._opened["meta.counts"][begin:end]
        )
        return docs, self._opened["meta.places"][int(place_start[low]) : int(place_start[high])]

    def _by_field(self, docs: Array, places: Array) -> Array:
        codes = places >> CODE_SHIFT
        wanted = self._codes[codes]
        fields = FIELD_OF_CODE[codes[wanted]].astype(np.int64)
        works = self._opened.works
        flat = np.bincount(fields * works + docs[wanted], minlength=len(FIELDS) * works)
        return flat.reshape(len(FIELDS), works)


def packed_places(opened: Opened, group: str, number: int, among: Array | None) -> Array:
    """Ordinal and place of each occurrence of a term, rising; ``among`` restricts the works."""
    start, place_start = opened[f"{group}.start"], opened[f"{group}.place_start"]
    begin, end = int(start[number]), int(start[number + 1])
    docs = opened[f"{group}.docs"][begin:end]
    counts = opened[f"{group}.counts"][begin:end]
    first = int(place_start[number])
    places = opened[f"{group}.places"]
    if among is None:
        return _packed(docs, counts, places[first : int(place_start[number + 1])])
    kept = among[docs]
    if not kept.any():
        return np.empty(0, np.int64)
    ends = first + np.cumsum(counts, dtype=np.int64)
    chosen = counts[kept]
    at = ranges(ends[kept] - chosen, ends[kept])
    return _packed(docs[kept], chosen, places[at])


def _packed(docs: Array, counts: Array, places: Array) -> Array:
    packed: Array = np.repeat(docs.astype(np.int64) << PLACE_BITS, counts) | places
    return packed


ALL_NAMES = (*(name for name in FIELDS if name != "tag"), *TAG_KINDS)
