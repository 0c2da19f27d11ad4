"""The loop of the indexer: it starts right, wakes, survives, and ends when asked."""

import atexit
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from archive.core.locks import file_lock
from catalog.models import Work
from search import indexer
from search.backends import Health
from search.indexer import AlreadyRunning, Indexer, check_index
from search.indexing import EngineFailure, drain, writer_lock
from search.models import IndexEvent
from search.nudge import nudge_indexer, report_trouble
from search.rebuild import RebuildRunning
from tests.search.helpers import FaultyBackend, change_work, indexed, post_work, use_backend

ROOT = Path(__file__).resolve().parent.parent.parent


class Patience(threading.Event):
    """An event that never waits but notes how long it should have; set after so many waits."""

    def __init__(self, waits: int = 1) -> None:
        super().__init__()
        self.waits = waits
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        if len(self.waited) >= self.waits:
            self.set()
        return self.is_set()


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch) -> None:
    """The loop gives back its connection each round; a test's transaction would end with it."""
    monkeypatch.setattr(indexer, "close_old_connections", lambda: None)


@pytest.fixture
def backend(monkeypatch) -> FaultyBackend:
    backend = FaultyBackend()
    use_backend(monkeypatch, backend)
    return backend


@pytest.mark.django_db
def test_the_loop_takes_over_what_waits_and_ends_when_asked():
    work = post_work()
    Indexer(Patience()).run()
    assert indexed() == {work.pk: 1}


@pytest.mark.django_db
def test_a_second_indexer_says_so_and_ends_well(settings, capsys):
    with file_lock(settings.SEARCH_LOCK_DIR / "run_indexer.lock"):
        with pytest.raises(AlreadyRunning):
            Indexer(Patience()).run()
        call_command("run_indexer")
    assert capsys.readouterr().out == "The indexer of this archive is running already.\n"


@pytest.mark.django_db
def test_once_works_beside_a_running_indexer(settings, capsys):
    work = post_work()
    with file_lock(settings.SEARCH_LOCK_DIR / "run_indexer.lock"):
        call_command("run_indexer", "--once")
    assert indexed() == {work.pk: 1}
    assert "1 changed works indexed, 0 failed." in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize("command", [["run_indexer", "--once"], ["drain_index"]])
def test_commands_say_in_a_sentence_that_nothing_can_be_written(backend, command):
    post_work()

    def refuse(ids):
        raise OSError(28, "No space left on device")

    backend.refuse = refuse
    with pytest.raises(CommandError, match=r"cannot be written: OSError: .* No space left"):
        call_command(*command)


@pytest.mark.django_db
def test_draining_once_says_what_is_left_and_retries_what_was_parked(capsys):
    post_work()
    IndexEvent.objects.update(is_parked=True, attempts=5)
    call_command("drain_index")
    assert "0 works indexed, 0 failed; 0 events wait, 1 are parked." in capsys.readouterr().out
    call_command("drain_index", "--retry-parked")
    assert "1 works indexed, 0 failed; 0 events wait, 0 are parked." in capsys.readouterr().out


@pytest.mark.django_db
def test_a_nudge_ends_the_waiting(monkeypatch):
    class Nudged(Patience):
        def wait(self, timeout: float | None = None) -> bool:
            if len(self.waited) == 2:
                nudge_indexer()
            return super().wait(timeout)

    stop = Nudged(waits=100)
    turn = Indexer(stop)
    turn.turn()
    assert len(stop.waited) == 3, "of ten glances in half a second"
    turn.turn()
    assert sum(stop.waited[3:]) == pytest.approx(indexer.POLL_SECONDS)


@pytest.mark.django_db
def test_a_missing_index_is_built_at_the_start(backend, monkeypatch, caplog):
    work = post_work()
    IndexEvent.objects.all().delete()
    monkeypatch.setattr(backend, "_generation", 0)
    Indexer(Patience()).run()
    assert dict(backend.versions()) == {work.pk: 1}
    assert "built anew: there is none" in caplog.text


@pytest.mark.django_db
def test_an_index_of_another_schema_is_built_anew(backend, monkeypatch, caplog):
    post_work()
    healths = iter([Health(1, 0, problem="It was made by another version.")])
    real = backend.health
    monkeypatch.setattr(backend, "health", lambda: next(healths, None) or real())
    check_index()
    assert "made by another version" in caplog.text
    assert len(dict(backend.versions())) == 1


@pytest.mark.django_db
def test_an_index_that_goes_away_is_built_anew_without_waiting_for_a_change(backend, monkeypatch):
    work = post_work()
    turn = Indexer(Patience(waits=100))
    turn.turn()
    monkeypatch.setattr(backend, "_works", {})
    monkeypatch.setattr(backend, "_generation", 0)
    turn.turn()
    assert dict(backend.versions()) == {work.pk: 1}
    assert backend.health().generation == 1


