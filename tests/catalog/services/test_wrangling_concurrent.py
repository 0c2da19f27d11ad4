"""Wranglers and people who tag works at the same moment cannot corrupt graph, filters or counts."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction

from archive.core.errors import DomainError
from archive.core.viewer import SYSTEM
from catalog.models import Kind, Tag, Work, WorkTag
from catalog.services.filtering import refresh_works
from catalog.services.metatags import change_metatags
from catalog.services.tagnames import get_or_create_tags
from catalog.services.wrangling import delete_unused_tag, make_canonical, make_synonym
from tests.catalog.services.test_wrangling_machine import assert_graph_sound
from tests.catalog.tag_reference import assert_catalogue_exact
from tests.factories import make_tag, make_work

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="on SQLite immediate transactions come one after another; needs PostgreSQL",
    ),
]
ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that start together; returns what each returned or raised."""
    barrier = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait(timeout=60)
        try:
            results[place] = act()
        except DomainError as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
        assert not thread.is_alive(), "two acts wait for each other"
    return results


def retag(work: Work, names: list[str]) -> None:
    """What a creator's edit does: names to tags, rows, filter tags."""
    with transaction.atomic():
        Work.everything.select_for_update().get(pk=work.pk)
        tags = get_or_create_tags({Kind.FREEFORM: names})
        WorkTag.objects.filter(work=work, tag__kind=Kind.FREEFORM).delete()
        for place, (_, tag) in enumerate(sorted(tags.items())):
            WorkTag.objects.create(work=work, tag=tag, name=tag.name, position=place)
        refresh_works([work.pk])


def refusals(results: list[object]) -> list[str]:
    return [result.code for result in results if isinstance(result, DomainError)]


def test_two_links_that_together_close_a_circle_do_not_both_stand():
    for number in range(ROUNDS):
        left, right = make_tag(Kind.FREEFORM, f"l{number}"), make_tag(Kind.FREEFORM, f"r{number}")
        results = at_once(
            lambda a=left, b=right: change_metatags(actor=SYSTEM, tag_id=a.pk, add=[b.pk]),
            lambda a=right, b=left: change_metatags(actor=SYSTEM, tag_id=a.pk, add=[b.pk]),
        )
        assert refusals(results) == ["tag.cycle"]
    assert_graph_sound()
    assert_catalogue_exact()


def test_two_merges_into_each_other_leave_one_canonical():
    for number in range(ROUNDS):
        left, right = make_tag(Kind.FREEFORM, f"l{number}"), make_tag(Kind.FREEFORM, f"r{number}")
        make_work(tags={Kind.FREEFORM: [left.name, right.name]})
        results = at_once(
            lambda a=left, b=right: make_synonym(actor=SYSTEM, tag_id=a.pk, of=b.pk),
            lambda a=right, b=left: make_synonym(actor=SYSTEM, tag_id=a.pk, of=b.pk),
        )
        assert len(refusals(results)) == 1
    assert_graph_sound()
    assert_catalogue_exact()


def test_a_tag_that_works_are_given_while_it_is_merged_is_filtered_right():
    target = make_tag(Kind.FREEFORM, "target")
    for number in range(ROUNDS):
        tag = make_tag(Kind.FREEFORM, f"t{number}", is_canonical=False)
        works = [make_work() for _ in range(3)]
        at_once(
            *(lambda w=work, n=number: retag(w, [f"t{n}", "target"]) for work in works),
            lambda t=tag: make_synonym(actor=SYSTEM, tag_id=t.pk, of=target.pk),
        )
        assert_catalogue_exact()


def test_a_link_above_what_works_are_given_at_the_same_time_reaches_them():
    for number in range(ROUNDS):
        low, top = make_tag(Kind.FREEFORM, f"low{number}"), make_tag(Kind.FREEFORM, f"top{number}")
        make_tag(Kind.FREEFORM, f"same{number}", synonym_of=low)
        works = [make_work() for _ in range(3)]
        at_once(
            *(lambda w=work, n=number: retag(w, [f"same{n}"]) for work in works),
            lambda a=low, b=top: change_metatags(actor=SYSTEM, tag_id=a.pk, add=[b.pk]),
        )
        assert_catalogue_exact()


def test_works_saved_at_once_with_the_same_tags_count_right():
    works = [make_work() for _ in range(4)]
    names = [f"name {number}" for number in range(20)]
    for name in names[::2]:
        make_tag(Kind.FREEFORM, name)
    for shift in range(3):
        at_once(
            *(
                lambda w=work, s=shift: retag(w, names[s:] if w.pk % 2 else names[::-1][: 10 + s])
                for work in works
            )
        )
        assert_catalogue_exact()
    assert Tag.objects.filter(kind=Kind.FREEFORM).count() == 20


def test_a_tag_that_is_being_given_to_a_work_is_not_deleted():
    for number in range(ROUNDS):
        tag = make_tag(Kind.FREEFORM, f"t{number}", is_canonical=False)
        work = make_work()
        at_once(
            lambda w=work, n=number: retag(w, [f"t{n}"]),
            lambda t=tag: delete_unused_tag(actor=SYSTEM, tag_id=t.pk),
        )
        assert WorkTag.objects.filter(work=work, tag__name=f"t{number}").exists()
        assert_catalogue_exact()


def test_one_act_done_twice_at_once_is_logged_once():
    tag = make_tag(Kind.FREEFORM, "t", is_canonical=False)
    plans = at_once(
        lambda: make_canonical(actor=SYSTEM, tag_id=tag.pk),
        lambda: make_canonical(actor=SYSTEM, tag_id=tag.pk),
    )
    assert sorted(plan.log_id is None for plan in plans) == [False, True]
