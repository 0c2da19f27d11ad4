"""A rebuild in parts: what was done before an interruption is kept, and nothing in it is stale."""

import shutil
from array import array
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Work
from search.backends import get_backend
from search.backends.whoosh.build import WhooshBuild
from search.backends.whoosh.generations import Marker
from search.indexing import drain_all
from search.models import IndexEvent
from search.parts import plan
from search.parts.plan import Plan
from search.parts.rebuilding import RebuildStopped
from search.rebuild import rebuild_index
from search.verify import verify_index
from tests.search.asking import ask
from tests.search.helpers import change_work, indexed, listed, post_work, post_works

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whoosh_in_small_parts(settings, monkeypatch):
    settings.SEARCH_BACKEND = "whoosh"
    monkeypatch.setattr(plan, "PART_WORKS", 3)


@pytest.fixture
def works() -> list[Work]:
    """Ten works, in four parts, with an index of an earlier rebuild."""
    ids = post_works(9)
    first = Work.everything.get(pk=min(ids) - 1)
    rebuild_index()
    return [first, *Work.everything.filter(pk__in=ids).order_by("pk")]


def interrupt(after: int) -> None:
    """A rebuild that dies without a word when it has read so many works."""

    def die(done: int, total: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_index(progress=die)


def parts_folder(settings) -> Path:
    return settings.SEARCH_INDEX_DIR / "parts"


def titled(text: str) -> list[int]:
    return ask(get_backend(), f"title:{text}").ids


def test_every_work_is_in_the_new_generation_once(works, settings):
    report = rebuild_index()
    assert (report.works, report.failed, report.resumed) == (10, 0, 0)
    assert indexed() == listed()
    assert verify_index(full=True).is_ok
    assert not parts_folder(settings).exists()


def test_an_interrupted_rebuild_goes_on_where_it_was(works):
    before = get_backend().health()
    interrupt(after=8)
    assert get_backend().health() == before
    told = []
    report = rebuild_index(progress=lambda done, total: told.append((done, total)))
    assert (report.works, report.resumed) == (10, 6)
    assert told[0] == (6, 10)
    assert told[-1] == (10, 10)
    assert indexed() == listed()


def test_asked_to_it_begins_anew(works):
    interrupt(after=8)
    assert rebuild_index(resume=False).resumed == 0


def test_what_the_indexer_took_over_in_between_is_not_stale(works):
    """The event is gone by then, and the part that holds the work was read before."""
    interrupt(after=8)
    change_work(works[0], title="Zebra crossing")
    change_work(works[1], withdrawn=True, deleted_at=timezone.now())
    new = post_work("Zebra foal")
    drain_all()
    assert not IndexEvent.objects.exists()
    assert rebuild_index().resumed == 6
    assert sorted(titled("zebra")) == [works[0].pk, new.pk]
    assert indexed() == listed()


def test_what_waits_in_the_outbox_is_not_stale_either(works):
    interrupt(after=8)
    change_work(works[0], title="Zebra crossing")
    report = rebuild_index()
    assert (report.resumed, report.caught_up) == (6, 1)
    assert titled("zebra") == [works[0].pk]
    assert not IndexEvent.objects.exists()


def test_what_raw_sql_changed_meanwhile_is_put_right(works):
    interrupt(after=8)
    Work.everything.filter(pk=works[0].pk).update(title="Zebra crossing", version=7)
    Work.everything.filter(pk=works[1].pk).update(deleted_at=timezone.now())
    rebuild_index()
    assert titled("zebra") == [works[0].pk]
    assert indexed() == listed()


def test_after_two_days_it_begins_anew(works):
    interrupt(after=8)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        assert rebuild_index().resumed == 0


@pytest.mark.parametrize("name", ["PLAN", "COVERED"])
def test_a_plan_that_cannot_be_read_is_no_plan(works, settings, name):
    interrupt(after=8)
    (parts_folder(settings) / name).write_bytes(b"torn")
    assert rebuild_index().resumed == 0
    assert indexed() == listed()


@pytest.mark.parametrize(("lost", "kept"), [(0, 0), (1, 3)])
def test_a_part_that_is_gone_is_built_again(works, settings, lost, kept):
    """Without the first, whose measures all others have, nothing can be kept."""
    interrupt(after=8)
    shutil.rmtree(parts_folder(settings) / f"part-{lost}" / "gen-1")
    assert rebuild_index().resumed == kept
    assert indexed() == listed()
    assert verify_index(full=True).is_ok


def test_parts_of_other_code_are_built_again(works, monkeypatch):
    interrupt(after=8)
    marker = Marker(code=99, analyser="another", whoosh="9")
    monkeypatch.setattr(Marker, "of_this_code", classmethod(lambda cls: marker))
    assert rebuild_index().resumed == 0


def test_a_work_that_the_engine_cannot_take_is_left_out_alone(works, monkeypatch):
    bad = works[4].pk
    real = WhooshBuild.add

    def add(self, documents):
        if bad in documents:
            raise ValueError("cannot index this")
        real(self, documents)

    monkeypatch.setattr(WhooshBuild, "add", add)
    report = rebuild_index()
    assert (report.works, report.failed) == (9, 1)
    assert indexed().keys() == listed().keys() - {bad}
    event = IndexEvent.objects.get()
    assert (event.object_id, event.attempts) == (bad, 1)
    assert verify_index(full=True).is_ok


def test_stopped_between_batches_it_keeps_what_it_has(works):
    stops = iter([False, False, False, False, True])
    with pytest.raises(RebuildStopped):
        rebuild_index(should_stop=lambda: next(stops))
    assert rebuild_index().resumed >= 3


def test_parts_have_a_bounded_number_of_words(works, monkeypatch):
    monkeypatch.setattr(plan, "PART_WORKS", 100)
    monkeypatch.setattr(plan, "PART_WORDS", 1_000)
    Work.everything.filter(pk__in=[work.pk for work in works]).update(word_count=400)
    Work.everything.filter(pk=works[0].pk).update(word_count=5_000)
    planned = Plan.begin(array("q"))
    assert [part.works for part in planned.parts] == [1, 2, 2, 2, 2, 1]
    assert sum(part.works for part in planned.parts) == 10
    planned.discard()


def test_an_empty_archive_has_an_empty_index():
    assert rebuild_index().works == 0
    assert indexed() == {}


def test_the_command_says_what_it_went_on_from(works, capsys):
    interrupt(after=8)
    call_command("rebuild_index", "--workers", "1")
    out = capsys.readouterr().out
    assert "6 works were there from the rebuild before." in out
    assert "Generation 2 holds 10 works and is in use." in out


def test_indexing_once_says_that_it_built_the_index(works, settings, capsys):
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    call_command("run_indexer", "--once")
    assert capsys.readouterr().out == "The index was built anew and holds 10 works.\n"
    call_command("run_indexer", "--once")
    assert capsys.readouterr().out == "Nothing had changed since the index was written.\n"
