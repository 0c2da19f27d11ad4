"""The documentation for tool builders: its Python works when pasted."""

import contextlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.accounts.services import create_api_key
from catalog.api.dumping import dump_catalogue
from catalog.models import Work
from tests.factories import make_series, make_user, make_work
from tests.viewers import user_with_roles

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def filled(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.WORK_FINDER = "catalog.finder.DatabaseWorkFinder"
    work = make_work("The Borrowed Violin", text="A violin came back.", expected_chapters=1)
    make_work("Another")
    make_series(work, title="Baker Street")
    dump_catalogue()


def test_the_python_of_the_documentation_runs(live_server, filled):
    writer = user_with_roles("writer", "wranglers")
    _, key = create_api_key(user=writer, name="docs", scopes=["write", "wrangle"])
    text = DOCUMENT.read_text(encoding="utf-8")
    program = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    program = program.replace("http://127.0.0.1:8000", live_server.url).replace("uc_...", key)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, str(DOCUMENT), "exec"), {})  # noqa: S102  what is tested
    lines = printed.getvalue().splitlines()
    assert lines[0] == "2 works"
    assert any("The Borrowed Violin" in line for line in lines)
    assert any(line.startswith("Baker Street 1 works") for line in lines)
    assert "2 works in the dump, 0 changes since" in lines
    assert any(line.startswith("posted http") for line in lines)
    assert lines[-3:] == [
        "0 works, nothing in the way",
        "a burn that is slow is Slow Burn",
        "a burn that is slow is unwrangled",
    ]


def shell_after(heading: str) -> list[str]:
    """The blocks of shell below a heading."""
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(f"{heading}\n")
    section = re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the quick start uses curl")
def test_the_quick_start_works_when_pasted(live_server, filled, tmp_path):
    """Pasted as it stands, but for the address and the key, which are the reader's own."""
    _, key = create_api_key(user=make_user("writer"), name="docs", scopes=["write"])
    stories = tmp_path / "stories"
    stories.mkdir()
    for name in ("one", "two"):
        (stories / f"{name}.txt").write_text(
            f"{name.title()}\nby Writer\n\n" + "A quiet night. " * 20
        )
    blocks = [*shell_after("## Quick start"), *shell_after("### Import a folder")]
    script = "\n".join(blocks).replace("http://127.0.0.1:8000", live_server.url)
    script = script.replace("uc_...", key).replace(
        "/works/1/", f"/works/{Work.objects.public()[0].pk}/"
    )
    done = subprocess.run(  # noqa: S603  what is tested
        ["/bin/bash", "-eu", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    answers = list(objects_in(done.stdout))
    assert len(answers) == 9
    assert not [answer for answer in answers if "errors" in answer and "code" in answer]
    assert [answer["title"] for answer in answers[-3:]] == ["The Borrowed Violin", "one", "two"]


def objects_in(text: str) -> Iterator[dict]:
    """JSON objects one after another."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        found, place = decoder.raw_decode(text, place)
        yield found


def test_every_address_that_is_named_exists(api):
    text = DOCUMENT.read_text(encoding="utf-8")
    for path in set(re.findall(r'"\$BASE/([a-z/-]+/)\?', text)):
        response = api.get(path)
        assert response.status_code in (200, 401), path
