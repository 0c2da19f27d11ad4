"""Reading the whole database once without keeping it in the memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_CACHE_KILOBYTES = 4_000
_CHANGES = {"mmap_size": "PRAGMA mmap_size = %d", "cache_size": "PRAGMA cache_size = %d"}
_QUESTIONS = {"mmap_size": "PRAGMA mmap_size", "cache_size": "PRAGMA cache_size"}


@contextmanager
def small_caches() -> Iterator[None]:
    """For the block SQLite maps no file and keeps few pages; afterwards as it was before.

    A rebuild reads every page once. What SQLite keeps of them, up to 300 MB a process, is of use to
    requests, which come back to the same pages, but not to it.
    """
    if connection.vendor != "sqlite":
        yield
        return
    asked = {"mmap_size": 0, "cache_size": -_CACHE_KILOBYTES}
    before = {name: _pragma(name) for name in asked}
    for name, value in asked.items():
        _pragma(name, value)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is not None and connection.connection is not None:
                _pragma(name, old)


def _pragma(name: str, value: int | None = None) -> int | None:
    """Read a setting of this connection, or change it; None where it has none."""
    connection.ensure_connection()
    statement = _QUESTIONS[name] if value is None else _CHANGES[name] % value
    row = connection.connection.execute(statement).fetchone()
    return None if row is None else int(row[0])
