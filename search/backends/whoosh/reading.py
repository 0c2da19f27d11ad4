"""Gives each process the current state of the index, and opens each segment once."""

import pickle
import struct
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from whoosh.index import TOC
from whoosh.index import IndexError as WhooshIndexError

from search.backends.base import IndexUnavailable
from search.backends.scoring import Scale
from search.backends.whoosh.generations import Generations
from search.backends.whoosh.layout import INDEX_NAME
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.snapshot import Snapshot, View
from search.backends.whoosh.storage import DurableStorage
from search.backends.whoosh.toc import read_toc

READ_ERRORS = (
    OSError,
    EOFError,
    TypeError,
    KeyError,
    ValueError,
    AttributeError,
    AssertionError,
    struct.error,
    pickle.UnpicklingError,
    WhooshIndexError,
)
"""What a file that is torn, or being replaced just now, can lead to."""

_TRIES = 5
_PAUSE_SECONDS = 0.01
_SETTLED_NS = 50_000_000

Result = TypeVar("Result")


def retrying(read: Callable[[], Result]) -> Result:
    """What ``read`` gives; files that vanish meanwhile are looked for again, five times.

    Raises IndexUnavailable when that does not help.
    """
    for attempt in range(_TRIES):
        try:
            return read()
        except IndexUnavailable:
            raise
        except READ_ERRORS as error:
            if attempt == _TRIES - 1:
                raise IndexUnavailable(
                    f"The search index cannot be read ({type(error).__name__}: {error})."
                    " Run verify_index, or rebuild_index to make it anew."
                ) from error
            time.sleep(_PAUSE_SECONDS)
    raise AssertionError("the loop returns or raises")


class Reading:
    """The current state, read again only when a file says that it changed."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._stamp: tuple[int, ...] = ()
        self._folder = generations.folder
        self._opened: dict[str, Opened] = {}
        self._scale: tuple[int, Scale] | None = None

    def snapshot(self) -> Snapshot:
        """The state of the last commit of any process. Raises IndexUnavailable."""
        return retrying(self._current)

    def opened(self, snapshot: Snapshot) -> dict[str, Opened]:
        """The segments of a state by file name."""
        return {view.opened.file.path.name: view.opened for view in snapshot.views}

    def scale(self, generation: int) -> Scale:
        """The usual lengths of a generation. Raises IndexUnavailable."""
        if self._scale is None or self._scale[0] != generation:
            self._scale = (generation, self._generations.scale(generation))
        return self._scale[1]

    def forget(self) -> None:
        """Read everything again next time."""
        with self._lock:
            self._snapshot = None
            self._stamp = ()
            self._opened = {}
            self._scale = None

    def _current(self) -> Snapshot:
        stamp = self._generations.stamp()
        snapshot = self._snapshot
        if snapshot is not None and self._stamp[: len(stamp)] == stamp:
            folder = self._folder.stat()
            if self._stamp == (*stamp, folder.st_ino, folder.st_mtime_ns):
                return snapshot
        with self._lock:
            return self._read(stamp)

    def _read(self, stamp: tuple[int, ...]) -> Snapshot:
        generation = self._generations.current()
        storage = DurableStorage(self._generations.path(generation))
        self._folder = storage.path
        folder = storage.path.stat()
        number = TOC._latest_generation(storage, INDEX_NAME)  # noqa: SLF001  Whoosh has no public name
        found = self._snapshot
        # The numbers begin again when the folder was removed and made anew.
        is_other = self._stamp[: len(stamp)] != stamp
        if is_other:
            self._scale = None
        if found is None or is_other or (found.generation, found.number) != (generation, number):
            found = self._snapshot = self._load(storage, generation, number)
        # A change within the same tick of the clock would not show in the folder's time.
        is_settled = time.time_ns() - folder.st_mtime_ns > _SETTLED_NS
        self._stamp = (*stamp, folder.st_ino, folder.st_mtime_ns if is_settled else -1)
        return found

    def _load(self, storage: DurableStorage, generation: int, number: int) -> Snapshot:
        scale = self.scale(generation)
        segments: list[ArchiveSegment] = read_toc(storage, number).segments
        opened = {
            segment.file_name: self._opened.get(segment.file_name)
            or Opened(storage.path / segment.file_name, scale)
            for segment in segments
        }
        self._opened = opened
        views = [View(opened[segment.file_name], segment) for segment in segments]
        return Snapshot(generation, number, views)
