"""Files and functions stay small enough to be read at one sitting."""

import ast

import pytest

from tests.house.sources import PACKAGES, name_of, python_files

MOST_LINES = 400
MOST_LINES_OF_FUNCTION = 60
FILES = [*python_files(*PACKAGES, "tests", "benchmarks")]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_small(path):
    source = path.read_text(encoding="utf-8")
    lines = source.count("\n")
    assert lines <= MOST_LINES, f"{name_of(path)} has {lines} lines"
    long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_LINES_OF_FUNCTION
    ]
    assert not long
