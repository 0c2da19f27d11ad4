"""What is remembered of a segment stays within its bytes."""

import numpy as np

from search.backends.whoosh.kept import Kept


def test_values_are_made_once():
    kept: Kept[np.ndarray] = Kept(1000)
    made = []

    def make() -> np.ndarray:
        made.append(1)
        return np.zeros(10, np.uint8)

    assert kept.get("a", make) is kept.get("a", make)
    assert made == [1]


def test_the_oldest_go_when_there_are_too_many_bytes():
    kept: Kept[np.ndarray] = Kept(1000)
    for number in range(50):
        kept.get(number, lambda: np.zeros(100, np.uint8))
        assert kept.nbytes <= 1000
    assert len(kept) == 10
    again = kept.get(49, lambda: np.ones(100, np.uint8))
    assert not again.any()
    assert kept.get(0, lambda: np.ones(100, np.uint8)).all()


def test_a_value_larger_than_all_is_not_kept():
    kept: Kept[np.ndarray] = Kept(10)
    assert len(kept.get("a", lambda: np.zeros(100, np.uint8))) == 100
    assert len(kept) == 0
    assert kept.nbytes == 0
