"""Acts of wrangling on many tags at once: first the plan, then the act, each in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from archive.core.errors import DomainError
from archive.core.viewer import Viewer
from catalog.models import Kind, Tag
from catalog.services.wrangling import rename_tag
from catalog.services.wrangling_many import TagPlan, wrangle_many

# The states of tags, as their pages show them.
_STATES = (_("unwrangled"), _("canonical"), _("synonym"), _("unwrangleable"))
_RENAME = "rename"
MOST_TAGS = 200
"""How many tags one act takes."""


@dataclass(frozen=True)
class TagAct:
    """One act; ``asks`` is what else has to be given (a name), ``suggests`` of which kind.

    Both texts are marked for translation, and translated where they are shown. ``name`` is that of
    the service's act for many tags.
    """

    name: str
    label: str
    asks: str = ""
    suggests: Callable[[Tag], str] | None = None
    applies: Callable[[Tag], bool] = lambda tag: True


@dataclass
class ActPlan:
    """What an act does to all the tags it was asked for."""

    rows: list[TagPlan] = field(default_factory=list)

    @property
    def possible(self) -> list[TagPlan]:
        """The tags on which it can be done."""
        return [row for row in self.rows if row.is_possible]

    @property
    def works_affected(self) -> int:
        """How many works it touches; one that several tags share counts each time."""
        return sum(row.plan.works_affected for row in self.possible if row.plan)


def plan_act(act: TagAct, tags: Sequence[Tag], *, actor: Viewer, target: str) -> ActPlan:
    """What the act would do; changes nothing."""
    return _do(act, tags, actor=actor, target=target, reason="", dry_run=True)


def run_act(
    act: TagAct, tags: Sequence[Tag], *, actor: Viewer, target: str, reason: str
) -> ActPlan:
    """Do the act on each tag on which it can be done."""
    return _do(act, tags, actor=actor, target=target, reason=reason, dry_run=False)


def _do(act: TagAct, tags: Sequence[Tag], *, target: str, **common: Any) -> ActPlan:
    if act.name == _RENAME:
        return ActPlan([_rename(tag, target, **common) for tag in tags])
    return ActPlan(wrangle_many(what=act.name, tags=tags, target=target, **common))


def _rename(tag: Tag, target: str, **common: Any) -> TagPlan:
    """A new name is for one tag: no two can have it."""
    try:
        return TagPlan(tag, rename_tag(tag_id=tag.pk, name=target, **common))
    except DomainError as error:
        return TagPlan(tag, refusal=error.detail)


def _parent_kind(tag: Tag) -> str:
    return Kind.MEDIA if tag.kind == Kind.FANDOM else Kind.FANDOM


ACTS = {
    act.name: act
    for act in (
        TagAct("canonical", _("Make canonical"), applies=lambda t: not t.is_canonical),
        TagAct(
            "synonym",
            _("Make a synonym of …"),
            asks=_("Canonical tag (a new name makes a new one)"),
            suggests=lambda tag: tag.kind,
        ),
        TagAct(
            "unwrangleable",
            _("Mark as unwrangleable"),
            applies=lambda tag: tag.status == "unwrangled",
        ),
        TagAct(
            "wrangleable",
            _("Mark as wrangleable again"),
            applies=lambda tag: tag.is_unwrangleable,
        ),
        TagAct(
            "split",
            _("Cut from the canonical tag"),
            applies=lambda tag: tag.synonym_of_id is not None,
        ),
        TagAct("decanonise", _("Decanonise"), applies=lambda tag: tag.is_canonical),
        TagAct(
            "parent",
            _("Put under a fandom or medium …"),
            asks=_("Fandom, or medium of a fandom"),
            suggests=_parent_kind,
        ),
        TagAct(
            "not_parent",
            _("Take away from a fandom or medium …"),
            asks=_("Fandom, or medium of a fandom"),
            suggests=_parent_kind,
        ),
        TagAct(
            "metatag",
            _("Put under a broader tag …"),
            asks=_("Broader canonical tag"),
            suggests=lambda tag: tag.kind,
            applies=lambda tag: tag.is_canonical,
        ),
        TagAct(
            "not_metatag",
            _("Take away from a broader tag …"),
            asks=_("Broader canonical tag"),
            suggests=lambda tag: tag.kind,
            applies=lambda tag: tag.is_canonical,
        ),
        TagAct(_RENAME, _("Change the spelling …"), asks=_("New name")),
    )
}
LABELS = {
    **{name: act.label for name, act in ACTS.items()},
    "make_canonical": ACTS["canonical"].label,
    "make_synonym": ACTS["synonym"].label,
    "parents": _("Belongs to"),
    "metatags": _("Broader and narrower"),
    "undo": _("Undo"),
    "assign": _("Take"),
    "release": _("Leave"),
}
"""What the acts in the log are called."""
ON_LISTS = ("canonical", "synonym", "unwrangleable", "split", "parent", "metatag")
"""The acts offered for many tags at once; a tag's own page offers all that apply."""
