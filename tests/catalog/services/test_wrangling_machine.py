"""Acts in any order leave the graph sound and everything computed from it exact."""

import itertools

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from archive.core.errors import DomainError
from archive.core.text import fold_name
from archive.core.viewer import SYSTEM
from catalog.models import ActionLog, Kind, MetaTagging, Tag, TagParent, Work, WorkTag
from catalog.services import wrangling_plan
from catalog.services.filtering import refresh_works
from catalog.services.metatags import change_metatags
from catalog.services.tag_links import change_parents
from catalog.services.tag_works import refresh_works_of_tag
from catalog.services.tagnames import get_or_create_tags
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
from catalog.services.wrangling_many import MANY, wrangle_many
from catalog.services.wrangling_undo import undo_wrangling
from catalog.tagwords import words_of
from search.models import IndexEvent
from tests.catalog.tag_reference import assert_catalogue_exact
from tests.factories import make_work

NAMES = ["a", "b", "c", "d", "e", "f"]
KINDS = [Kind.FREEFORM, Kind.FANDOM, Kind.CHARACTER]
place = st.integers(0, 11)
kind = st.sampled_from(KINDS)
names = st.lists(st.sampled_from(NAMES), max_size=3, unique=True)


class WranglingMachine(RuleBasedStateMachine):
    """Tags of three kinds and a handful of works; every refusal must leave all as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.numbers = itertools.count()
        for _ in range(3):
            make_work(tags={Kind.FREEFORM: ["a"], Kind.FANDOM: ["a", "b"], Kind.CHARACTER: ["c"]})

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    def pick(self, at: int) -> Tag:
        tags = Tag.objects.filter(kind__in=KINDS).order_by("pk")
        return tags[at % tags.count()]

    def attempt(self, act, **arguments) -> None:
        refusal = None
        try:
            with transaction.atomic():
                act(actor=SYSTEM, **arguments)
        except DomainError as error:
            refusal = error
        assert refusal is None or refusal.status in (400, 404, 409)

    @rule(at=place)
    def canonise(self, at):
        self.attempt(make_canonical, tag_id=self.pick(at).pk)

    @rule(at=place)
    def decanonise(self, at):
        self.attempt(decanonise, tag_id=self.pick(at).pk)

    @rule(at=place, of=place)
    def merge(self, at, of):
        self.attempt(make_synonym, tag_id=self.pick(at).pk, of=self.pick(of).pk)

    @rule(at=place, of=st.sampled_from(NAMES))
    def merge_by_name(self, at, of):
        self.attempt(make_synonym, tag_id=self.pick(at).pk, of=of)

    @rule(at=place)
    def split(self, at):
        self.attempt(split_synonym, tag_id=self.pick(at).pk)

    @rule(at=place, value=st.booleans())
    def mark(self, at, value):
        self.attempt(set_unwrangleable, tag_id=self.pick(at).pk, value=value)

    @rule(at=place, add=place, remove=place)
    def relink(self, at, add, remove):
        add, remove = [self.pick(add).pk], [self.pick(remove).pk]
        self.attempt(change_metatags, tag_id=self.pick(at).pk, add=add, remove=remove)

    @rule(at=place, above=place)
    def put_under(self, at, above):
        self.attempt(change_metatags, tag_id=self.pick(at).pk, add=[self.pick(above).pk])

    @rule(at=place, add=place)
    def belong(self, at, add):
        self.attempt(change_parents, tag_id=self.pick(at).pk, add=[self.pick(add).pk])

    @rule(
        what=st.sampled_from(sorted(MANY)),
        kind=kind,
        places=st.lists(place, min_size=1, max_size=5, unique=True),
        of=st.sampled_from([*NAMES, "g"]),
    )
    def many(self, what, kind, places, of):
        of_kind = list(Tag.objects.filter(kind=kind).order_by("pk"))
        tags = [of_kind[at] for at in {at % len(of_kind) for at in places}] if of_kind else []
        wrangle_many(actor=SYSTEM, what=what, tags=tags, target=of)

    @rule(at=place)
    def rename(self, at):
        self.attempt(rename_tag, tag_id=self.pick(at).pk, name=f"name {next(self.numbers)}")

    @rule(kind=kind, name=st.sampled_from(NAMES), is_canonical=st.booleans())
    def create(self, kind, name, is_canonical):
        self.attempt(create_tag, kind=kind, name=name, is_canonical=is_canonical)

    @rule(at=place)
    def delete(self, at):
        self.attempt(delete_unused_tag, tag_id=self.pick(at).pk)

    @precondition(lambda self: ActionLog.objects.exists())
    @rule(at=place)
    def undo(self, at):
        rows = ActionLog.objects.order_by("-pk")
        self.attempt(undo_wrangling, log_id=rows[at % rows.count()].pk)

    @rule(at=place, kind=kind, names=names)
    def retag(self, at, kind, names):
        work = Work.everything.order_by("pk")[at % 3]
        WorkTag.objects.filter(work=work, tag__kind=kind).delete()
        tags = get_or_create_tags({kind: names})
        for number, name in enumerate(names):
            WorkTag.objects.create(
                work=work, tag=tags[kind, fold_name(name)], name=name, position=number
            )
        refresh_works([work.pk])

    @rule(at=place, is_restricted=st.booleans())
    def restrict(self, at, is_restricted):
        work = Work.everything.order_by("pk")[at % 3]
        Work.everything.filter(pk=work.pk).update(is_restricted=is_restricted)
        refresh_works([work.pk])

    @invariant()
    def everything_is_exact(self):
        self.catch_up()
        assert_catalogue_exact()
        assert_graph_sound()

    def catch_up(self) -> None:
        """Acts on few works leave nothing to do."""


class DeferredMachine(WranglingMachine):
    """The same with everything left to the indexer, which catches up now and then."""

    @rule()
    def catch_up_now(self):
        for event in IndexEvent.objects.filter(kind="tag").order_by("pk"):
            assert len(refresh_works_of_tag(event.object_id, 0, 100)) < 100
            event.delete()

    @invariant()
    def everything_is_exact(self):
        assert_graph_sound()
        if not IndexEvent.objects.filter(kind="tag").exists():
            assert_catalogue_exact()

    def teardown(self) -> None:
        self.catch_up_now()
        try:
            assert_catalogue_exact()
        finally:
            super().teardown()


def assert_graph_sound() -> None:
    """No rule of the graph is broken."""
    tags = Tag.objects.in_bulk()
    for tag in tags.values():
        if tag.synonym_of_id is not None:
            target = tags[tag.synonym_of_id]
            assert target.is_canonical
            assert target.kind == tag.kind
        assert set(tag.words.values_list("word", flat=True)) == set(words_of(tag.name))
    for link in MetaTagging.objects.all():
        low, high = tags[link.subtag_id], tags[link.metatag_id]
        assert low.is_canonical
        assert high.is_canonical
        assert low.kind == high.kind
    for parent in TagParent.objects.all():
        assert tags[parent.to_tag_id].is_canonical


QUICK = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=300, stateful_step_count=40, derandomize=False)


@pytest.mark.django_db
@pytest.mark.parametrize("machine", [WranglingMachine, DeferredMachine])
def test_any_acts_in_any_order_end_exact(machine, monkeypatch):
    if machine is DeferredMachine:
        monkeypatch.setattr(wrangling_plan, "WORKS_IN_REQUEST", 0)
    run_state_machine_as_test(machine, settings=QUICK)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("machine", [WranglingMachine, DeferredMachine])
def test_any_acts_in_any_order_end_exact_at_length(machine, monkeypatch):
    if machine is DeferredMachine:
        monkeypatch.setattr(wrangling_plan, "WORKS_IN_REQUEST", 0)
    run_state_machine_as_test(machine, settings=LONG)
