"""What wranglers did on one day, from the log."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from catalog.models import ActionLog, Tag


@dataclass(frozen=True)
class DayRow:
    """How many times somebody did one act on tags of one kind; ``kind`` "" is of deleted tags."""

    wrangler: str
    kind: str
    act: str
    times: int


def day_of(day: date) -> list[DayRow]:
    """The acts on tags of a day in UTC by person, kind and act: one statement."""
    start = datetime.combine(day, time(), tzinfo=UTC)
    kind = Subquery(Tag.objects.filter(pk=OuterRef("object_id")).values("kind")[:1])
    rows = (
        ActionLog.objects.filter(
            object_kind="tag",
            created_at__range=(start, datetime.combine(day, time.max, tzinfo=UTC)),
        )
        .order_by()
        .annotate(kind=Coalesce(kind, Value("")))
        .values_list("actor_name", "kind", "verb")
        .annotate(times=Count("pk"))
        .order_by("actor_name", "kind", "-times", "verb")
    )
    return [
        DayRow(name, kind, verb.removeprefix("tag."), times) for name, kind, verb, times in rows
    ]
