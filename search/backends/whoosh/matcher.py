"""A Whoosh matcher over posting arrays: one work at a time, for Whoosh's own queries."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.matching import LeafMatcher

from search.backends.whoosh.arrays import Array


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks works in rising order."""

    def __init__(
        self,
        docs: Array,
        weights: Array,
        places: Array | None,
        format_: Any,
        term: tuple[str, bytes],
        scorer: Any = None,
    ) -> None:
        self._docs: list[int] = docs.tolist()
        self._weights: list[float] = weights.tolist()
        self._places = places
        self._ends = np.cumsum(weights, dtype=np.int64)
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a current work."""
        return self._at < len(self._docs)

    def id(self) -> int:
        """The ordinal of the current work."""
        return self._docs[self._at]

    def weight(self) -> float:
        """The impact or the number of occurrences."""
        return float(self._weights[self._at])

    def value(self) -> bytes:
        """The places in the current work as raw numbers."""
        if self._places is None:
            return b""
        end = int(self._ends[self._at])
        return self._places[end - int(self._weights[self._at]) : end].tobytes()

    def next(self) -> bool:
        """Go to the next work."""
        self._at += 1
        return False

    def skip_to(self, id: int) -> bool:  # noqa: A002  Whoosh calls it so
        """Go to the first work that is not before this one."""
        self._at = bisect_left(self._docs, id, self._at)
        return False

    def reset(self) -> None:
        """Go back to the first work."""
        self._at = 0

    def copy(self) -> "ArrayMatcher":
        """Another walk from the same place."""
        twin = ArrayMatcher.__new__(ArrayMatcher)
        twin.__dict__.update(self.__dict__)
        return twin

    def all_ids(self) -> Iterator[int]:
        """The works from the current one on."""
        return iter(self._docs[self._at :])

    def supports_block_quality(self) -> bool:
        """There are no blocks to be skipped."""
        return False
