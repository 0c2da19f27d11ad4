"""The words of a segment by beginning and by likeness."""

from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.backends.whoosh.arrays import Array
from search.backends.whoosh.terms import Terms
from search.backends.words import FIRST_FOLDED

_SHORT = 5
_REMEMBERED = 512
_LONGEST = 127
# Keys of two bytes lie above all keys of one.
_WIDE = 1 << 32
_Bucket = tuple[list[int], list[str]]


class Vocabulary:
    """Finds the folded forms of a dictionary; what it works out is remembered."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._first = terms.lower(FIRST_FOLDED.encode())
        self._buckets: dict[tuple[str, int, int], _Bucket] = {}

    def span(self, prefix: str) -> tuple[int, int]:
        """The numbers of the forms that begin so, as a range."""
        start = prefix.encode()
        # No byte of UTF-8 is 0xff, so nothing that begins so sorts behind this.
        return self._terms.lower(start), self._terms.lower(start + b"\xff")

    def near(self, word: str, edits: int = 1) -> list[tuple[int, int, str]]:
        """Number, distance and form of all forms within so many edits (a swap is one).

        With a single edit in a word of three letters or more either its beginning or its end is
        as it was: only forms that share one of them are compared.
        """
        if edits > 1 or len(word) < 3:
            lengths = range(max(len(word) - edits, 1), len(word) + edits + 1)
            buckets = [self._bucket("length", length, length) for length in lengths]
        else:
            buckets = self._sharing_an_end(word)
        found: dict[int, tuple[int, str]] = {}
        for numbers, forms in buckets:
            hits = process.extract(
                word, forms, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=None
            )
            found.update((numbers[at], (int(distance), form)) for form, distance, at in hits)
        return sorted((number, distance, form) for number, (distance, form) in found.items())

    def _sharing_an_end(self, word: str) -> list[_Bucket]:
        length = 1 if len(word) < _SHORT else 2
        data = word.encode()
        ends = {"begin": data[:length], "end": data[-length:]}
        shorter, longer = len(word) - 1, len(word) + 1
        return [
            self._bucket(kind, _key(end, shorter, length), _key(end, longer, length))
            for kind, end in ends.items()
        ]

    def _bucket(self, kind: str, first: int, last: int) -> _Bucket:
        """The forms with keys between two, read once."""
        bucket = self._buckets.get((kind, first, last))
        if bucket is None:
            order, keys = self._index(kind, first)
            low, high = keys.searchsorted((first, last + 1)).tolist()
            numbers = (order[low:high] + self._first).tolist()
            bucket = (numbers, [self._terms[number].decode() for number in numbers])
            if len(self._buckets) >= _REMEMBERED:
                self._buckets.clear()
            self._buckets[kind, first, last] = bucket
        return bucket

    def _index(self, kind: str, key: int) -> tuple[Array, Array]:
        if kind == "length":
            return self._by_length
        is_short = key < _WIDE
        if kind == "begin":
            return self._by_first_byte if is_short else self._by_first_bytes
        return self._by_last_byte if is_short else self._by_last_bytes

    @cached_property
    def _by_length(self) -> tuple[Array, Array]:
        return _sorted(self._lengths)

    @cached_property
    def _by_first_byte(self) -> tuple[Array, Array]:
        return _sorted(self._keys(1, from_end=False))

    @cached_property
    def _by_first_bytes(self) -> tuple[Array, Array]:
        return _sorted(self._keys(2, from_end=False))

    @cached_property
    def _by_last_byte(self) -> tuple[Array, Array]:
        return _sorted(self._keys(1, from_end=True))

    @cached_property
    def _by_last_bytes(self) -> tuple[Array, Array]:
        return _sorted(self._keys(2, from_end=True))

    @cached_property
    def _lengths(self) -> Array:
        """Characters of each form: bytes that do not continue one."""
        ends = self._ends
        begins = np.cumsum((self._terms.blob & 0xC0) != 0x80)
        before = np.concatenate(([0], begins))[ends]
        lengths: Array = np.minimum(before[1:] - before[:-1], _LONGEST)
        return lengths

    @property
    def _ends(self) -> Array:
        ends: Array = self._terms.ends[self._first :]
        return ends.astype(np.int64)

    def _keys(self, length: int, *, from_end: bool) -> Array:
        """First or last bytes with the number of characters; too short forms get none."""
        ends = self._ends
        begins, ends = ends[:-1], ends[1:]
        blob = np.append(self._terms.blob, np.zeros(2, np.uint8)).astype(np.int64)
        at = ends - length if from_end else begins
        keys = blob[at] if length == 1 else blob[at] << 8 | blob[at + 1]
        keys = (_WIDE if length > 1 else 0) + keys * (_LONGEST + 1) + self._lengths
        keys[ends - begins < length] = -1
        found: Array = keys
        return found


def _key(data: bytes, characters: int, length: int) -> int:
    number = int.from_bytes(data, "big")
    wide = _WIDE if length > 1 else 0
    return wide + number * (_LONGEST + 1) + min(characters, _LONGEST)


def _sorted(keys: Array) -> tuple[Array, Array]:
    order = np.argsort(keys, kind="stable").astype(np.uint32)
    return order, keys[order]
