"""What the answer about a work depends on besides its address, read in one small statement."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime

from archive.core.viewer import ANONYMOUS, Viewer
from catalog.models import SeriesWork, Work, WorkTag

_COUNTERS = ("kudos_count", "comments_count", "bookmarks_count", "hits_count")
_FIELDS = ("version", "modified_at", "tag_stamp", "series_stamp", *_COUNTERS)
_PLACE = 987_654_321_987
_statements: dict[str, tuple[str, tuple[Any, ...]]] = {}


@dataclass(frozen=True)
class WorkStamp:
    """The version of a work, when it changed, and ``parts``: everything else that its answer shows.

    The parts change when a tag or a series which the work shows changes. The work's own version may
    rise later, because one act of a wrangler touches thousands.
    """

    version: int
    modified_at: datetime
    parts: tuple[object, ...]


def stamp_of(pk: int, viewer: Viewer) -> WorkStamp | None:
    """The stamp of a work that this viewer may open, None for any other."""
    if viewer.is_anonymous:
        row = _row_for_guests(pk)
    else:
        row = _stamped(viewer).filter(pk=pk).values_list(*_FIELDS).first()
    if row is None:
        return None
    version, modified_at, *parts = row
    return WorkStamp(version, _moment(modified_at), (*parts, viewer))


def _row_for_guests(pk: int) -> tuple[Any, ...] | None:
    """As for anybody, by a statement that is built once: building costs ten times the asking."""
    kept = _statements.get(connection.vendor)
    if kept is None:
        rows = _stamped(ANONYMOUS).filter(pk=_PLACE).order_by().values_list(*_FIELDS)
        kept = _statements[connection.vendor] = rows.query.sql_with_params()
    sql, params = kept
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk if value == _PLACE else value for value in params])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _stamped(viewer: Viewer) -> QuerySet[Work]:
    tags = WorkTag.objects.filter(work=OuterRef("pk")).order_by().values("work")
    series = SeriesWork.objects.filter(work=OuterRef("pk")).order_by().values("work")
    versions = Coalesce(F("tag__synonym_of__version"), 0) + F("tag__version")
    return Work.objects.visible_to(viewer).annotate(
        tag_stamp=_sum(tags.annotate(stamp=Sum(versions)).values("stamp")),
        series_stamp=_sum(series.annotate(stamp=Sum("series__version")).values("stamp")),
    )


def _sum(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def _moment(value: datetime | str) -> datetime:
    """A time as the database keeps it, where it keeps text."""
    if isinstance(value, datetime):
        return value
    parsed = parse_datetime(value)
    if parsed is None:
        raise ValueError(f"{value!r} is no time.")
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
