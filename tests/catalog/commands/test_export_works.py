"""``export_works``: files for one viewer's eyes, written once, and books."""

import json
import zipfile

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from catalog.events import announce_works_changed
from catalog.importers.base import ImportLimits
from catalog.importers.ndjson import NdjsonImporter
from catalog.models import Work
from tests.factories import make_chapter, make_creator, make_series, make_user, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(drained) -> list[Work]:
    made = [
        make_work("The Lamp", creators=[make_creator("Ada")], text="<p>One <em>two</em>.</p>"),
        make_work("夜", is_restricted=True),
        make_work("Draft", status="draft"),
        make_work("Masked", is_anonymous=True, creators=[make_creator("Secret Pen")]),
    ]
    make_chapter(made[0], "<p>Secret draft.</p>", status="draft")
    with transaction.atomic():
        announce_works_changed([work.pk for work in made])
    drained()
    return made


def run(*args: str, capsys) -> tuple[int, str]:
    try:
        call_command("export_works", *args)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out


def test_what_everybody_may_see_is_written_once(works, tmp_path, capsys):
    out = tmp_path / "books"
    code, said = run("--out", str(out), capsys=capsys)
    assert code == 0
    lamp, masked = f"The_Lamp-{works[0].pk}.epub", f"Masked-{works[3].pk}.epub"
    assert {path.name for path in out.iterdir()} == {lamp, masked}
    assert "2 written" in said
    with zipfile.ZipFile(out / masked) as packed:
        assert not any(b"Secret Pen" in packed.read(name) for name in packed.namelist())
    _, again = run("--out", str(out), capsys=capsys)
    assert "2 unchanged" in again
    Work.everything.filter(pk=works[0].pk).update(modified_at="2024-01-01T00:00Z")
    _, changed = run("--out", str(out), capsys=capsys)
    assert "1 unchanged, 1 written" in changed


def test_members_eyes_see_more_and_lines_are_json(works, tmp_path, capsys):
    make_user("reader")
    args = ["--out", str(tmp_path), "--as", "reader", "--format", "txt", "--format", "md", "--json"]
    code, said = run(*args, capsys=capsys)
    rows = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert rows[-1] == {"summary": {"written": 6}}
    assert {row["title"] for row in rows[:-1]} == {"The Lamp", "夜", "Masked"}
    assert (tmp_path / f"Work-{works[1].pk}.txt").exists()


def test_a_query_a_work_a_series_and_a_book(works, tmp_path, capsys):
    run("--out", str(tmp_path / "q"), "--query", "?title=lamp", "--format", "html", capsys=capsys)
    assert [path.suffix for path in (tmp_path / "q").iterdir()] == [".html"]
    run("--out", str(tmp_path / "w"), "--work", str(works[0].pk), capsys=capsys)
    assert len(list((tmp_path / "w").iterdir())) == 1
    series = make_series(works[0], works[3], title="Towers")
    run("--out", str(tmp_path / "s"), "--series", str(series.pk), capsys=capsys)
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["Towers.epub"]
    book = ["--out", str(tmp_path / "b"), "--one-book", "--title", "All of it"]
    run(*book, capsys=capsys)
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["All_of_it.epub"]


def test_lines_of_ndjson_come_back_through_the_importer(works, tmp_path, capsys):
    run("--out", str(tmp_path), "--format", "ndjson", capsys=capsys)
    data = (tmp_path / "works.ndjson").read_bytes()
    assert b"Secret" not in data
    entries = NdjsonImporter().entries(data, "works.ndjson", ImportLimits())
    found = {work.title: work for entry in entries for work in entry.works}
    assert set(found) == {"The Lamp", "Masked"}
    assert found["The Lamp"].creators == ["Ada"]
    assert found["The Lamp"].chapters[0].body_html == "<p>One <em>two</em>.</p>"
    assert found["The Lamp"].tags["fandom"] == ["Sherlock Holmes"]


def test_lines_of_ndjson_bear_the_names_that_fanficfare_knows(works, tmp_path, capsys):
    run("--out", str(tmp_path), "--format", "ndjson", capsys=capsys)
    lines = (tmp_path / "works.ndjson").read_text().splitlines()
    names = {row["title"]: row["fanficfare"] for row in map(json.loads, lines)}
    lamp = names["The Lamp"]
    assert (lamp["author"], lamp["fandoms"], lamp["category"]) == ("Ada", *["Sherlock Holmes"] * 2)
    assert lamp["storyUrl"].endswith(f"/works/{lamp['storyId']}/")
    assert lamp["status"] in {"Completed", "In-Progress"}
    assert "Secret" not in str(names["Masked"])
    # Alone they are read as well, with the kinds as they were.
    [entry] = NdjsonImporter().entries(
        json.dumps({**lamp, "text": "<p>One.</p>"}).encode(), "one.ndjson", ImportLimits()
    )
    assert entry.works[0].tags["fandom"] == ["Sherlock Holmes"]
    assert entry.works[0].creators == ["Ada"]


@pytest.mark.parametrize(
    "args",
    [
        ["--format", "exe"],
        ["--query", "colour=red"],
        ["--work", "987654"],
        ["--series", "987654"],
        ["--as", "nobody"],
        ["--one-book", "--format", "ndjson"],
    ],
)
def test_unusable_arguments_are_refused(works, tmp_path, args):
    with pytest.raises(CommandError) as refused:
        call_command("export_works", "--out", str(tmp_path / "x"), *args)
    assert refused.value.returncode == 2
