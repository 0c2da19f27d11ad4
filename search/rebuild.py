"""Building the index anew beside the one that is searched, then swapping them in one step."""

import logging
import shutil
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from archive.core.locks import LockHeld, file_lock
from catalog.documents import build_documents
from catalog.models import Work
from catalog.visibility import live_q
from search.backends import BulkBuild, get_backend
from search.fanout import all_works_of_tag
from search.indexing import BATCH, in_batches, isolate, put_off, writer_lock
from search.models import IndexEvent

# While the new index is built the old one stays; see reliability.md 3.2 for the factor.
_SPACE_FACTOR = 1.2
_SPACE_RESERVE = 64 * 1024 * 1024
_CATCH_UP_ROUNDS = 20

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


class RebuildRunning(RuntimeError):
    """Another process is building the index anew."""


class RebuildStopped(RuntimeError):
    """Somebody asked to stop; the index that was searched before still is."""


class NoSpace(RuntimeError):
    """The disk has no room for a second index."""


@dataclass(frozen=True)
class RebuildReport:
    """``works`` are in the new index, ``failed`` could not be taken over and have events now."""

    works: int
    failed: int
    caught_up: int
    generation: int


def rebuild_index(
    *,
    batch: int = BATCH,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RebuildReport:
    """Write a new generation from the database and make it the one that is searched.

    The lock of the indexer is held all the time: events pile up meanwhile and are taken over
    before the swap. A crash anywhere leaves the old generation. ``progress`` is told (done,
    total) works. Raises RebuildRunning, RebuildStopped and NoSpace.
    """
    with _only_rebuild(), writer_lock(wait=True):
        _check_space()
        build = get_backend().begin_generation()
        try:
            run = _Run(build, batch, progress, should_stop)
            run.finish_tag_changes()
            run.take_over_all()
            caught_up = run.catch_up()
        except BaseException:
            build.abandon()
            raise
        # From here on the generation may be the one in use; the next build sweeps what is not.
        build.promote()
        run.settle()
        report = RebuildReport(
            works=run.done - len(run.failures),
            failed=len(run.failures),
            caught_up=caught_up,
            generation=get_backend().health().generation,
        )
    logger.info(
        "The index was rebuilt: generation %d, %d works, %d failed.",
        report.generation,
        report.works,
        report.failed,
    )
    return report


@contextmanager
def _only_rebuild() -> Iterator[None]:
    try:
        with file_lock(Path(settings.SEARCH_LOCK_DIR) / "rebuild.lock"):
            yield
    except LockHeld as error:
        raise RebuildRunning("Another rebuild is running.") from error


def _check_space() -> None:
    folder = Path(settings.SEARCH_INDEX_DIR)
    if not folder.exists():
        return
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    needed = int(used * _SPACE_FACTOR) + _SPACE_RESERVE
    free = shutil.disk_usage(folder).free
    if used and free < needed:
        raise NoSpace(
            f"A rebuild needs {needed // 2**20:,} MB beside the index; {free // 2**20:,} MB are free."
        )


class _Run:
    """One build: which works it holds, which events it makes superfluous."""

    def __init__(
        self,
        build: BulkBuild,
        batch: int,
        progress: Progress | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.build = build
        self.batch = batch
        self.progress = progress
        self.should_stop = should_stop
        self.done = 0
        self.failures: dict[int, str] = {}
        self.half_added: set[int] = set()
        # Read before any work is: what these events tell of is in the works that are read now.
        self.covered = array("q", IndexEvent.objects.values_list("pk", flat=True))

    def finish_tag_changes(self) -> None:
        """Acts on tags with many works leave filter tags to the indexer: they come before all."""
        events = IndexEvent.objects.filter(kind=IndexEvent.Kind.TAG).order_by("pk")
        for tag_id, progress in list(events.values_list("object_id", "progress")):
            for _ in all_works_of_tag(tag_id, after=progress, refresh=True):
                self._check_stop()

    def take_over_all(self) -> None:
        """Every work that can be listed, in ranges of keys."""
        total = Work.objects.filter(live_q()).unscoped("the index stores all works").count()
        after = 0
        while ids := self._ids_after(after):
            for part in in_batches(ids):
                self._check_stop()
                self.failures |= isolate(part, self._add)
                self.done += len(part)
            after = ids[-1]
            if self.progress:
                self.progress(self.done, max(total, self.done))

    def catch_up(self) -> int:
        """Changes that came while building, until there are none; returns how many events."""
        count = 0
        for _ in range(_CATCH_UP_ROUNDS):
            known = set(self.covered)
            events = IndexEvent.objects.values_list("pk", "kind", "object_id", "progress")
            fresh = [row for row in events if row[0] not in known]
            if not fresh:
                break
            for part in self._parts_of(fresh):
                self._check_stop()
                self.failures |= isolate(part, self._replace)
            self.covered.extend(row[0] for row in fresh)
            count += len(fresh)
        return count

    def settle(self) -> None:
        """Delete the events that the new index makes superfluous; failed works keep one."""
        failed = IndexEvent.objects.filter(
            kind=IndexEvent.Kind.WORK, object_id__in=list(self.failures)
        )
        rows: dict[int, list[IndexEvent]] = {pk: [] for pk in self.failures}
        for event in failed:
            rows[event.object_id].append(event)
        kept = {event.pk for events in rows.values() for event in events}
        done = [pk for pk in self.covered if pk not in kept]
        with transaction.atomic():
            for start in range(0, len(done), BATCH):
                IndexEvent.objects.filter(pk__in=done[start : start + BATCH]).delete()
            for work_id, error in self.failures.items():
                put_off(work_id, rows[work_id], error)

    def _ids_after(self, after: int) -> list[int]:
        rows = Work.objects.filter(live_q(), pk__gt=after).order_by("pk")
        rows = rows.unscoped("the index stores all works")
        return list(rows.values_list("pk", flat=True)[: self.batch])

    def _add(self, ids: list[int]) -> None:
        documents = build_documents(ids)
        if not self.half_added.isdisjoint(ids):
            self.build.apply(documents, frozenset())
            return
        try:
            self.build.add(documents)
        except Exception:
            # Nobody knows which of them the build took; what comes again has to replace.
            self.half_added.update(ids)
            raise

    def _replace(self, ids: list[int]) -> None:
        documents = build_documents(ids)
        self.build.apply(documents, set(ids) - documents.keys())

    def _parts_of(self, events: list[tuple]) -> Iterator[list[int]]:
        works = {row[2] for row in events if row[1] == IndexEvent.Kind.WORK}
        yield from in_batches(sorted(works))
        for _, kind, tag_id, _ in events:
            if kind == IndexEvent.Kind.TAG:
                for ids in all_works_of_tag(tag_id, refresh=True):
                    yield from in_batches(ids)

    def _check_stop(self) -> None:
        if self.should_stop and self.should_stop():
            raise RebuildStopped("The rebuild was stopped; the index before it is still in use.")
