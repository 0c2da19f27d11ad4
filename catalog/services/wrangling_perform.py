"""The one way to do acts of wrangling, one or many: plans, graph, works, log, announcement."""

from collections.abc import Mapping, Sequence

from archive.core.errors import Conflict
from archive.core.viewer import Viewer
from catalog.events import announce_tags_changed
from catalog.models import Tag
from catalog.rawsql import IdList
from catalog.services import wrangling_plan
from catalog.services.filtering import bump_versions, refresh_works
from catalog.services.graph_lock import lock_tags
from catalog.services.graph_writes import apply_delta, insist_on_soundness
from catalog.services.log import LogRow, log_actions
from catalog.services.tag_delta import GraphDelta
from catalog.services.tag_works import count_works_of_each, works_of
from catalog.services.wrangling_plan import CHANGES_SHOWN, Act, WranglingPlan, changes_of


def perform(*, actor: Viewer, act: Act, reason: str = "", dry_run: bool = False) -> WranglingPlan:
    """Plan one act and, unless ``dry_run``, do it; the caller holds the lock of the graph.

    Raises Conflict with the code of the first conflict.
    """
    if dry_run:
        return plan_acts([act])[0]
    if act.conflicts:
        first = act.conflicts[0]
        raise Conflict(
            first.detail,
            code=first.code,
            extra={"conflicts": [conflict.as_dict() for conflict in act.conflicts]},
        )
    return perform_acts(actor=actor, acts=[act], reason=reason)[0]


def plan_acts(acts: Sequence[Act]) -> list[WranglingPlan]:
    """What each act does or would do, by two statements for any number of acts."""
    names = _names([act.delta for act in acts])
    counts = count_works_of_each([act.delta.filter_tags for act in acts])
    return [_plan(act, names, works) for act, works in zip(acts, counts, strict=True)]


def perform_acts(*, actor: Viewer, acts: Sequence[Act], reason: str = "") -> list[WranglingPlan]:
    """Do acts none of which has a conflict, each worked out as the one before leaves the graph.

    The caller holds the lock of the graph and a transaction. Up to 2,000 works, of all acts
    together, are brought up to date at once; beyond that the announcement makes the indexer do it
    in batches. The number of statements is the same for any number of acts. Raises Conflict
    ``tag.conflict`` where the graph would break its rules.
    """
    plans = plan_acts(acts)
    doing = [(act, plan) for act, plan in zip(acts, plans, strict=True) if not act.delta.is_empty]
    if not doing:
        return plans
    whole = GraphDelta()
    for act, _ in doing:
        whole.then(act.delta)
    mentioned = {pk for act, _ in doing for pk in act.delta.mentioned}
    found_by = {pk for act, _ in doing for pk in act.delta.filter_tags}
    lock_tags(mentioned)
    before = works_of(found_by, limit=wrangling_plan.WORKS_IN_REQUEST + 1)
    apply_delta(whole)
    insist_on_soundness(mentioned)
    is_deferred = _catch_up(before, found_by)
    _log(actor, doing, reason)
    announce_tags_changed({pk for act, _ in doing for pk in act.delta.touched})
    now = Tag.objects.select_related("synonym_of").in_bulk([act.tag.pk for act, _ in doing])
    for act, plan in doing:
        plan.is_deferred = is_deferred
        plan.tag = now.get(act.tag.pk)
    return plans


def _catch_up(before: list[int], found_by: set[int]) -> bool:
    """Bring the works up to date unless they are too many; whether something is left to do."""
    most = wrangling_plan.WORKS_IN_REQUEST
    if len(before) > most:
        return True
    now = works_of(found_by, limit=most + 1)
    works = before + now[:most]
    refresh_works(works)
    bump_versions(works)
    # What is cut off here the announcement brings up to date.
    return len(now) > most


def _log(actor: Viewer, doing: Sequence[tuple[Act, WranglingPlan]], reason: str) -> None:
    entries: list[LogRow] = []
    for act, _ in doing:
        before, after = act.delta.as_log()
        entries.append(
            {
                "verb": act.verb,
                "object_kind": "tag",
                "object_id": act.tag.pk,
                "label": act.tag.name,
                "reason": reason,
                "before": before,
                "after": {**after, **act.extra},
            }
        )
    rows = log_actions(actor=actor, entries=entries)
    for (_, plan), row in zip(doing, rows, strict=True):
        plan.log_id = row.pk


def _plan(act: Act, names: Mapping[int, str], works: int) -> WranglingPlan:
    changes = changes_of(act.delta, names)
    return WranglingPlan(
        verb=act.verb,
        tag=act.tag,
        works_affected=works,
        changes=changes[:CHANGES_SHOWN],
        changes_count=len(changes),
        conflicts=list(act.conflicts),
    )


def _names(deltas: Sequence[GraphDelta]) -> dict[int, str]:
    """What the tags are called: as stored, else as an act would make them."""
    names = {
        pk: state.name
        for delta in deltas
        for states in (delta.after, delta.before)
        for pk, state in states.items()
        if state is not None
    }
    ids = sorted({pk for delta in deltas for pk in delta.mentioned})
    return names | dict(Tag.objects.filter(pk__in=IdList(ids)).values_list("pk", "name"))
