"""Series and the places of works in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from archive.core.errors import NotAllowed, NotFound
from archive.core.said import say
from archive.core.text import fold_name, sort_title
from archive.core.viewer import SYSTEM, Viewer
from catalog.events import announce_works_changed
from catalog.models import Creator, Series, SeriesWork, Work
from catalog.services import limits
from catalog.services.access import PreconditionFailed, is_creator, require_writer
from catalog.services.checking import Faults, clean_html, clean_title
from catalog.services.creators import own_pen_name, resolve_creators
from catalog.services.data import UNSET, SeriesPlace, Unset, given
from catalog.visibility import acts_as_creator


@dataclass
class SeriesData:
    """A series as submitted; ``works`` are the ids of all its works in order."""

    title: str | Unset = UNSET
    summary: str | Unset = UNSET
    notes: str | Unset = UNSET
    complete: bool | Unset = UNSET
    works: list[int] | Unset = UNSET


@transaction.atomic
def create_series(*, actor: Viewer, data: SeriesData) -> Series:
    """A new series of the actor. Raises InvalidInput, NotAllowed."""
    require_writer(actor)
    series = Series()
    faults = Faults()
    if isinstance(data.title, Unset):
        clean_title(faults, "")
    creators = resolve_creators(actor=actor, names=[own_pen_name(actor)], faults=faults)
    works = _apply(actor, series, data, faults)
    faults.raise_if_any()
    series.save()
    for creator in creators:
        if creator._state.adding:
            creator.save()
    series.creators.set(creators)
    _set_works(series, works)
    return series


@transaction.atomic
def edit_series(
    *, actor: Viewer, series_id: int, data: SeriesData, version: int | None = None
) -> Series:
    """Change a series. Raises NotFound, NotAllowed, InvalidInput, PreconditionFailed."""
    series = _lock_own(actor, series_id)
    if version is not None and version != series.version:
        raise PreconditionFailed(
            say(
                "The series is at version {version}, not {given}.",
                version=series.version,
                given=version,
            )
        )
    faults = Faults()
    works = _apply(actor, series, data, faults)
    faults.raise_if_any()
    _save(series)
    _set_works(series, works)
    if not isinstance(data.title, Unset):
        announce_works_changed(series.entries.values_list("work_id", flat=True))
    return series


@transaction.atomic
def delete_series(*, actor: Viewer, series_id: int) -> None:
    """Remove a series; its works stay. Raises NotFound, NotAllowed."""
    series = _lock_own(actor, series_id)
    works = list(series.entries.values_list("work_id", flat=True))
    series.delete()
    announce_works_changed(works)


def place_work(*, actor: Viewer, work: Work, places: Sequence[SeriesPlace], faults: Faults) -> None:
    """Put a saved work into exactly these series; a new title makes a series."""
    wanted: dict[int, int | None] = {}
    for number, place in enumerate(places):
        series = _find(actor, work, place, faults.within(f"series[{number}]."))
        if series is not None:
            wanted[series.pk] = place.position
    faults.raise_if_any()
    present = {entry.series_id: entry for entry in SeriesWork.objects.filter(work=work)}
    SeriesWork.objects.filter(work=work).exclude(series_id__in=wanted).delete()
    for series_id, position in wanted.items():
        entry = present.get(series_id)
        if entry is None:
            entry = SeriesWork(series_id=series_id, work=work)
            entry.position = position or _next_position(series_id)
            entry.save()
        elif position is not None and position != entry.position:
            entry.position = position
            entry.save(update_fields=["position"])
    Series.objects.filter(pk__in=wanted).update(updated_at=timezone.now())


def _find(actor: Viewer, work: Work, place: SeriesPlace, faults: Faults) -> Series | None:
    if place.position is not None and not 1 <= place.position <= limits.EXPECTED_CHAPTERS_MAX:
        faults.add(
            "position",
            "series.position",
            say("position is {position}; 1 or more.", position=place.position),
        )
        return None
    if place.id is not None:
        series = Series.objects.filter(pk=place.id).first()
        if series is None:
            faults.add("id", "series.unknown", say("There is no series {id}.", id=place.id))
        elif not _owns(actor, series):
            faults.add(
                "id", "series.not_yours", say("The series {id} is somebody else's.", id=place.id)
            )
        return series
    title = clean_title(faults, place.title)
    if not title:
        return None
    creators = list(Creator.objects.filter(creatorships__work=work))
    same = Series.objects.filter(creators__in=creators).distinct()
    for series in same.filter(sort_title=sort_title(title, "en")):
        if fold_name(series.title) == fold_name(title):
            return series
    series = Series.objects.create(title=title, sort_title=sort_title(title, "en"))
    series.creators.set(creators)
    return series


def _next_position(series_id: int) -> int:
    highest = SeriesWork.objects.filter(series_id=series_id).aggregate(top=Max("position"))["top"]
    return (highest or 0) + 1


def _owns(actor: Viewer, series: Series) -> bool:
    if actor is SYSTEM:
        return True
    return acts_as_creator(actor, series.creators.values_list("user_id", flat=True))


def _lock_own(actor: Viewer, series_id: int) -> Series:
    require_writer(actor)
    series = Series.objects.select_for_update().filter(pk=series_id).first()
    if series is None:
        raise NotFound(
            say("There is no series {series_id}.", series_id=series_id), code="series.not_found"
        )
    if not _owns(actor, series):
        raise NotAllowed(say("Only its creators may change this series."), code="series.not_yours")
    return series


def _apply(actor: Viewer, series: Series, data: SeriesData, faults: Faults) -> list[int] | None:
    if not isinstance(data.title, Unset):
        series.title = clean_title(faults, data.title)
        series.sort_title = sort_title(series.title, "en")
    for name, limit in (("summary", limits.SUMMARY_CHARS), ("notes", limits.NOTES_CHARS)):
        source = getattr(data, name)
        if not isinstance(source, Unset):
            setattr(series, f"{name}_source", source)
            setattr(series, f"{name}_html", clean_html(faults, name, source, limit))
    series.is_complete = given(data.complete, series.is_complete)
    if isinstance(data.works, Unset):
        return None
    works = list(dict.fromkeys(data.works))
    if len(works) != len(data.works):
        faults.add("works", "series.work_twice", say("A work stands in the list more than once."))
    known = {work.pk: work for work in Work.objects.visible_to(actor).filter(pk__in=works)}
    for number, pk in enumerate(works):
        if pk not in known:
            faults.add(f"works[{number}]", "work.not_found", say("There is no work {pk}.", pk=pk))
        elif not is_creator(actor, known[pk]):
            faults.add(
                f"works[{number}]",
                "work.not_yours",
                say("The work {pk} is somebody else's.", pk=pk),
            )
    return works


def _set_works(series: Series, works: list[int] | None) -> None:
    if works is None:
        return
    before = set(series.entries.values_list("work_id", flat=True))
    series.entries.all().delete()
    SeriesWork.objects.bulk_create(
        [SeriesWork(series=series, work_id=pk, position=n) for n, pk in enumerate(works, start=1)]
    )
    announce_works_changed(before | set(works))


def _save(series: Series) -> None:
    series.version += 1
    series.updated_at = timezone.now()
    series.save()