@pytest.mark.django_db
def test_trouble_that_a_search_reports_is_looked_into_closely(backend, monkeypatch):
    work = post_work()
    turn = Indexer(Patience(waits=100))
    turn.turn()
    faults = [["Segment 2 is torn."]]
    monkeypatch.setattr(backend, "verify", lambda: faults.pop() if faults else [])
    turn.turn()
    assert backend.health().generation == 1, "nobody complained"
    report_trouble()
    turn.turn()
    assert backend.health().generation == 2
    assert dict(backend.versions()) == {work.pk: 1}


@pytest.mark.django_db
def test_many_complaints_are_one_close_look_a_minute(backend, monkeypatch):
    looks: list[bool] = []
    monkeypatch.setattr(indexer, "check_index", lambda stop, full: looks.append(full))
    turn = Indexer(Patience(waits=100))
    for _ in range(3):
        report_trouble()
        turn.turn()
    assert looks == [True]


@pytest.mark.django_db
def test_differences_are_repaired_at_the_start(backend, caplog):
    work = post_work()
    Indexer(Patience()).run()
    Work.everything.filter(pk=work.pk).update(version=5)
    check_index()
    assert dict(backend.versions()) == {work.pk: 5}
    assert "The index is repaired" in caplog.text


@pytest.mark.parametrize(
    "error",
    [OperationalError("gone"), EngineFailure("No space left"), KeyError("a mistake of ours")],
)
@pytest.mark.django_db
def test_whatever_goes_away_is_waited_for_longer_and_longer(backend, monkeypatch, error, caplog):
    post_work()

    def fail() -> None:
        raise error

    monkeypatch.setattr(indexer, "drain", fail)
    monkeypatch.setattr(connection, "close", lambda: None)
    stop = Patience(waits=7)
    Indexer(stop).run()
    assert stop.waited == [1, 2, 4, 8, 16, 30, 30]
    assert "a mistake of ours" not in caplog.text, "messages may quote texts"


@pytest.mark.django_db
def test_after_it_is_back_it_goes_on_as_before(backend, monkeypatch):
    work = post_work()
    real = drain
    failures = iter([OperationalError("gone"), EngineFailure("full")])

    def failing_drain():
        error = next(failures, None)
        if error:
            raise error
        return real()

    monkeypatch.setattr(indexer, "drain", failing_drain)
    monkeypatch.setattr(connection, "close", lambda: None)
    stop = Patience(waits=3)
    Indexer(stop).run()
    assert stop.waited == [1, 2, indexer.GLANCE_SECONDS]
    assert dict(backend.versions()) == {work.pk: 1}


@pytest.mark.django_db
def test_a_rebuild_elsewhere_is_waited_for(backend, monkeypatch):
    def running(stop, *, full):
        raise RebuildRunning

    monkeypatch.setattr(indexer, "check_index", running)
    stop = Patience(waits=2)
    Indexer(stop).run()
    assert len(stop.waited) == 2


@pytest.mark.django_db
def test_while_somebody_else_writes_it_polls(backend):
    post_work()
    turn = Indexer(Patience(waits=100))
    turn.turn()
    change_work(Work.everything.get(), title="Later")
    with writer_lock():
        turn.turn()
    assert IndexEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_web_server_indexes_and_is_there_once(monkeypatch):
    """In inline mode a request only writes; the thread takes it over."""
    done = threading.Event()
    seen: list[str] = []

    class OneTurn(Indexer):
        def run(self, on_start=None) -> None:
            seen.append(threading.current_thread().name)
            done.wait(60)
            self.stop.set()

    monkeypatch.setattr(indexer, "Indexer", OneTurn)
    monkeypatch.setattr(indexer, "_thread", None)
    monkeypatch.setattr(atexit, "register", lambda function: None)
    first, second = indexer.start_indexer_thread(), indexer.start_indexer_thread()
    assert first is second
    assert first.daemon
    done.set()
    first.join(60)
    assert seen == ["indexer"]


def test_a_signal_ends_the_process_after_the_batch(tmp_path):
    """A real process: it starts, says so, and ends with 0 on SIGTERM."""
    environment = {name: value for name, value in os.environ.items() if "ARCHIVE" not in name}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "archive.settings.test",
        "ARCHIVE_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-W", "ignore", "manage.py", "run_indexer"]
    process = subprocess.Popen(  # noqa: S603  our own command
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert b"The indexer runs" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=180)
    assert process.returncode == 0
    assert b"The indexer has ended." in out
