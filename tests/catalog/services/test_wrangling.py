"""Acts on tags follow the rules of the graph, say beforehand what they do, and refuse with codes."""

from collections.abc import Callable

import pytest

from archive.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from archive.core.viewer import Viewer
from catalog.models import ActionLog, Kind, MetaTagging, Tag, TagParent, Work
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
from catalog.tagsearch import autocomplete
from search.models import IndexEvent
from tests.catalog.tag_reference import assert_catalogue_exact, stored_ancestors, stored_filters
from tests.factories import make_tag, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(db) -> Viewer:
    """A wrangler who is a moderator too."""
    return viewer_with_roles("both", "wranglers", "moderators")


@pytest.fixture(autouse=True)
def _exact_at_the_end(db):
    yield
    assert_catalogue_exact()


def refused(act: Callable[[], object]) -> str:
    """The code with which an act is refused."""
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def parents(tag: Tag) -> set[str]:
    return set(TagParent.objects.filter(from_tag=tag).values_list("to_tag__name", flat=True))


def metatags(tag: Tag) -> set[str]:
    return set(MetaTagging.objects.filter(subtag=tag).values_list("metatag__name", flat=True))


def test_a_canonical_tag_finds_the_works_that_carry_it(wrangler):
    tag = make_tag(Kind.FREEFORM, "sparkles", is_canonical=False)
    work = make_work(tags={Kind.FREEFORM: ["sparkles"]})
    assert tag.pk not in stored_filters()[work.pk]
    plan = make_canonical(actor=wrangler, tag_id=tag.pk, reason="much used")
    assert plan.works_affected == 1
    assert plan.tag is not None
    assert (plan.tag.status, plan.tag.works_count) == ("canonical", 1)
    assert stored_filters()[work.pk][tag.pk] is True
    assert Work.everything.get(pk=work.pk).version == work.version + 1
    row = ActionLog.objects.get()
    assert row.pk == plan.log_id
    assert (row.actor_name, row.verb, row.reason) == ("wrangler", "tag.make_canonical", "much used")
    assert IndexEvent.objects.filter(kind="tag", object_id=tag.pk).count() == 1


def test_doing_what_is_done_already_changes_and_logs_nothing(wrangler):
    tag = make_tag(Kind.FREEFORM)
    plan = make_canonical(actor=wrangler, tag_id=tag.pk)
    assert (plan.changes, plan.log_id) == ([], None)
    assert not ActionLog.objects.exists()
    assert not IndexEvent.objects.filter(kind="tag").exists()


def test_a_synonym_is_found_under_its_target_and_shows_what_was_typed(wrangler):
    target = make_tag(Kind.FREEFORM, "Fluff")
    tag = make_tag(Kind.FREEFORM, "flufff", is_canonical=False)
    work = make_work(tags={Kind.FREEFORM: ["flufff"]})
    plan = make_synonym(actor=wrangler, tag_id=tag.pk, of=target.pk)
    assert plan.tag is not None
    assert (plan.tag.status, plan.tag.synonym_of) == ("synonym", target)
    assert stored_filters()[work.pk][target.pk] is True
    assert [row.name for row in work.work_tags.filter(tag__kind=Kind.FREEFORM)] == ["flufff"]
    target.refresh_from_db()
    assert target.works_count == 1


