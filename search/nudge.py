"""Waking the indexer; a lost nudge costs half a second, never an update."""

from pathlib import Path

from django.conf import settings


def nudge_indexer() -> None:
    """Touch the file that a waiting indexer looks at."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch()


def last_nudge() -> int:
    """When somebody nudged last, in nanoseconds of the file's clock; 0 for never."""
    try:
        return _path().stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _path() -> Path:
    return Path(settings.SEARCH_LOCK_DIR) / "nudge"
