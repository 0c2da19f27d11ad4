"""Scans works that changed: for watched words and links, and for works that look alike.

A change only leaves a mark; the scan runs apart from it, reads and computes outside of any
transaction, and writes in short ones. Nothing is ever hidden by it: what it finds is put before
the moderators.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from archive.core.html import text_of
from catalog import events
from catalog.fingerprints import METHOD, bands_of, likeness, signature_of, words_of
from catalog.models import (
    Chapter,
    DuplicatePair,
    PrintBand,
    Report,
    ScanMark,
    WatchHit,
    WatchTerm,
    Work,
    WorkPrint,
)
from catalog.rawsql import IdList, run
from catalog.report_reasons import WATCH_LIST
from catalog.watching import WatchedText

WORKS_AT_ONCE = 20
WORDS_AT_ONCE = 200_000
ALIKE_FROM = 75
_MARKS_AT_ONCE = 200
_BUCKET_MOST = 50
_BATCH = 500
_CANDIDATES = """
SELECT mine.work_id, other.work_id
FROM catalog_printband AS mine
JOIN catalog_printband AS other
    ON other.value = mine.value AND other.band = mine.band AND other.work_id <> mine.work_id
WHERE mine.work_id IN [[works]] AND (
    SELECT COUNT(*) FROM (
        SELECT 1 AS one FROM catalog_printband AS same
        WHERE same.value = mine.value AND same.band = mine.band LIMIT %(most)s
    ) AS crowd
) < %(most)s
GROUP BY mine.work_id, other.work_id
"""
_RETURNING = "RETURNING 1"
_MARK = """
INSERT INTO catalog_scanmark (work_id)
SELECT work.id FROM catalog_work AS work
LEFT JOIN catalog_workprint AS print ON print.work_id = work.id
WHERE work.status = 'posted' AND work.deleted_at IS NULL
"""
_UNSCANNED = f"""
AND (print.work_id IS NULL OR print.version <> work.version OR print.method <> %(method)s)
{_RETURNING}
"""
logger = logging.getLogger(__name__)


@dataclass
class Scanned:
    """What was read of one work and computed from it."""

    work: Work
    signature: bytes
    hits: list[int] = field(default_factory=list)


def connect() -> None:
    """Listen to the catalogue's announcements."""
    events.works_changed.connect(_on_works_changed, dispatch_uid="catalog.scanning")


def _on_works_changed(sender: Any, *, ids: Sequence[int], **kwargs: Any) -> None:
    ScanMark.objects.bulk_create([ScanMark(work_id=pk) for pk in ids], batch_size=_BATCH)


def scan_some() -> int:
    """Scan some of the works that are marked; how many, 0 when none is."""
    marks = list(ScanMark.objects.order_by("pk")[:_MARKS_AT_ONCE])
    if not marks:
        return 0
    works = _readable(dict.fromkeys(mark.work_id for mark in marks))
    scanned = _scan(works)
    done = {work.pk for work in works}
    gone = {mark.work_id for mark in marks} - set(
        Work.everything.filter(pk__in=IdList(mark.work_id for mark in marks), status="posted")
        .filter(deleted_at=None)
        .values_list("pk", flat=True)
    )
    with transaction.atomic():
        _write(scanned)
        settled = [mark.pk for mark in marks if mark.work_id in done | gone]
        ScanMark.objects.filter(pk__in=IdList(settled)).delete()
    return len(settled)


def mark_unscanned() -> int:
    """Mark every posted work that was never scanned, changed since, or has an older print."""
    return len(run(_MARK, _UNSCANNED, method=METHOD))


@transaction.atomic
def mark_all() -> int:
    """Mark every posted work, as after a new term of the watch list; one statement."""
    return len(run(_MARK, _RETURNING))


def scan_all(*, progress: Callable[[str, int, int], None], every_work: bool = False) -> int:
    """Scan until nothing is marked; how many works. Can be stopped, and goes on from there."""
    total = mark_all() if every_work else mark_unscanned()
    total = max(total, ScanMark.objects.count())
    done = 0
    while count := scan_some():
        done += count
        progress("Scan", min(done, total), total)
    return done


def _readable(ids: Iterable[int]) -> list[Work]:
    """The first of these works that are posted, up to a number of works and of words."""
    rows = Work.everything.filter(
        pk__in=IdList(ids), status=Work.Status.POSTED, deleted_at=None
    ).order_by("pk")
    chosen: list[Work] = []
    words = 0
    for work in rows[:WORKS_AT_ONCE]:
        words += work.word_count
        if chosen and words > WORDS_AT_ONCE:
            break
        chosen.append(work)
    return chosen