def test_demoting_a_canonical_tag_hands_everything_over(both):
    top, target = make_tag(Kind.CHARACTER, "Top"), make_tag(Kind.CHARACTER, "Target")
    tag, low = make_tag(Kind.CHARACTER, "Loser"), make_tag(Kind.CHARACTER, "Low")
    synonym = make_tag(Kind.CHARACTER, "Loser too", synonym_of=tag)
    here, there = make_tag(Kind.FANDOM, "Here"), make_tag(Kind.FANDOM, "There")
    pairing = make_tag(Kind.RELATIONSHIP, "Loser/Low")
    change_metatags(actor=both, tag_id=tag.pk, add=[top.pk])
    change_metatags(actor=both, tag_id=low.pk, add=[tag.pk])
    change_parents(actor=both, tag_id=tag.pk, add=[here.pk])
    change_parents(actor=both, tag_id=target.pk, add=[there.pk])
    change_parents(actor=both, tag_id=pairing.pk, add=[tag.pk])
    work = make_work(tags={Kind.CHARACTER: ["Loser too"]})
    below = make_work(tags={Kind.CHARACTER: ["Low"]})

    make_synonym(actor=both, tag_id=tag.pk, of="Target")

    synonym.refresh_from_db()
    assert synonym.synonym_of == target
    assert (metatags(target), metatags(low), metatags(tag)) == ({"Top"}, {"Target"}, set())
    assert (parents(tag), parents(target)) == ({"Here", "There"}, {"Here", "There"})
    assert parents(pairing) == {"Target", "Here", "There"}
    rows = stored_filters()
    assert rows[work.pk][target.pk] is True
    assert rows[work.pk][top.pk] is False
    assert tag.pk not in rows[work.pk]
    assert rows[below.pk][target.pk] is False


def test_merging_relatives_makes_no_circle(both):
    top, middle, low = (make_tag(Kind.FREEFORM, name) for name in ("top", "middle", "low"))
    change_metatags(actor=both, tag_id=middle.pk, add=[top.pk])
    change_metatags(actor=both, tag_id=low.pk, add=[middle.pk])
    make_synonym(actor=both, tag_id=middle.pk, of=top.pk)
    assert metatags(low) == {"top"}
    assert stored_ancestors() == {low.pk: {top.pk}}
    make_synonym(actor=both, tag_id=top.pk, of=low.pk)
    assert stored_ancestors() == {}
    middle.refresh_from_db()
    assert middle.synonym_of == low


def test_a_target_that_nobody_knows_is_created_canonical(wrangler):
    tag = make_tag(Kind.FREEFORM, "flufff", is_canonical=False)
    plan = make_synonym(actor=wrangler, tag_id=tag.pk, of="Fluff", dry_run=True)
    assert [change.what for change in plan.changes] == ["created", "made_synonym"]
    assert not Tag.objects.filter(name="Fluff").exists()
    make_synonym(actor=wrangler, tag_id=tag.pk, of="Fluff")
    assert Tag.objects.get(name="Fluff").is_canonical
    assert [found.name for found in autocomplete("fluff")] == ["Fluff", "flufff"]


def test_a_dry_run_tells_all_and_changes_nothing(wrangler):
    target = make_tag(Kind.FREEFORM, "Fluff")
    tag = make_tag(Kind.FREEFORM, "flufff", is_canonical=False)
    make_work(tags={Kind.FREEFORM: ["flufff"]})
    plan = make_synonym(actor=wrangler, tag_id=tag.pk, of=target.pk, dry_run=True)
    assert plan.as_dict() == {
        "works_affected": 1,
        "changes": [
            {
                "what": "made_synonym",
                "tag": tag.pk,
                "other": target.pk,
                "detail": "flufff is a synonym of Fluff.",
            }
        ],
        "conflicts": [],
    }
    tag.refresh_from_db()
    assert tag.status == "unwrangled"
    assert not ActionLog.objects.exists()
    assert not IndexEvent.objects.filter(kind="tag").exists()


def test_conflicts_are_told_by_a_dry_run_and_refuse_the_act(wrangler):
    tag, other = make_tag(Kind.FREEFORM, "A"), make_tag(Kind.FREEFORM, "B")
    change_metatags(actor=wrangler, tag_id=tag.pk, add=[other.pk])
    plan = change_metatags(actor=wrangler, tag_id=other.pk, add=[tag.pk], dry_run=True)
    assert [conflict.code for conflict in plan.conflicts] == ["tag.cycle"]
    with pytest.raises(Conflict) as caught:
        change_metatags(actor=wrangler, tag_id=other.pk, add=[tag.pk])
    assert (caught.value.status, caught.value.code) == (409, "tag.cycle")


