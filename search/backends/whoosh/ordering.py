"""The best of a result without sorting all of it; ties go by rising id."""

from dataclasses import dataclass

import numpy as np

from search.backends.whoosh.arrays import Array
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.snapshot import View
from search.backends.whoosh.terms import Terms
from search.backends.whoosh.tree import Scored

_FEW_PAGES = 4
"""Up to so many times what is asked for, putting all in order is quicker than choosing first."""

_FIRST_STEP = 1024
"""So many values are looked through first for those that equal the last of a page."""

_ID_BITS = 32
_TOP_ID = (1 << 32) - 1
_SPAN_BITS = 31
_SPAN = 1 << _SPAN_BITS


@dataclass(slots=True)
class Ranked:
    """Works of the segment with this number in the snapshot, which are to be put in order."""

    view: View
    number: int
    found: Scored

    @property
    def docs(self) -> Array:
        """The ordinals, rising."""
        return self.found.docs


def best_ids(parts: list[Ranked], name: str, *, falls: bool, begin: int, count: int) -> list[int]:
    """The ids at these places of the order ``name``."""
    if not parts:
        return []
    if name in {"title", "creator"}:
        return _by_text(parts, name, falls=falls, begin=begin, count=count)
    values = [_values(part, name) for part in parts]
    joined = _joined(values)
    end = begin + count
    is_small = all(_is_small(part.view.opened, name) for part in parts)
    if len(joined) <= _FEW_PAGES * end:
        ids = _joined([part.view.opened.ids.take(part.docs) for part in parts])
        return _best(joined, ids, falls=falls, end=end, is_small=is_small)[begin:]
    chosen = _foremost_of(parts, joined, falls=falls, end=end)
    ids = _ids_of(parts, chosen)
    return _best(joined.take(chosen), ids, falls=falls, end=end, is_small=is_small)[begin:]


def greatest(values: Array, ids: Array, count: int) -> list[int]:
    """The ids of the greatest values; ties by rising id."""
    if not len(values):
        return []
    chosen = _foremost(values, falls=True, end=count)
    return _best(values[chosen], ids[chosen], falls=True, end=count)


def _is_small(opened: Opened, name: str) -> bool:
    """Whether the numbers of the order (scores always do) and all ids fit into one number."""
    is_small = name == "relevance" or opened.fits(name, _SPAN_BITS)
    return is_small and opened.fits("id", _ID_BITS)


def _joined(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _values(part: Ranked, name: str) -> Array:
    if name == "relevance":
        return part.found.scores
    values: Array = part.view[f"work.{name}"].take(part.docs)
    return values


def _ids_of(parts: list[Ranked], chosen: Array) -> Array:
    """The ids of the works at these places of all parts together; the places rise."""
    ids = []
    begin = low = 0
    for part in parts[:-1]:
        end = begin + len(part.docs)
        high = int(chosen.searchsorted(end))
        ids.append(part.view.opened.ids.take(part.docs.take(chosen[low:high] - begin)))
        begin, low = end, high
    rest = chosen[low:] - begin if begin else chosen
    ids.append(parts[-1].view.opened.ids.take(parts[-1].docs.take(rest)))
    return _joined(ids)


def _foremost(values: Array, *, falls: bool, end: int) -> Array:
    """Where the values stand that may be among the first, with all that equal the last of them."""
    if len(values) <= _FEW_PAGES * end:
        return np.arange(len(values))
    last = _last_of_first(values, falls=falls, end=end)
    is_foremost = values >= last if falls else values <= last
    chosen: Array = is_foremost.nonzero()[0]
    return chosen


def _last_of_first(values: Array, *, falls: bool, end: int) -> int:
    at = len(values) - end if falls else end - 1
    ordered = values.copy()
    ordered.partition(at)
    return int(ordered[at])


def _foremost_of(parts: list[Ranked], values: Array, *, falls: bool, end: int) -> Array:
    """The same of several parts, rising.

    Of those that equal the last only as many of each part as there is room for: by rising id.
    """
    last = _last_of_first(values, falls=falls, end=end)
    is_foremost = values >= last if falls else values <= last
    if np.count_nonzero(is_foremost) <= _FEW_PAGES * end:
        few: Array = is_foremost.nonzero()[0]
        return few
    better = (values > last if falls else values < last).nonzero()[0]
    chosen = [better]
    begin = 0
    for part in parts:
        some = values[begin : begin + len(part.docs)]
        room = end - len(better) if part.view.opened.has_rising_ids else len(some)
        chosen.append(_first_equal(some, last, room) + begin)
        begin += len(some)
    foremost = np.concatenate(chosen)
    foremost.sort()
    return foremost


def _first_equal(values: Array, wanted: int, room: int) -> Array:
    """Where the first ``room`` or somewhat more of the values stand that equal this one."""
    found: list[Array] = []
    begin, step, count = 0, _FIRST_STEP, 0
    while begin < len(values) and count < room:
        places = (values[begin : begin + step] == wanted).nonzero()[0] + begin
        found.append(places)
        count += len(places)
        begin += step
        step *= 4
    return np.concatenate(found)[:room] if found else np.empty(0, np.intp)


def _best(values: Array, ids: Array, *, falls: bool, end: int, is_small: bool = False) -> list[int]:
    """The first ids of an order by value, then by rising id.

    ``is_small``: all values have 31 bits and all ids 32, which need not be looked at then.
    """
    values = values.astype(np.int64)
    lowest, highest = 0, _SPAN - 1
    if not is_small:
        lowest, highest = int(values.min()), int(values.max())
        if highest - lowest >= _SPAN or int(ids.max()) > _TOP_ID or int(ids.min()) < 0:
            order = np.lexsort((ids, -values if falls else values))[:end]
            found: list[int] = ids[order].tolist()
            return found
    # Value and id in one number: greatest first is best first, and no two are equal.
    packed = (values - lowest if falls else highest - values) << _ID_BITS
    packed |= _TOP_ID - ids
    packed.sort()
    best: list[int] = (_TOP_ID - (packed[::-1][:end] & _TOP_ID)).tolist()
    return best


def _by_text(parts: list[Ranked], name: str, *, falls: bool, begin: int, count: int) -> list[int]:
    """Ranks compare within a segment only: the best of each are merged by the texts themselves."""
    candidates: list[tuple[bytes, int]] = []
    for part in parts:
        ranks = part.view[f"{name}.ranks"][part.docs].astype(np.int64)
        texts = Terms(part.view[f"{name}.blob"], part.view[f"{name}.ends"])
        chosen = _foremost(ranks, falls=falls, end=begin + count)
        ranks, ids = ranks[chosen], part.view.opened.ids[part.docs[chosen]]
        rank_of = dict(zip(ids.tolist(), ranks.tolist(), strict=True))
        best = _best(ranks, ids, falls=falls, end=begin + count)
        candidates += [(texts[rank_of[pk]], pk) for pk in best]
    candidates.sort(key=lambda pair: pair[1])
    candidates.sort(key=lambda pair: pair[0], reverse=falls)
    return [pk for _, pk in candidates[begin : begin + count]]
