"""The matrix is whole: every row has a cell for everybody, and a name of its own."""

from tests.permissions.table import BY_NAME, CELLS, NOT_BUILT, PEOPLE, ROWS


def test_every_row_has_a_cell_for_everybody():
    assert len(BY_NAME) == len(ROWS)
    for row in ROWS:
        assert len(row.cells) == len(PEOPLE), row.name
        assert set(row.cells) <= set(CELLS), row.name


def test_what_is_not_built_names_rows_and_reasons():
    assert set(NOT_BUILT) <= set(BY_NAME)
    assert all(reason for reason in NOT_BUILT.values())
