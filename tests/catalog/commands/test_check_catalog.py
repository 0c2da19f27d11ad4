"""Whatever is computed wrong is found, told, and put right on demand."""

import io
import json

import pytest
from django.core.management import call_command

from catalog.models import (
    Chapter,
    Kind,
    MetaTagging,
    Tag,
    TagAncestor,
    TagParent,
    TagWord,
    Work,
    WorkFilterTag,
)
from catalog.services.catalog_check import check_catalogue
from catalog.services.metatags import change_metatags
from search.models import IndexEvent
from tests.catalog.tag_reference import assert_catalogue_exact
from tests.factories import make_chapter, make_tag, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(wrangler) -> Work:
    """A work with three chapters, on a small tag graph."""
    make_tag(Kind.FREEFORM, "top")
    low = make_tag(Kind.FREEFORM, "low")
    make_tag(Kind.FREEFORM, "same", synonym_of=low)
    change_metatags(actor=wrangler, tag_id=low.pk, add=["top"])
    tags = {Kind.FREEFORM: ["same"], Kind.FANDOM: ["A", "B"], Kind.RELATIONSHIP: ["X/Y"]}
    work = make_work(text="One two three.", tags=tags)
    make_chapter(work, "Four five.")
    make_chapter(work, "Six.", status="draft")
    check_catalogue(fix=True)
    IndexEvent.objects.all().delete()
    return Work.everything.get(pk=work.pk)


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = io.StringIO()
    try:
        call_command("check_catalog", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def break_filters(work: Work) -> None:
    row = WorkFilterTag.objects.filter(work=work, tag__name="top").get()
    row.delete()
    WorkFilterTag.objects.create(work=work, tag=make_tag(Kind.FREEFORM, "wrong"), is_direct=True)


def break_direct(work: Work) -> None:
    WorkFilterTag.objects.filter(work=work, tag__name="top").update(is_direct=True)


def break_public(work: Work) -> None:
    Work.everything.filter(pk=work.pk).update(is_restricted=True)


def break_counts(work: Work) -> None:
    Tag.objects.filter(name="top").update(works_count=99)


def break_flags(work: Work) -> None:
    Work.everything.filter(pk=work.pk).update(is_crossover=False, is_one_pairing=False)


def break_closure(work: Work) -> None:
    TagAncestor.objects.all().delete()
    TagAncestor.objects.create(tag=make_tag(Kind.FANDOM, "A"), ancestor=make_tag(Kind.FANDOM, "B"))


def break_words(work: Work) -> None:
    Chapter.everything.filter(work=work, position=1).update(word_count=77)


def break_sums(work: Work) -> None:
    Work.everything.filter(pk=work.pk).update(word_count=1, chapter_count=1, is_complete=True)


def break_positions(work: Work) -> None:
    Chapter.everything.filter(work=work, position=2).update(position=9)


def break_tag_words(work: Work) -> None:
    TagWord.objects.filter(tag__name="low").delete()


BREAKS = {
    break_filters: {"work.filter_tags"},
    break_direct: {"work.filter_tags"},
    break_public: {"work.filter_tags"},
    break_counts: {"tag.works_count"},
    break_flags: {"work.is_crossover", "work.is_one_pairing"},
    break_closure: {"tag.ancestors"},
    break_words: {"chapter.words"},
    break_sums: {"work.word_count", "work.chapter_count", "work.is_complete"},
    break_positions: {"work.positions"},
    break_tag_words: {"tag.words"},
}


@pytest.mark.parametrize("damage", BREAKS, ids=lambda damage: damage.__name__)
def test_damage_is_told_and_put_right(work, damage):
    assert run()[0] == 0
    damage(work)
    code, out = run("--json")
    told = json.loads(out)
    assert (code, told["fixed"]) == (1, 0)
    assert BREAKS[damage] <= set(told["by_kind"])
    assert run()[0] == 1, "a check alone changes nothing"
    code, out = run("--fix")
    assert code == 0
    assert "put right" in out
    assert_catalogue_exact()
    code, out = run()
    assert (code, "no difference" in out) == (0, True)


def test_corrected_works_get_a_new_version_and_reach_the_index(work):
    break_sums(work)
    run("--fix")
    now = Work.everything.get(pk=work.pk)
    assert (now.word_count, now.chapter_count, now.version) == (5, 2, work.version + 1)
    assert now.updated_at == work.updated_at
    assert IndexEvent.objects.filter(kind="work", object_id=work.pk).count() == 1


def test_positions_keep_their_order(work):
    before = list(Chapter.everything.filter(work=work).order_by("position"))
    Chapter.everything.filter(pk=before[1].pk).update(position=-4)
    run("--fix")
    after = list(Chapter.everything.filter(work=work).order_by("position"))
    assert [chapter.position for chapter in after] == [1, 2, 3]
    assert after == [before[1], before[0], before[2]]


def test_broken_rules_of_the_graph_are_told_and_left_to_wranglers(work):
    low, fandom = Tag.objects.get(name="low"), Tag.objects.get(name="A")
    Tag.objects.filter(name="top").update(is_canonical=False)
    MetaTagging.objects.create(subtag=fandom, metatag=low)
    TagParent.objects.create(from_tag=fandom, to_tag=low)
    code, out = run("--fix", "--json")
    assert code == 1
    assert {"graph.metatag", "graph.parent"} <= set(json.loads(out)["by_kind"])
    code, out = run("--json")
    assert set(json.loads(out)["by_kind"]) == {"graph.metatag", "graph.parent"}


def test_a_circle_is_told(work):
    low, top = Tag.objects.get(name="low"), Tag.objects.get(name="top")
    MetaTagging.objects.create(subtag=top, metatag=low)
    assert "graph.cycle" in json.loads(run("--json")[1])["by_kind"]
