"""``import_works`` reads tag sets: tags and numbers of works without a title or a text."""

import gzip
import json
from io import StringIO
from itertools import islice

import pytest
from django.core.management import call_command

from catalog.importers.base import ImportLimits
from catalog.importers.batch import read_entries
from catalog.importers.tag_sets import is_tag_set
from catalog.models import Kind, TagParent, Work, WorkFilterTag
from catalog.services import suggesting
from tests.catalog.tag_reference import assert_catalogue_exact
from tests.corpus import corpus_path
from tests.factories import make_tag

LINE = {
    "fandoms": ["Kettles", "  Cups &  Saucers "],
    "rating": "Teen And Up Audiences",
    "warnings": ["No Archive Warnings Apply"],
    "categories": ["F/F", "Gen"],
    "relationships": [],
    "characters": ["A Spoon"],
    "freeforms": ["Hot Tea", "Hot Tea"],
    "rare": {"relationships": 5, "characters": 4, "freeform_lengths": []},
    "language": "English",
    "words": 7089,
    "chapters": "3/?",
    "complete": False,
    "month": "Apr 2020",
    "series": 0,
    "comments": None,
}

pytestmark = pytest.mark.django_db


def run(*args: object) -> tuple[int, str]:
    """Exit code and what was printed."""
    out = StringIO()
    try:
        call_command("import_works", *map(str, args), stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def packed(path, lines):
    """The lines as a gzip file."""
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(
            f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines
        )
    return path


def test_a_tag_set_becomes_a_posted_work_with_what_was_typed(tmp_path):
    code, told = run(packed(tmp_path / "sets.jsonl.gz", [LINE, LINE]))
    assert (code, told.splitlines()[-1]) == (0, "1 file: 2 imported.")
    first, second = Work.everything.order_by("pk")
    assert (first.title, second.title) == ("Untitled 1", "Untitled 2")
    assert (first.status, first.language_id, first.is_complete) == ("posted", "en", False)
    assert first.published_at.isoformat() == "2020-04-01T12:00:00+00:00"
    typed = first.work_tags.order_by("tag__kind", "position").values_list("tag__kind", "name")
    assert list(typed) == [
        ("category", "F/F"),
        ("category", "Gen"),
        ("character", "A Spoon"),
        ("fandom", "Kettles"),
        ("fandom", "Cups & Saucers"),
        ("freeform", "Hot Tea"),
        ("rating", "Teen"),
        ("warning", "No Archive Warnings Apply"),
    ]
    assert_catalogue_exact()


def test_long_files_are_read_in_pieces_and_again_without_change(tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.management.import_sources._CHUNK", 700)
    path = packed(tmp_path / "sets.jsonl.gz", [LINE] * 3)
    run(path)
    works = list(Work.everything.order_by("pk").values_list("title", "version"))
    assert [title for title, _ in works] == ["Untitled 1", "Untitled 2", "Untitled 3"]
    code, told = run(path)
    assert (code, told.splitlines()[-1]) == (0, "1 file: 3 unchanged.")
    assert list(Work.everything.order_by("pk").values_list("title", "version")) == works


def test_what_is_unpacked_has_its_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.management.import_sources._UNPACKED_MAX", 100)
    code, told = run(packed(tmp_path / "sets.ndjson.gz", [LINE]))
    assert code == 1
    assert "import.too_large" in told
    (tmp_path / "torn.jsonl.gz").write_bytes(b"\x1f\x8b torn")
    code, told = run(tmp_path / "torn.jsonl.gz")
    assert code == 1
    assert "import.unreadable" in told


@pytest.mark.parametrize(
    "given",
    [
        {**LINE, "title": "The Lamp"},
        {**LINE, "body": "<p>Text.</p>"},
        {**LINE, "chapters": [{"body": "x"}]},
        {**LINE, "tags": {"fandom": ["Kettles"]}},
        {"fandoms": ["Kettles"], "rating": "General"},
        ["Kettles"],
    ],
)
def test_objects_with_more_or_less_are_no_tag_sets(given):
    assert is_tag_set(LINE)
    assert not is_tag_set(given)


def test_strange_values_are_left_out():
    odd = {**LINE, "month": "Fog 2020", "complete": "yes", "language": 7, "rating": None}
    line = json.dumps({**odd, "fandoms": ["Kettles", 5, ""]}).encode()
    [entry] = read_entries(line, "sets.jsonl", limits=ImportLimits())
    [work] = entry.works
    assert (work.published_at, work.complete, work.language) == (None, None, "")
    assert work.tags["fandom"] == ["Kettles"]
    assert "rating" not in work.tags


def test_the_vocabulary_of_suggestions_is_kept_while_unsorted_tags_come(monkeypatch):
    character, fandom = make_tag(Kind.CHARACTER, "Irene Adler"), make_tag(Kind.FANDOM, "Baker")
    TagParent.objects.create(from_tag=character, to_tag=fandom)
    suggesting._vocabulary.cache_clear()
    text = "Irene Adler said nothing. Irene Adler smiled at Irene Adler."
    assert "Irene Adler" in [found.name for found in suggesting.suggestions_for(text)]
    make_tag(Kind.CHARACTER, "somebody unsorted", is_canonical=False)
    suggesting.suggestions_for(text)
    assert suggesting._vocabulary.cache_info().misses == 1
    make_tag(Kind.CHARACTER, "Godfrey Norton")
    suggesting.suggestions_for(text)
    assert suggesting._vocabulary.cache_info().misses == 2


@pytest.mark.corpus
def test_the_real_tag_sets_come_in(tmp_path):
    with gzip.open(corpus_path("tags", "work-metadata-sample.jsonl.gz"), "rt") as lines:
        some = [line.strip() for line in islice(lines, 0, 40)]
    code, told = run(packed(tmp_path / "sets.jsonl.gz", some))
    assert (code, told.splitlines()[-1]) == (0, f"1 file: {len(some)} imported.")
    assert Work.everything.filter(status="posted").count() == len(some)
    assert WorkFilterTag.objects.filter(tag__kind=Kind.RATING).count() == len(some)
    assert_catalogue_exact()
