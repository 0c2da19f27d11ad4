"""Who may see which work: as SQL and as index terms, side by side.

The rules are those of the design's domain document, section 4. A parity test asks both forms the
same questions.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from archive.core.viewer import Viewer

PUBLIC = "public"
MEMBERS = "members"


def live_q(prefix: str = "") -> Q:
    """Posted and neither hidden, held for review nor deleted: what can be listed at all."""
    return Q(
        **{
            f"{prefix}status": "posted",
            f"{prefix}hidden_at": None,
            f"{prefix}held_at": None,
            f"{prefix}deleted_at": None,
        }
    )


def public_q(prefix: str = "") -> Q:
    """What everybody may see."""
    return live_q(prefix) & Q(**{f"{prefix}is_restricted": False})


def listed_q(viewer: Viewer, prefix: str = "") -> Q:
    """What lists, searches, counts and feeds may show this viewer."""
    return public_q(prefix) if viewer.is_anonymous else live_q(prefix)


def owned_by(viewer: Viewer, creatorships: QuerySet, outer: str = "pk") -> Q:
    """Works this viewer acts for as a creator.

    ``creatorships`` is the whole Creatorship table, ``outer`` the path to the work's key. A
    creator's account owns its works; archivists and admins stand in for works none of whose
    creators has an account.
    """
    if viewer.is_anonymous:
        return Q(pk__in=[])
    of_work = creatorships.filter(work_id=OuterRef(outer))
    mine = Q(Exists(of_work.filter(creator__user_id=viewer.user_id)))
    if viewer.is_archivist or viewer.is_admin:
        return mine | ~Q(Exists(of_work.filter(creator__user_id__isnull=False)))
    return mine


def visible_q(viewer: Viewer, creatorships: QuerySet) -> Q:
    """What this viewer may open by its address; deleted works are nobody's."""
    visible = listed_q(viewer)
    if viewer.is_anonymous:
        return visible
    if viewer.is_moderator:
        visible |= Q(status="posted", deleted_at=None)
    return visible | (Q(deleted_at=None) & owned_by(viewer, creatorships))


def audience_of(*, is_live: bool, is_restricted: bool) -> frozenset[str]:
    """The index terms of a work; a viewer finds it who has one of them."""
    if not is_live:
        return frozenset()
    return frozenset({MEMBERS}) if is_restricted else frozenset({PUBLIC})


def terms_of(viewer: Viewer) -> frozenset[str]:
    """The index terms of a viewer."""
    return frozenset({PUBLIC}) if viewer.is_anonymous else frozenset({PUBLIC, MEMBERS})


def acts_as_creator(viewer: Viewer, owner_ids: Iterable[int | None]) -> bool:
    """The rule of ``owned_by`` for a work whose creators' account ids are at hand."""
    owners = {owner for owner in owner_ids if owner is not None}
    if viewer.is_anonymous:
        return False
    return viewer.user_id in owners or (not owners and (viewer.is_archivist or viewer.is_admin))
