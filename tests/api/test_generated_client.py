"""A client that a stock generator makes of the committed description works without hand edits."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive.accounts.services import create_api_key
from tests.factories import make_user, make_work

SCHEMA = Path(__file__).parents[1] / "snapshots" / "openapi-v1.yml"
PROGRAM = Path(__file__).with_name("generated_client_run.py")


def run(*arguments: str, cwd: Path) -> str:
    """What a program prints; it has to end well."""
    done = subprocess.run(  # noqa: S603  our own arguments
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_lists_filters_pages_downloads_and_writes(
    live_server, indexed, tmp_path
):
    """Takes some seconds: the generator reads the whole description."""
    for number in range(3):
        indexed(make_work(f"Work {number}", text=f"Text {number}.", tags={"fandom": ["Dracula"]}))
    indexed(make_work("Elsewhere", expected_chapters=1))
    _, key = create_api_key(user=make_user("writer"), name="client", scopes=["write"])
    said = run(
        *("-m", "openapi_python_client", "generate", "--path", str(SCHEMA), "--meta", "none"),
        *("--output-path", str(tmp_path / "archive_client")),
        cwd=tmp_path,
    )
    # It would tidy up with ruff, where that is in the path.
    assert "WARNING" not in said.replace("Warning(s) encountered while generating", "")
    printed = run(str(PROGRAM), str(tmp_path), live_server.url, key, cwd=tmp_path)
    assert printed.splitlines() == [
        "listed 4",
        "filtered 3: Work 0, Work 1, Work 2",
        "paged Work 0, Work 1 | Work 2",
        "faceted Dracula 3",
        "detail Work 0 with <p>Text 0.</p>",
        "downloaded Title: Work 0",
        "refused 400 range.invalid words",
        "missing 404 work.not_found",
        "written draft Mine, deleted None",
    ]
