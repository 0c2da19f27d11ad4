"""The watch list and the pairs that look alike: what moderators do with them."""

from django.db import transaction
from django.utils import timezone

from archive.core.errors import Conflict, InvalidInput, NotFound
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import DuplicatePair, WatchTerm
from catalog.services.log import log_action
from catalog.services.moderation import require_moderator
from catalog.services.scanning import mark_all
from catalog.watching import folded_term


@transaction.atomic
def save_term(*, actor: Viewer, term: WatchTerm) -> WatchTerm:
    """Keep a new or changed term; every work is looked at for it, little by little.

    Raises NotAllowed, InvalidInput, Conflict for one that is on the list.
    """
    require_moderator(actor)
    if term.kind not in WatchTerm.Kind.values:
        allowed = ", ".join(WatchTerm.Kind.values)
        raise InvalidInput(
            say("kind is {kind!r}; allowed: {allowed}.", kind=term.kind[:20], allowed=allowed),
            code="watch.invalid",
        )
    term.folded = folded_term(term.kind, term.text)
    twins = WatchTerm.objects.filter(kind=term.kind, folded=term.folded).exclude(pk=term.pk)
    if twins.exists():
        raise Conflict(
            say("{text!r} is on the list already.", text=term.text[:60]), code="watch.exists"
        )
    before = WatchTerm.objects.filter(pk=term.pk).values("text", "note", "is_active").first()
    if term._state.adding:
        term.created_by_id = actor.user_id
    term.save()
    log_action(
        actor=actor,
        verb="archive.watch",
        object_kind="archive",
        object_id=0,
        label=term.text,
        before=dict(before) if before else None,
        after={"text": term.text, "note": term.note, "is_active": term.is_active},
    )
    if term.is_active:
        mark_all()
    return term


@transaction.atomic
def decide_pair(*, actor: Viewer, pair_id: int, state: str, reason: str = "") -> DuplicatePair:
    """Note that nothing has to be done about a pair, or that it is dealt with."""
    require_moderator(actor)
    if state not in (DuplicatePair.State.DISMISSED, DuplicatePair.State.RESOLVED):
        raise InvalidInput(
            say("state is {state!r}; allowed: dismissed, resolved.", state=state[:20]),
            code="pair.state",
        )
    pair = DuplicatePair.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None:
        raise NotFound(say("There is no pair {pair_id}.", pair_id=pair_id), code="pair.not_found")
    before = pair.state
    pair.state, pair.decided_by_id, pair.decided_at = state, actor.user_id, timezone.now()
    pair.save()
    log_action(
        actor=actor,
        verb=f"duplicate.{state}",
        object_kind="work",
        object_id=pair.first_id,
        label=f"works {pair.first_id} and {pair.second_id}",
        reason=reason.strip(),
        before={"state": before, "likeness": pair.likeness},
        after={"state": state, "other": pair.second_id},
    )
    return pair
