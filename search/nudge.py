"""Waking the indexer; a lost nudge costs half a second, never an update."""

import logging
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)


def nudge_indexer() -> None:
    """Touch the file that a waiting indexer looks at."""
    _touch(_path("nudge"))


def last_nudge() -> int:
    """When somebody nudged last, in nanoseconds of the file's clock; 0 for never."""
    try:
        return _path("nudge").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def report_trouble() -> None:
    """Ask the indexer to look closely at the index, because a search could not read it.

    Never fails: whoever asks is busy answering without the index.
    """
    try:
        _touch(_path("trouble"))
    except OSError as error:
        logger.warning("The indexer was not told of trouble: %s", error.strerror)


def take_trouble() -> bool:
    """Whether somebody reported trouble; asking takes the report away."""
    try:
        _path("trouble").unlink()
    except FileNotFoundError:
        return False
    return True


def _touch(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch()


def _path(name: str) -> Path:
    return Path(settings.SEARCH_LOCK_DIR) / name
