"""Acts on many tags at once come out as the same acts do one after the other."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.core.errors import DomainError
from archive.core.viewer import ANONYMOUS, SYSTEM
from catalog.models import ActionLog, Kind, MetaTagging, Tag, TagParent, Work
from catalog.services import wrangling_plan
from catalog.services.metatags import change_metatags
from catalog.services.tag_links import change_parents
from catalog.services.wrangling import (
    decanonise,
    make_canonical,
    make_synonym,
    set_unwrangleable,
    split_synonym,
)
from catalog.services.wrangling_many import MANY, TagPlan, wrangle_many
from catalog.services.wrangling_undo import undo_wrangling
from search.models import IndexEvent
from tests.catalog.tag_reference import assert_catalogue_exact, stored_ancestors, stored_filters
from tests.factories import make_tag, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db

KINDS = [Kind.FREEFORM, Kind.FANDOM, Kind.CHARACTER, Kind.RELATIONSHIP]
NAMES = ["a", "b", "c", "d", "e"]
name = st.sampled_from(NAMES)
BELOW = {Kind.FANDOM: Kind.CHARACTER, Kind.CHARACTER: Kind.RELATIONSHIP}
Graph = dict[str, Any]
pairs = st.lists(st.tuples(st.sampled_from(KINDS), name, name), max_size=8)
SINGLE = {
    "canonical": lambda tag, target, **common: make_canonical(tag_id=tag, **common),
    "decanonise": lambda tag, target, **common: decanonise(tag_id=tag, **common),
    "synonym": lambda tag, target, **common: make_synonym(tag_id=tag, of=target, **common),
    "split": lambda tag, target, **common: split_synonym(tag_id=tag, **common),
    "unwrangleable": lambda tag, target, **common: set_unwrangleable(
        tag_id=tag, value=True, **common
    ),
    "wrangleable": lambda tag, target, **common: set_unwrangleable(
        tag_id=tag, value=False, **common
    ),
    "parent": lambda tag, target, **common: change_parents(tag_id=tag, add=[target], **common),
    "not_parent": lambda tag, target, **common: change_parents(
        tag_id=tag, remove=[target], **common
    ),
    "metatag": lambda tag, target, **common: change_metatags(tag_id=tag, add=[target], **common),
    "not_metatag": lambda tag, target, **common: change_metatags(
        tag_id=tag, remove=[target], **common
    ),
}


def one_by_one(what: str, tags: list[Tag], target: str, *, dry_run: bool) -> list[TagPlan]:
    """What the acts on single tags say and do."""
    rows = []
    for tag in tags:
        row = TagPlan(tag)
        try:
            with transaction.atomic():
                row.plan = SINGLE[what](tag.pk, target, actor=SYSTEM, dry_run=dry_run)
        except DomainError as error:
            row.refusal = error.detail
        rows.append(row)
    return rows


def at_once(what: str, tags: list[Tag], target: str, *, dry_run: bool) -> list[TagPlan]:
    return wrangle_many(actor=SYSTEM, what=what, tags=tags, target=target, dry_run=dry_run)


def outcome(do, what: str, tags: list[Tag], target: str, *, dry_run: bool) -> tuple:
    """All that can be seen of it afterwards; the database is as before."""
    with transaction.atomic():
        rows = do(what, tags, target, dry_run=dry_run)
        called = {tag.pk: f"{tag.kind} {tag.name}" for tag in Tag.objects.all()} | {0: "new"}
        seen = (
            [told(row, called) for row in rows],
            [logged(row, called) for row in ActionLog.objects.order_by("pk")],
            stored_state(called),
        )
        assert_catalogue_exact()
        transaction.set_rollback(True)
    return seen


def told(row: TagPlan, called: dict[int, str]) -> tuple:
    plan = row.plan
    if plan is None:
        return (str(row.refusal),)
    changes = sorted((change.what, called[change.tag], change.detail) for change in plan.changes)
    return (
        str(row.refusal),
        changes,
        [(conflict.code, conflict.detail) for conflict in plan.conflicts],
        plan.tag and (plan.tag.name, plan.tag.status),
        plan.log_id is None,
    )


def logged(row: ActionLog, called: dict[int, str]) -> tuple:
    """A row of the log by names: a tag that is made twice has two numbers."""

    def side(data: dict) -> tuple:
        states = {
            called[int(pk)]: state
            and {**state, "synonym_of": called.get(state["synonym_of"] or -1)}
            for pk, state in data["tags"].items()
        }
        links = [
            sorted((called[low], called[high]) for low, high in data[what])
            for what in ("metatags", "parents")
        ]
        return states, links

    return row.verb, called[row.object_id], side(row.before), side(row.after)


def stored_state(called: dict[int, str]) -> tuple:
    tags = {
        called[tag.pk]: (tag.status, called.get(tag.synonym_of_id or -1), tag.works_count)
        for tag in Tag.objects.all()
    }

    def links(rows) -> list:
        return sorted((called[low], called[high]) for low, high in rows)

    return (
        tags,
        links(MetaTagging.objects.values_list("subtag_id", "metatag_id")),
        links(TagParent.objects.values_list("from_tag_id", "to_tag_id")),
        sorted(
            (called[low], sorted(map(called.get, up))) for low, up in stored_ancestors().items()
        ),
        {pk: {called[tag] for tag in rows} for pk, rows in stored_filters().items()},
        Work.everything.filter(version__gt=1).count(),
    )


def try_out(act, **arguments) -> None:
    """Do it where the rules allow it."""
    try:
        with transaction.atomic():
            act(actor=SYSTEM, **arguments)
    except DomainError:
        return


def build(graph: Graph) -> dict[tuple[str, str], Tag]:
    """The tags of a graph with what the rules allow of its links, and three works that carry them."""
    tags = {
        (kind, each): make_tag(kind, each, is_canonical=(kind, each) in graph["canonical"])
        for kind in KINDS
        for each in NAMES
    }
    for kind, low, high in graph["metatags"]:
        try_out(change_metatags, tag_id=tags[kind, low].pk, add=[high])
    for kind, high, low in graph["parents"]:
        try_out(change_parents, tag_id=tags[BELOW[kind], low].pk, add=[tags[kind, high].pk])
    for kind, low, high in graph["merges"]:
        try_out(make_synonym, tag_id=tags[kind, low].pk, of=high)
    for number in range(3):
        make_work(tags=dict.fromkeys(KINDS, NAMES[number : number + 2]))
    return tags


def assert_as_one_after_the_other(graph: Graph, what: str, kind: str, target: str) -> None:
    with transaction.atomic():
        tags = build(graph)
        asked = (what, [tags[kind, each] for each in NAMES], target)
        for dry_run in (True, False):
            many, single = (outcome(do, *asked, dry_run=dry_run) for do in (at_once, one_by_one))
            assert many == single
        transaction.set_rollback(True)


QUICK = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
ANYTHING = given(
    graph=st.fixed_dictionaries(
        {
            "canonical": st.sets(st.tuples(st.sampled_from(KINDS), name)),
            "metatags": pairs,
            "parents": st.lists(st.tuples(st.sampled_from(sorted(BELOW)), name, name), max_size=8),
            "merges": pairs,
        }
    ),
    what=st.sampled_from(sorted(MANY)),
    kind=st.sampled_from(KINDS),
    target=st.sampled_from([*NAMES, "new", "no, name"]),
)


@QUICK
@ANYTHING
def test_many_at_once_come_out_as_one_after_the_other(graph, what, kind, target):
    assert_as_one_after_the_other(graph, what, kind, target)


@pytest.mark.slow
@settings(QUICK, max_examples=600, derandomize=False)
@ANYTHING
def test_many_at_once_come_out_as_one_after_the_other_at_length(graph, what, kind, target):
    assert_as_one_after_the_other(graph, what, kind, target)


@pytest.mark.parametrize("what", ["synonym", "parent", "metatag", "decanonise"])
@pytest.mark.parametrize("kind", [Kind.CHARACTER, Kind.FREEFORM])
def test_tags_that_hang_together_come_out_as_one_after_the_other(what, kind):
    graph = {
        "canonical": {(of, each) for of in KINDS for each in NAMES[:4]},
        "metatags": [(kind, "a", "b"), (kind, "b", "c"), (kind, "d", "b"), (kind, "c", "e")],
        "parents": [
            (Kind.FANDOM, "a", "a"),
            (Kind.FANDOM, "b", "d"),
            (Kind.CHARACTER, "a", "b"),
            (Kind.CHARACTER, "b", "b"),
            (Kind.CHARACTER, "d", "e"),
        ],
        "merges": [(kind, "e", "a")],
    }
    assert_as_one_after_the_other(graph, what, kind, "d" if what != "parent" else "c")


def unsorted(*names: str) -> list[Tag]:
    return [make_tag(Kind.FREEFORM, each, is_canonical=False) for each in names]


def test_each_tag_has_its_own_row_and_its_own_undo():
    tags = unsorted("tea!", "so much tea", "teas")
    works = [make_work(tags={Kind.FREEFORM: [tag.name]}) for tag in tags]
    rows = at_once("synonym", tags, "Tea", dry_run=False)
    target = Tag.objects.get(name="Tea")
    assert [row.plan.tag.synonym_of for row in rows] == [target] * 3
    assert len({row.plan.log_id for row in rows}) == 3
    undo_wrangling(actor=SYSTEM, log_id=rows[1].plan.log_id)
    assert Tag.objects.get(pk=tags[1].pk).status == "unwrangled"
    assert set(target.synonyms.all()) == {tags[0], tags[2]}
    assert [target.pk in stored_filters()[work.pk] for work in works] == [True, False, True]
    assert_catalogue_exact()


def test_a_refused_tag_leaves_the_others_alone_and_is_told_why():
    tags = [*unsorted("x", "y"), make_tag(Kind.FREEFORM, "known")]
    rows = at_once("unwrangleable", tags, "", dry_run=False)
    assert [row.is_possible for row in rows] == [True, True, False]
    assert "known is canonical" in rows[2].refusal
    gone = Tag(pk=10**9, kind=Kind.FREEFORM, name="gone")
    rows = at_once("wrangleable", [gone, *tags[:2]], "", dry_run=False)
    assert [row.is_possible for row in rows] == [False, True, True]


def test_a_graph_that_was_broken_before_refuses_all_and_keeps_nothing():
    broken, sound = unsorted("x", "y")
    TagParent.objects.create(from_tag=broken, to_tag=make_tag(Kind.FANDOM, is_canonical=False))
    rows = at_once("synonym", [sound, broken], "Brand new", dry_run=False)
    assert ["the graph has changed since" in row.refusal for row in rows] == [True, True]
    assert not Tag.objects.filter(name="Brand new").exists()
    assert not ActionLog.objects.exists()
    assert Tag.objects.get(pk=sound.pk).synonym_of is None


def test_rights_are_those_of_single_acts():
    wrangler = viewer_with_roles("wrang", "wranglers")
    moderator = viewer_with_roles("mod", "moderators")
    make_tag(Kind.FREEFORM, "Tea")
    tags = [make_tag(Kind.FREEFORM, "Coffee"), *unsorted("tea!")]
    for actor, possible in (
        (ANONYMOUS, [False, False]),
        (moderator, [False, False]),
        (wrangler, [False, True]),
    ):
        for dry_run in (True, False):
            rows = wrangle_many(
                actor=actor, what="synonym", tags=tags, target="Tea", dry_run=dry_run
            )
            assert [row.is_possible for row in rows] == possible
    assert ActionLog.objects.get().object_id == tags[1].pk


def test_many_works_together_are_left_to_the_indexer(monkeypatch, drained):
    monkeypatch.setattr(wrangling_plan, "WORKS_IN_REQUEST", 2)
    tags = unsorted("x", "y", "z")
    works = [make_work(tags={Kind.FREEFORM: [tag.name]}) for tag in tags]
    few = at_once("canonical", tags[:2], "", dry_run=False)
    assert [row.plan.is_deferred for row in few] == [False, False]
    assert_catalogue_exact()
    rows = at_once("synonym", tags, "All of them", dry_run=False)
    assert [row.plan.is_deferred for row in rows] == [True] * 3
    assert [row.plan.works_affected for row in rows] == [1, 1, 1]
    target = Tag.objects.get(name="All of them")
    assert target.works_count == 0
    assert IndexEvent.objects.filter(kind="tag", object_id=tags[0].pk).exists()
    drained()
    assert_catalogue_exact()
    assert all(target.pk in stored_filters()[work.pk] for work in works)
