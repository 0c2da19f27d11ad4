"""A sorted dictionary of byte strings in two arrays."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from search.backends.whoosh.arrays import Array

_STEP = 64
_REMEMBERED = 4096


class Terms:
    """Finds the number of a term; numbers follow the order of the bytes."""

    def __init__(self, blob: Array, ends: Array) -> None:
        self.blob = blob
        self.ends = ends
        self._blob = memoryview(blob.data)
        self._found: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._blob[int(self.ends[number]) : int(self.ends[number + 1])])

    def find(self, term: bytes) -> int:
        """The number of the term, or -1."""
        number = self._found.get(term)
        if number is None:
            number = self.lower(term)
            if number == len(self) or self[number] != term:
                number = -1
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[term] = number
        return number

    def lower(self, term: bytes) -> int:
        """The number of the first term that is not smaller."""
        block = bisect_left(self._signposts, term)
        low = max(block - 1, 0) * _STEP
        high = min(block * _STEP + 1, len(self))
        return bisect_left(_Slice(self), term, low, high) if low < high else low

    def between(self, low: int, high: int) -> list[bytes]:
        """The terms with these numbers."""
        ends = self.ends[low : high + 1].tolist()
        blob = bytes(self._blob[ends[0] : ends[-1]]) if len(ends) > 1 else b""
        first = ends[0] if ends else 0
        return [blob[a - first : b - first] for a, b in pairwise(ends)]

    @cached_property
    def _signposts(self) -> list[bytes]:
        return [self[number] for number in range(0, len(self), _STEP)]


class _Slice(Sequence[bytes]):
    """What bisect needs of a dictionary."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]
        return self._terms[number]


def pack_terms(terms: Sequence[bytes]) -> tuple[Array, Array]:
    """The blob and the ends of terms that are sorted already."""
    ends = np.zeros(len(terms) + 1, np.uint64)
    np.cumsum(np.fromiter(map(len, terms), np.uint64, len(terms)), out=ends[1:])
    return np.frombuffer(b"".join(terms), np.uint8), ends
