"""Waking the indexer; a lost nudge costs half a second, never an update."""

from django.conf import settings


def nudge_indexer() -> None:
    """Touch the file that a waiting indexer looks at."""
    settings.SEARCH_LOCK_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.SEARCH_LOCK_DIR / "nudge").touch()
