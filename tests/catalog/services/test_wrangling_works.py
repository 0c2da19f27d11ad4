"""Changes of tags with many works are left to the indexer, step by step, and come out exact."""

import pytest

from archive.core.viewer import ANONYMOUS
from catalog.finder import find_works
from catalog.models import Kind, Tag, Work, WorkFilterTag, WorkTag
from catalog.services import wrangling_plan
from catalog.services.metatags import change_metatags
from catalog.services.tag_works import count_works_of, refresh_works_of_tag, works_of_tag
from catalog.services.wrangling import decanonise, make_synonym, split_synonym
from catalog.workquery import TagRef, WorkQuery
from search.indexing import drain_all
from search.models import IndexEvent
from search.rebuild import rebuild_index
from tests.catalog.tag_reference import assert_catalogue_exact, stored_filters
from tests.factories import make_tag, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(db):
    return viewer_with_roles("both", "wranglers", "moderators")


@pytest.fixture
def _few_in_a_request(monkeypatch):
    monkeypatch.setattr(wrangling_plan, "WORKS_IN_REQUEST", 2)


def catch_up(limit: int = 2) -> int:
    """Take over every tag event, newest first to show that the order does not matter."""
    steps = 0
    for event in IndexEvent.objects.filter(kind="tag").order_by("-pk"):
        last = 0
        while True:
            ids = refresh_works_of_tag(event.object_id, last, limit)
            steps += 1
            if len(ids) < limit:
                break
            last = ids[-1]
        event.delete()
    return steps


@pytest.mark.usefixtures("_few_in_a_request")
def test_a_great_merge_is_planned_logged_and_finished_in_steps(both):
    top, target = make_tag(Kind.FREEFORM, "top"), make_tag(Kind.FREEFORM, "target")
    tag = make_tag(Kind.FREEFORM, "tag")
    make_tag(Kind.FREEFORM, "same", synonym_of=tag)
    change_metatags(actor=both, tag_id=tag.pk, add=["top"])
    works = [make_work(tags={Kind.FREEFORM: [name]}) for name in ["tag", "same", "tag", "same"]]
    plan = make_synonym(actor=both, tag_id=tag.pk, of="target")
    assert (plan.works_affected, plan.is_deferred) == (4, True)
    assert all(tag.pk in stored_filters()[work.pk] for work in works)
    assert catch_up() >= 3
    for work in works:
        assert stored_filters()[work.pk][target.pk] is True
        assert stored_filters()[work.pk][top.pk] is False
        assert Work.everything.get(pk=work.pk).version == work.version + 1
    assert_catalogue_exact()


@pytest.mark.usefixtures("_few_in_a_request")
def test_acts_that_follow_before_the_works_have_caught_up_come_out_exact(both):
    top, middle = make_tag(Kind.FREEFORM, "top"), make_tag(Kind.FREEFORM, "middle")
    low, other = make_tag(Kind.FREEFORM, "low"), make_tag(Kind.FREEFORM, "other")
    same = make_tag(Kind.FREEFORM, "same", synonym_of=low)
    for _ in range(4):
        make_work(tags={Kind.FREEFORM: ["same"]})
        make_work(tags={Kind.FREEFORM: ["low", "other"]})
    change_metatags(actor=both, tag_id=low.pk, add=["middle"])
    change_metatags(actor=both, tag_id=middle.pk, add=["top"])
    change_metatags(actor=both, tag_id=low.pk, remove=["middle"])
    split_synonym(actor=both, tag_id=same.pk)
    make_synonym(actor=both, tag_id=low.pk, of=other.pk)
    decanonise(actor=both, tag_id=top.pk)
    catch_up()
    assert_catalogue_exact()


def test_doing_a_step_twice_changes_nothing():
    make_tag(Kind.FREEFORM, "Fluff")
    work = make_work(tags={Kind.FREEFORM: ["Fluff"]})
    tag = Tag.objects.get(name="Fluff")
    assert refresh_works_of_tag(tag.pk, 0, 10) == [work.pk]
    assert refresh_works_of_tag(tag.pk, 0, 10) == [work.pk]
    assert Work.everything.get(pk=work.pk).version == work.version


def test_the_works_of_a_tag_come_in_ranges_each_once():
    top, low = make_tag(Kind.FREEFORM, "top"), make_tag(Kind.FREEFORM, "low")
    synonym = make_tag(Kind.FREEFORM, "same", synonym_of=low)
    low.metatag_links.create(metatag=top)
    low.ancestor_links.create(ancestor=top)
    names = [["top"], ["low"], ["same"], ["top", "low", "same"], ["elsewhere"]]
    works = [make_work(tags={Kind.FREEFORM: tags}).pk for tags in names]
    # A stale row counts too: the work has to lose it.
    WorkTag.objects.filter(work=works[0]).delete()
    seen, last = [], 0
    while ids := works_of_tag(top.pk, after_work_id=last, limit=2):
        seen += ids
        last = ids[-1]
    assert seen == works[:4]
    assert works_of_tag(synonym.pk, after_work_id=0, limit=9) == [works[2], works[3]]
    assert works_of_tag(10**9, after_work_id=0, limit=9) == []
    assert count_works_of([top.pk]) == 4


def test_the_cost_of_a_step_does_not_grow_with_its_place(django_assert_max_num_queries):
    tag = make_tag(Kind.FREEFORM, "Fluff")
    for _ in range(6):
        make_work(tags={Kind.FREEFORM: ["Fluff"]})
    ids = list(Work.everything.order_by("pk").values_list("pk", flat=True))
    for last in (0, ids[2], ids[-1]):
        with django_assert_max_num_queries(20):
            refresh_works_of_tag(tag.pk, last, 2)


@pytest.mark.parametrize("settle", ["drain", "rebuild"])
def test_the_indexer_finishes_a_great_merge_in_database_and_index(both, monkeypatch, settle):
    monkeypatch.setattr(wrangling_plan, "WORKS_IN_REQUEST", 0)
    make_tag(Kind.FREEFORM, "tag")
    target = make_tag(Kind.FREEFORM, "target")
    works = {make_work(tags={Kind.FREEFORM: ["tag"]}).pk for _ in range(3)}
    drain_all()
    make_synonym(actor=both, tag_id=Tag.objects.get(name="tag").pk, of=target.pk)
    assert not WorkFilterTag.objects.filter(tag=target).exists()
    if settle == "drain":
        drain_all()
    else:
        rebuild_index()
    assert_catalogue_exact()
    assert not IndexEvent.objects.exists()
    page = find_works(WorkQuery(tags=(TagRef(target.pk),)), ANONYMOUS)
    assert {work.pk for work in page.works} == works
