"""The numbers that moderators look at in the morning."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from archive.accounts.models import SecurityEvent
from catalog.models import JobRun, Report, Tag
from catalog.rawsql import run

DAYS = 30
# A pair is gone from the list while one of its works is deleted.
_PAIRS = """
SELECT COUNT(*) FROM catalog_duplicatepair AS pair
JOIN catalog_work AS one ON one.id = pair.first_id AND one.deleted_at IS NULL
JOIN catalog_work AS other ON other.id = pair.second_id AND other.deleted_at IS NULL
WHERE pair.state = 'open'
"""
_COUNTS = f"""
SELECT (SELECT COUNT(*) FROM catalog_work
        WHERE held_at IS NOT NULL AND deleted_at IS NULL AND status = 'posted'),
       ({_PAIRS}),
       (SELECT COUNT(*) FROM catalog_scanmark),
       (SELECT COUNT(*) FROM catalog_work),
       (SELECT COUNT(*) FROM catalog_chapter),
       (SELECT COUNT(*) FROM catalog_tag),
       (SELECT COUNT(*) FROM accounts_user)
"""  # noqa: S608  made of constants
_WAITING = f"""
SELECT (SELECT COUNT(*) FROM (
            SELECT DISTINCT target_kind, target_id FROM catalog_report
            WHERE state IN ('open', 'in_progress')
        ) AS reported),
       (SELECT COUNT(*) FROM catalog_work
        WHERE held_at IS NOT NULL AND deleted_at IS NULL AND status = 'posted'),
       ({_PAIRS})
"""  # noqa: S608  made of constants
_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
_FAILED = ("sign_in.failed", "sign_in.limited", "factor.failed")


@dataclass(frozen=True)
class WhatWaits:
    """How many reported things, held imports and look-alike pairs nobody has decided about."""

    reports: int
    held: int
    pairs: int


def what_waits() -> WhatWaits:
    """The numbers beside the ways to the desks, in one statement."""
    (counts,) = run(_WAITING)
    return WhatWaits(*counts)


@dataclass
class DeskNumbers:
    """Reports that wait, what else waits, sizes, and two numbers a day."""

    waiting: int = 0
    unassigned: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    by_reason: list[tuple[str, int]] = field(default_factory=list)
    held: int = 0
    pairs: int = 0
    unscanned: int = 0
    works: int = 0
    chapters: int = 0
    tags: int = 0
    accounts: int = 0
    database_bytes: int = 0
    new_tags: list[tuple[date, int]] = field(default_factory=list)
    failed_sign_ins: list[tuple[date, int]] = field(default_factory=list)
    jobs: dict[str, JobRun] = field(default_factory=dict)


def desk_numbers(vendor: str) -> DeskNumbers:
    """The numbers of now, in six statements; ``vendor`` is that of the database."""
    numbers = DeskNumbers()
    _count_reports(numbers)
    (counts,) = run(_COUNTS)
    numbers.held, numbers.pairs, numbers.unscanned, numbers.works = counts[:4]
    numbers.chapters, numbers.tags, numbers.accounts = counts[4:]
    if vendor in _SIZE:
        numbers.database_bytes = int(run(_SIZE[vendor])[0][0])
    first = timezone.now().date() - timedelta(days=DAYS - 1)
    tags = Tag.objects.filter(created_at__date__gte=first).order_by()
    numbers.new_tags = _by_day(first, tags)
    failed = SecurityEvent.objects.filter(event__in=_FAILED, created_at__date__gte=first)
    numbers.failed_sign_ins = _by_day(first, failed.order_by())
    numbers.jobs = {row.name: row for row in JobRun.objects.all()}
    return numbers


def _count_reports(numbers: DeskNumbers) -> None:
    reasons: Counter[str] = Counter()
    rows = (
        Report.objects.filter(state__in=(Report.State.OPEN, Report.State.IN_PROGRESS))
        .order_by()
        .values("state", "reason")
        .annotate(n=Count("pk"), oldest=Min("created_at"), newest=Max("created_at"))
    )
    for row in rows:
        reasons[row["reason"]] += row["n"]
        numbers.waiting += row["n"]
        numbers.unassigned += row["n"] if row["state"] == Report.State.OPEN else 0
        numbers.oldest = min(filter(None, (numbers.oldest, row["oldest"])))
        numbers.newest = max(filter(None, (numbers.newest, row["newest"])))
    numbers.by_reason = reasons.most_common()


def _by_day(first: date, rows: QuerySet) -> list[tuple[date, int]]:
    """A number for each day, also for those on which nothing happened."""
    counted = rows.annotate(day=TruncDate("created_at")).values_list("day").annotate(n=Count("pk"))
    found = dict(counted)
    days = [first + timedelta(days=place) for place in range(DAYS)]
    return [(day, found.get(day, 0)) for day in days]
