"""The one indexer of an archive: drains the outbox, waits for a nudge, survives what goes away.

With ``ARCHIVE_INDEXER=worker`` it is the process ``manage.py run_indexer``. With ``inline`` it is a
thread of the web server: of several worker processes the one that holds the lock indexes, and when
it ends another takes over. No request ever writes the index, and what management commands change
while no server runs is taken over when one starts.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from archive.core.errors import Unavailable
from archive.core.locks import LockHeld, file_lock
from catalog.services.jobs import run_due_jobs
from search.backends import get_backend
from search.health import note_verified
from search.indexing import EngineFailure, drain
from search.nudge import last_nudge, take_trouble
from search.rebuild import NoSpace, RebuildRunning, RebuildStopped, rebuild_index
from search.verify import repair_index, verify_index

POLL_SECONDS = 0.5
GLANCE_SECONDS = 0.05
BACK_OFF_SECONDS = (1.0, 30.0)
CLOSE_LOOK_SECONDS = 60.0
JOBS_EVERY_SECONDS = 10.0

_STEP_ASIDE_SECONDS = 0.005
_TAKE_OVER_SECONDS = 2.0
_GOODBYE_SECONDS = 10.0

logger = logging.getLogger(__name__)


CANNOT_INDEX = (EngineFailure, Unavailable, NoSpace, RebuildRunning, RebuildStopped)
"""What looking after the index and draining may end with, apart from a database that is away."""


class AlreadyRunning(RuntimeError):
    """Another process is the indexer of this archive."""


class Indexer:
    """The loop. Set ``stop`` from anywhere to let it end after the batch at hand."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop or threading.Event()
        self._delay = BACK_OFF_SECONDS[0]
        self._is_checked = False
        self._next_close_look = 0.0
        self._next_jobs = time.monotonic() + JOBS_EVERY_SECONDS

    def run(self, on_start: Callable[[], None] | None = None) -> None:
        """Index until stopped. Raises AlreadyRunning when this archive has an indexer."""
        try:
            with file_lock(Path(settings.SEARCH_LOCK_DIR) / "run_indexer.lock"):
                if on_start:
                    on_start()
                while not self.stop.is_set():
                    self.turn()
        except LockHeld as error:
            raise AlreadyRunning("The indexer of this archive is running already.") from error

    def turn(self) -> None:
        """One round: look after the index, drain a batch, wait; never raises."""
        close_old_connections()
        nudged_at = last_nudge()
        try:
            self._look_after_index()
            report = drain()
            if not report.more:
                self._keep_house()
        except RebuildStopped:
            return
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            self._back_off("The database cannot be used", error)
        except (EngineFailure, Unavailable, NoSpace) as error:
            self._is_checked = False
            self._back_off("The index cannot be written", error)
        except RebuildRunning:
            self.stop.wait(_TAKE_OVER_SECONDS)
        except Exception as error:  # noqa: BLE001  an indexer that is gone helps nobody
            self._is_checked = False
            self._back_off("The indexer failed", error)
        else:
            self._delay = BACK_OFF_SECONDS[0]
            if report.more:
                # Long enough for a rebuild that waits for the lock to get it.
                self.stop.wait(_STEP_ASIDE_SECONDS)
            else:
                self._wait_for_nudge(nudged_at)

    def _look_after_index(self) -> None:
        """Check the index at the start, when it is gone, and when a search could not read it."""
        has_trouble = time.monotonic() >= self._next_close_look and take_trouble()
        if has_trouble:
            self._next_close_look = time.monotonic() + CLOSE_LOOK_SECONDS
        if has_trouble or not self._is_checked or not get_backend().health().generation:
            check_index(self.stop, full=has_trouble)
            self._is_checked = True

    def _keep_house(self) -> None:
        """Now and then, when nothing waits, let the catalogue's own jobs do a little."""
        if time.monotonic() >= self._next_jobs:
            self._next_jobs = time.monotonic() + JOBS_EVERY_SECONDS
            run_due_jobs(should_stop=self.stop.is_set)

    def _wait_for_nudge(self, nudged_at: int) -> None:
        """Until somebody nudges, half a second has gone, or it is time to stop."""
        for _ in range(round(POLL_SECONDS / GLANCE_SECONDS)):
            if self.stop.wait(GLANCE_SECONDS) or last_nudge() != nudged_at:
                return

    def _back_off(self, what: str, error: Exception) -> None:
        logger.error("%s, next try in %.0f s: %s", what, self._delay, type(error).__name__)
        logger.debug("Details", exc_info=error)
        self.stop.wait(self._delay)
        self._delay = min(self._delay * 2, BACK_OFF_SECONDS[1])


def check_index(stop: threading.Event | None = None, *, full: bool = False) -> None:
    """Make sure that there is an index of this schema, roughly right; rebuild or repair it if not.

    ``full`` reads every file of it. Raises what ``rebuild_index`` raises.
    """
    health = get_backend().health()
    should_stop = stop.is_set if stop else None
    if not health.generation or health.problem:
        logger.warning("The index is built anew: %s", health.problem or "there is none.")
        rebuild_index(should_stop=should_stop)
        return
    report = verify_index(quick=not full, full=full)
    note_verified(report.as_dict())
    if not report.is_ok:
        logger.warning(
            "The index is repaired: %d works wrong, %d listed, %d indexed, %d faults of files.",
            len(report.wrong),
            report.listed,
            report.indexed,
            len(report.unreadable),
        )
        note_verified(repair_index(report).as_dict())


_thread: tuple[int, threading.Thread] | None = None


def start_indexer_thread() -> threading.Thread:
    """Index in a daemon thread of this process, as soon as no other process does.

    Called when a web server has loaded the application. Asking twice starts one thread; the thread
    ends with the process, after the batch at hand.
    """
    global _thread  # noqa: PLW0603  one thread a process is the point
    if _thread is not None and _thread[0] == os.getpid() and _thread[1].is_alive():
        return _thread[1]
    stop = threading.Event()
    thread = threading.Thread(target=_run_in_turn, args=(stop,), name="indexer", daemon=True)

    def say_goodbye() -> None:
        stop.set()
        thread.join(_GOODBYE_SECONDS)

    atexit.register(say_goodbye)
    thread.start()
    _thread = (os.getpid(), thread)
    return thread


def _run_in_turn(stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            try:
                Indexer(stop).run()
            except AlreadyRunning:
                stop.wait(_TAKE_OVER_SECONDS)
    finally:
        connection.close()
