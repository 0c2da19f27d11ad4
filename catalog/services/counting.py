"""Derived numbers of a work, recomputed in the transaction of the change."""

from datetime import UTC, date, datetime, time

from django.db.models import Count, Max, Sum
from django.utils import timezone

from catalog.models import Chapter, Work

_NOON = time(12, tzinfo=UTC)


def noon_of(day: date) -> datetime:
    """Noon UTC of a day, or now when that noon is still to come."""
    return min(datetime.combine(day, _NOON), timezone.now())


def recount_work(work: Work) -> None:
    """Set words, chapters, completeness and ``updated_at`` of a work from its chapters.

    A posted work counts its posted chapters, a draft all of them. A chapter beyond the expected
    number raises that number. The caller saves the work.
    """
    rows = Chapter.everything.filter(work=work)
    if work.status == Work.Status.POSTED:
        rows = rows.filter(status=Chapter.Status.POSTED)
    sums = rows.aggregate(words=Sum("word_count"), chapters=Count("pk"))
    work.word_count = sums["words"] or 0
    work.chapter_count = sums["chapters"]
    if work.expected_chapters is not None:
        work.expected_chapters = max(work.expected_chapters, work.chapter_count, 1)
    work.is_complete = work.chapter_count > 0 and work.chapter_count == work.expected_chapters
    newest = _newest_chapter(work)
    if newest is not None:
        work.updated_at = max(newest, work.published_at) if work.published_at else newest


def touch(work: Work) -> None:
    """Note that the work changed: one version more."""
    work.version += 1
    work.modified_at = timezone.now()


def _newest_chapter(work: Work) -> datetime | None:
    posted = Chapter.everything.filter(work=work, status=Chapter.Status.POSTED)
    times = posted.aggregate(here=Max("posted_at"), anywhere=Max("published_on"))
    here, anywhere = times["here"], times["anywhere"]
    if anywhere is None:
        return None
    if here is not None and here.astimezone(UTC).date() >= anywhere:
        return here  # type: ignore[no-any-return]  # an aggregate is untyped
    return noon_of(anywhere)
