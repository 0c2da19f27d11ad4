"""What an act of wrangling will do, told before it is done, and the one way to do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.core.errors import Conflict
from archive.core.said import Said, say
from archive.core.viewer import Viewer
from catalog.events import announce_tags_changed
from catalog.models import Tag
from catalog.services.filtering import bump_versions, refresh_works
from catalog.services.graph_lock import lock_tags
from catalog.services.graph_writes import apply_delta, insist_on_soundness
from catalog.services.log import log_action
from catalog.services.tag_delta import GraphDelta, TagState
from catalog.services.tag_works import count_works_of, works_of

WORKS_IN_REQUEST = 2_000
CHANGES_SHOWN = 500


@dataclass(frozen=True)
class PlanConflict:
    """Why the act cannot be done as things stand; ``code`` as the act itself would answer."""

    code: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        """The form it has in the API."""
        return {"code": self.code, "detail": self.detail}


@dataclass(frozen=True)
class PlanChange:
    """One thing that will change: which tag, which other tag, and a sentence."""

    what: str
    tag: int
    detail: str
    other: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The form it has in the API."""
        return {"what": self.what, "tag": self.tag, "other": self.other, "detail": self.detail}


@dataclass
class WranglingPlan:
    """What an act does, or did.

    ``works_affected`` counts works whose filter tags or documents may change. ``changes`` holds at
    most 500 of ``changes_count``. After the act ``tag`` is the tag as it is now (None when it was
    deleted), ``log_id`` names the row that can be undone (None when there was nothing to do), and
    ``is_deferred`` says that the indexer brings the works up to date because there are many.
    """

    verb: str
    tag: Tag | None
    works_affected: int = 0
    changes: list[PlanChange] = field(default_factory=list)
    changes_count: int = 0
    conflicts: list[PlanConflict] = field(default_factory=list)
    log_id: int | None = None
    is_deferred: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The answer to ``dry_run=true``."""
        return {
            "works_affected": self.works_affected,
            "changes": [change.as_dict() for change in self.changes],
            "conflicts": [conflict.as_dict() for conflict in self.conflicts],
        }


@dataclass
class Act:
    """An act as the rules worked it out: what it is, what it changes, what stands against it."""

    verb: str
    tag: Tag
    delta: GraphDelta
    conflicts: list[PlanConflict] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def refuse(self, code: str, detail: str) -> None:
        """Note what stands against the act."""
        self.conflicts.append(PlanConflict(code, detail))


def perform(*, actor: Viewer, act: Act, reason: str = "", dry_run: bool = False) -> WranglingPlan:
    """Plan the act and, unless ``dry_run``, do it: graph, works, log, announcement.

    The caller holds the lock of the graph and a transaction. Up to 2,000 works are brought up to
    date at once; beyond that the announcement makes the indexer do it in batches. Raises Conflict
    with the code of the first conflict.
    """
    plan = _plan(act)
    if dry_run:
        return plan
    if act.conflicts:
        first = act.conflicts[0]
        raise Conflict(
            first.detail,
            code=first.code,
            extra={"conflicts": [conflict.as_dict() for conflict in act.conflicts]},
        )
    if act.delta.is_empty:
        return plan
    plan.is_deferred = plan.works_affected > WORKS_IN_REQUEST
    tags = act.delta.filter_tags
    works = [] if plan.is_deferred else works_of(tags, limit=WORKS_IN_REQUEST)
    lock_tags(act.delta.mentioned)
    apply_delta(act.delta)
    insist_on_soundness(act.delta.mentioned)
    if not plan.is_deferred:
        now = works_of(tags, limit=WORKS_IN_REQUEST)
        # What is cut off here the announcement brings up to date.
        plan.is_deferred = len(now) == WORKS_IN_REQUEST
        works += now
        refresh_works(works)
        bump_versions(works)
    before, after = act.delta.as_log()
    row = log_action(
        actor=actor,
        verb=act.verb,
        object_kind="tag",
        object_id=act.tag.pk,
        label=act.tag.name,
        reason=reason,
        before=before,
        after={**after, **act.extra},
    )
    announce_tags_changed(act.delta.touched)
    plan.log_id = row.pk
    plan.tag = Tag.objects.select_related("synonym_of").filter(pk=act.tag.pk).first()
    return plan


def _plan(act: Act) -> WranglingPlan:
    changes = _changes(act.delta, _names(act.delta))
    return WranglingPlan(
        verb=act.verb,
        tag=act.tag,
        works_affected=count_works_of(act.delta.filter_tags),
        changes=changes[:CHANGES_SHOWN],
        changes_count=len(changes),
        conflicts=list(act.conflicts),
    )


def _names(delta: GraphDelta) -> dict[int, str]:
    names = {
        pk: state.name
        for states in (delta.after, delta.before)
        for pk, state in states.items()
        if state is not None
    }
    return names | dict(Tag.objects.filter(pk__in=delta.mentioned).values_list("pk", "name"))


def _changes(delta: GraphDelta, names: Mapping[int, str]) -> list[PlanChange]:
    changes: list[PlanChange] = []
    for pk in sorted(delta.before.keys() | delta.after.keys()):
        changes += _state_changes(pk, delta.before.get(pk), delta.after.get(pk), names)
    links = [
        ("metatag_removed", delta.metatags_removed, say("{high} is no longer above {low}.")),
        ("metatag_added", delta.metatags_added, say("{high} is above {low}.")),
        ("parent_removed", delta.parents_removed, say("{low} no longer belongs to {high}.")),
        ("parent_added", delta.parents_added, say("{low} belongs to {high}.")),
    ]
    for what, pairs, sentence in links:
        for low, high in sorted(pairs):
            named: dict[str, object] = {"low": names.get(low, low), "high": names.get(high, high)}
            detail = Said(sentence.template, named)
            changes.append(PlanChange(what, low, detail, high))
    return changes


def _state_changes(
    pk: int, old: TagState | None, new: TagState | None, names: Mapping[int, str]
) -> list[PlanChange]:
    if new is None:
        return [PlanChange("deleted", pk, say("{name} is deleted.", name=names.get(pk, pk)))]
    if old is None:
        detail = (
            say("{name} is created, canonical.", name=new.name)
            if new.is_canonical
            else say("{name} is created, unsorted.", name=new.name)
        )
        return [PlanChange("created", pk, detail)]
    changes: list[PlanChange] = []
    if old.name != new.name:
        changes.append(
            PlanChange("renamed", pk, say("{old} is called {new}.", old=old.name, new=new.name))
        )
    if old.is_canonical != new.is_canonical:
        changes.append(
            PlanChange("made_canonical", pk, say("{name} is canonical.", name=new.name))
            if new.is_canonical
            else PlanChange("decanonised", pk, say("{name} is no longer canonical.", name=new.name))
        )
    if old.synonym_of != new.synonym_of:
        if new.synonym_of is None:
            was = names.get(old.synonym_of or 0, "")
            detail = say("{name} is no longer a synonym of {was}.", name=new.name, was=was)
            changes.append(PlanChange("split", pk, detail, old.synonym_of))
        else:
            target = names.get(new.synonym_of, new.synonym_of)
            detail = say("{name} is a synonym of {target}.", name=new.name, target=target)
            changes.append(PlanChange("made_synonym", pk, detail, new.synonym_of))
    if old.is_unwrangleable != new.is_unwrangleable:
        detail = (
            say("{name} is unwrangleable.", name=new.name)
            if new.is_unwrangleable
            else say("{name} is no longer unwrangleable.", name=new.name)
        )
        changes.append(PlanChange("unwrangleable", pk, detail))
    return changes
