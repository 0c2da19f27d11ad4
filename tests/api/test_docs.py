"""The documentation for tool builders: its Python works when pasted."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from archive.accounts.services import create_api_key
from tests.factories import make_user, make_work

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def filled(transactional_db):
    make_work("The Borrowed Violin", text="A violin came back.", expected_chapters=1)
    make_work("Another")


def test_the_python_of_the_documentation_runs(live_server, filled, settings):
    settings.WORK_FINDER = "catalog.finder.DatabaseWorkFinder"
    _, key = create_api_key(user=make_user("writer"), name="docs", scopes=["write"])
    text = DOCUMENT.read_text(encoding="utf-8")
    program = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    program = program.replace("http://127.0.0.1:8000", live_server.url).replace("uc_...", key)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, str(DOCUMENT), "exec"), {})  # noqa: S102  what is tested
    lines = printed.getvalue().splitlines()
    assert lines[0] == "2 works"
    assert any("The Borrowed Violin" in line for line in lines)
    assert lines[-1].startswith("posted http")


def test_every_address_that_is_named_exists(api):
    text = DOCUMENT.read_text(encoding="utf-8")
    for path in set(re.findall(r'"\$BASE/([a-z/-]+/)\?', text)):
        response = api.get(path)
        assert response.status_code in (200, 401), path