def test_splitting_a_synonym_takes_its_works_away_from_the_target(wrangler):
    target = make_tag(Kind.FREEFORM, "Fluff")
    tag = make_tag(Kind.FREEFORM, "flufff", synonym_of=target)
    work = make_work(tags={Kind.FREEFORM: ["flufff"]})
    split_synonym(actor=wrangler, tag_id=tag.pk)
    tag.refresh_from_db()
    assert tag.status == "unwrangled"
    assert target.pk not in stored_filters()[work.pk]
    assert refused(lambda: split_synonym(actor=wrangler, tag_id=tag.pk)) == "tag.not_synonym"


def test_decanonising_lets_go_of_everything(wrangler):
    top, tag, low = (make_tag(Kind.FANDOM, name) for name in ("top", "tag", "low"))
    synonym = make_tag(Kind.FANDOM, "synonym", synonym_of=tag)
    child = make_tag(Kind.CHARACTER, "child")
    change_metatags(actor=wrangler, tag_id=tag.pk, add=[top.pk])
    change_metatags(actor=wrangler, tag_id=low.pk, add=[tag.pk])
    change_parents(actor=wrangler, tag_id=child.pk, add=[tag.pk])
    work = make_work(tags={Kind.FANDOM: ["synonym", "low"]})
    assert decanonise(actor=wrangler, tag_id=tag.pk).works_affected == 1
    synonym.refresh_from_db()
    assert synonym.status == "unwrangled"
    assert stored_ancestors() == {}
    assert parents(child) == set()
    found = set(Tag.objects.filter(pk__in=stored_filters()[work.pk], kind=Kind.FANDOM))
    assert found == {low}
    assert refused(lambda: decanonise(actor=wrangler, tag_id=tag.pk)) == "tag.not_canonical"


def test_removing_one_path_keeps_what_another_still_reaches(wrangler):
    top, left, right, low = (make_tag(Kind.FREEFORM, name) for name in ("t", "l", "r", "x"))
    for tag in (left, right):
        change_metatags(actor=wrangler, tag_id=tag.pk, add=["t"])
    change_metatags(actor=wrangler, tag_id=low.pk, add=["l", "r"])
    work = make_work(tags={Kind.FREEFORM: ["x"]})
    change_metatags(actor=wrangler, tag_id=low.pk, remove=["l"])
    rows = stored_filters()[work.pk]
    assert (top.pk in rows, left.pk in rows, right.pk in rows) == (True, False, True)
    change_metatags(actor=wrangler, tag_id=right.pk, remove=[top.pk])
    assert top.pk not in stored_filters()[work.pk]


def test_links_that_are_there_or_not_there_are_no_change(wrangler):
    tag, top = make_tag(Kind.FREEFORM), make_tag(Kind.FREEFORM)
    change_metatags(actor=wrangler, tag_id=tag.pk, add=[top.pk])
    assert change_metatags(actor=wrangler, tag_id=tag.pk, add=[top.pk]).log_id is None
    other = make_tag(Kind.FREEFORM)
    assert change_metatags(actor=wrangler, tag_id=tag.pk, remove=[other.pk]).log_id is None


def test_relationships_inherit_the_fandoms_of_their_characters(wrangler):
    fandom, later = make_tag(Kind.FANDOM, "Canon"), make_tag(Kind.FANDOM, "Film")
    character, pairing = make_tag(Kind.CHARACTER, "Irene"), make_tag(Kind.RELATIONSHIP, "Irene/X")
    change_parents(actor=wrangler, tag_id=character.pk, add=[fandom.pk])
    change_parents(actor=wrangler, tag_id=pairing.pk, add=["Irene"])
    assert parents(pairing) == {"Irene", "Canon"}
    change_parents(actor=wrangler, tag_id=character.pk, add=[later.pk])
    assert parents(pairing) == {"Irene", "Canon", "Film"}


