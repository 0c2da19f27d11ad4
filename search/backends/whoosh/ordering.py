"""The best of a result without sorting all of it; ties go by rising id."""

from dataclasses import dataclass

import numpy as np

from search.backends.whoosh.arrays import Array
from search.backends.whoosh.snapshot import View
from search.backends.whoosh.terms import Terms

_ID_BITS = np.uint64(32)
_TOP_ID = (1 << 32) - 1
_SPAN = 1 << 31


@dataclass(slots=True)
class Ranked:
    """The works of one segment that are to be put in order."""

    view: View
    docs: Array
    scores: Array

    @property
    def ids(self) -> Array:
        """The ids of the works."""
        return self.view.opened.ids[self.docs]


def best_ids(parts: list[Ranked], name: str, *, falls: bool, begin: int, count: int) -> list[int]:
    """The ids at these places of the order ``name``."""
    parts = [part for part in parts if len(part.docs)]
    if not parts:
        return []
    if name in {"title", "creator"}:
        return _by_text(parts, name, falls=falls, begin=begin, count=count)
    values = _joined([_values(part, name) for part in parts])
    ids = _joined([part.ids for part in parts])
    return _best(values, ids, falls=falls, end=begin + count)[begin:]


def _joined(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _values(part: Ranked, name: str) -> Array:
    if name == "relevance":
        return part.scores
    values: Array = part.view[f"work.{name}"][part.docs]
    return values


def _best(values: Array, ids: Array, *, falls: bool, end: int) -> list[int]:
    """The first ids of an order by value, then by rising id."""
    lowest, highest = int(values.min()), int(values.max())
    if highest - lowest >= _SPAN or int(ids.max()) > _TOP_ID or int(ids.min()) < 0:
        order = np.lexsort((ids, -values if falls else values))[:end]
        found: list[int] = ids[order].tolist()
        return found
    # Value and id in one number: greatest first is best first, and no two are equal.
    packed = (values - lowest if falls else highest - values).astype(np.uint64)
    packed <<= _ID_BITS
    packed |= (_TOP_ID - ids).astype(np.uint64)
    if len(packed) > 2 * end:
        packed = np.partition(packed, len(packed) - end)[len(packed) - end :]
    packed.sort()
    best: list[int] = (
        _TOP_ID - (packed[::-1][:end] & np.uint64(_TOP_ID)).astype(np.int64)
    ).tolist()
    return best


def _by_text(parts: list[Ranked], name: str, *, falls: bool, begin: int, count: int) -> list[int]:
    """Ranks compare within a segment only: the best of each are merged by the texts themselves."""
    candidates: list[tuple[bytes, int]] = []
    for part in parts:
        ranks = part.view[f"{name}.ranks"][part.docs].astype(np.int64)
        texts = Terms(part.view[f"{name}.blob"], part.view[f"{name}.ends"])
        ids = part.ids
        chosen = _best(ranks, ids, falls=falls, end=begin + count)
        rank_of = dict(zip(ids.tolist(), ranks.tolist(), strict=True))
        candidates += [(texts[rank_of[pk]], pk) for pk in chosen]
    candidates.sort(key=lambda pair: pair[1])
    candidates.sort(key=lambda pair: pair[0], reverse=falls)
    return [pk for _, pk in candidates[begin : begin + count]]
