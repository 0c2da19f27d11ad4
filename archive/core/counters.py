"""Exact counts of requests in a window of time, shared by all processes of the archive.

One statement counts: an upsert that starts a new window where the old one is over. On SQLite the
counts live in a file of their own beside the database, without syncing: a request that only reads
then neither waits for a long write nor holds one up, and a count that is lost with the power costs
nobody anything. Other databases keep them in the table of ``ThrottleCount``.
"""

import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from archive.core.locks import file_lock

TABLE = "accounts_throttlecount"
_FORGET_AFTER = 86_400
_FORGET_ONE_IN = 500
_CREATE = (
    "create table if not exists accounts_throttlecount (scope text not null, key text not null, "
    "started real not null, n integer not null, primary key (scope, key)) without rowid"
)
# A window is over, or began so much later than now that the clock must have been set back. A little
# later is usual: of two requests at once the second may have read the clock first.
_COUNT = """
insert into accounts_throttlecount as kept (scope, key, started, n) values (%s, %s, %s, 1)
on conflict (scope, key) do update set
n = case when kept.started + %s <= excluded.started or kept.started > excluded.started + %s
    then 1 else kept.n + 1 end,
started = case when kept.started + %s <= excluded.started or kept.started > excluded.started + %s
    then excluded.started else kept.started end
returning n, started
"""
_TAKE_BACK = "update accounts_throttlecount set n = n - 1 where scope = %s and key = %s and n > 0"
_FORGET = "delete from accounts_throttlecount where scope = %s and key = %s"
_FORGET_OLD = "delete from accounts_throttlecount where started < %s"
_local = threading.local()
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """At most ``limit`` requests of ``key`` within ``seconds``, counted under ``scope``."""

    scope: str
    key: str
    limit: int
    seconds: int


@dataclass(frozen=True)
class Count:
    """How a rule stands after this request; ``reset`` is in how many seconds its window ends."""

    rule: Rule
    n: int
    reset: int

    @property
    def is_exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.n > self.rule.limit

    @property
    def remaining(self) -> int:
        """How many requests are left in the window."""
        return max(0, self.rule.limit - self.n)


def count(rules: Sequence[Rule]) -> list[Count]:
    """Count one request under each rule.

    Where the file of counts cannot be written, as on a full disk, nothing is counted: limits are
    not worth an archive that cannot be read.
    """
    now = time.time()
    try:
        counts = [_count_one(rule, now) for rule in rules]
    except (sqlite3.Error, OSError):
        logger.exception("Requests are not counted")
        return []
    if secrets.randbelow(_FORGET_ONE_IN) == 0:
        _run(_FORGET_OLD, [now - _FORGET_AFTER])
    return counts


def forget(rules: Sequence[Rule]) -> None:
    """Start the windows of these rules anew, as after a success."""
    _change(_FORGET, rules)


def take_back(rules: Sequence[Rule]) -> None:
    """Count one request less under each rule: it was none of those that are limited."""
    _change(_TAKE_BACK, rules)


def _change(sql: str, rules: Sequence[Rule]) -> None:
    try:
        for rule in rules:
            _run(sql, [rule.scope, rule.key])
    except (sqlite3.Error, OSError):
        logger.exception("Requests are not counted")


def _count_one(rule: Rule, now: float) -> Count:
    rows = _run(_COUNT, [rule.scope, rule.key, now, *[rule.seconds] * 4])
    n, started = rows[0]
    return Count(rule, n, max(1, round(started + rule.seconds - now)))


def _run(sql: str, values: Sequence[str | float]) -> list[tuple[int, float]]:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []
    return _own_file().execute(sql.replace("%s", "?"), values).fetchall()


def _own_file() -> sqlite3.Connection:
    """This thread's connection to the file of counts, made where there is none."""
    path = Path(settings.DATA_DIR) / "throttles.sqlite3"
    opened: tuple[Path, sqlite3.Connection] | None = getattr(_local, "opened", None)
    if opened is None or opened[0] != path:
        if opened is not None:
            opened[1].close()
        file = sqlite3.connect(path, timeout=5, isolation_level=None)
        # Of several that turn a new file to WAL at once, SQLite refuses some without waiting.
        with file_lock(path.parent / "locks" / "throttles.lock", wait=True):
            file.execute("pragma journal_mode=wal")
            file.execute("pragma synchronous=off")
            file.execute(_CREATE)
        _local.opened = opened = (path, file)
    return opened[1]
