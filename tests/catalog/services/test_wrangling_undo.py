"""What was done can be taken back exactly, or the reason why not is told."""

from collections.abc import Callable
from typing import Any

import pytest

from archive.core.errors import Conflict, NotAllowed, NotFound
from archive.core.viewer import Viewer
from catalog.models import ActionLog, Kind, MetaTagging, Tag, TagParent, TagWord
from catalog.services.log import log_action
from catalog.services.metatags import change_metatags
from catalog.services.tag_links import change_parents
from catalog.services.wrangling import (
    create_tag,
    decanonise,
    delete_unused_tag,
    make_canonical,
    make_synonym,
    rename_tag,
    set_unwrangleable,
    split_synonym,
)
from catalog.services.wrangling_plan import WranglingPlan
from catalog.services.wrangling_undo import undo_wrangling
from tests.catalog.tag_reference import assert_catalogue_exact, stored_ancestors, stored_filters
from tests.factories import make_tag, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(db) -> Viewer:
    """A wrangler who is a moderator too."""
    return viewer_with_roles("both", "wranglers", "moderators")


def snapshot() -> dict[str, Any]:
    """Everything that wrangling changes, versions and log apart."""
    states = ("pk", "kind", "name", "folded", "is_canonical", "is_unwrangleable", "synonym_of")
    return {
        "tags": sorted(Tag.objects.values_list(*states, "works_count"), key=lambda row: row[0]),
        "metatags": sorted(MetaTagging.objects.values_list("subtag", "metatag")),
        "parents": sorted(TagParent.objects.values_list("from_tag", "to_tag")),
        "words": sorted(TagWord.objects.values_list("tag", "word")),
        "ancestors": stored_ancestors(),
        "filters": stored_filters(),
    }


@pytest.fixture
def graph(both) -> dict[str, Tag]:
    """A small graph in which the tag "x" has everything a tag can have, with works on it."""
    names = ("top", "x", "low", "other")
    tags = {name: make_tag(Kind.CHARACTER, name) for name in names}
    tags["same"] = make_tag(Kind.CHARACTER, "same", synonym_of=tags["x"])
    tags["loose"] = make_tag(Kind.CHARACTER, "loose", is_canonical=False)
    tags["fandom"] = make_tag(Kind.FANDOM, "fandom")
    tags["pair"] = make_tag(Kind.RELATIONSHIP, "x/other")
    change_metatags(actor=both, tag_id=tags["x"].pk, add=["top"])
    change_metatags(actor=both, tag_id=tags["low"].pk, add=["x"])
    change_parents(actor=both, tag_id=tags["x"].pk, add=["fandom"])
    change_parents(actor=both, tag_id=tags["pair"].pk, add=[tags["x"].pk])
    for name in ("x", "low", "same", "loose", "other"):
        make_work(tags={Kind.CHARACTER: [name]})
    return tags


ACTS: dict[str, Callable[[Viewer, dict[str, Tag]], WranglingPlan]] = {
    "make canonical": lambda a, t: make_canonical(actor=a, tag_id=t["loose"].pk),
    "canonise a synonym": lambda a, t: make_canonical(actor=a, tag_id=t["same"].pk),
    "decanonise": lambda a, t: decanonise(actor=a, tag_id=t["x"].pk),
    "merge": lambda a, t: make_synonym(actor=a, tag_id=t["x"].pk, of="other"),
    "merge into above": lambda a, t: make_synonym(actor=a, tag_id=t["x"].pk, of="top"),
    "merge into below": lambda a, t: make_synonym(actor=a, tag_id=t["x"].pk, of="low"),
    "merge into new": lambda a, t: make_synonym(actor=a, tag_id=t["x"].pk, of="brand new"),
    "split": lambda a, t: split_synonym(actor=a, tag_id=t["same"].pk),
    "mark": lambda a, t: set_unwrangleable(actor=a, tag_id=t["loose"].pk, value=True),
    "rename": lambda a, t: rename_tag(actor=a, tag_id=t["x"].pk, name="another name"),
    "link": lambda a, t: change_metatags(actor=a, tag_id=t["x"].pk, add=["other"], remove=["top"]),
    "belong": lambda a, t: change_parents(actor=a, tag_id=t["other"].pk, add=["fandom"]),
    "belong no more": lambda a, t: change_parents(actor=a, tag_id=t["x"].pk, remove=["fandom"]),
    "create": lambda a, t: create_tag(actor=a, kind=Kind.FREEFORM, name="new"),
}


@pytest.mark.parametrize("act", ACTS)
def test_undo_restores_exactly_and_can_itself_be_undone(both, graph, act):
    before = snapshot()
    plan = ACTS[act](both, graph)
    after = snapshot()
    assert plan.log_id is not None
    assert after != before
    undone = undo_wrangling(actor=both, log_id=plan.log_id, reason="mistake")
    assert snapshot() == before
    assert_catalogue_exact()
    assert undone.log_id is not None
    row = ActionLog.objects.get(pk=undone.log_id)
    assert (row.verb, row.after["log"], row.reason) == ("tag.undo", plan.log_id, "mistake")
    undo_wrangling(actor=both, log_id=undone.log_id)
    assert snapshot() == after
    assert_catalogue_exact()


def test_a_deleted_tag_comes_back_with_its_id_and_texts(both):
    tag = make_tag(Kind.FREEFORM, "rare thing", description_html="<p>About.</p>")
    before = snapshot()
    plan = delete_unused_tag(actor=both, tag_id=tag.pk)
    assert plan.log_id is not None
    undo_wrangling(actor=both, log_id=plan.log_id)
    assert snapshot() == before
    assert Tag.objects.get(pk=tag.pk).description_html == "<p>About.</p>"


