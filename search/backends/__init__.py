"""Search engines behind one protocol; nothing outside this package knows which one is in use."""

from search.backends.base import (
    BulkBuild,
    Health,
    Hits,
    IndexUnavailable,
    SearchBackend,
    get_backend,
)

__all__ = [
    "BulkBuild",
    "Health",
    "Hits",
    "IndexUnavailable",
    "SearchBackend",
    "get_backend",
]
