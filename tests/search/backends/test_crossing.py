"""What stands in two rising arrays: every way of finding it finds the same."""

import numpy as np
import pytest

from search.backends.whoosh import crossing as module
from search.backends.whoosh.crossing import crossing


def rising(rng: np.random.Generator, count: int, top: int, kind: type) -> np.ndarray:
    return np.unique(rng.integers(0, top, count)).astype(kind)


@pytest.mark.parametrize("kind", [np.uint32, np.int64])
@pytest.mark.parametrize(
    ("few", "many", "top"),
    [(0, 50, 99), (3, 4000, 5000), (900, 1200, 3000), (5000, 9000, 20_000), (6000, 9000, 1 << 31)],
)
def test_it_is_the_common_part_whatever_the_sizes(monkeypatch, kind, few, many, top):
    monkeypatch.setattr(module, "_LONG", 4000)
    monkeypatch.setattr(module, "_TABLE", 1 << 10)
    monkeypatch.setattr(module, "_STEP", 500)
    rng = np.random.default_rng(few + many)
    one, other = rising(rng, few, top, kind), rising(rng, many, top, kind)
    other = np.union1d(other, one[::7]).astype(kind)
    for found in (crossing(one, other), crossing(other, one)):
        assert found.dtype == kind
        assert found.tolist() == np.intersect1d(one, other).tolist()


def test_numbers_that_share_their_lower_bits_are_told_apart(monkeypatch):
    monkeypatch.setattr(module, "_LONG", 0)
    table = module._TABLE
    one = np.array([1, 5, table + 9, 3 * table + 2], np.uint32)
    other = np.array([1, 9, table + 5, 2 * table + 1, 3 * table + 2], np.uint32)
    assert crossing(one, other).tolist() == [1, 3 * table + 2]
