"""Takes an act of wrangling back, exactly, or says why it cannot."""

from django.db import transaction

from archive.core.errors import Conflict, NotFound
from archive.core.said import say
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.models import ActionLog, Tag, WorkTag
from catalog.services.graph_lock import lock_graph
from catalog.services.graph_writes import apply_delta, insist_on_soundness, moved_on
from catalog.services.tag_delta import GraphDelta
from catalog.services.wrangling_access import require_wrangler
from catalog.services.wrangling_perform import perform
from catalog.services.wrangling_plan import Act, WranglingPlan

UNDO_VERB = "tag.undo"


@transaction.atomic
def undo_wrangling(
    *, actor: Viewer, log_id: int, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Restore what an act changed; an undo can itself be undone.

    What would need a moderator as an act needs one here too. Raises NotFound ``log.not_found``,
    SignInRequired, NotAllowed; Conflict ``tag.conflict`` when the graph has moved on or the act is
    undone already, and ``tag.in_use`` when works carry a tag that the act had made.
    """
    row = ActionLog.objects.filter(pk=log_id, object_kind="tag").first()
    if row is None or "tags" not in row.before:
        raise NotFound(
            say("There is no act of wrangling {log_id}.", log_id=log_id), code="log.not_found"
        )
    done = GraphDelta.from_log(row.before, row.after)
    delta = done.inverse()
    tag = _subject(row, done)
    require_wrangler(actor, tag.kind, moderator_for=_moderator_for(delta))
    lock_graph()
    act = Act(UNDO_VERB, tag, delta, extra={"log": log_id})
    undone_by = undo_of(row)
    if undone_by:
        act.refuse(
            "tag.conflict",
            say(
                "The act {log_id} has been undone already, by {undone_by}.",
                log_id=log_id,
                undone_by=undone_by,
            ),
        )
    for detail in moved_on(done):
        act.refuse("tag.conflict", detail)
    gone = [pk for pk, state in delta.after.items() if state is None]
    if gone and WorkTag.objects.filter(tag__in=gone).exists():
        act.refuse(
            "tag.in_use", say("Works carry the tag that this act made; it cannot be deleted.")
        )
    _refuse_taken_names(act)
    if dry_run and not act.conflicts:
        _try_out(act)
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


def undo_of(row: ActionLog) -> int | None:
    """The row of the undo by which this act is undone; None where the act, or its redo, stands.

    The state of the tags does not tell it: the same act may have been done again since, and that
    one is undone by its own row.
    """
    return undone_acts_of(row.object_id).get(row.pk)


def undone_acts_of(tag_id: int) -> dict[int, int]:
    """The acts on a tag that are undone, each with the undo that stands."""
    undos = ActionLog.objects.filter(object_kind="tag", object_id=tag_id, verb=UNDO_VERB)
    taken_back: dict[int, int] = {}
    # The newest first: whether an undo stands is known before what it took back is asked about.
    for pk, after in undos.order_by("-pk").values_list("pk", "after"):
        if pk not in taken_back:
            taken_back[after["log"]] = pk
    return taken_back


def _try_out(act: Act) -> None:
    """Note what only shows when the change is made: it is made and taken back."""
    with transaction.atomic():
        apply_delta(act.delta)
        try:
            insist_on_soundness(act.delta.mentioned)
        except Conflict as error:
            act.refuse(error.code, error.detail)
        transaction.set_rollback(True)


def _subject(row: ActionLog, done: GraphDelta) -> Tag:
    """The tag that the act was about; as it was, when it no longer exists."""
    tag = Tag.objects.filter(pk=row.object_id).first()
    state = done.before.get(row.object_id) or done.after.get(row.object_id)
    if tag is not None or state is None:
        return tag or Tag(pk=row.object_id, name=row.object_label)
    return Tag(pk=row.object_id, kind=state.kind, name=state.name, folded=fold_name(state.name))


def _moderator_for(delta: GraphDelta) -> str:
    for pk, old in delta.before.items():
        new = delta.after.get(pk)
        if old is None or new is None:
            continue
        if old.is_canonical and new.synonym_of is not None:
            return say("make a canonical tag a synonym")
        if fold_name(old.name) != fold_name(new.name):
            return say("change more than the spelling of a name")
    return ""


def _refuse_taken_names(act: Act) -> None:
    for pk, state in act.delta.after.items():
        if state is not None:
            named = Tag.objects.filter(kind=state.kind, folded=fold_name(state.name))
            if named.exclude(pk=pk).exists():
                act.refuse(
                    "tag.conflict",
                    say("Another tag has the name {name!r} by now.", name=state.name),
                )
