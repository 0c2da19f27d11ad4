"""Draining: what the index holds afterwards, and what becomes of events that fail."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, transaction
from django.utils import timezone

from archive.core.errors import Unavailable
from catalog.documents import build_documents
from catalog.events import announce_works_changed
from catalog.models import Work, WorkTag
from search import indexing
from search.backends import IndexUnavailable
from search.fanout import works_of_tag
from search.indexing import EngineFailure, drain, drain_all, retry_events, writer_lock
from search.models import DUE_AT_ONCE, IndexEvent
from tests.factories import make_tag, make_work, refresh_work
from tests.search.helpers import (
    FaultyBackend,
    change_tag,
    change_work,
    indexed,
    listed,
    poison,
    post_work,
    post_works,
    small_slices,
    use_backend,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def faulty(monkeypatch) -> FaultyBackend:
    backend = FaultyBackend()
    use_backend(monkeypatch, backend)
    return backend


def _versions(backend: FaultyBackend) -> dict[int, int]:
    return dict(backend.versions())


def test_a_posted_work_is_in_the_index_after_a_drain():
    work = post_work("The Washcloth")
    report = drain()
    assert indexed() == {work.pk: 1}
    assert (report.events, report.works, report.failed, report.more) == (1, 1, 0, False)
    assert not IndexEvent.objects.exists()


def test_what_is_said_of_the_next_part_is_found_as_long_as_it_is_shown():
    work = make_work(continues_in="Another Visit")
    notes = build_documents([work.pk])[work.pk].notes
    assert notes.endswith("Continued in Part 2: Another Visit")
    Work.everything.filter(pk=work.pk).update(is_complete=True)
    assert "Continued" not in build_documents([work.pk])[work.pk].notes


def test_an_empty_outbox_is_nothing_to_do():
    report = drain()
    assert not report
    assert not report.busy


def test_many_changes_of_one_work_are_one_document(faulty):
    work = post_work()
    for number in range(5):
        change_work(work, title=f"Title {number}")
    report = drain()
    assert (report.events, report.works) == (6, 1)
    assert faulty.batches == [{work.pk}]
    assert _versions(faulty) == {work.pk: 6}


@pytest.mark.parametrize(
    "values",
    [
        {"status": "draft"},
        {"hidden_at": timezone.now()},
        {"held_at": timezone.now()},
        {"deleted_at": timezone.now()},
    ],
)
def test_a_work_that_cannot_be_listed_any_more_leaves_the_index(values):
    work = post_work()
    drain()
    change_work(work, withdrawn=True, **values)
    drain()
    assert indexed() == {}


def test_a_work_whose_row_is_gone_leaves_the_index():
    work = post_work()
    drain()
    pk = work.pk
    with transaction.atomic():
        announce_works_changed([pk], withdrawn=True)
        work.delete()
    drain()
    assert indexed() == {}


def test_events_written_while_a_batch_is_taken_over_stay(faulty):
    """Deleted are the rows that were read, never all up to the highest."""
    first, second = post_work(), make_work()

    def meanwhile(ids):
        with transaction.atomic():
            announce_works_changed([second.pk])

    faulty.refuse = meanwhile
    drain()
    assert _versions(faulty) == {first.pk: 1}
    assert IndexEvent.objects.get().object_id == second.pk


def test_a_round_takes_no_more_than_the_limit():
    ids = post_works(7)
    report = drain(limit=3)
    assert sorted(indexed()) == ids[:3]
    assert report.more
    drain_all()
    assert sorted(indexed()) == ids


def test_batches_are_cut_by_length_so_that_novels_do_not_fill_the_memory(faulty, monkeypatch):
    monkeypatch.setattr(indexing, "WORDS_PER_BATCH", 10)
    ids = [post_work(text="one two three four five").pk for _ in range(5)]
    drain()
    assert [len(batch) for batch in faulty.batches] == [2, 2, 1]
    assert sorted(_versions(faulty)) == ids


def test_one_bad_work_of_two_hundred_is_alone_in_failing(faulty):
    ids = post_works(200)
    bad = ids[77]
    faulty.refuse = poison([bad])
    report = drain()
    assert (report.works, report.failed) == (199, 1)
    assert sorted(_versions(faulty)) == [pk for pk in ids if pk != bad]
    event = IndexEvent.objects.get()
    assert (event.object_id, event.attempts, event.is_parked) == (bad, 1, False)
    assert event.last_error == "ValueError: cannot index this"


def test_a_work_whose_document_cannot_be_built_is_put_off_too(faulty, monkeypatch):
    good, bad = post_work(), post_work()
    real = build_documents

    def build(ids):
        if bad.pk in ids:
            raise RecursionError("too deep")
        return real(ids)

    monkeypatch.setattr(indexing, "build_documents", build)
    drain()
    assert _versions(faulty) == {good.pk: 1}
    assert IndexEvent.objects.get().object_id == bad.pk


def test_a_failing_work_is_tried_later_and_later_and_parked_after_five_times(faulty, monkeypatch):
    work = post_work()
    faulty.refuse = poison([work.pk])
    delays = []
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(5):
            drain()
            event = IndexEvent.objects.get()
            delays.append((event.not_before - timezone.now()).total_seconds())
            assert not drain(), "it is not due yet"
            IndexEvent.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert delays == [10, 40, 160, 640, 2560]
    event = IndexEvent.objects.get()
    assert event.is_parked
    assert event.attempts == 5
    assert not drain()


def test_a_parked_withdrawal_stays_a_withdrawal(faulty):
    work = post_work()
    drain()
    faulty.refuse = poison([work.pk])
    change_work(work, withdrawn=True, is_restricted=True)
    change_work(work)
    drain()
    event = IndexEvent.objects.get()
    assert event.is_withdrawal


def test_a_new_change_of_a_parked_work_that_goes_well_ends_the_parking(faulty):
    work = post_work()
    IndexEvent.objects.update(is_parked=True, attempts=5, not_before=timezone.now())
    drain()
    assert _versions(faulty) == {}
    change_work(work)
    drain()
    assert _versions(faulty) == {work.pk: 2}
    assert not IndexEvent.objects.exists()


def test_retrying_makes_parked_events_due(faulty):
    work = post_work()
    IndexEvent.objects.update(is_parked=True, attempts=5, not_before=timezone.now())
    assert retry_events() == 1
    assert IndexEvent.objects.get().not_before == DUE_AT_ONCE
    drain()
    assert _versions(faulty) == {work.pk: 1}


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left"), IndexUnavailable("torn"), Unavailable("somebody writes")],
)
def test_a_failing_engine_parks_nothing(faulty, error):
    post_works(20)

    def refuse(ids):
        raise error

    faulty.refuse = refuse
    with pytest.raises(EngineFailure):
        drain()
    assert IndexEvent.objects.filter(attempts=0, is_parked=False).count() == 20
    assert len(faulty.batches) == 1, "nothing is halved when it is not the works"


def test_an_engine_that_refuses_every_single_work_parks_nothing(faulty):
    ids = post_works(64)
    faulty.refuse = poison(ids)
    with pytest.raises(EngineFailure):
        drain()
    assert not IndexEvent.objects.filter(attempts__gt=0).exists()


def test_a_database_that_goes_away_leaves_the_events(faulty):
    post_work()

    def refuse(ids):
        raise OperationalError("server closed the connection")

    faulty.refuse = refuse
    with pytest.raises(OperationalError):
        drain()
    assert IndexEvent.objects.filter(attempts=0).count() == 1


def test_somebody_else_who_writes_makes_a_drain_say_busy():
    post_work()
    with writer_lock():
        report = drain()
    assert report.busy
    assert IndexEvent.objects.count() == 1


def test_the_lock_is_taken_before_anything_is_read(django_assert_num_queries):
    post_work()
    with writer_lock(), django_assert_num_queries(0):
        drain()


def test_a_renamed_tag_reaches_its_works_through_one_event(faulty):
    works = [post_work() for _ in range(3)]
    drain()
    faulty.batches.clear()
    tag = make_tag("fandom", "Sherlock Holmes")
    change_tag(tag, name="Sherlock Holmes!")
    assert IndexEvent.objects.count() == 1
    drain()
    assert faulty.batches == [{work.pk for work in works}]
    assert not IndexEvent.objects.exists()


def test_a_synonym_brings_in_the_works_of_its_canonical_tag_and_the_other_way_round():
    canonical = make_tag("character", "Watson")
    synonym = make_tag("character", "J. Watson", synonym_of=canonical)
    work = make_work(tags={"character": ["J. Watson"]})
    assert works_of_tag(canonical.pk, after=0, size=10) == [work.pk]
    assert works_of_tag(synonym.pk, after=0, size=10) == [work.pk]
    WorkTag.objects.filter(tag=synonym).delete()
    refresh_work(work)
    assert works_of_tag(canonical.pk, after=0, size=10) == []


def test_a_large_tag_is_handed_on_in_slices_that_survive_an_interruption(faulty, monkeypatch):
    works = [make_work().pk for _ in range(7)]
    tag = make_tag("fandom", "Sherlock Holmes")
    change_tag(tag)
    with small_slices(monkeypatch, 3):
        drain()
        assert IndexEvent.objects.get().progress == works[2]
        faulty.batches.clear()
        drain_all()
    assert faulty.batches == [set(works[3:6]), {works[6]}]
    assert sorted(_versions(faulty)) == works


def test_a_great_merge_does_not_hold_up_new_works(faulty, monkeypatch):
    for _ in range(6):
        make_work()
    change_tag(make_tag("fandom", "Sherlock Holmes"))
    with small_slices(monkeypatch, 2):
        new = post_work()
        drain()
    assert new.pk in _versions(faulty)


def test_a_bad_work_of_a_tag_gets_an_event_of_its_own_and_the_tag_goes_on(faulty):
    works = [make_work().pk for _ in range(4)]
    change_tag(make_tag("fandom", "Sherlock Holmes"))
    faulty.refuse = poison(works[1:2])
    drain()
    event = IndexEvent.objects.get()
    assert (event.kind, event.object_id, event.attempts) == ("work", works[1], 1)
    assert sorted(_versions(faulty)) == [works[0], *works[2:]]


def test_of_many_tags_a_round_takes_as_many_as_it_has_room_for(faulty):
    for number in range(3):
        make_work(tags={"freeform": [f"Tag {number}"]})
        change_tag(make_tag("freeform", f"Tag {number}"))
    report = drain(limit=2)
    assert (report.works, report.more) == (2, True)
    assert IndexEvent.objects.count() == 2, "the second may have more works; its progress is kept"
    assert not drain(limit=2).more
    assert len(_versions(faulty)) == 3


def test_a_tag_without_works_is_done_at_once(faulty):
    change_tag(make_tag("freeform", "Nobody uses this"))
    assert drain().events == 1
    assert faulty.batches == []


def test_statements_of_a_drain_do_not_grow_with_the_number_of_works(
    django_assert_max_num_queries,
):
    post_works(40)
    with django_assert_max_num_queries(20):
        drain()
    assert indexed() == {pk: version for pk, version in listed().items() if pk in indexed()}
    assert Work.everything.count() == 41
