"""Who may change the tag graph."""

from archive.core.errors import NotAllowed, NotFound, SignInRequired
from archive.core.said import say
from archive.core.viewer import SYSTEM, WRANGLERS, Viewer
from catalog.kindwords import kind_label
from catalog.models import CLOSED_KINDS, Tag


def require_wrangler(actor: Viewer, kind: str, *, moderator_for: str = "") -> None:
    """Wranglers may; tags of closed kinds, and what ``moderator_for`` names, need a moderator too.

    Raises SignInRequired, NotAllowed.
    """
    if actor is SYSTEM:
        return
    if actor.is_anonymous:
        raise SignInRequired(say("Sign in, or send an API key with the scope `wrangle`."))
    if not actor.is_wrangler:
        has_role = WRANGLERS in actor.roles or actor.is_superuser
        if has_role:
            raise NotAllowed(say("This API key has no `wrangle` scope."), code="scope.missing")
        raise NotAllowed(say("Only wranglers may change tags."), code="role.missing")
    if kind in CLOSED_KINDS and not moderator_for:
        moderator_for = say("change tags of the kind {kind}", kind=kind_label(kind))
    if moderator_for and not actor.is_moderator:
        raise NotAllowed(
            say(
                "Only wranglers who are moderators too may {moderator_for}.",
                moderator_for=moderator_for,
            ),
            code="role.missing",
        )


def tag_or_404(tag_id: int) -> Tag:
    """The tag with this id. Raises NotFound ``tag.not_found``."""
    tag = Tag.objects.filter(pk=tag_id).first()
    if tag is None:
        raise NotFound(say("There is no tag {tag_id}.", tag_id=tag_id), code="tag.not_found")
    return tag
