"""Who may write what: checked at the top of every service."""

from archive.core.errors import Conflict, NotAllowed, NotFound, SignInRequired
from archive.core.said import say
from archive.core.viewer import SYSTEM, Viewer
from catalog.models import Creatorship, Work
from catalog.visibility import acts_as_creator


def require_writer(actor: Viewer) -> None:
    """Signed in with a key that writes. Raises SignInRequired, NotAllowed."""
    if actor is SYSTEM:
        return
    if actor.is_anonymous:
        raise SignInRequired(say("Sign in, or send an API key with the scope `write`."))
    if not actor.may_write:
        raise NotAllowed(say("This API key has no `write` scope."), code="scope.missing")


def is_creator(actor: Viewer, work: Work) -> bool:
    """Whether the actor acts for the work as a creator."""
    if actor is SYSTEM:
        return True
    owners = Creatorship.objects.filter(work=work).values_list("creator__user_id", flat=True)
    return acts_as_creator(actor, owners)


def lock_own_work(*, actor: Viewer, work_id: int, version: int | None = None) -> Work:
    """The work, locked for a change by its creators.

    The row lock keeps two changes of one work apart, so that positions and counts stay right.
    Raises NotFound for what the actor may not know of, NotAllowed for others' works and for works
    hidden or locked by a moderator, Conflict when ``version`` is not the current one.
    """
    require_writer(actor)
    rows = Work.everything.select_for_update().filter(pk=work_id, deleted_at=None)
    work = rows.first()
    if work is None:
        raise NotFound(say("There is no work {work_id}.", work_id=work_id), code="work.not_found")
    if not is_creator(actor, work):
        if not Work.objects.visible_to(actor).filter(pk=work_id).exists():
            raise NotFound(
                say("There is no work {work_id}.", work_id=work_id), code="work.not_found"
            )
        raise NotAllowed(say("Only its creators may change this work."), code="work.not_yours")
    if work.hidden_at is not None:
        raise NotAllowed(
            say("A moderator has hidden this work; it cannot be changed until it is restored."),
            code="work.hidden",
        )
    if work.locked_at is not None:
        raise NotAllowed(say("A moderator has locked this work."), code="work.locked")
    if version is not None and version != work.version:
        raise PreconditionFailed(
            say(
                "The work is at version {version}, not {given}; read it again first.",
                version=work.version,
                given=version,
            ),
            code="work.changed",
        )
    return work


class PreconditionFailed(Conflict):
    """The object changed since the caller read it (412)."""

    status = 412
    default_code = "precondition.failed"
