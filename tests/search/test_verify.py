"""Comparing index and database: every kind of difference is seen, none is made up."""

import json
import random

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Work
from search import verify
from search.backends import IndexUnavailable, get_backend
from search.indexing import drain_all, enqueue_works
from search.models import IndexEvent
from search.verify import repair_index, verify_index
from tests.factories import make_tag, make_work
from tests.search.helpers import change_tag, change_work, indexed, listed, post_work, post_works

pytestmark = pytest.mark.django_db


@pytest.fixture
def works() -> list[int]:
    """A hundred works, all in the index."""
    ids = post_works(99)
    with_sample = [min(ids) - 1, *ids]
    Work.everything.filter(pk=with_sample[0]).update(status="posted")
    drain_all()
    enqueue_works(with_sample)
    drain_all()
    return with_sample


def test_an_index_in_step_is_in_order(works):
    report = verify_index()
    assert report.is_ok
    assert (report.listed, report.indexed, report.exit_code) == (100, 100, 0)


def test_what_raw_sql_changed_is_found(works):
    """Nothing announces these: verifying is the net."""
    Work.everything.filter(pk=works[0]).update(version=9)
    Work.everything.filter(pk=works[1]).update(deleted_at=timezone.now())
    silent = make_work("Never announced").pk
    report = verify_index()
    assert (report.stale, report.ghost, report.missing) == ([works[0]], [works[1]], [silent])
    assert report.exit_code == 1


def test_a_work_that_is_in_the_index_twice_is_found(works, monkeypatch):
    twice = [*get_backend().versions(), (works[5], 1)]
    monkeypatch.setattr(get_backend(), "versions", lambda: iter(twice))
    assert verify_index().duplicate == [works[5]]


def test_an_index_that_cannot_be_read_is_no_agreement(works, monkeypatch):
    def fail():
        raise IndexUnavailable("The index is torn.")

    monkeypatch.setattr(get_backend(), "versions", fail)
    report = verify_index()
    assert report.unreadable == ["The index is torn."]
    assert (report.is_ok, report.exit_code) == (False, 2)


def test_a_full_verification_also_reads_the_files(works, monkeypatch):
    monkeypatch.setattr(get_backend(), "verify", lambda: ["Segment 3 has a wrong checksum."])
    assert verify_index().is_ok
    assert verify_index(full=True).unreadable == ["Segment 3 has a wrong checksum."]


def test_what_the_outbox_knows_is_no_difference(works):
    first, second, third = Work.everything.filter(pk__in=works[:3])
    change_work(first, title="Changed")
    change_work(second, withdrawn=True, deleted_at=timezone.now())
    change_work(third, title="Parked")
    IndexEvent.objects.filter(object_id=third.pk).update(is_parked=True)
    post_work("New")
    report = verify_index()
    assert report.is_ok
    assert report.pending == 4


def test_works_of_a_pending_tag_are_no_difference(works):
    work = make_work(tags={"freeform": ["Fluff"]})
    change_tag(make_tag("freeform", "Fluff"))
    assert verify_index().is_ok
    IndexEvent.objects.update(progress=work.pk)
    assert verify_index().missing == [work.pk], "the tag's event is past this work"


def test_a_quick_look_sees_that_the_numbers_differ(works, monkeypatch):
    monkeypatch.setattr(verify, "SAMPLES", 4)
    Work.everything.filter(pk__in=works[:50]).update(deleted_at=timezone.now())
    report = verify_index(quick=True)
    assert report.count_differs
    assert not report.is_ok


def test_a_quick_look_asks_for_few_works(works, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(verify, "SAMPLES", 10)
    with django_assert_max_num_queries(5):
        report = verify_index(quick=True)
    assert report.is_ok
    assert (report.listed, report.indexed) == (100, 100)


def test_repairing_queues_the_differences_and_takes_them_over(works):
    Work.everything.filter(pk=works[0]).update(version=9)
    Work.everything.filter(pk=works[1]).update(deleted_at=timezone.now())
    make_work("Never announced")
    before = get_backend().health().generation
    report = repair_index(verify_index())
    assert (report.repair, report.exit_code) == ("queued", 0)
    assert indexed() == listed()
    assert get_backend().health().generation == before


def test_repairing_an_index_that_is_far_off_rebuilds_it(works):
    Work.everything.filter(pk__in=works[:6]).update(version=9)
    before = get_backend().health().generation
    assert repair_index(verify_index()).repair == "rebuilt"
    assert get_backend().health().generation == before + 1
    assert indexed() == listed()


def test_repairing_what_cannot_be_read_rebuilds_it(works, monkeypatch):
    report = verify_index()
    report.unreadable.append("torn")
    assert repair_index(report).repair == "rebuilt"


def test_repairing_after_a_quick_look_finds_out_what_differs(works, monkeypatch):
    monkeypatch.setattr(verify, "SAMPLES", 2)
    monkeypatch.setattr(random, "sample", lambda ids, count: ids[-count:])
    Work.everything.filter(pk__in=works[:3]).update(deleted_at=timezone.now())
    report = repair_index(verify_index(quick=True))
    assert report.repair == "queued"
    assert indexed() == listed()


def test_the_command_prints_one_object_and_ends_with_one(works, capsys):
    Work.everything.filter(pk=works[0]).update(version=9)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_index", "--json")
    assert ended.value.code == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["stale"], report["wrong"]["stale"]) == (False, [works[0]], 1)


def test_the_command_ends_with_two_when_nothing_can_be_read(works, capsys, monkeypatch):
    def fail():
        raise IndexUnavailable("The index is torn.")

    monkeypatch.setattr(get_backend(), "versions", fail)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_index")
    assert ended.value.code == 2
    assert "unreadable: The index is torn." in capsys.readouterr().out


def test_the_command_repairs_and_ends_with_nothing(works, capsys):
    Work.everything.filter(pk=works[0]).update(version=9)
    call_command("verify_index", "--repair")
    assert "Repaired: queued." in capsys.readouterr().out
    call_command("verify_index", "--full")
    assert "Index and database agree." in capsys.readouterr().out
