"""What stands in both of two long rising arrays of whole numbers."""

import numpy as np

from search.backends.whoosh.arrays import Array

_MUCH_LONGER = 24
"""From this ratio on a search in the longer array is quicker than anything else."""

_LONG = 1 << 17
"""From so many numbers on a table is quicker than sorting both arrays as one."""

_TABLE_BITS = 20
_TABLE = 1 << _TABLE_BITS
"""Entries of the table: as many bytes, which the cache next to a processor core holds."""

_STEP = 1 << 14
"""So many numbers are entered at once, one entry in 64, which keeps chance hits rare."""


def crossing(one: Array, other: Array) -> Array:
    """The numbers that stand in both arrays, which are of one type, rising, without repeats."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    if not len(few):
        return few
    if len(many) > _MUCH_LONGER * len(few):
        return among(few, many)
    if len(few) + len(many) < _LONG:
        both = np.concatenate((few, many))
        # Two runs in order, which a stable sort only merges.
        both.sort(kind="stable")
        return both[:-1].compress(both[1:] == both[:-1])
    return _by_table(few, many)


def among(few: Array, many: Array) -> Array:
    """Those of ``few`` that stand in ``many``, which is not empty, by looking up each."""
    at = many.searchsorted(few)
    at[at == len(many)] = 0
    return few.compress(many.take(at) == few)


def _by_table(few: Array, many: Array) -> Array:
    """Piece by piece, with a table of truth values by the lower bits of the numbers."""
    table = np.zeros(_TABLE, bool)
    mask = few.dtype.type(_TABLE - 1)
    bounds = [*many.searchsorted(few[::_STEP]).tolist(), len(many)]
    found = []
    for number, begin in enumerate(range(0, len(few), _STEP)):
        entered = few[begin : begin + _STEP]
        places = (entered & mask).astype(np.intp)
        table[places] = True
        asked = many[bounds[number] : bounds[number + 1]]
        hits = asked.compress(table.take((asked & mask).astype(np.intp)))
        table[places] = False
        if len(hits) and int(max(entered[-1], hits[-1])) - int(entered[0]) >= _TABLE:
            # Numbers that lie so far apart may share their lower bits.
            hits = among(hits, entered)
        found.append(hits)
    return np.concatenate(found)
