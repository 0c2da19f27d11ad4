"""Pages, API and admin have no way of their own to change anything: services do."""

import re

import pytest

from tests.house.sources import PACKAGES, name_of, python_files

WRITES = re.compile(
    r"\.(?:save|create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)\("
)
ALLOWED = {"catalog/admin/base.py"}
FACES = [
    path
    for path in python_files(*PACKAGES)
    if {"web", "api", "admin"} & set(path.parts) or path.name == "admin.py"
]


@pytest.mark.parametrize("path", FACES, ids=name_of)
def test_faces_write_nothing(path):
    if name_of(path) in ALLOWED:
        return
    assert WRITES.findall(path.read_text(encoding="utf-8")) == []


def test_there_are_faces_to_look_at():
    names = {name_of(path) for path in FACES}
    assert {"catalog/web/views/works.py", "catalog/admin/works.py", "search/admin.py"} <= names
