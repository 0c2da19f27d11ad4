"""Which wrangler looks after which fandom."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from archive.core.errors import Conflict, InvalidInput, NotAllowed
from archive.core.said import say
from archive.core.viewer import WRANGLERS, Viewer
from catalog.kindwords import kind_word
from catalog.models import Kind, Tag, WranglerFandom
from catalog.services.log import log_action
from catalog.services.wrangling_access import require_wrangler, tag_or_404

ASSIGN_VERB = "tag.assign"
RELEASE_VERB = "tag.release"


@transaction.atomic
def assign_fandom(*, actor: Viewer, fandom_id: int, username: str = "") -> WranglerFandom:
    """Let a wrangler look after a fandom: the actor, or for admins whomever they name.

    Again changes nothing. Raises NotFound, SignInRequired, NotAllowed; InvalidInput
    ``tag.kind_mismatch``, ``user.not_wrangler``; Conflict ``tag.not_canonical``.
    """
    user_id, name = _wrangler(actor, username)
    fandom = tag_or_404(fandom_id)
    if fandom.kind != Kind.FANDOM:
        raise InvalidInput(
            say(
                "{name} is a {kind}; wranglers look after fandoms.",
                name=fandom.name,
                kind=kind_word(fandom.kind),
            ),
            code="tag.kind_mismatch",
        )
    if not fandom.is_canonical:
        raise Conflict(say("{name} is not canonical.", name=fandom.name), code="tag.not_canonical")
    row, is_new = WranglerFandom.objects.get_or_create(user_id=user_id, fandom=fandom)
    if is_new:
        _log(actor, ASSIGN_VERB, fandom, name)
    return row


@transaction.atomic
def release_fandom(*, actor: Viewer, fandom_id: int, username: str = "") -> bool:
    """The wrangler no longer looks after the fandom; False when nobody said so before.

    Raises NotFound, SignInRequired, NotAllowed; InvalidInput ``user.not_wrangler``.
    """
    user_id, name = _wrangler(actor, username, has_left=True)
    fandom = tag_or_404(fandom_id)
    gone, _ = WranglerFandom.objects.filter(user_id=user_id, fandom=fandom).delete()
    if gone:
        _log(actor, RELEASE_VERB, fandom, name)
    return bool(gone)


def _wrangler(actor: Viewer, username: str, *, has_left: bool = False) -> tuple[int, str]:
    """The account that is meant; one that is no wrangler any more can still be released."""
    require_wrangler(actor, Kind.FANDOM)
    if username in ("", actor.username) and actor.user_id is not None:
        return actor.user_id, actor.username
    if not actor.is_admin:
        raise NotAllowed(say("Only admins may assign fandoms to others."), code="role.missing")
    users = get_user_model().objects.filter(username=username)
    if not has_left:
        users = users.filter(Q(groups__name=WRANGLERS) | Q(is_superuser=True), is_active=True)
    user = users.distinct().first()
    if user is None:
        raise InvalidInput(
            say("There is no wrangler named {username!r}.", username=username[:150]),
            code="user.not_wrangler",
        )
    return user.pk, user.get_username()


def _log(actor: Viewer, verb: str, fandom: Tag, name: str) -> None:
    log_action(
        actor=actor,
        verb=verb,
        object_kind="tag",
        object_id=fandom.pk,
        label=fandom.name,
        after={"wrangler": name},
    )
