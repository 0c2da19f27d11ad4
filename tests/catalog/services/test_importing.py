"""Import: recognised, suggested, written by the same services, and only once."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from archive.core.viewer import SYSTEM
from catalog.models import Chapter, Tag, TagParent, Work, WorkTag
from catalog.services.import_mapping import ImportOptions
from catalog.services.import_session import ImportSession
from tests.corpus import corpus_path
from tests.factories import make_tag, make_user
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db

STORY = """The Lamp in the Tower
By Ozfan

Part 1: The Lamp

Spike looked at Buffy, and Buffy looked at the washcloth in her hand. There was blood on it.

She had torn it in half before anybody spoke.

Continued in Part 2: The Stairs
"""
GIVEN = {"tags": {"fandom": ["Dracula"], "warning": ["No Archive Warnings Apply"]}, "rating": "T"}


@pytest.fixture
def session():
    made = ImportSession(SYSTEM)
    yield made
    made.close()


def bring(session, text, name="story.txt", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return list(session.import_file(data, name, ImportOptions(**options)))


def test_without_a_warning_a_work_is_a_draft_that_says_so(session):
    (outcome,) = bring(session, STORY)
    assert outcome.outcome == "draft"
    assert set(outcome.missing) == {"fandoms", "rating", "warnings"}
    work = Work.everything.get(pk=outcome.work)
    assert (work.title, work.status, work.is_complete) == ("The Lamp in the Tower", "draft", False)
    assert work.continues_in == "The Stairs"
    chapter = Chapter.everything.get(work=work)
    assert (chapter.title, chapter.position) == ("The Lamp", 1)
    assert "Continued in" not in chapter.html


def test_with_everything_given_it_is_posted_with_the_typed_tags(session):
    (outcome,) = bring(session, STORY, **GIVEN)
    assert (outcome.outcome, outcome.missing) == ("imported", [])
    work = Work.everything.get(pk=outcome.work)
    assert work.status == "posted"
    names = set(WorkTag.objects.filter(work=work).values_list("name", flat=True))
    assert names == {"Dracula", "No Archive Warnings Apply", "Teen"}


def test_again_changes_nothing_and_later_tags_complete_the_draft(session):
    (first,) = bring(session, STORY)
    (again,) = bring(session, STORY)
    assert (again.outcome, again.work) == ("unchanged", first.work)
    (then,) = bring(session, STORY, **GIVEN)
    assert (then.outcome, then.work) == ("imported", first.work)
    version = Work.everything.get().version
    (last,) = bring(session, STORY, **GIVEN)
    assert last.outcome == "unchanged"
    assert Work.everything.get().version == version


def test_newer_file_adds_chapters_and_keeps_what_was_edited_here(session):
    (first,) = bring(session, STORY, **GIVEN)
    work = Work.everything.get(pk=first.work)
    newer = STORY.replace(
        "Continued in Part 2: The Stairs",
        "Part 2: The Stairs\n\nThey went down, and the door fell shut behind them.\n\nThe End",
    )
    (second,) = bring(session, newer)
    assert (second.outcome, second.work) == ("updated", work.pk)
    work.refresh_from_db()
    assert (work.chapter_count, work.is_complete, work.continues_in) == (2, True, "")
    assert WorkTag.objects.filter(work=work).count() == 3
    Chapter.everything.filter(work=work, position=1).update(version=2, source="<p>mine</p>")
    (third,) = bring(session, newer.replace("blood on it", "ink on it"))
    assert third.outcome == "unchanged"
    assert Chapter.everything.get(work=work, position=1).source == "<p>mine</p>"


def test_two_editions_of_one_text_do_not_take_turns(session):
    latin = STORY.replace("torn", "tórn")
    for _ in range(2):
        first = [bring(session, STORY, "ascii.txt")[0], bring(session, latin, "latin.txt")[0]]
    assert [outcome.outcome for outcome in first] == ["unchanged", "unchanged"]
    assert Work.everything.count() == 2
    assert bring(session, latin, "renamed.txt")[0].outcome == "unchanged"


def test_same_title_and_name_with_another_text_is_another_work(session):
    bring(session, STORY)
    other = "The Lamp in the Tower\nBy Ozfan\n\nA wholly different evening began with rain."
    (outcome,) = bring(session, other)
    assert outcome.outcome == "draft"
    assert Work.everything.count() == 2


def test_suggestions_name_their_evidence_and_are_used_only_when_accepted(session):
    fandom = make_tag("fandom", "Buffy the Vampire Slayer (TV)")
    for name, other in (("Buffy Summers", "Buffy"), ("Spike (Buffy the Vampire Slayer)", "Spike")):
        character = make_tag("character", name)
        make_tag("character", other, synonym_of=character)
        TagParent.objects.create(from_tag=character, to_tag=fandom)
    story = STORY.replace("She had", "Then Spike asked Buffy, and Buffy told Spike. She had")
    (outcome,) = bring(session, story)
    named = {s["name"]: s for s in outcome.suggestions}
    assert {"Buffy the Vampire Slayer (TV)", "Buffy Summers"} <= set(named)
    assert named["Buffy Summers"]["count"] == 4
    assert not WorkTag.objects.exists()
    (accepted,) = bring(session, story, accept_from=0.0)
    assert "fandoms" not in accepted.missing
    assert WorkTag.objects.filter(tag=fandom).exists()


def test_nothing_of_a_refused_work_stays(session):
    (outcome,) = bring(session, STORY, tags={"freeform": ["a, b"]})
    assert (outcome.outcome, outcome.code) == ("refused", "tag.name_invalid")
    assert not Work.everything.exists()
    assert not Tag.objects.filter(kind="freeform").exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b" \n\t \n", "import.empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "import.unknown_format"),
        (bytes(range(256)) * 20, "import.binary"),
        (b"x" * (50 * 1024 * 1024), "import.too_large"),
        (b"word " * 1_000_000, "import.line_too_long"),
    ],
)
def test_bad_files_are_refused_with_a_reason(session, data, code):
    (outcome,) = bring(session, data, name="bad.txt")
    assert (outcome.outcome, outcome.code) == ("refused", code)
    assert outcome.detail
    assert not Work.everything.exists()


def test_members_import_under_their_own_name():
    member = viewer_with_roles("member")
    session = ImportSession(member)
    (outcome,) = bring(session, STORY, **GIVEN)
    session.close()
    assert outcome.creators == ["member"]
    assert Work.everything.get().creatorships.get().creator.user_id == member.user_id


def test_held_imports_wait_for_review(session):
    (outcome,) = bring(session, STORY, hold=True, **GIVEN)
    assert outcome.outcome == "held"
    assert not Work.objects.public().exists()


def test_command_reports_each_file_as_json(tmp_path, capsys):
    (tmp_path / "one.txt").write_text(STORY)
    (tmp_path / "two.txt").write_bytes(b"")
    with pytest.raises(SystemExit) as stop:
        call_command("import_works", str(tmp_path), "--json")
    assert stop.value.code == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("outcome") for line in lines] == ["draft", "refused", None]
    assert lines[0]["words"] == 27
    assert lines[1]["code"] == "import.empty"
    assert lines[-1]["summary"] == {"files": 2, "draft": 1, "refused": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.txt"], "missing.txt"),
        ([".", "--rating", "Racy"], "Racy"),
        ([".", "--warning", "Boredom"], "Boredom"),
        ([".", "--language", "klingonese"], "klingonese"),
        ([".", "--tag", "nonsense"], "nonsense"),
        ([".", "--as", "nobody"], "nobody"),
    ],
)
def test_unusable_arguments_end_with_2_and_name_what_is_allowed(arguments, said):
    with pytest.raises(CommandError, match=said) as error:
        call_command("import_works", *arguments)
    assert error.value.returncode == 2


def test_dry_run_writes_nothing(tmp_path, capsys):
    (tmp_path / "one.txt").write_text(STORY)
    call_command("import_works", str(tmp_path), "--dry-run")
    assert not Work.everything.exists()
    assert "The Lamp in the Tower" in capsys.readouterr().out


def test_import_as_a_user(tmp_path):
    make_user("ada")
    (tmp_path / "one.txt").write_text(STORY)
    call_command("import_works", str(tmp_path), "--as", "ada")
    assert Work.everything.get().creatorships.get().creator.name == "ada"


@pytest.mark.corpus
def test_the_seed_comes_out_as_it_should(session):
    (path,) = corpus_path("seed").glob("*.txt")
    (outcome,) = bring(session, path.read_bytes(), name=path.name)
    work = Work.everything.get(pk=outcome.work)
    assert (work.title, outcome.creators) == ("Back to the Basement", ["Ozfan"])
    chapter = Chapter.everything.get(work=work)
    assert (chapter.title, chapter.position) == ("Back to the Basement", 1)
    assert (work.is_complete, work.continues_in, work.status) == (False, "Another Visit", "draft")
    assert "washcloth" in chapter.html


def test_language_and_creators_said_later_replace_those_of_the_work(session):
    (first,) = bring(session, STORY, **GIVEN)
    (again,) = bring(session, STORY, language="de", creators=["Night Owl"])
    assert (again.outcome, again.work) == ("updated", first.work)
    work = Work.everything.get(pk=first.work)
    assert work.language_id == "de"
    assert work.creatorships.get().creator.name == "Night Owl"
    assert bring(session, STORY, language="de", creators=["Night Owl"])[0].outcome == "unchanged"
