"""Creators and series as lists show them to a viewer, with numbers that follow what he may see."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from archive.core.errors import NotFound
from archive.core.said import say
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.models import Creator, Creatorship, Series, SeriesWork, Work
from catalog.querysets.work import WorkQuerySet
from catalog.visibility import listed_q

CREATOR_ORDERINGS = ("name", "-name", "created", "-created")
SERIES_ORDERINGS = ("title", "-title", "updated", "-updated")
_COLUMNS = {
    "name": "folded",
    "created": "created_at",
    "title": "sort_title",
    "updated": "updated_at",
}


@dataclass
class SeriesNumbers:
    """What a viewer may see of a series: works, words, and under which names they are shown."""

    works: int = 0
    words: int = 0
    names: dict[int, str] = field(default_factory=dict)


def creators_listed(viewer: Viewer, *, text: str = "", ordering: str = "") -> QuerySet[Creator]:
    """Creators with ``works_count``: works under their name that lists show this viewer."""
    rows = Creator.objects.filter(Exists(_made(viewer)))
    for word in fold_name(text).split():
        rows = rows.filter(folded__contains=word)
    return _counted(rows, viewer).order_by(*_order(ordering or "name"), "pk")


def find_creator(creator_id: int, viewer: Viewer) -> Creator:
    """A creator with ``works_count``.

    Raises NotFound for one without works that the viewer may see, unless it is the viewer's own:
    a name behind drafts or anonymous works alone is nobody else's business.
    """
    rows = _counted(Creator.objects.filter(pk=creator_id), viewer)
    creator = rows.first()
    if creator is not None:
        is_own = creator.user_id is not None and creator.user_id == viewer.user_id
        if creator.works_count or is_own:  # type: ignore[attr-defined]  # annotated
            return creator
    raise NotFound(
        say("There is no creator {creator_id}.", creator_id=creator_id), code="creator.not_found"
    )


def series_listed(viewer: Viewer, *, text: str = "", ordering: str = "") -> QuerySet[Series]:
    """Series with works that lists show this viewer."""
    entries = SeriesWork.objects.filter(listed_q(viewer, "work__"), series=OuterRef("pk"))
    rows = Series.objects.filter(Exists(entries))
    for word in text.split():
        rows = rows.filter(title__icontains=word)
    return rows.order_by(*_order(ordering or "title"), "pk")


def series_of_creator(creator: Creator, viewer: Viewer, limit: int) -> list[Series]:
    """Series with works that stand under this name in the viewer's lists, by title."""
    made = Creatorship.objects.filter(creator=creator, work=OuterRef("work"))
    entries = SeriesWork.objects.filter(
        Exists(made), listed_q(viewer, "work__"), series=OuterRef("pk"), work__is_anonymous=False
    )
    return list(Series.objects.filter(Exists(entries)).order_by("sort_title", "pk")[:limit])


def numbers_of(series_ids: Iterable[int], viewer: Viewer) -> dict[int, SeriesNumbers]:
    """The numbers and names of several series: two statements.

    Names of anonymous works are left out, so a series tells nothing that its works keep secret.
    """
    ids = list(series_ids)
    found = {pk: SeriesNumbers() for pk in ids}
    listed = SeriesWork.objects.filter(listed_q(viewer, "work__"), series_id__in=ids).order_by()
    sums = listed.values("series_id").annotate(works=Count("pk"), words=Sum("work__word_count"))
    for row in sums:
        numbers = found[row["series_id"]]
        numbers.works, numbers.words = row["works"], row["words"] or 0
    names = (
        listed.filter(work__is_anonymous=False)
        .order_by("series_id", "position", "work__creatorships__position")
        .values_list(
            "series_id",
            "work__creatorships__creator_id",
            "work__creatorships__creator__name",
        )
    )
    for series_id, creator_id, name in names:
        if creator_id is not None:
            found[series_id].names.setdefault(creator_id, name)
    return found


def works_in_order(series: Series, viewer: Viewer) -> WorkQuerySet:
    """The works of a series that lists show this viewer, in the order of the series."""
    rows = Work.objects.listed_to(viewer).filter(series_entries__series=series)
    return rows.order_by("series_entries__position", "series_entries__pk")


def neighbours_in_series(work: Work, viewer: Viewer) -> dict[int, tuple[Work | None, Work | None]]:
    """The works before and after a work in each of its series, by the ids of the series.

    Works that the viewer's lists do not show are no neighbours. Blocked ones still are. One
    statement, none for a work of no series.
    """
    places = {place.id: place.position for place in work.places}
    if not places:
        return {}
    listed = SeriesWork.objects.filter(listed_q(viewer, "work__"))
    beside = Q()
    for series_id, position in places.items():
        entries = listed.filter(series=series_id)
        before = entries.filter(position__lt=position).order_by("-position", "-pk")
        after = entries.filter(position__gt=position).order_by("position", "pk")
        for nearest in (before, after):
            beside |= Q(pk=Subquery(nearest.values("pk")[:1]))
    found: dict[int, dict[bool, Work]] = {}
    for entry in SeriesWork.objects.filter(beside).select_related("work__language"):
        is_after = entry.position > places[entry.series_id]
        found.setdefault(entry.series_id, {})[is_after] = entry.work
    return {pk: (pair.get(False), pair.get(True)) for pk, pair in found.items()}


def _made(viewer: Viewer) -> QuerySet[Creatorship]:
    return Creatorship.objects.filter(
        listed_q(viewer, "work__"), creator=OuterRef("pk"), work__is_anonymous=False
    )


def _counted(rows: QuerySet[Creator], viewer: Viewer) -> QuerySet[Creator]:
    count = _made(viewer).order_by().values("creator").annotate(n=Count("pk")).values("n")
    return rows.annotate(works_count=Coalesce(Subquery(count, output_field=IntegerField()), 0))


def _order(ordering: str) -> tuple[str, ...]:
    sign = "-" if ordering.startswith("-") else ""
    return (f"{sign}{_COLUMNS[ordering.lstrip('-')]}",)
