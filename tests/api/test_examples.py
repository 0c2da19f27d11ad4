"""The programs of docs/examples: run as a stranger would, against the real server."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from catalog.events import announce_works_changed
from catalog.models import Work
from catalog.services.changes import start_epoch
from tests.api.conftest import APIClient
from tests.factories import make_chapter, make_user, make_work

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PROGRAMS = sorted(EXAMPLES.glob("*.py"))

pytestmark = pytest.mark.django_db(transaction=True)


@transaction.atomic
def announce(*works: Work) -> None:
    announce_works_changed([work.pk for work in works])


def change(work: Work, **values: object) -> None:
    Work.everything.filter(pk=work.pk).update(**values)
    announce(work)


def run(name: str, *arguments: object, folder: Path) -> str:
    """What the program prints; it has to end well."""
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, str(EXAMPLES / name), *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def works(db) -> list[Work]:
    made = [make_work(f"Work {number}", text=f"Text {number}.") for number in range(3)]
    announce(*made)
    return made


def mirrored(folder: Path) -> dict[int, dict]:
    found = [json.loads(path.read_text()) for path in folder.glob("work-*.json")]
    return {work["id"]: work for work in found}


def test_the_mirror_stays_in_step(live_server, works, tmp_path):
    folder = tmp_path / "mirror"

    def step() -> str:
        return run("mirror.py", live_server.url, folder, "--text", folder=tmp_path)

    first, second, third = works
    assert step() == "3 fetched, 0 gone\n"
    assert mirrored(folder)[first.pk]["chapters"][0]["body_html"] == "<p>Text 0.</p>"
    assert step() == "0 fetched, 0 gone\n"
    change(first, title="Renamed", version=2)
    change(second, is_restricted=True)
    make_chapter(third, "Another chapter.")
    change(third, version=2)
    fourth = make_work("New")
    announce(fourth)
    assert step() == "3 fetched, 1 gone\n"
    kept = mirrored(folder)
    assert set(kept) == {first.pk, third.pk, fourth.pk}
    assert (kept[first.pk]["title"], len(kept[third.pk]["chapters"])) == ("Renamed", 2)
    for pk, work in kept.items():
        assert (
            work
            == APIClient()
            .client.get(f"/api/v1/works/{pk}/?include=text", headers={"host": live_server.url[7:]})
            .json()
        )


def test_the_mirror_begins_anew_after_a_restored_backup(live_server, works, tmp_path):
    folder = tmp_path / "mirror"
    run("mirror.py", live_server.url, folder, folder=tmp_path)
    (folder / "work-999999.json").write_text("{}")
    start_epoch()
    assert run("mirror.py", live_server.url, folder, folder=tmp_path) == "3 fetched, 0 gone\n"
    assert set(mirrored(folder)) == {work.pk for work in works}


def test_members_mirror_what_is_restricted(live_server, works, tmp_path):
    change(works[0], is_restricted=True)
    _, _, key = APIClient(make_user("reader"), "read").headers["HTTP_AUTHORIZATION"].partition(" ")
    run("mirror.py", live_server.url, tmp_path / "guest", folder=tmp_path)
    run("mirror.py", live_server.url, tmp_path / "member", "--key", key, folder=tmp_path)
    assert (len(mirrored(tmp_path / "guest")), len(mirrored(tmp_path / "member"))) == (2, 3)


def test_changes_are_reacted_to_once(live_server, works, tmp_path):
    def step(*more: object) -> list[str]:
        return run("react.py", live_server.url, *more, folder=tmp_path).splitlines()

    assert step() == []
    change(works[0], title="Renamed")
    change(works[1], is_restricted=True)
    changed, gone = step()
    assert changed.startswith("changed  Renamed by ")
    assert gone == f"gone     work {works[1].pk}"
    assert step() == []


def test_reactions_keep_to_a_fandom_and_run_a_command(live_server, works, tmp_path):
    other = make_work("Elsewhere", tags={"fandom": ["Dracula"]})
    announce(other)
    listed = tmp_path / "seen.jsonl"
    command = tmp_path / "act.sh"
    command.write_text(f"#!/bin/sh\ncat >> {listed}\necho >> {listed}\n")
    command.chmod(0o700)
    given = ("--fandom", "dracula", "--run", command, "--state", tmp_path / "state")
    run("react.py", live_server.url, *given, folder=tmp_path)
    change(other, title="Renamed")
    change(works[0], title="Not looked for")
    run("react.py", live_server.url, *given, folder=tmp_path)
    (event,) = [json.loads(line) for line in listed.read_text().splitlines()]
    assert (event["change"], event["title"]) == ("upsert", "Renamed")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_programs_need_nothing_but_the_standard_library(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert names <= sys.stdlib_module_names


def test_there_are_programs():
    assert {path.name for path in PROGRAMS} >= {"mirror.py", "react.py"}
