"""Pen names: found, made, or refused."""

from collections.abc import Sequence

from django.db import transaction

from archive.accounts.models import User
from archive.accounts.usernames import RESERVED
from archive.core.confusables import skeleton
from archive.core.said import say
from archive.core.text import clean_name, fold_name
from archive.core.viewer import SYSTEM, Viewer
from catalog.models import Creator, Creatorship, Work
from catalog.services import limits
from catalog.services.checking import Faults


def own_pen_name(actor: Viewer) -> str:
    """The pen name of the actor: the oldest one, else the user name."""
    rows = Creator.objects.filter(user_id=actor.user_id or 0)
    oldest = rows.order_by("id").first()
    return oldest.name if oldest else actor.username


def resolve_creators(*, actor: Viewer, names: Sequence[str | int], faults: Faults) -> list[Creator]:
    """The creators named, in their order; unsaved ones for new names.

    Archivists may name anybody without an account, or nobody for a draft; other people use their
    own pen names, and a new name becomes one of theirs.
    """
    if not names and not may_name_others(actor):
        faults.add("creators", "creator.missing", say("A work needs at least one creator."))
    if len(names) > limits.CREATORS_PER_WORK:
        faults.add(
            "creators",
            "creator.too_many",
            say(
                "{given} creators were given; at most {most} are allowed.",
                given=len(names),
                most=limits.CREATORS_PER_WORK,
            ),
        )
        return []
    found: dict[str, Creator] = {}
    for place, name in enumerate(names):
        creator = _resolve(actor, name, faults.within(f"creators[{place}]"))
        if creator is not None:
            found.setdefault(creator.folded, creator)
    return list(found.values())


def _resolve(actor: Viewer, name: str | int, faults: Faults) -> Creator | None:
    if isinstance(name, int):
        creator = Creator.objects.filter(pk=name).first()
        if creator is None:
            faults.add("", "creator.unknown", say("There is no creator {name}.", name=name))
            return None
        return creator if _may_use(actor, creator, faults) else None
    clean = faults.attempt(
        "",
        lambda: clean_name(name, max_length=limits.CREATOR_NAME_CHARS, what="creator"),
        "",
    )
    if not clean:
        return None
    creator = Creator.objects.filter(folded=fold_name(clean)).first()
    if creator is not None:
        return creator if _may_use(actor, creator, faults) else None
    if not may_name_others(actor) and _looks_like_staff(actor, clean):
        faults.add(
            "",
            "creator.name_reserved",
            say(
                "The pen name {clean!r} looks like one of the archive or of its staff; take "
                "another.",
                clean=clean,
            ),
        )
        return None
    owner = None if may_name_others(actor) else actor.user_id
    if may_name_others(actor) and clean == actor.username:
        owner = actor.user_id
    return Creator(name=clean, folded=fold_name(clean), user_id=owner)


def _looks_like_staff(actor: Viewer, name: str) -> bool:
    """Whether readers could take a new pen name for somebody who speaks for the archive."""
    key = skeleton(name)
    if key in {skeleton(reserved) for reserved in RESERVED}:
        return True
    staff = User.objects.filter(is_staff=True).exclude(pk=actor.user_id or 0)
    names = set(staff.values_list("username", flat=True))
    names |= set(Creator.objects.filter(user__in=staff).values_list("name", flat=True))
    return key in {skeleton(other) for other in names}


def may_name_others(actor: Viewer) -> bool:
    """Archivists and admins name creators without an account, or leave a draft without one."""
    return actor is SYSTEM or actor.is_archivist or actor.is_admin


def _may_use(actor: Viewer, creator: Creator, faults: Faults) -> bool:
    allowed = creator.user_id == actor.user_id if creator.user_id else may_name_others(actor)
    if actor is SYSTEM:
        allowed = True
    if not allowed:
        faults.add(
            "",
            "creator.not_yours",
            say("The pen name {name!r} belongs to somebody else.", name=creator.name),
        )
    return allowed


@transaction.atomic
def set_creators(*, work: Work, creators: Sequence[Creator]) -> None:
    """Make these the creators of the work, in this order."""
    for creator in creators:
        if creator._state.adding:
            saved, _ = Creator.objects.get_or_create(
                folded=creator.folded,
                defaults={"name": creator.name, "user_id": creator.user_id},
            )
            creator.pk = saved.pk
            creator._state.adding = False
    wanted = [creator.pk for creator in creators]
    present = list(
        Creatorship.objects.filter(work=work)
        .order_by("position")
        .values_list("creator_id", flat=True)
    )
    if wanted == present:
        return
    Creatorship.objects.filter(work=work).delete()
    Creatorship.objects.bulk_create(
        [Creatorship(work=work, creator_id=pk, position=place) for place, pk in enumerate(wanted)]
    )
