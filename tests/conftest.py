"""Fixtures of the whole suite: a fresh memory index, the indexer's work on demand."""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations as SQLiteOperations
from zeal import zeal_ignore

from archive.core.counters import TABLE
from archive.core.viewer import Viewer
from catalog.finder import get_finder
from catalog.vocabulary import language_index
from search.backends import get_backend
from search.backends.deadline import Deadline
from search.indexing import drain
from tests.factories import make_user
from tests.masked import masked_german, refusals_seen
from tests.viewers import viewer_with_roles

# The same examples each time, however slow the machine: what is found by chance belongs into the
# slow lane, and must not stop a change that has nothing to do with it. For other examples:
# pytest --hypothesis-profile wide
for _profile, _is_repeatable in (("house", True), ("wide", False)):
    hypothesis.settings.register_profile(
        _profile,
        deadline=None,
        derandomize=_is_repeatable,
        database=None,
        print_blob=True,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _log_can_be_flushed() -> None:
    """Tests with transactions of their own end by emptying the tables; SQLite's guard of the
    append-only log would refuse that, so it steps aside for the flush."""
    original = SQLiteOperations.sql_flush
    guard = import_module("catalog.migrations.0008_log_is_append_only")

    def flush(self, style, tables, **options):
        statements = original(self, style, tables, **options)
        if guard.TABLE not in tables:
            return statements
        return [*guard.SQLITE_UNDO, *statements, *guard.SQLITE]

    SQLiteOperations.sql_flush = flush


@pytest.fixture(scope="session", autouse=True)
def _searches_have_processor_time() -> Iterator[None]:
    """A busy machine cuts no search short: time is up after so much work, not so much waiting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Deadline, "clock", time.thread_time)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_other_host() -> Iterator[None]:
    """Nothing in the archive asks anything of another host: row A51 of the design."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host != "localhost" and not ip_address(host).is_loopback:
                raise AssertionError(f"A connection to {address} was tried.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def _fresh_process_state(settings, tmp_path) -> Iterator[None]:
    """Nothing that a process remembers leaks from one test into the next."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEARCH_LOCK_DIR = tmp_path / "locks"
    for cached in (get_backend, get_finder, language_index):
        cached.cache_clear()
    cache.clear()
    counts = Path(settings.DATA_DIR) / "throttles.sqlite3"
    if counts.exists():
        with closing(sqlite3.connect(counts, timeout=20, isolation_level=None)) as file:
            file.execute(f"delete from {TABLE}")  # noqa: S608  a constant
    yield
    for cached in (get_backend, get_finder, language_index):
        cached.cache_clear()


@pytest.fixture
def drained(db) -> Callable[[], None]:
    """Call it to let the index catch up with the outbox."""

    def catch_up() -> None:
        while drain():
            continue

    return catch_up


@pytest.fixture
def member(db) -> Viewer:
    """Somebody signed in, without a role."""
    return viewer_with_roles("member")


@pytest.fixture
def archivist(db) -> Viewer:
    """Somebody who adds works for creators without an account."""
    return viewer_with_roles("archivist", "archivists")


@pytest.fixture
def wrangler(db) -> Viewer:
    """Somebody who looks after the tags."""
    return viewer_with_roles("wrangler", "wranglers")


@pytest.fixture
def moderator(db) -> Viewer:
    """Somebody who acts on content of others."""
    return viewer_with_roles("moderator", "moderators")


@pytest.fixture
def admin(db) -> Viewer:
    """Somebody who may do everything."""
    return viewer_with_roles("admin", superuser=True)


@pytest.fixture
def user(db):
    """An account."""
    return make_user("reader")


@pytest.fixture
def german_masked(settings, tmp_path) -> Iterator[None]:
    """Every translation is masked: what pages still say in letters is in no catalogue."""
    settings.DATA_DIR = tmp_path
    settings.RATES = {}
    with masked_german(), zeal_ignore():
        yield


@pytest.fixture
def refusals() -> Iterator[set[tuple[type, str]]]:
    """The classes and codes of all that is refused in a test."""
    with refusals_seen() as seen:
        yield seen
