"""A worker of a rebuild obeys orders for its own database only, and says what went wrong."""

import io
import json
from pathlib import Path

import pytest
from django.db import connection

from search.parts import worker
from search.parts.plan import read_result
from tests.search.helpers import post_works

pytestmark = pytest.mark.django_db


def obey(folder: Path, **values: object) -> list[dict]:
    answers = io.StringIO()
    own = str(connection.settings_dict["NAME"])
    order = {"folder": str(folder), "first": 1, "last": 10**9, "like": "", "database": own}
    worker._obey({**order, **values}, answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def _whoosh(settings):
    settings.SEARCH_BACKEND = "whoosh"


def test_a_part_is_built_and_told_of(tmp_path):
    ids = post_works(5)
    part = tmp_path / "part"
    assert obey(part, first=min(ids), last=max(ids) - 1) == [{"done": 4}, {"result": True}]
    result = read_result(part)
    assert result is not None
    assert (result.works, result.failures) == (4, {})


def test_another_database_is_refused(tmp_path):
    [answer] = obey(tmp_path / "part", database="another.sqlite3")
    assert "not another.sqlite3" in answer["error"]
    assert not (tmp_path / "part").exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    post_works(1)
    *_, answer = obey(tmp_path / "file" / "part")
    assert "NotADirectoryError" in answer["error"]
