"""Occurrences of words in chosen fields, counted over the places of one segment."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from search.backends.whoosh.arrays import Array, distinct, edges_of, lengths_of
from search.backends.whoosh.layout import (
    CODE_SHIFT,
    DOC_BITS,
    FIELD_OF_CODE,
    META_CODES,
    TEXT,
)
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.postings import amounts, impacts
from search.backends.whoosh.sequences import Places

Matched: TypeAlias = tuple[Array, Array]
"""Ordinals, rising, and an impact for each."""

_NOTHING: Matched = (np.empty(0, np.int64), np.empty(0, np.uint8))
_NO_KEYS = np.empty(0, np.int64)
_COUNT_BITS = 23
_COUNT_MASK = (1 << _COUNT_BITS) - 1
_FIELD_BITS = 4
_OWNER_SHIFT = _FIELD_BITS + _COUNT_BITS
_TERM_SHIFT = _OWNER_SHIFT + DOC_BITS
_DOC_MASK = (1 << DOC_BITS) - 1
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
        keys = [self._keys_of(number, number + 1) for number in numbers if number >= 0]
        packed = np.concatenate([_NO_KEYS, *keys])
        if among is not None:
            packed = packed.compress(among.take(packed >> _OWNER_SHIFT))
        return self._impacts(packed)

    def of_each(self, spans: Sequence[tuple[int, int]]) -> Matched:
        """Works and impacts of each term within ranges of numbers, a work once for each term."""
        keys = [_NO_KEYS]
        for at, (low, high) in enumerate(spans):
            # Terms are told apart by what stands above the ordinal.
            before = at if high - low == 1 else 0
            keys.append(self._keys_of(low, high, terms_apart=True) + (before << _TERM_SHIFT))
        owners, strengths = self._impacts(np.concatenate(keys))
        return owners & _DOC_MASK, strengths

    def works_of_each(self, low: int, high: int, among: Array) -> Array:
        """In how many of some works each term within a range of numbers occurs."""
        owners = distinct(self._keys_of(low, high, terms_apart=True) >> _OWNER_SHIFT)
        owners = owners.compress(among.take(owners & _DOC_MASK))
        return np.bincount(owners >> DOC_BITS, minlength=high - low)

    def of_places(self, found: dict[str, Places]) -> Matched:
        """Works and impacts of some places by group."""
        keys = [self._field_keys(group, places) for group, places in found.items()]
        return self._impacts(np.concatenate([_NO_KEYS, *keys]))

    def _keys_of(self, low: int, high: int, *, terms_apart: bool = False) -> Array:
        """Owner, field and count of the occurrences of terms within a range of numbers.

        The owner is the ordinal of the work, with the number of the term above it if wanted.
        """
        parts = [self._in_group(group, low, high, terms_apart) for group in self.groups()]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _in_group(self, group: str, low: int, high: int, terms_apart: bool) -> Array:  # noqa: FBT001  private
        start = self._opened[f"{group}.start"]
        begin, end = int(start[low]), int(start[high])
        owners = self._opened[f"{group}.docs"][begin:end].astype(np.int64)
        if terms_apart:
            counts = lengths_of(start[low : high + 1])
            owners |= np.repeat(np.arange(high - low, dtype=np.int64) << DOC_BITS, counts)
        counts = self._opened[f"{group}.counts"][begin:end]
        if group == "text":
            limited = np.minimum(counts.astype(np.int64), _COUNT_MASK)
            keys: Array = (owners << _FIELD_BITS | TEXT) << _COUNT_BITS | limited
            return keys
        place_start = self._opened["meta.place.start"]
        places = self._opened["meta.places"][int(place_start[low]) : int(place_start[high])]
        return self._keys(np.repeat(owners, counts), places >> CODE_SHIFT)

    def _field_keys(self, group: str, places: Places) -> Array:
        if group == "text":
            limited = np.minimum(places.counts, _COUNT_MASK)
            keys: Array = (places.docs << _FIELD_BITS | TEXT) << _COUNT_BITS | limited
            return keys
        return self._keys(places.docs, places.codes)

    def _keys(self, owners: Array, codes: Array) -> Array:
        """Owner, field and a count of one for each place in a wanted field."""
        keys: Array = (owners << _FIELD_BITS | FIELD_OF_CODE.take(codes)) << _COUNT_BITS | 1
        return keys if self._codes.all() else keys.compress(self._codes.take(codes))

    def _impacts(self, packed: Array) -> Matched:
        """Counts added up by field, and fields by owner."""
        if not len(packed):
            return _NOTHING
        packed.sort()
        keys = packed >> _COUNT_BITS
        edges = edges_of(keys)
        counts = np.add.reduceat(packed & _COUNT_MASK, edges)
        keys = keys.take(edges)
        owners, fields = keys >> _FIELD_BITS, keys & _FIELD_MASK
        amount = amounts(fields, counts, self._opened.norms[owners & _DOC_MASK, fields])
        edges = edges_of(owners)
        return owners.take(edges), impacts(np.add.reduceat(amount, edges))
