"""Every change of a work or tag leaves a row in the outbox, in its own transaction."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.events import announce_tags_changed, announce_works_changed
from search.indexing import due_events
from search.models import IndexEvent
from search.nudge import last_nudge
from tests.factories import make_tag, make_work
from tests.search.helpers import post_work

pytestmark = pytest.mark.django_db


def test_an_announced_work_has_one_event():
    work = post_work()
    event = IndexEvent.objects.get()
    assert (event.kind, event.object_id, event.is_withdrawal) == ("work", work.pk, False)


def test_the_same_work_announced_twice_at_once_has_one_event():
    with transaction.atomic():
        announce_works_changed([7, 7, 3])
    assert list(IndexEvent.objects.values_list("object_id", flat=True)) == [3, 7]


def test_a_withdrawal_is_noted():
    with transaction.atomic():
        announce_works_changed([7], withdrawn=True)
    assert IndexEvent.objects.get().is_withdrawal


def test_a_tag_has_one_event_whatever_number_of_works_it_has():
    tag = make_tag("fandom", "Sherlock Holmes")
    for _ in range(3):
        make_work()
    with transaction.atomic():
        announce_tags_changed([tag.pk])
    assert list(IndexEvent.objects.values_list("kind", "object_id")) == [("tag", tag.pk)]


def test_an_event_goes_with_the_change_that_is_rolled_back():
    with transaction.atomic():
        announce_works_changed([7])
        transaction.set_rollback(True)
    assert not IndexEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_announcement_outside_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        announce_works_changed([7])


def test_a_failing_event_fails_the_change(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no space")

    monkeypatch.setattr(IndexEvent.objects, "bulk_create", fail)
    with pytest.raises(OSError, match="no space"):
        post_work("Lost")


def test_the_indexer_is_nudged_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post_work()
        assert last_nudge() == 0
    assert last_nudge() > 0


def test_a_nudge_that_fails_does_not_fail_the_change(
    django_capture_on_commit_callbacks, monkeypatch
):
    def fail():
        raise PermissionError

    monkeypatch.setattr("search.receivers.nudge_indexer", fail)
    with django_capture_on_commit_callbacks(execute=True):
        post_work("Kept")
    assert IndexEvent.objects.count() == 1


def test_a_new_event_is_due_even_if_the_clock_was_ahead_when_it_was_written():
    post_work()
    assert IndexEvent.objects.get().not_before.year == 1970


def test_pending_withdrawals_are_found_by_their_index():
    """The search page asks for them each time; a growing outbox must not slow it down."""
    rows = IndexEvent.objects.filter(is_withdrawal=True).order_by().values_list("object_id")
    plan = rows.explain()
    if connection.vendor == "sqlite":
        assert "index_event_withdrawn" in plan


def test_due_events_are_read_in_the_order_of_an_index():
    """With a hundred thousand waiting, sorting them for every batch would cost more than indexing."""
    for kind in ("work", "tag"):
        plan = due_events(kind, timezone.now())[:500].explain()
        if connection.vendor == "sqlite":
            assert "index_event_due_by_kind" in plan
            assert "TEMP B-TREE" not in plan
