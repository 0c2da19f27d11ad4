"""What an act of wrangling will do, told before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.core.said import Said, say
from catalog.models import Tag
from catalog.services.tag_delta import GraphDelta, TagState

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


def changes_of(delta: GraphDelta, names: Mapping[int, str]) -> list[PlanChange]:
    """What a change of the graph changes, as sentences with these names of tags."""
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
