"""Jobs beside the indexer: deleted works go after 30 days, a job that fails ends no other."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from archive.accounts.models import SecurityEvent
from archive.core.errors import Conflict, NotFound
from catalog.models import ActionLog, Chapter, JobRun, Tag, Work
from catalog.services import jobs, moderation, purging
from catalog.services.jobs import Job, run_due_jobs
from catalog.services.purging import forget_some_events, purge_some_works
from search.indexer import Indexer
from search.models import IndexEvent
from tests.factories import make_work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_deleted_work_comes_back_for_thirty_days_and_is_purged_then(moderator):
    work = make_work("Gone Soon")
    moderation.delete_work(actor=moderator, work_id=work.pk, reason="Spam.")
    now = timezone.now()
    with time_machine.travel(now + 29 * DAY):
        assert purge_some_works() == 0
        moderation.undelete_work(actor=moderator, work_id=work.pk, reason="A mistake.")
        moderation.delete_work(actor=moderator, work_id=work.pk, reason="Spam after all.")
    with time_machine.travel(now + 60 * DAY):
        with pytest.raises(Conflict):
            moderation.undelete_work(actor=moderator, work_id=work.pk, reason="x")
        IndexEvent.objects.all().delete()
        assert purge_some_works() == 1
        assert purge_some_works() == 0
        with pytest.raises(Conflict, match="for good"):
            moderation.undelete_work(actor=moderator, work_id=work.pk, reason="x")
        with pytest.raises(NotFound):
            moderation.undelete_work(actor=moderator, work_id=work.pk + 1, reason="x")
    assert not Work.everything.exists()
    assert not Chapter.everything.exists()
    assert IndexEvent.objects.get().is_withdrawal
    assert Tag.objects.get(kind="fandom").works_count == 0
    assert ActionLog.objects.filter(verb="work.purge", object_label="Gone Soon").count() == 1


def test_a_purge_takes_few_works_at_once(monkeypatch):
    long_ago = timezone.now() - 31 * DAY
    for _ in range(3):
        make_work(deleted_at=long_ago)
    monkeypatch.setattr(purging, "WORKS_AT_ONCE", 2)
    assert [purge_some_works() for _ in range(3)] == [2, 1, 0]


def test_old_security_events_are_forgotten():
    for age in (1, 89, 91):
        SecurityEvent.objects.create(event="sign_in.ok", created_at=timezone.now() - age * DAY)
    assert forget_some_events() == 1
    assert SecurityEvent.objects.count() == 2


def test_a_job_that_fails_is_noted_and_ends_no_other(monkeypatch, caplog):
    def fail() -> int:
        raise ValueError("secret text")

    seen: list[int] = []

    def work() -> int:
        seen.append(1)
        return 0

    each = timedelta(hours=1)
    monkeypatch.setattr(
        jobs, "JOBS", (Job("bad", "Bad", fail, each), Job("good", "Good", work, each))
    )
    run_due_jobs()
    assert seen == [1]
    assert JobRun.objects.get(name="bad").error == "ValueError"
    run_due_jobs()
    assert seen == [1]
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        run_due_jobs()
    assert seen == [1, 1]


def test_the_indexer_runs_them_when_nothing_waits(monkeypatch, drained):
    make_work(deleted_at=timezone.now() - 31 * DAY)
    drained()
    indexer = Indexer()
    indexer._is_checked = True
    indexer._next_jobs = 0
    monkeypatch.setattr(indexer, "_look_after_index", lambda: None)
    monkeypatch.setattr(indexer, "_wait_for_nudge", lambda _: None)
    monkeypatch.setattr("search.indexer.close_old_connections", lambda: None)
    indexer.turn()
    assert not Work.everything.exists()


def test_the_command_tells_how_they_did(capsys):
    make_work(deleted_at=timezone.now() - 31 * DAY)
    call_command("run_jobs")
    assert "Purge of deleted works: 1 done" in capsys.readouterr().out
