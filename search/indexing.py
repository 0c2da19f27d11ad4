"""Taking the outbox over into the index: lock, read, build, apply, delete exactly what was read.

The lock comes first: an indexer that loaded a work before it waited for the lock could overwrite
a newer document. What is read are the works as they are now, never as they were when the event was
written, so the order of events does not matter and doing one twice changes nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from archive.core.errors import Unavailable
from archive.core.locks import LockHeld, file_lock
from catalog.documents import build_documents
from catalog.models import Work
from search.backends import get_backend
from search.fanout import Slice, next_slice
from search.models import DUE_AT_ONCE, IndexEvent
from search.nudge import nudge_indexer
from search.parts.plan import note_missed

BATCH = 500
WORDS_PER_BATCH = 2_000_000
PARK_AFTER = 5
BACK_OFF_SECONDS = 10

_TAGS_AT_ONCE = 50
ERROR_LENGTH = 300
_HOPELESS = 8

logger = logging.getLogger(__name__)


class EngineFailure(RuntimeError):
    """The engine takes nothing at all: no index, no space, no rights. Events stay where they are."""


@dataclass(frozen=True)
class DrainReport:
    """What one round did.

    ``events`` rows of the outbox are done, ``works`` were written to the index or removed from it,
    ``failed`` are put off or parked. ``busy``: somebody else is writing the index, nothing was
    done. ``more``: events are due that this round had no room for.
    """

    events: int = 0
    works: int = 0
    failed: int = 0
    busy: bool = False
    more: bool = False

    def __bool__(self) -> bool:
        """Whether anything moved, so that another round may be worth it."""
        return bool(self.events or self.works or self.more)

    def __add__(self, other: "DrainReport") -> "DrainReport":
        """The sum of two rounds, in the state after the second."""
        return DrainReport(
            self.events + other.events,
            self.works + other.works,
            self.failed + other.failed,
            other.busy,
            other.more,
        )


@dataclass
class _Batch:
    """What was read: work events by work, and the next works of tag events."""

    rows: dict[int, list[IndexEvent]] = field(default_factory=lambda: defaultdict(list))
    slices: list[Slice] = field(default_factory=list)
    more: bool = False

    @property
    def work_ids(self) -> list[int]:
        """Each work once, in order."""
        ids = set(self.rows)
        for piece in self.slices:
            ids.update(piece.work_ids)
        return sorted(ids)


def writer_lock(*, wait: bool = False) -> AbstractContextManager[None]:
    """The lock of whoever writes the index; beside the index, so that no rebuild removes it.

    Raises LockHeld at once, or blocks with ``wait``.
    """
    return file_lock(Path(settings.SEARCH_LOCK_DIR) / "indexer.lock", wait=wait)


def drain(limit: int = BATCH, *, wait: bool = False) -> DrainReport:
    """Take over up to ``limit`` due events.

    A work that fails alone is put off, and parked after five times, while the others go on. Raises
    EngineFailure when nothing can be written, and the errors of a database that is away; the
    events are then still there.
    """
    try:
        with writer_lock(wait=wait):
            return _drain(limit)
    except LockHeld:
        return DrainReport(busy=True)


def drain_all(*, wait: bool = True, should_stop: Callable[[], bool] | None = None) -> DrainReport:
    """Rounds until no event is due, somebody else holds the lock, or ``should_stop`` says so."""
    total = DrainReport(more=True)
    while total.more and not (should_stop and should_stop()):
        total += drain(wait=wait)
    return total


def retry_events(ids: Iterable[int] | None = None) -> int:
    """Make parked and put-off events due again; all of them without ``ids``. Returns how many."""
    rows = IndexEvent.objects.filter(Q(is_parked=True) | Q(attempts__gt=0))
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    count = rows.update(is_parked=False, attempts=0, not_before=DUE_AT_ONCE)
    nudge_indexer()
    return count


def enqueue_works(ids: Iterable[int]) -> int:
    """Ask for works to be taken over again, whatever the reason. Returns how many."""
    rows = [IndexEvent(kind=IndexEvent.Kind.WORK, object_id=pk) for pk in sorted(set(ids))]
    IndexEvent.objects.bulk_create(rows, batch_size=BATCH)
    nudge_indexer()
    return len(rows)


def isolate(ids: list[int], step: Callable[[list[int]], None]) -> dict[int, str]:
    """Run ``step`` over works, halving a batch that fails until the bad ones are alone.

    Returns what is wrong with which work. Raises EngineFailure when it is evidently not the works:
    the disk, the index, or the first eight works each and none taken.
    """
    failures: dict[int, str] = {}
    pending = [ids]
    has_taken = False
    while pending:
        batch = pending.pop()
        try:
            step(batch)
        except (OperationalError, InterfaceError):
            raise
        except (OSError, Unavailable) as error:
            raise EngineFailure(f"{type(error).__name__}: {error}") from error
        except Exception as error:
            # Whatever one work does, the others go on.
            if len(batch) > 1:
                middle = len(batch) // 2
                pending += [batch[middle:], batch[:middle]]
                continue
            failures[batch[0]] = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
            if not has_taken and len(failures) >= _HOPELESS:
                raise EngineFailure(failures[batch[0]]) from error
        else:
            has_taken = True
    return failures


def in_batches(ids: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """Works in batches of at most ``size`` and of about two million words, to bound the memory."""
    ids = list(ids)
    for start in range(0, len(ids), size):
        part = ids[start : start + size]
        rows = Work.objects.filter(pk__in=part).unscoped("lengths alone, for the indexer")
        words = dict(rows.values_list("pk", "word_count"))
        batch: list[int] = []
        total = 0
        for pk in part:
            if batch and total + words.get(pk, 0) > WORDS_PER_BATCH:
                yield batch
                batch, total = [], 0
            batch.append(pk)
            total += words.get(pk, 0)
        yield batch


def _drain(limit: int) -> DrainReport:
    batch = _read(limit, timezone.now())
    work_ids = batch.work_ids
    failures: dict[int, str] = {}
    for part in in_batches(work_ids):
        failures |= isolate(part, _take_over)
    done = _settle(batch, failures)
    for work_id, error in failures.items():
        # The kind alone: messages of a failed work may quote its text.
        logger.warning("Work %d was not indexed: %s", work_id, error.partition(":")[0])
    return DrainReport(
        events=done, works=len(work_ids) - len(failures), failed=len(failures), more=batch.more
    )


def _take_over(ids: list[int]) -> None:
    """The works as they are now; who is gone or cannot be listed any more is removed."""
    documents = build_documents(ids)
    note_missed(ids)
    get_backend().apply(documents, set(ids) - documents.keys())


def _read(limit: int, now: datetime) -> _Batch:
    """The due events. Kinds are read apart, so that a great merge does not hold up new works."""
    batch = _Batch()
    due = due_events(IndexEvent.Kind.WORK, now)[:limit]
    for event in due:
        batch.rows[event.object_id].append(event)
    batch.more = len(due) == limit
    for event in _earlier_failures(list(batch.rows), now):
        batch.rows[event.object_id].append(event)
    room = max(limit - len(batch.rows), limit // 5, 1)
    tags = list(due_events(IndexEvent.Kind.TAG, now)[:_TAGS_AT_ONCE])
    for event in tags:
        if room <= 0:
            break
        piece = next_slice(event, room)
        batch.slices.append(piece)
        room -= len(piece.work_ids)
    unfinished = len(batch.slices) < len(tags) or any(not piece.is_last for piece in batch.slices)
    batch.more = batch.more or unfinished or len(tags) == _TAGS_AT_ONCE
    return batch


def due_events(kind: str, now: datetime) -> QuerySet[IndexEvent]:
    """In the order of the index over them: new events by id, then those that were put off."""
    # "is_parked=False" becomes NOT in SQL, for which SQLite uses no index.
    rows = IndexEvent.objects.filter(is_parked__in=[False], not_before__lte=now, kind=kind)
    return rows.order_by("not_before", "id")


def _earlier_failures(work_ids: list[int], now: datetime) -> Iterable[IndexEvent]:
    """Put-off and parked events of works that are taken over now: done with them."""
    if not work_ids:
        return []
    waiting = Q(is_parked__in=[True]) | Q(is_parked__in=[False], not_before__gt=now)
    return IndexEvent.objects.filter(waiting, kind=IndexEvent.Kind.WORK, object_id__in=work_ids)


def _settle(batch: _Batch, failures: dict[int, str]) -> int:
    """Delete the rows that were read and are done, put off the others. Returns how many are done.

    By primary key, never "up to the highest": events commit out of order.
    """
    done = [
        row.pk for work_id, rows in batch.rows.items() if work_id not in failures for row in rows
    ]
    done += [piece.event_id for piece in batch.slices if piece.is_last]
    with transaction.atomic():
        for start in range(0, len(done), BATCH):
            IndexEvent.objects.filter(pk__in=done[start : start + BATCH]).delete()
        for piece in batch.slices:
            if not piece.is_last:
                rows = IndexEvent.objects.filter(pk=piece.event_id)
                rows.update(progress=piece.work_ids[-1])
        for work_id, error in failures.items():
            put_off(work_id, batch.rows.get(work_id, []), error)
    return len(done)


def put_off(work_id: int, rows: list[IndexEvent], error: str) -> None:
    """One event stays for a work that failed: due later and later, parked after five times."""
    event = min(rows, key=lambda row: row.pk, default=None) or IndexEvent(
        kind=IndexEvent.Kind.WORK, object_id=work_id
    )
    event.attempts = 1 + max((row.attempts for row in rows), default=0)
    delay = BACK_OFF_SECONDS * 4 ** (min(event.attempts, PARK_AFTER) - 1)
    event.not_before = timezone.now() + timedelta(seconds=delay)
    event.is_parked = event.attempts >= PARK_AFTER
    event.is_withdrawal = any(row.is_withdrawal for row in rows)
    event.last_error = error
    event.save()
    others = [row.pk for row in rows if row.pk != event.pk]
    IndexEvent.objects.filter(pk__in=others).delete()