def test_an_act_is_undone_once(both, graph):
    plan = ACTS["merge"](both, graph)
    assert plan.log_id is not None
    undo_wrangling(actor=both, log_id=plan.log_id)
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.conflict"


def test_an_act_that_was_undone_is_not_undone_by_way_of_its_repetition(both, graph):
    first = make_canonical(actor=both, tag_id=graph["loose"].pk)
    assert first.log_id is not None
    undone = undo_wrangling(actor=both, log_id=first.log_id)
    again = make_canonical(actor=both, tag_id=graph["loose"].pk)
    assert again.log_id is not None
    after = snapshot()
    with pytest.raises(Conflict) as caught:  # though the tag is as the first act had left it
        undo_wrangling(actor=both, log_id=first.log_id)
    assert caught.value.code == "tag.conflict"
    assert str(undone.log_id) in caught.value.detail
    dry = undo_wrangling(actor=both, log_id=first.log_id, dry_run=True)
    assert [conflict.code for conflict in dry.conflicts] == ["tag.conflict"]
    assert snapshot() == after
    undo_wrangling(actor=both, log_id=again.log_id)
    assert not Tag.objects.get(pk=graph["loose"].pk).is_canonical


def test_an_act_whose_undo_was_undone_can_be_undone_again(both, graph):
    before = snapshot()
    plan = ACTS["merge"](both, graph)
    log_id = plan.log_id
    for _ in range(3):
        assert log_id is not None
        done = undo_wrangling(actor=both, log_id=log_id)
        assert snapshot() == before
        assert done.log_id is not None
        with pytest.raises(Conflict):
            undo_wrangling(actor=both, log_id=log_id)
        undo_wrangling(actor=both, log_id=done.log_id)
        assert snapshot() != before
    assert_catalogue_exact()


def test_undo_is_refused_when_the_graph_has_moved_on(both, graph):
    plan = make_canonical(actor=both, tag_id=graph["loose"].pk)
    assert plan.log_id is not None
    change_metatags(actor=both, tag_id=graph["loose"].pk, add=["top"])
    before = snapshot()
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.conflict"
    assert snapshot() == before
    dry = undo_wrangling(actor=both, log_id=plan.log_id, dry_run=True)
    assert [conflict.code for conflict in dry.conflicts] == ["tag.conflict"]
    assert snapshot() == before


def test_undo_of_a_removed_link_is_refused_when_it_would_close_a_circle(both, graph):
    plan = change_metatags(actor=both, tag_id=graph["x"].pk, remove=["top"])
    assert plan.log_id is not None
    change_metatags(actor=both, tag_id=graph["top"].pk, add=["x"])
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.conflict"
    assert_catalogue_exact()


def test_undo_keeps_tags_that_works_carry_by_now(both, graph):
    plan = create_tag(actor=both, kind=Kind.FREEFORM, name="new")
    assert plan.log_id is not None
    make_work(tags={Kind.FREEFORM: ["new"]})
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.in_use"


@pytest.mark.parametrize("tie", ["synonym", "metatag", "subtag", "parent", "child"])
def test_undo_keeps_made_tags_that_something_hangs_on_by_now(both, graph, tie):
    plan = create_tag(actor=both, kind=Kind.CHARACTER, name="new", is_canonical=True)
    assert plan.log_id is not None
    assert plan.tag is not None
    new = plan.tag.pk
    {
        "synonym": lambda: make_synonym(actor=both, tag_id=graph["loose"].pk, of=new),
        "metatag": lambda: change_metatags(actor=both, tag_id=new, add=["top"]),
        "subtag": lambda: change_metatags(actor=both, tag_id=graph["low"].pk, add=[new]),
        "parent": lambda: change_parents(actor=both, tag_id=new, add=["fandom"]),
        "child": lambda: change_parents(actor=both, tag_id=graph["pair"].pk, add=[new]),
    }[tie]()
    before = snapshot()
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.conflict"
    assert snapshot() == before


def test_undo_is_refused_when_another_tag_has_the_old_name(both, graph):
    plan = ACTS["rename"](both, graph)
    assert plan.log_id is not None
    make_tag(Kind.CHARACTER, "X")
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.conflict"


def test_undo_is_refused_when_a_tag_it_would_link_is_gone(both, graph):
    plan = change_metatags(actor=both, tag_id=graph["x"].pk, remove=["top"])
    assert plan.log_id is not None
    assert delete_unused_tag(actor=both, tag_id=graph["top"].pk).tag is None
    with pytest.raises(Conflict) as caught:
        undo_wrangling(actor=both, log_id=plan.log_id)
    assert caught.value.code == "tag.conflict"


def test_undo_needs_the_rights_of_the_act_it_amounts_to(wrangler, both, graph):
    plan = make_canonical(actor=wrangler, tag_id=graph["same"].pk)
    assert plan.log_id is not None
    with pytest.raises(NotAllowed):  # it would make a canonical tag a synonym
        undo_wrangling(actor=wrangler, log_id=plan.log_id)
    plan = split_synonym(
        actor=wrangler, tag_id=make_tag(Kind.CHARACTER, "s", synonym_of=graph["x"]).pk
    )
    assert plan.log_id is not None
    undo_wrangling(actor=wrangler, log_id=plan.log_id)


def test_rows_of_other_acts_cannot_be_undone_here(both):
    row = log_action(actor=both, verb="work.hide", object_kind="work", object_id=1)
    for log_id in (row.pk, 10**9):
        with pytest.raises(NotFound):
            undo_wrangling(actor=both, log_id=log_id)
