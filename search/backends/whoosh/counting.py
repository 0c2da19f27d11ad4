"""Occurrences of words in chosen fields, counted over the places of one segment."""

from collections.abc import Iterable, Sequence

import numpy as np

from search.backends.scoring import FIELDS
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.layout import (
    CODE_SHIFT,
    FIELD_OF_CODE,
    META_CODES,
    PLACE_BITS,
    TEXT,
)
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.postings import amounts, impacts

_FIELD_BITS = 4
_FIELD_MASK = (1 << _FIELD_BITS) - 1


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

    def of_places(self, found: dict[str, Array]) -> tuple[Array, Array]:
        """Works and impacts of some places (ordinal and place in one number) by group."""
        keys = [self._field_keys(group, packed) for group, packed in found.items()]
        pairs, counts = np.unique(np.concatenate(keys), return_counts=True)
        if not len(pairs):
            return np.empty(0, np.uint16), np.empty(0, np.uint8)
        docs, fields = pairs >> _FIELD_BITS, pairs & _FIELD_MASK
        amount = amounts(fields, counts, self._opened.norms[docs, fields])
        edges = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
        return docs[edges].astype(np.uint16), impacts(np.add.reduceat(amount, edges))

    def _field_keys(self, group: str, packed: Array) -> Array:
        """Ordinal and field of each place in a wanted field."""
        docs = packed >> PLACE_BITS
        if group == "text":
            return docs << _FIELD_BITS | TEXT
        codes = (packed & ((1 << PLACE_BITS) - 1)) >> CODE_SHIFT
        keys: Array = (docs << _FIELD_BITS | FIELD_OF_CODE[codes])[self._codes[codes]]
        return keys

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
