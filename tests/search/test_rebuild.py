"""Rebuilding: a new generation from the database, swapped in one step or not at all."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from archive.core.locks import file_lock
from search.backends import get_backend
from search.backends.memory import MemoryBuild
from search.indexing import drain_all
from search.models import IndexEvent
from search.rebuild import NoSpace, RebuildRunning, RebuildStopped, rebuild_index
from tests.factories import make_tag, make_work
from tests.search.helpers import change_tag, change_work, indexed, listed, post_work, post_works

pytestmark = pytest.mark.django_db


def test_every_work_that_can_be_listed_is_in_the_new_generation():
    ids = post_works(7)
    make_work("Draft", status="draft")
    before = get_backend().health().generation
    report = rebuild_index(batch=3)
    assert indexed() == listed()
    assert set(ids) <= indexed().keys()
    assert (report.works, report.failed) == (len(indexed()), 0)
    assert get_backend().health().generation == before + 1


def test_events_from_before_are_done_with():
    work = post_work()
    change_tag(make_tag("fandom", "Sherlock Holmes"))
    IndexEvent.objects.filter(object_id=work.pk).update(is_parked=True, attempts=5)
    rebuild_index()
    assert not IndexEvent.objects.exists()


def test_changes_that_come_while_building_are_in_it_when_it_is_promoted(monkeypatch):
    first, second, third = post_work("First"), post_work("Second"), post_work("Third")
    drain_all()
    real = MemoryBuild.add
    added: list[int] = []

    def add(self, documents):
        real(self, documents)
        if not added:
            change_work(first, title="Renamed")
            change_work(second, withdrawn=True, deleted_at=first.created_at)
            change_tag(make_tag("fandom", "Sherlock Holmes"))
            added.append(make_work("Silent").pk)

    monkeypatch.setattr(MemoryBuild, "add", add)
    report = rebuild_index(batch=2)
    assert indexed() == listed()
    assert second.pk not in indexed()
    assert indexed()[first.pk] == 2
    assert third.pk in indexed()
    assert report.caught_up == 3
    assert not IndexEvent.objects.exists()


def test_a_change_after_the_last_look_keeps_its_event(monkeypatch):
    work = post_work()
    real = MemoryBuild.promote

    def promote(self):
        real(self)
        change_work(work, title="Changed at the last moment")

    monkeypatch.setattr(MemoryBuild, "promote", promote)
    rebuild_index()
    assert IndexEvent.objects.get().object_id == work.pk
    drain_all()
    assert indexed() == {work.pk: 2}


def test_an_interruption_leaves_the_old_generation_and_every_event(monkeypatch):
    work = post_work()
    drain_all()
    change_work(work, title="New")
    before = get_backend().health()

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_index(progress=interrupt)
    assert get_backend().health() == before
    assert indexed() == {work.pk: 1}
    assert IndexEvent.objects.count() == 1
    rebuild_index()
    assert indexed() == {work.pk: 2}


def test_asked_to_stop_it_stops_between_batches():
    post_works(3)
    before = get_backend().health()
    with pytest.raises(RebuildStopped):
        rebuild_index(should_stop=lambda: True)
    assert get_backend().health() == before


@pytest.mark.parametrize("half", [False, True])
def test_a_bad_work_is_left_out_and_has_an_event(monkeypatch, half):
    """Also when the engine had taken some of the batch before it failed."""
    ids = post_works(9)
    bad = ids[4]
    real = MemoryBuild.add

    def add(self, documents):
        if bad in documents:
            if half:
                real(self, {pk: row for pk, row in documents.items() if pk < bad})
            raise ValueError("cannot index this")
        assert not documents.keys() & self._works.keys(), "added twice"
        real(self, documents)

    def apply(self, upserts, deletes):
        if bad in upserts:
            raise ValueError("cannot index this")
        for pk in upserts:
            self._works.pop(pk, None)
        real(self, upserts)

    monkeypatch.setattr(MemoryBuild, "add", add)
    monkeypatch.setattr(MemoryBuild, "apply", apply)
    report = rebuild_index()
    assert report.failed == 1
    assert bad not in indexed()
    assert set(ids) - {bad} <= indexed().keys()
    event = IndexEvent.objects.get()
    assert (event.object_id, event.attempts) == (bad, 1)


def test_two_rebuilds_at_once_are_one(settings):
    with file_lock(settings.SEARCH_LOCK_DIR / "rebuild.lock"), pytest.raises(RebuildRunning):
        rebuild_index()


def test_without_room_for_a_second_index_nothing_is_begun(settings, monkeypatch):
    settings.SEARCH_INDEX_DIR.mkdir()
    (settings.SEARCH_INDEX_DIR / "segment").write_bytes(b"x" * 100)
    usage = shutil.disk_usage(settings.SEARCH_INDEX_DIR)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    before = get_backend().health()
    with pytest.raises(NoSpace, match="64 MB beside the index"):
        rebuild_index()
    assert get_backend().health() == before


def test_progress_tells_how_many_of_how_many():
    post_works(5)
    told = []
    rebuild_index(batch=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 6), (4, 6), (6, 6)]


def test_the_command_says_what_is_in_use(capsys):
    post_works(2)
    call_command("rebuild_index", "--batch", "2")
    assert "Generation 2 holds 3 works and is in use." in capsys.readouterr().out


def test_the_command_refuses_a_batch_of_nothing():
    with pytest.raises(CommandError, match="from 1 to 10,000"):
        call_command("rebuild_index", "--batch", "0")


def test_the_command_says_that_another_one_runs(settings):
    with (
        file_lock(settings.SEARCH_LOCK_DIR / "rebuild.lock"),
        pytest.raises(CommandError, match="Another rebuild is running"),
    ):
        call_command("rebuild_index")


def test_a_build_that_may_be_in_use_is_never_thrown_away(monkeypatch):
    """The swap itself went well, what came after it did not."""
    work = post_work()
    real = MemoryBuild.promote

    def promote(self):
        real(self)
        raise OSError("cannot sweep the old folder")

    def abandon(self):
        raise AssertionError("this is the index in use")

    monkeypatch.setattr(MemoryBuild, "promote", promote)
    monkeypatch.setattr(MemoryBuild, "abandon", abandon)
    with pytest.raises(OSError, match="sweep"):
        rebuild_index()
    assert indexed() == {work.pk: 1}
    assert IndexEvent.objects.count() == 1
