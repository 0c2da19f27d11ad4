"""What readers with an account keep of their reading: the place in each work."""

from django.db import transaction
from django.utils import timezone

from archive.core.errors import InvalidInput, SignInRequired
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Chapter, ReadingPlace, Work
from catalog.reading import get_work

PLACES_MAX = 2_000
"""As many works a user's places are kept of; the oldest give way."""


@transaction.atomic
def keep_place(*, actor: Viewer, work_id: int, position: int) -> ReadingPlace:
    """Remember that the actor is at this chapter of a work.

    Raises SignInRequired, NotFound; InvalidInput ``chapter.unknown`` for a chapter that the actor
    may not read.
    """
    if actor.user_id is None:
        raise SignInRequired(say("Places in works are kept for an account."))
    work = get_work(work_id, actor, for_blurb=False)
    known = Chapter.objects.visible_to(actor).filter(work=work)
    count = known.count()
    if not known.filter(position=position).exists():
        raise InvalidInput(
            say(
                "There is no chapter {position} in the work {work_id}; it has {count}.",
                position=position,
                work_id=work_id,
                count=count,
            ),
            code="chapter.unknown",
        )
    place, is_new = ReadingPlace.objects.get_or_create(
        user_id=actor.user_id,
        work=work,
        defaults={"position": position, "furthest": position, "chapters_seen": count},
    )
    if is_new:
        _make_room(actor.user_id)
        return place
    place.position, place.chapters_seen = position, count
    place.furthest = max(place.furthest, position)
    place.read_at = timezone.now()
    place.save(update_fields=["position", "furthest", "chapters_seen", "read_at"])
    return place


@transaction.atomic
def forget_place(*, actor: Viewer, work_id: int) -> None:
    """Forget where the actor was in a work; nothing happens where nothing was kept."""
    if actor.user_id is None:
        raise SignInRequired(say("Places in works are kept for an account."))
    ReadingPlace.objects.filter(user_id=actor.user_id, work_id=work_id).delete()


def place_in(work: Work, viewer: Viewer) -> ReadingPlace | None:
    """Where the viewer was in a work: one statement, none for guests."""
    if viewer.user_id is None:
        return None
    return ReadingPlace.objects.filter(user_id=viewer.user_id, work=work).first()


def places_of(viewer: Viewer, limit: int) -> list[ReadingPlace]:
    """The works that the viewer read last and may still see, the latest first."""
    if viewer.user_id is None:
        return []
    places = list(ReadingPlace.objects.filter(user_id=viewer.user_id)[: 2 * limit])
    rows = Work.objects.visible_to(viewer).filter(pk__in=[place.work_id for place in places])
    seen = {work.pk: work for work in rows.select_related("language")}
    shown = [place for place in places if place.work_id in seen]
    for place in shown:
        place.work = seen[place.work_id]
    return shown[:limit]


def _make_room(user_id: int) -> None:
    kept = ReadingPlace.objects.filter(user_id=user_id)
    old = list(kept.values_list("pk", flat=True)[PLACES_MAX : PLACES_MAX + 100])
    if old:
        ReadingPlace.objects.filter(pk__in=old).delete()
