"""Building the index anew beside the one that is searched, then swapping them in one step."""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from archive.core.locks import LockHeld, file_lock
from catalog.documents import build_documents
from search.backends import BulkBuild, PartedBackend, PartedBuild, get_backend
from search.fanout import all_works_of_tag
from search.frugal import small_caches
from search.indexing import BATCH, in_batches, isolate, put_off, writer_lock
from search.models import IndexEvent
from search.parts.plan import listed_works
from search.parts.rebuilding import (
    PartedRun,
    Progress,
    RebuildStopped,
    Watch,
    finish_tag_changes,
    known_events,
)

# Beside the old index lie, at the end of a build, the parts of the new one and the whole of it.
_SPACE_FACTOR = 2.2
_SPACE_RESERVE = 64 * 1024 * 1024
_CATCH_UP_ROUNDS = 20
_BYTES_A_WORD, _BYTES_A_WORK = 5, 1_500

logger = logging.getLogger(__name__)

__all__ = [
    "NoSpace",
    "Progress",
    "RebuildReport",
    "RebuildRunning",
    "RebuildStopped",
    "rebuild_index",
]


class RebuildRunning(RuntimeError):
    """Another process is building the index anew."""


class NoSpace(RuntimeError):
    """The disk has no room for a second index."""


@dataclass(frozen=True)
class RebuildReport:
    """``works`` are in the new index, ``failed`` could not be taken over and have events now.

    ``resumed`` of them had been read by a rebuild before that did not come to its end.
    """

    works: int
    failed: int
    caught_up: int
    generation: int
    resumed: int = 0


def rebuild_index(
    *,
    batch: int = BATCH,
    workers: int = 1,
    resume: bool = True,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RebuildReport:
    """Write a new generation from the database and make it the one that is searched.

    The lock of the indexer is held all the time: events pile up meanwhile and are taken over
    before the swap. A crash anywhere leaves the old generation; what was done stays on the disk and
    the next rebuild goes on from there, unless ``resume`` is false. Several ``workers`` are
    processes of their own. ``progress`` is told (done, total) works. Raises RebuildRunning,
    RebuildStopped, NoSpace, and EngineFailure when a worker cannot write.
    """
    with _only_rebuild(), writer_lock(wait=True), small_caches():
        _check_space()
        backend = get_backend()
        watch = Watch(progress, should_stop)
        parted = None
        if isinstance(backend, PartedBackend):
            parted = PartedRun(workers, watch, resume=resume)
            parted.build_parts()
        build = backend.begin_generation()
        run = _Run(build, batch, watch, parted)
        try:
            run.take_over_all()
            caught_up = run.catch_up()
            run.check()
        except BaseException:
            build.abandon()
            raise
        # From here on the generation may be the one in use; the next build sweeps what is not.
        build.promote()
        run.settle()
        if parted:
            parted.discard()
        report = RebuildReport(
            works=run.works,
            failed=len(run.failures),
            caught_up=caught_up,
            generation=get_backend().health().generation,
            resumed=parted.resumed if parted else 0,
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
    known = folder
    while not known.exists():
        known = known.parent
    needed = int(_index_size(folder) * _SPACE_FACTOR) + _SPACE_RESERVE
    free = shutil.disk_usage(known).free
    if free < needed:
        raise NoSpace(
            f"A rebuild needs {needed // 2**20:,} MB beside the index; {free // 2**20:,} MB are free."
        )


def _index_size(folder: Path) -> int:
    """Bytes of the largest generation, or about so many where there is none."""
    sizes = [
        sum(path.stat().st_size for path in generation.iterdir() if path.is_file())
        for generation in folder.glob("gen-*")
        if generation.is_dir()
    ]
    if sizes:
        return max(sizes)
    sums = listed_works().aggregate(words=Sum("word_count"), works=Count("pk"))
    return int((sums["words"] or 0) * _BYTES_A_WORD + sums["works"] * _BYTES_A_WORK)


class _Run:
    """One build: which works it holds, which events it makes superfluous."""

    def __init__(
        self, build: BulkBuild, batch: int, watch: Watch, parted: PartedRun | None
    ) -> None:
        self.build = build
        self.batch = batch
        self.watch = watch
        self.parted = parted
        self.works = 0
        self.failures: dict[int, str] = {}
        self.half_added: set[int] = set()
        # Read before any work is: what these events tell of is in the works that are read now.
        self.covered = parted.covered if parted else known_events()

    def take_over_all(self) -> None:
        """Every work that can be listed: in parts that were built before, or in ranges of keys."""
        if self.parted:
            self._take_over_parts(self.parted)
            return
        finish_tag_changes(self.watch)
        self.watch.total = listed_works().count()
        after = 0
        while ids := self._ids_after(after):
            for part in in_batches(ids):
                self.watch.check()
                failed = isolate(part, self._add)
                self.failures |= failed
                self.works += len(part) - len(failed)
            after = ids[-1]
            self.watch.done(len(ids))

    def _take_over_parts(self, parted: PartedRun) -> None:
        adopt = cast(PartedBuild, self.build).adopt
        adopt(parted.folders)
        self.works, self.failures = parted.works, parted.failures
        for part in in_batches(sorted(parted.missed)):
            self.watch.check()
            self.failures |= isolate(part, self._replace)

    def check(self) -> None:
        """Compare what was built with the database, and put right what differs.

        Nothing should: this is for works that raw SQL or a restored backup changed meanwhile.
        """
        built = dict(self.build.versions())
        listed = dict(listed_works().values_list("pk", "version").iterator(chunk_size=5_000))
        differing = {pk for pk, version in listed.items() if built.get(pk) != version}
        differing |= built.keys() - listed.keys()
        for part in in_batches(sorted(differing - self.failures.keys())):
            self.watch.check()
            self.failures |= isolate(part, self._replace)
        if differing:
            logger.info("%d works had changed without notice during the rebuild.", len(differing))

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
                self.watch.check()
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
        rows = listed_works().filter(pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[: self.batch])

    def _add(self, ids: list[int]) -> None:
        documents = build_documents(ids)
        if not self.half_added.isdisjoint(ids):
            self.build.apply(documents, frozenset())
            return
        try:
            self.build.add(documents)
        except Exception:  # nobody knows which the build took, so what comes again replaces them
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