def test_parents_do_not_touch_works(wrangler):
    make_work(tags={Kind.FREEFORM: ["Fog"]})
    fog, fandom = Tag.objects.get(name="Fog"), make_tag(Kind.FANDOM)
    plan = change_parents(actor=wrangler, tag_id=fog.pk, add=[fandom.pk])
    assert plan.works_affected == 0
    assert IndexEvent.objects.filter(kind="tag", object_id=fog.pk).exists()


@pytest.mark.parametrize(
    ("child", "parent", "is_allowed"),
    [
        (Kind.FANDOM, Kind.MEDIA, True),
        (Kind.CHARACTER, Kind.FANDOM, True),
        (Kind.RELATIONSHIP, Kind.FANDOM, True),
        (Kind.FREEFORM, Kind.FANDOM, True),
        (Kind.RELATIONSHIP, Kind.CHARACTER, True),
        (Kind.FANDOM, Kind.CHARACTER, False),
        (Kind.CHARACTER, Kind.MEDIA, False),
        (Kind.FREEFORM, Kind.CHARACTER, False),
        (Kind.FANDOM, Kind.FANDOM, False),
    ],
)
def test_parents_are_of_the_kinds_above(wrangler, child, parent, is_allowed):
    low, high = make_tag(child), make_tag(parent)
    if is_allowed:
        change_parents(actor=wrangler, tag_id=low.pk, add=[high.pk])
        assert parents(low) == {high.name}
    else:
        code = refused(lambda: change_parents(actor=wrangler, tag_id=low.pk, add=[high.pk]))
        assert code == "tag.kind_mismatch"


def test_a_name_that_may_mean_a_fandom_or_a_character_has_to_be_told(wrangler):
    pairing = make_tag(Kind.RELATIONSHIP, "Sherlock/John")
    for kind in (Kind.FANDOM, Kind.CHARACTER):
        make_tag(kind, "Sherlock")
    with pytest.raises(InvalidInput) as caught:
        change_parents(actor=wrangler, tag_id=pairing.pk, add=["Sherlock", "Sherlok"])
    assert [error.code for error in caught.value.errors] == ["tag.ambiguous", "tag.unknown"]
    assert [error.field for error in caught.value.errors] == ["add[0]", "add[1]"]
    assert caught.value.errors[1].extra["suggestions"] == ["Sherlock"]


def test_a_parent_has_to_be_canonical(wrangler):
    character, fandom = make_tag(Kind.CHARACTER), make_tag(Kind.FANDOM, is_canonical=False)
    code = refused(lambda: change_parents(actor=wrangler, tag_id=character.pk, add=[fandom.pk]))
    assert code == "tag.not_canonical"


def test_acts_that_the_rules_forbid_are_refused_with_their_codes(wrangler):
    tag, unsorted = make_tag(Kind.FREEFORM, "A"), make_tag(Kind.FREEFORM, "b", is_canonical=False)
    synonym = make_tag(Kind.FREEFORM, "c", synonym_of=tag)
    fandom = make_tag(Kind.FANDOM, "F")
    cases = [
        (lambda: make_synonym(actor=wrangler, tag_id=unsorted.pk, of=unsorted.pk), "tag.self"),
        (lambda: make_synonym(actor=wrangler, tag_id=unsorted.pk, of="B "), "tag.self"),
        (lambda: make_synonym(actor=wrangler, tag_id=synonym.pk, of="b"), "tag.not_canonical"),
        (lambda: make_synonym(actor=wrangler, tag_id=unsorted.pk, of="c"), "tag.not_canonical"),
        (
            lambda: make_synonym(actor=wrangler, tag_id=unsorted.pk, of=fandom.pk),
            "tag.kind_mismatch",
        ),
        (lambda: make_synonym(actor=wrangler, tag_id=unsorted.pk, of="x,y"), "tag.name_invalid"),
        (lambda: change_metatags(actor=wrangler, tag_id=tag.pk, add=["A"]), "tag.self"),
        (lambda: change_metatags(actor=wrangler, tag_id=tag.pk, add=["b"]), "tag.not_canonical"),
        (
            lambda: change_metatags(actor=wrangler, tag_id=unsorted.pk, add=["A"]),
            "tag.not_canonical",
        ),
        (
            lambda: change_metatags(actor=wrangler, tag_id=tag.pk, add=[fandom.pk]),
            "tag.kind_mismatch",
        ),
        (lambda: change_metatags(actor=wrangler, tag_id=tag.pk, add=["nothing"]), "tag.unknown"),
        (lambda: change_parents(actor=wrangler, tag_id=tag.pk, add=[10**9]), "tag.unknown"),
        (
            lambda: set_unwrangleable(actor=wrangler, tag_id=tag.pk, value=True),
            "tag.not_unsorted",
        ),
        (lambda: rename_tag(actor=wrangler, tag_id=tag.pk, name=""), "tag.name_invalid"),
        (lambda: delete_unused_tag(actor=wrangler, tag_id=tag.pk), "tag.in_use"),
        (lambda: make_canonical(actor=wrangler, tag_id=10**9), "tag.not_found"),
        (lambda: create_tag(actor=wrangler, kind="colour", name="x"), "tag.kind_unknown"),
        (lambda: create_tag(actor=wrangler, kind=Kind.FREEFORM, name="a"), "tag.in_use"),
    ]
    assert [refused(act) for act, _ in cases] == [code for _, code in cases]
    assert not ActionLog.objects.exists()


