"""Search engines behind one protocol; nothing outside this package knows which one is in use."""

from search.backends.base import (
    BulkBuild,
    Health,
    Hits,
    IndexUnavailable,
    PartedBackend,
    PartedBuild,
    SearchBackend,
    get_backend,
)

__all__ = [
    "BulkBuild",
    "Health",
    "Hits",
    "IndexUnavailable",
    "PartedBackend",
    "PartedBuild",
    "SearchBackend",
    "get_backend",
]
