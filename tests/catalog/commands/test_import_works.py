"""``import_works`` as operations.md promises it: options, lines, exit codes, repeats."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.importers.batch import read_entries
from catalog.management.import_sources import sources_of
from catalog.models import Work
from catalog.services import suggesting
from tests.catalog.importers.epub_samples import zipped
from tests.factories import make_tag, make_user
from tests.viewers import user_with_roles

STORY = (
    "The Lamp\nBy Ada Reader\n\nShe lit the lamp on Baker Street and went down the stairs to Holmes, "
    "who was waiting.\n"
)
GIVEN = ("--fandom", "Hamlet", "--rating", "General", "--warning", "No Archive Warnings Apply")
KEYS = {
    *("file", "outcome", "work", "url", "title", "creators", "chapters", "words", "missing"),
    *("suggestions", "code", "detail"),
}

pytestmark = pytest.mark.django_db


def run(*args: object) -> tuple[int, list[str]]:
    """Exit code and lines."""
    out = StringIO()
    try:
        call_command("import_works", *map(str, args), stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def objects(*args: object) -> list[dict]:
    return [json.loads(line) for line in run(*args, "--json")[1]]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.txt"
    path.write_text(STORY)
    return path


def test_each_object_has_the_promised_keys_and_the_last_sums_up(story):
    imported, summary = objects(story, *GIVEN)
    assert set(imported) == KEYS
    assert (imported["outcome"], imported["file"]) == ("imported", str(story))
    assert imported["url"].endswith(Work.everything.get().get_absolute_url())
    assert summary == {"summary": {"files": 1, "imported": 1}}
    again, summary = objects(story, *GIVEN)
    assert (again["outcome"], again["work"]) == ("unchanged", imported["work"])
    assert summary == {"summary": {"files": 1, "unchanged": 1}}


def test_a_refused_file_has_the_same_keys_and_exit_code_one(story, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    code, lines = run(tmp_path, *GIVEN, "--json")
    refused, imported, summary = map(json.loads, lines)
    assert (code, refused["outcome"], refused["code"]) == (1, "refused", "import.empty")
    assert set(refused) == set(imported) == KEYS
    assert summary["summary"] == {"files": 2, "imported": 1, "refused": 1}


def test_without_rating_and_warning_it_is_a_draft_that_says_so(story):
    draft, _ = objects(story)
    assert draft["outcome"] == "draft"
    assert set(draft["missing"]) == {"rating", "warnings", "fandoms"}
    assert draft["words"] == 17
    code, lines = run(story)
    assert code == 0
    assert lines[-1] == "1 file: 1 unchanged."


def test_a_dry_run_tells_what_would_become_and_writes_nothing(story):
    would, summary = objects(story, *GIVEN, "--dry-run")
    assert (would["outcome"], would["work"], would["url"]) == ("imported", None, "")
    assert summary == {"summary": {"files": 1, "imported": 1, "dry_run": True}}
    assert not Work.everything.exists()
    assert run(story, "--dry-run")[1][-1] == "1 file: 1 draft (dry run: nothing was written)."


def test_options_replace_single_values_and_add_tags(story):
    story.write_text(
        STORY.replace("\n\n", "\nRating: Mature\nLanguage: French\nTags: Fluff\n\n", 1)
    )
    objects(
        story, *GIVEN, "--tag", "freeform:Angst", "--tag", "character:Watson", "--language", "de"
    )
    work = Work.everything.get()
    names = sorted(work.tags.values_list("kind", "name"))
    assert ("rating", "General") in names
    assert not any(name == "Mature" for _, name in names)
    assert {("freeform", "Angst"), ("freeform", "Fluff"), ("character", "Watson")} <= set(names)
    assert work.language_id == "de"
    objects(story, "--creator", "Ada", "--creator", "Flann")
    assert list(
        work.creators.order_by("creatorships__position").values_list("name", flat=True)
    ) == [*("Ada", "Flann")]


def test_held_works_wait_and_users_import_as_themselves(story):
    held, _ = objects(story, *GIVEN, "--hold")
    assert held["outcome"] == "held"
    assert Work.everything.get().held_at is not None
    user_with_roles("arch", "archivists")
    own = make_user("flann")
    objects(story, *GIVEN, "--as", own.username)
    assert Work.everything.filter(creators__user=own).count() == 1


@pytest.mark.parametrize(
    "args",
    [
        ("nowhere.txt",),
        (".", "--rating", "Naughty"),
        (".", "--warning", "Cheese"),
        (".", "--tag", "nonsense"),
        (".", "--tag", "colour:Red"),
        (".", "--language", "Klingonese"),
        (".", "--as", "nobody"),
        (".", "--accept-suggestions", "--suggestion-score", "2"),
        (),
    ],
)
def test_unusable_arguments_are_told_apart(args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError) as caught:
        run(*args)
    assert caught.value.returncode in (1, 2)
    if "--suggestion-score" not in args and args:
        assert caught.value.returncode == 2


def test_suggestions_are_taken_from_the_score_that_is_asked(story):
    suggesting._vocabulary.cache_clear()  # rolled back tests reuse the ids of tags
    make_tag("fandom", "Sherlock Holmes")
    make_tag("character", "Sherlock Holmes")
    story.write_text("The Lamp\nBy Ada\n\n" + "Sherlock Holmes lit a lamp in Baker Street. " * 9)
    offered = objects(story, "--dry-run")[0]["suggestions"]
    assert offered
    none = objects(story, "--dry-run", "--accept-suggestions", "--suggestion-score", "1")[0]
    assert none["suggestions"] == offered
    every = objects(story, "--dry-run", "--accept-suggestions", "--suggestion-score", "0")[0]
    assert every["suggestions"] == []


def test_what_is_passed_over_in_folders_and_zips_is_told(story, tmp_path):
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "LICENSE.md").write_text("hello")
    (tmp_path / "other").write_text("hello")
    (tmp_path / ".hidden.txt").write_text("hello")
    (tmp_path / "more.zip").write_bytes(
        zipped(
            {"day.md": "# Day\n\nby Ada\n\nIt was a bright and windy day.\n", "x.png": b"\x89PNG"}
        )
    )
    code, lines = run(tmp_path, *GIVEN)
    assert code == 0
    skipped = [line for line in lines if line.startswith("skipped")]
    assert len(skipped) == 4
    assert f"skipped    {tmp_path}/LICENSE.md: It is a licence" in skipped[0]
    assert "cover.jpg: It is a picture, which is not imported." in skipped[1]
    assert "other: It is a file without a suffix" in skipped[2]
    assert "more.zip/x.png: It is a picture" in skipped[3]
    assert lines[-1] == "2 files: 2 imported, 4 skipped."
    summary = objects(tmp_path, *GIVEN)[-1]["summary"]
    assert [row["file"].rpartition("/")[2] for row in summary["skipped"]] == [
        *("LICENSE.md", "cover.jpg", "other", "x.png")
    ]


def test_long_exports_are_read_in_pieces_with_their_line_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.management.import_sources._CHUNK", 400)
    path = tmp_path / "works.ndjson"
    rows = [{"title": f"T{n}", "chapters": [{"body": "word " * 20}]} for n in range(9)]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n{broken\n")
    sources = list(sources_of(path, file_bytes=100))
    assert len(sources) > 2
    found = [
        (entry.name, entry.works[0].title if entry.works else entry.refusal.code)
        for source in sources
        for entry in read_entries(*source.load())
    ]
    assert found == [*((f"line {n + 1}", f"T{n}") for n in range(9)), ("line 10", "import.broken")]
    assert len(list(sources_of(path, file_bytes=10**6))) == 1


def test_an_export_is_imported_line_by_line_and_recognised_again(tmp_path):
    path = tmp_path / "works.ndjson"
    rows = [
        {
            "title": f"Story {n}",
            "creators": ["Ada"],
            "language": "en",
            "tags": {
                "fandom": ["Hamlet"],
                "rating": ["Nonsense"] if n else ["General Audiences"],
                "warning": ["No Archive Warnings Apply"],
            },
            "chapters": [{"body_html": f"<p>Once upon a time there were {n} lamps.</p>"}],
        }
        for n in range(3)
    ]
    path.write_text("\n".join(map(json.dumps, [*rows, {"title": "x", "status": "draft"}])))
    found = objects(path)
    assert [row.get("outcome") for row in found[:-1]] == [
        *("imported", "refused", "refused", "refused")
    ]
    assert found[1]["code"] == "tag.unknown"
    assert found[3]["code"] == "import.withheld"
    assert found[3]["file"] == f"{path}, line 4"
    assert objects(path)[0]["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fandom", "Hamlet, Macbeth"], "A tag name cannot hold ,"),
        (["--tag", "character:<b>"], "A tag name cannot hold <"),
        (["--tag", "rating:Nonsense"], "no rating 'Nonsense'; the archive knows: Not Rated"),
        (["--creator", " "], "creator name cannot be used: it is blank"),
        (["--creator", "x" * 41], "at most 40"),
        (["--encoding", "klingon"], "“klingon” is not known"),
    ],
)
def test_options_that_no_file_could_take_are_unusable(story, arguments, told):
    with pytest.raises(CommandError, match=told) as raised:
        call_command("import_works", str(story), *arguments)
    assert raised.value.returncode == 2
    assert not Work.everything.exists()


def test_a_dry_run_names_the_work_that_is_there_already(story):
    assert objects(story, *GIVEN, "--dry-run")[0]["url"] == ""
    imported = objects(story, *GIVEN)[0]
    tried = objects(story, *GIVEN, "--dry-run")[0]
    assert (tried["work"], tried["url"]) == (imported["work"], imported["url"])