def test_unwrangleable_is_a_mark_on_unsorted_tags(wrangler):
    tag = make_tag(Kind.FREEFORM, "???", is_canonical=False)
    set_unwrangleable(actor=wrangler, tag_id=tag.pk, value=True)
    tag.refresh_from_db()
    assert tag.status == "unwrangleable"
    make_canonical(actor=wrangler, tag_id=tag.pk)
    tag.refresh_from_db()
    assert tag.status == "canonical"


def test_a_wrangler_corrects_the_spelling_and_works_keep_what_was_typed(wrangler):
    make_work(tags={Kind.FANDOM: ["les miserables"]})
    tag = Tag.objects.get(name="les miserables")
    rename_tag(actor=wrangler, tag_id=tag.pk, name="Les Misérables")
    tag.refresh_from_db()
    assert (tag.name, tag.folded) == ("Les Misérables", "les miserables")
    assert Work.everything.get().work_tags.filter(name="les miserables").exists()
    assert IndexEvent.objects.filter(kind="tag", object_id=tag.pk).exists()


def test_another_name_needs_a_moderator_and_a_free_name(wrangler, both):
    tag = make_tag(Kind.FANDOM, "Holmes")
    make_tag(Kind.FANDOM, "Sherlock")
    with pytest.raises(NotAllowed):
        rename_tag(actor=wrangler, tag_id=tag.pk, name="Sherlock Holmes")
    rename_tag(actor=both, tag_id=tag.pk, name="Sherlock Holmes")
    assert [found.pk for found in autocomplete("sherlock holmes")] == [tag.pk]
    assert autocomplete("holmes")[0].name == "Sherlock Holmes"
    assert refused(lambda: rename_tag(actor=both, tag_id=tag.pk, name="SHERLOCK")) == "tag.in_use"


def test_tags_are_created_and_deleted_while_nothing_uses_them(wrangler):
    plan = create_tag(actor=wrangler, kind=Kind.FREEFORM, name=" New  Thing ", is_canonical=True)
    assert plan.tag is not None
    assert (plan.tag.name, plan.tag.status) == ("New Thing", "canonical")
    assert autocomplete("thing") == [plan.tag]
    done = delete_unused_tag(actor=wrangler, tag_id=plan.tag.pk)
    assert done.tag is None
    assert not Tag.objects.filter(name="New Thing").exists()
    assert autocomplete("thing") == []
    make_work(tags={Kind.FREEFORM: ["Used"]})
    used = Tag.objects.get(name="Used")
    assert refused(lambda: delete_unused_tag(actor=wrangler, tag_id=used.pk)) == "tag.in_use"
