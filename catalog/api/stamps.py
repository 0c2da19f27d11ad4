"""What the answer about a work depends on besides its version, read in the same statement."""

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from archive.core.viewer import Viewer
from catalog.models import SeriesWork, Work, WorkTag

STAMPS = ("tag_stamp", "series_stamp")
_COUNTERS = ("kudos_count", "comments_count", "bookmarks_count", "hits_count")


def stamped(rows: QuerySet[Work]) -> QuerySet[Work]:
    """Works with stamps that change when a tag or a series which the work shows changes.

    The work's own version may rise later, because one act of a wrangler touches thousands.
    """
    tags = WorkTag.objects.filter(work=OuterRef("pk")).order_by().values("work")
    series = SeriesWork.objects.filter(work=OuterRef("pk")).order_by().values("work")
    versions = Coalesce(F("tag__synonym_of__version"), 0) + F("tag__version")
    return rows.annotate(
        tag_stamp=_sum(tags.annotate(stamp=Sum(versions)).values("stamp")),
        series_stamp=_sum(series.annotate(stamp=Sum("series__version")).values("stamp")),
    )


def stamps_of(work: Work, viewer: Viewer) -> list[object]:
    """Everything but version and address that the answer about a stamped work depends on."""
    counters = [getattr(work, name) for name in _COUNTERS]
    return [*(getattr(work, name) for name in STAMPS), *counters, viewer]


def _sum(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)
