"""Tables of tags become the tag graph: all shapes, any order, twice without change."""

import csv
import gzip
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from catalog.models import ActionLog, Kind, MetaTagging, Tag, TagParent, Work
from catalog.services import tag_graph_write
from catalog.services.tag_graph import load_tag_graph
from catalog.services.tag_graph_data import GraphReport
from catalog.services.tag_works import refresh_works_of_tag
from catalog.tagsearch import autocomplete
from search.models import IndexEvent
from tests.catalog.services.test_wrangling_machine import assert_graph_sound
from tests.catalog.tag_reference import assert_catalogue_exact, stored_filters
from tests.corpus import corpus_path
from tests.factories import make_tag, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound_at_the_end(db):
    yield
    assert_graph_sound()
    assert_catalogue_exact()


@pytest.fixture
def table(tmp_path: Path):
    """Writes a table and returns its path."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        data = text.strip().encode() + b"\n"
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


def run(*arguments: Any) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = io.StringIO()
    try:
        call_command("import_tags", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def summary(*arguments: Any) -> dict[str, Any]:
    """The summary as the command prints it with --json."""
    return json.loads(run(*arguments, "--json")[1])["summary"]


def tag(kind: Kind, name: str) -> Tag:
    return Tag.objects.get(kind=kind, name=name)


OWN = """
kind,name,canonical,synonym_of,metatags,parents
fandom,Sherlock Holmes & Related Fandoms,true,,,media:Books & Literature
fandom,Sherlock Holmes - Arthur Conan Doyle,true,,Sherlock Holmes & Related Fandoms,Books
fandom,ACD Canon,,Sherlock Holmes - Arthur Conan Doyle,,
character,Irene Adler,,,,Sherlock Holmes - Arthur Conan Doyle
character,Mary Morstan,,,,ACD Canon
relationship,Irene Adler/Mary Morstan,,,,character:Irene Adler; character:Mary Morstan
freeform,Fog; Smoke,,,,
freeform,unsorted words,false,,,
"""


def test_our_own_table_makes_the_graph(table):
    code, out = run(table("tags.csv", OWN))
    assert (code, "8 rows" in out) == (0, True)
    fandom = tag(Kind.FANDOM, "Sherlock Holmes - Arthur Conan Doyle")
    assert fandom.is_canonical
    assert list(fandom.metatags.values_list("name", flat=True)) == [
        "Sherlock Holmes & Related Fandoms"
    ]
    assert list(fandom.parents.values_list("name", flat=True)) == ["Books & Literature"]
    assert tag(Kind.FANDOM, "ACD Canon").synonym_of == fandom
    assert list(tag(Kind.CHARACTER, "Mary Morstan").parents.all()) == [fandom]
    pairing = tag(Kind.RELATIONSHIP, "Irene Adler/Mary Morstan")
    names = set(pairing.parents.values_list("name", flat=True))
    assert names == {"Irene Adler", "Mary Morstan", fandom.name}
    assert tag(Kind.FREEFORM, "unsorted words").status == "unwrangled"
    assert [found.name for found in autocomplete("acd")] == ["ACD Canon"]


def test_the_same_again_changes_nothing(table):
    path = table("tags.csv.gz", OWN)
    assert summary(path)["changed"]["created"] == 8
    before = list(Tag.objects.order_by("pk").values())
    again = summary(path)
    assert again["changed"] == {}
    assert again["unchanged"] > 0
    assert list(Tag.objects.order_by("pk").values()) == before
    assert ActionLog.objects.filter(verb="tag.load").count() == 1
    assert "nothing new" in run(path)[1]


def test_the_shapes_of_public_dumps_are_recognised_in_any_order(table, tmp_path):
    table("a-synonyms.csv", "type,synonym,canonical_name\nFreeform,flufff,Fluff\nFandom,HP,Potter")
    table("b-metatags.csv", "tag,metatag\nTooth-Rotting Fluff,Fluff\nDark,Unheard Of")
    table(
        "c-freeforms.csv",
        "type,name,canonical,uses,adult_hint\nFreeform,Fluff,true,9,0\n"
        "Freeform,Tooth-Rotting Fluff,true,5,0\nFreeform,Dark,true,1,0",
    )
    table("d-characters.csv", "type,name,fandom,uses,counted_in\nCharacter,Ron,HP,3,2022")
    table("e-fixed.csv", "type,name,canonical,uses,source_tag_id\nArchiveWarning,Underage,true,1,2")
    table("f-languages.csv", "code,native_name,english_name,iso639\nfr,Français,French,TRUE")
    table("g-growth.csv", "name,2013-03,2015-08\nFluff,1,2")
    (tmp_path / "figures.json").write_text("{}")
    code, out = run(tmp_path)
    assert code == 1
    assert "f-languages.csv: left out, languages" in out
    assert "g-growth.csv: left out" in out
    assert "figures.json: left out" in out
    assert "1 refused: tag.unknown" in out
    assert tag(Kind.FREEFORM, "flufff").synonym_of == tag(Kind.FREEFORM, "Fluff")
    assert tag(Kind.FANDOM, "HP").synonym_of == tag(Kind.FANDOM, "Potter")
    assert MetaTagging.objects.filter(
        subtag__name="Tooth-Rotting Fluff", metatag__name="Fluff"
    ).exists()
    ron = tag(Kind.CHARACTER, "Ron")
    assert ron.is_canonical
    assert list(ron.parents.all()) == [tag(Kind.FANDOM, "Potter")]
    assert Tag.objects.filter(kind=Kind.WARNING).count() == 6


def test_umbrellas_over_several_fandoms_become_metatags(table):
    fandoms = table("fandoms.csv", "type,name\nFandom,Alice (TV)\nFandom,Alice (Film)\nFandom,Solo")
    families = table(
        "families.csv",
        "fandom,umbrella,relation\nAlice (TV),Alice,media\nAlice (Film),Alice,related\n"
        "Solo,Solo Alone,media",
    )
    run(families, fandoms)
    umbrella = tag(Kind.FANDOM, "Alice")
    assert set(umbrella.subtags.values_list("name", flat=True)) == {"Alice (TV)", "Alice (Film)"}
    assert not Tag.objects.filter(name="Solo Alone").exists()


def test_pairs_without_a_kind_stand_in_the_kind_that_has_both(table):
    for kind in (Kind.FREEFORM, Kind.CHARACTER):
        make_tag(kind, "Angels")
    make_tag(Kind.CHARACTER, "Castiel")
    run(table("metatags.csv", "tag,metatag\nCastiel,Angels"))
    assert list(tag(Kind.CHARACTER, "Castiel").metatags.all()) == [tag(Kind.CHARACTER, "Angels")]
    make_tag(Kind.FREEFORM, "Castiel")
    assert summary(table("m.csv", "tag,metatag\nCastiel,Angels"))["refused"] == {"tag.ambiguous": 1}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("colour,Red,,,,", "tag.kind_unknown"),
        ('freeform,"a,b",,,,', "tag.name_invalid"),
        ("freeform,,,,,", "tag.name_invalid"),
        ("freeform,c,,known synonym,,", "tag.chain"),
        ("freeform,known,,other,,", "tag.is_canonical"),
        ("freeform,known synonym,,other,,", "tag.conflict"),
        ("freeform,known synonym,true,,,", "tag.is_synonym"),
        ("freeform,x,,y,,\nfreeform,y,,x,,", "tag.chain"),
        ("freeform,x,,y,,\nfreeform,z,,x,,", "tag.chain"),
        ("freeform,x,true,,y,\nfreeform,y,true,,x,", "tag.cycle"),
        ("freeform,x,true,,x,", "tag.self"),
        ("freeform,x,true,,nowhere,", "tag.unknown"),
        ("freeform,x,true,,y,\nfreeform,y,false,,,", "tag.not_canonical"),
        ("freeform,x,,,,nowhere", "tag.unknown"),
        ("character,x,,,,media:Movies", "tag.kind_mismatch"),
        ("rating,Teenage,,Teen,,", "tag.kind_closed"),
        ("media,Radio,,,,fandom:x", "tag.kind_mismatch"),
        ("media,Radio,,,,Movies", "tag.kind_mismatch"),
        ('freeform,x,,"a,b",,', "tag.name_invalid"),
    ],
)
def test_what_breaks_the_rules_is_refused_with_its_reason(table, tmp_path, rows, code):
    make_tag(Kind.FREEFORM, "known synonym", synonym_of=make_tag(Kind.FREEFORM, "known"))
    make_tag(Kind.FREEFORM, "other")
    path = table("t.csv", f"kind,name,canonical,synonym_of,metatags,parents\n{rows}")
    exit_code, out = run(path, "--report", tmp_path / "refused.csv")
    assert (exit_code, f"1 refused: {code}" in out) == (1, True)
    with (tmp_path / "refused.csv").open(newline="") as file:
        (refusal,) = csv.DictReader(file)
    assert refusal["code"] == code
    assert refusal["source"].startswith("t.csv:")
    assert refusal["detail"].endswith(".") or "refused characters" in refusal["detail"]


def test_unwrangleable_tags_are_marked_once_and_only_where_unsorted(table):
    make_tag(Kind.FREEFORM, "known")
    make_tag(Kind.FREEFORM, "loose", is_canonical=False)
    text = "kind,name,unwrangleable\nfreeform,???,1\nfreeform,loose,1\nfreeform,known,1"
    first = summary(table("t.csv", text))
    assert first["changed"] == {"created": 1, "unwrangleable": 1}
    assert first["refused"] == {"tag.not_unsorted": 1}
    assert {tag(Kind.FREEFORM, name).status for name in ("???", "loose")} == {"unwrangleable"}
    again = summary(table("t.csv", text))
    assert (again["changed"], again["unchanged"]) == ({}, 2)


def test_a_report_that_cannot_be_written_is_told(table, tmp_path):
    with pytest.raises(CommandError) as caught:
        run(table("t.csv", "kind,name\nfreeform,x"), "--report", tmp_path / "no" / "file.csv")
    assert caught.value.returncode == 2
    assert not Tag.objects.filter(name="x").exists(), "nothing was imported"


def test_a_synonym_in_another_spelling_of_its_target_is_the_same_tag(table):
    result = summary(table("s.csv", "type,synonym,canonical_name\nFreeform,FLUFF,Fluff"))
    assert (result["same_name"], result["refused"]) == (1, {})
    assert Tag.objects.filter(kind=Kind.FREEFORM).count() == 1


def test_names_in_a_cell_stand_between_semicolons_or_commas(table):
    run(
        table(
            "t.csv",
            "kind,name,synonyms\nfandom,Steins;Gate,\nfandom,A,b; c\n"
            'fandom,D,"Robotics;Notes,e"\nfandom,F,"Chaos;Child,"',
        )
    )
    synonyms = Tag.objects.filter(kind=Kind.FANDOM, is_canonical=False)
    assert set(synonyms.values_list("name", "synonym_of__name")) == {
        ("b", "A"),
        ("c", "A"),
        ("Robotics;Notes", "D"),
        ("e", "D"),
        ("Chaos;Child", "F"),
    }


@pytest.mark.parametrize("few", [True, False])
def test_works_that_carry_the_tags_follow(table, monkeypatch, few):
    if not few:
        monkeypatch.setattr(tag_graph_write, "_WORKS_AT_ONCE", 1)
    make_tag(Kind.FREEFORM, "flufff", is_canonical=False)
    make_tag(Kind.FREEFORM, "Dark Fluff", is_canonical=False)
    work = make_work(tags={Kind.FREEFORM: ["flufff", "Dark Fluff"]})
    IndexEvent.objects.all().delete()
    run(
        table(
            "t.csv",
            "kind,name,synonym_of,metatags\nfreeform,flufff,Fluff,\n"
            "freeform,Dark Fluff,,Fluff\nfreeform,Fluff,,",
        )
    )
    assert IndexEvent.objects.filter(kind="tag").exists()
    if not few:
        for event in IndexEvent.objects.filter(kind="tag"):
            refresh_works_of_tag(event.object_id, 0, 100)
    rows = stored_filters()[work.pk]
    assert rows[tag(Kind.FREEFORM, "Fluff").pk] is True
    assert rows[tag(Kind.FREEFORM, "Dark Fluff").pk] is True
    assert Work.everything.get(pk=work.pk).version > work.version


def test_parents_of_a_new_synonym_become_its_targets_and_the_other_way_round(table):
    here, there = make_tag(Kind.FANDOM, "Here"), make_tag(Kind.FANDOM, "There")
    old = make_tag(Kind.CHARACTER, "Old Name", is_canonical=False)
    TagParent.objects.create(from_tag=old, to_tag=here)
    target = make_tag(Kind.CHARACTER, "Name")
    TagParent.objects.create(from_tag=target, to_tag=there)
    run(table("s.csv", "type,synonym,canonical_name\nCharacter,Old Name,Name"))
    assert set(target.parents.all()) == {here, there}
    assert set(old.parents.all()) == {here, there}


def test_a_dry_run_tells_and_writes_nothing(table):
    before = Tag.objects.count()
    code, out = run(table("tags.csv", OWN), "--dry-run")
    assert (code, "Nothing was written" in out, "8 tags created" in out) == (0, True, True)
    assert Tag.objects.count() == before


def test_unusable_arguments_end_with_two(table, tmp_path):
    for path in (
        tmp_path / "missing.csv",
        table("works.csv", "id,title\n1,A"),
        table("empty.csv", ""),
        table("broken.csv.gz", "x").with_suffix(".txt"),
    ):
        with pytest.raises(CommandError) as caught:
            run(path)
        assert caught.value.returncode == 2
    good = table("good.csv", "kind,name\nfreeform,Fine")
    code, out = run(good, table("other.csv", "id,title\n1,A"))
    assert code == 1
    assert "other.csv: refused, has the columns id, title" in out


def test_a_file_that_is_no_table_is_refused(tmp_path):
    path = tmp_path / "bad.csv.gz"
    path.write_bytes(b"no gzip at all")
    with pytest.raises(CommandError) as caught:
        run(path)
    assert "cannot be read" in str(caught.value)
    (tmp_path / "latin.csv").write_bytes("kind,name\nfreeform,Café".encode("latin-1"))
    with pytest.raises(CommandError):
        run(tmp_path / "latin.csv")


def test_the_demo_graph_loads_whole_and_twice_without_change():
    path = settings.BASE_DIR / "fixtures" / "demo" / "tags.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["tag"]
    first = load_tag_graph(rows)
    assert first.refusals == []
    assert first.has_changed
    assert not load_tag_graph(rows).has_changed


@pytest.mark.corpus
def test_real_tags_load_and_what_is_refused_is_told(tmp_path):
    """A slice of each file: the whole takes a minute."""
    folder = corpus_path("tags")
    for path in sorted(folder.glob("*.csv*")):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            lines = [line for line, _ in zip(file, range(400), strict=False)]
        (tmp_path / path.name.removesuffix(".gz")).write_text("".join(lines), encoding="utf-8")
    result = summary(tmp_path)
    assert result["created"]["freeform"] > 300
    assert result["changed"]["synonyms"] > 300
    assert set(result["refused"]) <= {
        "tag.unknown",
        "tag.is_canonical",
        "tag.not_canonical",
        "tag.chain",
        "tag.conflict",
    }
    assert summary(tmp_path)["changed"] == {}


def test_a_report_counts_by_code():
    report = GraphReport()
    assert (report.has_changed, dict(report.refused)) == (False, {})
