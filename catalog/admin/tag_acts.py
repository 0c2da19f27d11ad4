"""Acts of wrangling on many tags at once: first the plan, then the act, each in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext_noop as _

from archive.core.errors import DomainError
from archive.core.viewer import Viewer
from catalog.models import Kind, Tag
from catalog.services.metatags import change_metatags
from catalog.services.tag_links import change_parents
from catalog.services.wrangling import (
    decanonise,
    make_canonical,
    make_synonym,
    rename_tag,
    set_unwrangleable,
    split_synonym,
)
from catalog.services.wrangling_plan import WranglingPlan

# The states of tags, as their pages show them.
_STATES = (_("unwrangled"), _("canonical"), _("synonym"), _("unwrangleable"))
MOST_TAGS = 200
"""How many tags one act takes."""


class Perform(Protocol):
    """A service of wrangling, called for one tag."""

    def __call__(
        self, tag: Tag, target: str, /, *, actor: Viewer, reason: str, dry_run: bool
    ) -> WranglingPlan:
        """Do it, or plan it."""


@dataclass(frozen=True)
class TagAct:
    """One act; ``asks`` is what else has to be given (a name), ``suggests`` of which kind.

    Both texts are marked for translation, and translated where they are shown.
    """

    name: str
    label: str
    perform: Perform
    asks: str = ""
    suggests: Callable[[Tag], str] | None = None
    applies: Callable[[Tag], bool] = lambda tag: True


@dataclass
class TagPlan:
    """What an act does to one tag, or why it cannot."""

    tag: Tag
    plan: WranglingPlan | None = None
    refusal: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.refusal and self.plan is not None and not self.plan.conflicts


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
    return ActPlan(
        [_try(act, tag, actor=actor, target=target, reason="", dry=True) for tag in tags]
    )


@transaction.atomic
def run_act(
    act: TagAct, tags: Sequence[Tag], *, actor: Viewer, target: str, reason: str
) -> ActPlan:
    """Do the act on each tag on which it can be done."""
    return ActPlan(
        [_try(act, tag, actor=actor, target=target, reason=reason, dry=False) for tag in tags]
    )


def _try(act: TagAct, tag: Tag, *, actor: Viewer, target: str, reason: str, dry: bool) -> TagPlan:
    try:
        # Within a transaction of its own, so that a refusal leaves the others alone.
        with transaction.atomic():
            plan = act.perform(tag, target, actor=actor, reason=reason, dry_run=dry)
    except DomainError as error:
        return TagPlan(tag, refusal=error.detail)
    return TagPlan(tag, plan)


def _canonical(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return make_canonical(tag_id=tag.pk, **common)


def _synonym(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return make_synonym(tag_id=tag.pk, of=target, **common)


def _unwrangleable(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return set_unwrangleable(tag_id=tag.pk, value=True, **common)


def _wrangleable(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return set_unwrangleable(tag_id=tag.pk, value=False, **common)


def _split(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return split_synonym(tag_id=tag.pk, **common)


def _decanonise(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return decanonise(tag_id=tag.pk, **common)


def _parent(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return change_parents(tag_id=tag.pk, add=[target], **common)


def _not_parent(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return change_parents(tag_id=tag.pk, remove=[target], **common)


def _metatag(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return change_metatags(tag_id=tag.pk, add=[target], **common)


def _not_metatag(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return change_metatags(tag_id=tag.pk, remove=[target], **common)


def _rename(tag: Tag, target: str, /, **common: Any) -> WranglingPlan:
    return rename_tag(tag_id=tag.pk, name=target, **common)


def _parent_kind(tag: Tag) -> str:
    return Kind.MEDIA if tag.kind == Kind.FANDOM else Kind.FANDOM


ACTS = {
    act.name: act
    for act in (
        TagAct("canonical", _("Make canonical"), _canonical, applies=lambda t: not t.is_canonical),
        TagAct(
            "synonym",
            _("Make a synonym of …"),
            _synonym,
            asks=_("Canonical tag (a new name makes a new one)"),
            suggests=lambda tag: tag.kind,
        ),
        TagAct(
            "unwrangleable",
            _("Mark as unwrangleable"),
            _unwrangleable,
            applies=lambda tag: tag.status == "unwrangled",
        ),
        TagAct(
            "wrangleable",
            _("Mark as wrangleable again"),
            _wrangleable,
            applies=lambda tag: tag.is_unwrangleable,
        ),
        TagAct(
            "split",
            _("Cut from the canonical tag"),
            _split,
            applies=lambda tag: tag.synonym_of_id is not None,
        ),
        TagAct("decanonise", _("Decanonise"), _decanonise, applies=lambda tag: tag.is_canonical),
        TagAct(
            "parent",
            _("Put under a fandom or medium …"),
            _parent,
            asks=_("Fandom, or medium of a fandom"),
            suggests=_parent_kind,
        ),
        TagAct(
            "not_parent",
            _("Take away from a fandom or medium …"),
            _not_parent,
            asks=_("Fandom, or medium of a fandom"),
            suggests=_parent_kind,
        ),
        TagAct(
            "metatag",
            _("Put under a broader tag …"),
            _metatag,
            asks=_("Broader canonical tag"),
            suggests=lambda tag: tag.kind,
            applies=lambda tag: tag.is_canonical,
        ),
        TagAct(
            "not_metatag",
            _("Take away from a broader tag …"),
            _not_metatag,
            asks=_("Broader canonical tag"),
            suggests=lambda tag: tag.kind,
            applies=lambda tag: tag.is_canonical,
        ),
        TagAct("rename", _("Change the spelling …"), _rename, asks=_("New name")),
    )
}
ON_LISTS = ("canonical", "synonym", "unwrangleable", "split", "parent", "metatag")
"""The acts offered for many tags at once; a tag's own page offers all that apply."""
