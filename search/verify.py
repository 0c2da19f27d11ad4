"""Comparing index and database: the net for raw SQL, restored backups and torn files."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.models import Work
from catalog.visibility import live_q
from search.backends import IndexUnavailable, get_backend
from search.fanout import all_works_of_tag
from search.indexing import drain_all, enqueue_works, writer_lock
from search.models import IndexEvent
from search.rebuild import Progress, rebuild_index

SAMPLES = 200
REBUILD_ABOVE = 0.05

_SHOWN = 1_000
_KINDS = ("missing", "stale", "ghost", "duplicate")


@dataclass
class VerifyReport:
    """How index and database differ, apart from what the outbox already knows.

    ``missing`` works are not in the index, ``stale`` ones in another version, ``ghost`` ones
    should not be in it, ``duplicate`` ones are in it twice; ``unreadable`` are faults of the files,
    each a sentence. ``listed`` counts works of the database, ``indexed`` those of the index.
    ``repair`` says what was done: nothing, queued or rebuilt.
    """

    mode: str
    generation: int = 0
    listed: int = 0
    indexed: int = 0
    pending: int = 0
    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    ghost: list[int] = field(default_factory=list)
    duplicate: list[int] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    count_differs: bool = False
    repair: str = "nothing"

    @property
    def wrong(self) -> set[int]:
        """Every work that is wrong in some way."""
        return {pk for kind in _KINDS for pk in getattr(self, kind)}

    @property
    def is_ok(self) -> bool:
        """Nothing differs and everything could be read."""
        return not (self.wrong or self.unreadable or self.count_differs)

    @property
    def needs_rebuild(self) -> bool:
        """Too much is wrong for repairs one by one, or nothing can be read."""
        return bool(self.unreadable) or len(self.wrong) > REBUILD_ABOVE * max(self.listed, 1)

    @property
    def exit_code(self) -> int:
        """0 in order or repaired, 1 differences, 2 unreadable."""
        if self.is_ok or self.repair != "nothing":
            return 0
        return 2 if self.unreadable else 1

    def as_dict(self) -> dict[str, object]:
        """For ``--json``: counts of everything, and up to a thousand ids of each kind."""
        return {
            "ok": self.is_ok,
            "mode": self.mode,
            "generation": self.generation,
            "listed": self.listed,
            "indexed": self.indexed,
            "pending": self.pending,
            "wrong": {kind: len(getattr(self, kind)) for kind in _KINDS},
            **{kind: getattr(self, kind)[:_SHOWN] for kind in _KINDS},
            "unreadable": self.unreadable[:_SHOWN],
            "count_differs": self.count_differs,
            "repair": self.repair,
        }


def verify_index(*, quick: bool = False, full: bool = False) -> VerifyReport:
    """Compare the (id, version) of index and database, less what the outbox still holds.

    ``quick`` compares the numbers of works and 200 samples; ``full`` also reads every file of the
    index. The indexer waits meanwhile, so no difference is one that just came about.
    """
    report = VerifyReport("quick" if quick else "full" if full else "versions")
    with writer_lock(wait=True):
        try:
            report.generation = get_backend().health().generation
            indexed = _indexed_versions(report)
        except (IndexUnavailable, OSError) as error:
            report.unreadable.append(str(error) or type(error).__name__)
            return report
        # The database before the outbox: a work that changes in between has an event by then.
        listed = _quick_sample(report, indexed) if quick else _listed_versions(report)
        pending = _pending_works(report)
    _compare(report, indexed, listed, pending, is_sample=quick)
    if full:
        report.unreadable += get_backend().verify()
    return report


def repair_index(report: VerifyReport, *, progress: Progress | None = None) -> VerifyReport:
    """Queue what differs, or rebuild when that is shorter; notes in the report what was done.

    What was queued is taken over at once, unless somebody else is writing the index.
    """
    if report.is_ok:
        return report
    if report.needs_rebuild:
        rebuild_index(progress=progress)
        report.repair = "rebuilt"
        return report
    if report.count_differs and not report.wrong:
        # The samples saw only that something differs; the whole comparison says what.
        whole = verify_index()
        if whole.needs_rebuild:
            return repair_index(whole, progress=progress)
        report = whole
    enqueue_works(report.wrong)
    drain_all(wait=False)
    report.repair = "queued"
    return report


def _indexed_versions(report: VerifyReport) -> dict[int, int]:
    versions: dict[int, int] = {}
    for work_id, version in get_backend().versions():
        if work_id in versions:
            report.duplicate.append(work_id)
        versions[work_id] = version
    report.indexed = len(versions)
    return versions


def _listed_versions(report: VerifyReport) -> dict[int, int]:
    rows = Work.objects.filter(live_q()).unscoped("the index stores all works")
    versions = dict(rows.values_list("pk", "version").iterator(chunk_size=5_000))
    report.listed = len(versions)
    return versions


def _quick_sample(report: VerifyReport, indexed: dict[int, int]) -> dict[int, int]:
    """Versions of some works of both sides; numbers of all."""
    live = Work.objects.filter(live_q()).unscoped("the index stores all works")
    report.listed = live.count()
    newest = list(live.order_by("-pk").values_list("pk", flat=True)[: SAMPLES // 2])
    # Which works are looked at does not need to be unguessable, only to differ each time.
    chosen = random.sample(sorted(indexed), min(SAMPLES // 2, len(indexed)))
    versions = dict(live.filter(pk__in=[*newest, *chosen]).values_list("pk", "version"))
    sampled = {*newest, *chosen}
    for work_id in [pk for pk in indexed if pk not in sampled]:
        del indexed[work_id]
    return versions


def _pending_works(report: VerifyReport) -> set[int]:
    """Works that the outbox knows to be behind, parked and put-off ones included."""
    events = list(IndexEvent.objects.values_list("kind", "object_id", "progress"))
    report.pending = len(events)
    works = {pk for kind, pk, _ in events if kind == IndexEvent.Kind.WORK}
    for kind, tag_id, progress in events:
        if kind == IndexEvent.Kind.TAG:
            for ids in all_works_of_tag(tag_id, after=progress):
                works.update(ids)
    return works


def _compare(
    report: VerifyReport,
    indexed: dict[int, int],
    listed: dict[int, int],
    pending: set[int],
    *,
    is_sample: bool,
) -> None:
    report.missing = _without(listed.keys() - indexed.keys(), pending)
    report.ghost = _without(indexed.keys() - listed.keys(), pending)
    differing = {pk for pk in listed.keys() & indexed.keys() if listed[pk] != indexed[pk]}
    report.stale = _without(differing, pending)
    report.duplicate = sorted(set(report.duplicate))
    if is_sample:
        report.count_differs = abs(report.listed - report.indexed) > len(pending)


def _without(ids: Iterable[int], pending: set[int]) -> list[int]:
    return sorted(set(ids) - pending)
