"""Occurrences of words in chosen fields, counted over the places of one segment."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

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

Matched: TypeAlias = tuple[Array, Array]
"""Ordinals, rising, and an impact for each."""

_NOTHING: Matched = (np.empty(0, np.uint16), np.empty(0, np.uint8))
_NO_KEYS = np.empty(0, np.int64)
_COUNT_BITS = 32
_COUNT_MASK = (1 << _COUNT_BITS) - 1
_PLACE_MASK = (1 << PLACE_BITS) - 1
_FIELD_BITS = 4
_KEY_SHIFT = _FIELD_BITS + _COUNT_BITS
_FIELD_MASK = (1 << _FIELD_BITS) - 1


@lru_cache(maxsize=256)
def _codes_of(names: tuple[str, ...]) -> Array:
    """For each code of a place in the metadata whether it belongs to one of the fields."""
    codes = np.zeros(16, bool)
    codes[[code for name, code in META_CODES.items() if name in names]] = True
    codes.setflags(write=False)
    return codes


class FieldCounter:
    """Counts in the named text fields (tag kinds apart) of one segment."""

    def __init__(self, opened: Opened, names: tuple[str, ...]) -> None:
        self._opened = opened
        self._in_text = "text" in names
        self._in_meta = len(names) > self._in_text
        self._codes = _codes_of(names)

    def groups(self) -> list[str]:
        """The groups of arrays that hold the named fields."""
        return ["text"] * self._in_text + ["meta"] * self._in_meta

    def of_terms(self, numbers: Sequence[int], among: Array | None = None) -> Matched:
        """Works and impacts of these terms together; ``among`` restricts the works."""
        return self.of_spans([(number, number + 1) for number in numbers if number >= 0], among)

    def of_spans(self, spans: Sequence[tuple[int, int]], among: Array | None = None) -> Matched:
        """Works and impacts of all terms within ranges of numbers."""
        parts = []
        for low, high in spans:
            if self._in_text:
                parts.append(self._text(low, high))
            if self._in_meta:
                parts.append(self._meta(low, high))
        packed = parts[0] if len(parts) == 1 else np.concatenate([_NO_KEYS, *parts])
        if among is not None:
            packed = packed[among[packed >> _KEY_SHIFT]]
        return self._impacts(packed)

    def of_places(self, found: dict[str, Array]) -> Matched:
        """Works and impacts of some places (ordinal and place in one number) by group."""
        keys = [self._field_keys(group, packed) for group, packed in found.items() if len(packed)]
        return self._impacts(np.concatenate([_NO_KEYS, *keys]))

    def _text(self, low: int, high: int) -> Array:
        start = self._opened["text.start"]
        begin, end = int(start[low]), int(start[high])
        docs = self._opened["text.docs"][begin:end].astype(np.int64)
        return (docs << _FIELD_BITS | TEXT) << _COUNT_BITS | self._opened["text.counts"][begin:end]

    def _meta(self, low: int, high: int) -> Array:
        start, place_start = self._opened["meta.start"], self._opened["meta.place_start"]
        begin, end = int(start[low]), int(start[high])
        docs = np.repeat(
            self._opened["meta.docs"][begin:end].astype(np.int64),
            self._opened["meta.counts"][begin:end],
        )
        places = self._opened["meta.places"][int(place_start[low]) : int(place_start[high])]
        return self._keys(docs, places >> CODE_SHIFT)

    def _field_keys(self, group: str, packed: Array) -> Array:
        docs = packed >> PLACE_BITS
        if group == "text":
            return (docs << _FIELD_BITS | TEXT) << _COUNT_BITS | 1
        return self._keys(docs, (packed & _PLACE_MASK) >> CODE_SHIFT)

    def _keys(self, docs: Array, codes: Array) -> Array:
        """Ordinal, field and a count of one for each place in a wanted field."""
        keys: Array = (docs << _FIELD_BITS | FIELD_OF_CODE[codes]) << _COUNT_BITS | 1
        return keys if self._codes.all() else keys[self._codes[codes]]

    def _impacts(self, packed: Array) -> Matched:
        """Counts added up by field, and fields by work."""
        if not len(packed):
            return _NOTHING
        packed.sort()
        keys = packed >> _COUNT_BITS
        edges = _edges(keys)
        counts = np.add.reduceat(packed & _COUNT_MASK, edges)
        keys = keys[edges]
        docs, fields = keys >> _FIELD_BITS, keys & _FIELD_MASK
        amount = amounts(fields, counts, self._opened.norms[docs, fields])
        edges = _edges(docs)
        return docs[edges].astype(np.uint16), impacts(np.add.reduceat(amount, edges))


def _edges(values: Array) -> Array:
    """Where runs of equal values begin."""
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