def _scan(works: Sequence[Work]) -> list[Scanned]:
    chapters: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    fields = ("html", "title", "summary_html", "notes_html", "end_notes_html")
    for row in (
        Chapter.everything.filter(
            work_id__in=[work.pk for work in works], status=Chapter.Status.POSTED
        )
        .order_by("work_id", "position")
        .values_list("work_id", *fields)
    ):
        chapters[row[0]].append(row[1:])
    terms = list(WatchTerm.objects.filter(is_active=True))
    scanned = []
    for work in works:
        try:
            scanned.append(_scan_one(work, chapters[work.pk], terms))
        except Exception:  # one text that cannot be read must not keep all others from it
            logger.exception("Work %d could not be scanned", work.pk)
            scanned.append(Scanned(work, b""))
    return scanned


def _scan_one(work: Work, chapters: list[tuple[str, ...]], terms: Sequence[WatchTerm]) -> Scanned:
    bodies = [text_of(row[0]) for row in chapters]
    signature = signature_of([word for body in bodies for word in words_of(body)])
    scanned = Scanned(work, signature)
    if terms:
        around = [work.summary_html, work.notes_html, work.end_notes_html]
        around += [part for row in chapters for part in row[2:]]
        titles = [work.title, *(row[1] for row in chapters)]
        plain = [*titles, *bodies, *(text_of(part) for part in around if part)]
        text = WatchedText(plain, [*around, *(row[0] for row in chapters)])
        scanned.hits = [term.pk for term in terms if text.has(term.kind, term.folded)]
    return scanned


def _write(scanned: Sequence[Scanned]) -> None:
    if not scanned:
        return
    ids = [one.work.pk for one in scanned]
    WorkPrint.objects.bulk_create(
        [
            WorkPrint(
                work_id=one.work.pk,
                version=one.work.version,
                method=METHOD,
                signature=one.signature,
                scanned_at=timezone.now(),
            )
            for one in scanned
        ],
        update_conflicts=True,
        unique_fields=["work"],
        update_fields=["version", "method", "signature", "scanned_at"],
    )
    PrintBand.objects.filter(work_id__in=IdList(ids)).delete()
    PrintBand.objects.bulk_create(
        [
            PrintBand(work_id=one.work.pk, band=band, value=value)
            for one in scanned
            for band, value in enumerate(bands_of(one.signature))
        ],
        batch_size=_BATCH,
    )
    _write_pairs(scanned)
    _write_hits(scanned)


def _write_pairs(scanned: Sequence[Scanned]) -> None:
    """Pairs that look alike; those that moderators decided on stay as they are."""
    signatures = {one.work.pk: one.signature for one in scanned}
    candidates = run(_CANDIDATES, works=list(signatures), most=_BUCKET_MOST)
    others = {other for _, other in candidates} - signatures.keys()
    rows = WorkPrint.objects.filter(pk__in=IdList(others)).values_list("pk", "signature")
    known = {**signatures, **{pk: bytes(signature) for pk, signature in rows}}
    found: dict[tuple[int, int], int] = {}
    for mine, other in candidates:
        alike = likeness(known[mine], known[other])
        if alike >= ALIKE_FROM:
            found[min(mine, other), max(mine, other)] = alike
    mine_q = Q(first__in=IdList(signatures)) | Q(second__in=IdList(signatures))
    open_pairs = DuplicatePair.objects.filter(mine_q, state=DuplicatePair.State.OPEN)
    stale = [row.pk for row in open_pairs if (row.first_id, row.second_id) not in found]
    DuplicatePair.objects.filter(pk__in=IdList(stale)).delete()
    DuplicatePair.objects.bulk_create(
        [
            DuplicatePair(first_id=first, second_id=second, likeness=alike)
            for (first, second), alike in sorted(found.items())
        ],
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["likeness"],
    )


def _write_hits(scanned: Sequence[Scanned]) -> None:
    """A report for each work in which a term was found for the first time."""
    wanted = {(term, one.work.pk) for one in scanned for term in one.hits}
    if not wanted:
        return
    rows = WatchHit.objects.filter(work_id__in=IdList({work for _, work in wanted}))
    new = sorted(wanted - set(rows.values_list("term_id", "work_id")))
    WatchHit.objects.bulk_create(
        [WatchHit(term_id=term, work_id=work) for term, work in new], ignore_conflicts=True
    )
    terms = WatchTerm.objects.in_bulk({term for term, _ in new})
    by_work: dict[int, list[str]] = defaultdict(list)
    for term, work in new:
        row = terms[term]
        by_work[work].append(f"“{row.text}”" + (f" ({row.note})" if row.note else ""))
    titles = {one.work.pk: one.work.title for one in scanned}
    Report.objects.bulk_create(
        [
            Report(
                target_kind=Report.Target.WORK,
                target_id=work,
                target_label=titles[work],
                reason=WATCH_LIST,
                text="Found: " + ", ".join(found),
                is_by_watch=True,
            )
            for work, found in by_work.items()
        ]
    )
