"""What both faces check alike of their lists of acts and of deviations from the matrix."""

from collections.abc import Collection

from tests.permissions.table import BY_NAME, NOT_BUILT, Row

Deviations = dict[str, dict[str, tuple[str, str]]]
"""By row and person: the cell as it is instead, and why."""


def wanted(differs: Deviations, row: Row, person: str) -> str:
    """The cell of the matrix, or what a face has a reason to answer instead."""
    return differs.get(row.name, {}).get(person, (row.of(person), ""))[0]


def check_rows(acts: Collection[str], elsewhere: Collection[str], differs: Deviations) -> None:
    """Every row is tried, or has a reason not to be; what deviates is tried."""
    assert set(BY_NAME) - set(acts) - set(NOT_BUILT) - set(elsewhere) == set()
    assert set(acts) & (set(NOT_BUILT) | set(elsewhere)) == set()
    assert set(differs) <= set(acts)


def check_deviations(differs: Deviations) -> None:
    """Every deviation deviates, and says why in words."""
    for name, people in differs.items():
        for person, (cell, reason) in people.items():
            assert cell != BY_NAME[name].of(person), (name, person)
            assert len(reason.split()) > 3
