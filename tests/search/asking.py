"""Asks engines as the site does."""

from datetime import UTC, datetime
from typing import Any

from catalog.querytext import parse
from catalog.workquery import WorkQuery
from search.backends.base import Hits, SearchBackend

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = frozenset({"public"})
MEMBERS = frozenset({"public", "members"})


def ask(
    backend: SearchBackend,
    text: str = "",
    audience: frozenset[str] = PUBLIC,
    without: tuple[int, ...] = (),
    **values: Any,
) -> Hits:
    """The hits of a query, parsed as the site parses it."""
    values.setdefault("page_size", 100)
    query = WorkQuery(text=text, **values)
    return backend.search(query, parse(text, now=NOW), audience, without)


def found(backend: SearchBackend, text: str = "", **values: Any) -> list[int]:
    """The ids of the hits in rising order."""
    hits = ask(backend, text, **values)
    assert hits.total == len(hits.ids)
    assert not hits.partial
    return sorted(hits.ids)
