"""Acts of wrangling on many tags at once, by the same few statements for two tags and for hundreds.

What happens is what happens when the acts are done one after the other: each has its own plan, its
own row in the log and its own undo, and one that is refused leaves the others alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from archive.core.errors import Conflict, DomainError
from archive.core.said import say
from archive.core.text import clean_tag_name, fold_name
from archive.core.viewer import Viewer
from catalog.models import CLOSED_KINDS, Tag
from catalog.services.graph_lock import lock_graph
from catalog.services.graph_view import GraphSnapshot
from catalog.services.tag_refs import find_tags
from catalog.services.wrangling_access import require_wrangler
from catalog.services.wrangling_acts import (
    canonical_act,
    decanonise_act,
    insist_on_merging,
    metatags_act,
    parents_act,
    split_act,
    synonym_act,
    unwrangleable_act,
)
from catalog.services.wrangling_perform import perform_acts, plan_acts
from catalog.services.wrangling_plan import Act, WranglingPlan
from catalog.services.wrangling_rules import PARENT_KINDS
from catalog.taglookup import resolve_tag
from catalog.tagwords import index_words

Found = TypeVar("Found")


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
class _Session:
    """One call: who acts, with which target, and what was looked up once for all tags."""

    actor: Viewer
    target: str
    dry_run: bool
    graph: GraphSnapshot
    looked_up: "_LookedUp"


class _LookedUp:
    """Targets by what they were looked for; a refusal is remembered like a find."""

    def __init__(self) -> None:
        self._found: dict[object, list[Tag]] = {}
        self._refused: dict[object, DomainError] = {}

    def once(self, key: object, look: Callable[[], list[Tag]]) -> list[Tag]:
        """What was found. Raises what the looking raised."""
        if key in self._refused:
            raise self._refused[key]
        if key not in self._found:
            try:
                self._found[key] = look()
            except DomainError as error:
                self._refused[key] = error
                raise
        return self._found[key]

    @property
    def tags(self) -> list[Tag]:
        """Everything that was found and is stored."""
        return [tag for tags in self._found.values() for tag in tags if tag.pk]


@dataclass(frozen=True)
class _ManyAct:
    """How one act is worked out for a tag; ``look`` finds its target for tags of a kind."""

    build: Callable[[Tag, _Session], Act]
    look: Callable[[str, str], list[Tag]] | None = None


@transaction.atomic
def wrangle_many(
    *,
    actor: Viewer,
    what: str,
    tags: Sequence[Tag],
    target: str = "",
    reason: str = "",
    dry_run: bool = False,
) -> list[TagPlan]:
    """Do ``what`` to each tag on which it can be done, in this order; plan it in a ``dry_run``.

    ``what`` is a key of ``MANY``; ``target`` the name of the other tag where the act has one. What
    a single act would raise stands with its tag as its refusal. A dry run plans each tag by itself.
    """
    many = MANY[what]
    rows = [TagPlan(tag) for tag in tags]
    _refuse_strangers(actor, rows)
    if all(row.refusal for row in rows):
        return rows
    lock_graph()
    session = _begin(many, rows, actor=actor, target=target, dry_run=dry_run)
    acts = [(row, act) for row in rows if (act := _build(many, row, session)) is not None]
    plans = [*plan_acts([act for _, act in acts])] if dry_run else _perform(acts, actor, reason)
    for (row, _), plan in zip(acts, plans, strict=True):
        row.plan = plan
    return rows


def _refuse_strangers(actor: Viewer, rows: Sequence[TagPlan]) -> None:
    """Rights are looked at before anything waits."""
    for row in rows:
        try:
            require_wrangler(actor, row.tag.kind)
        except DomainError as error:
            row.refusal = error.detail


def _begin(
    many: _ManyAct, rows: Sequence[TagPlan], *, actor: Viewer, target: str, dry_run: bool
) -> _Session:
    """Read the tags again, now that nobody else changes them, and their targets."""
    stored = Tag.objects.select_related("synonym_of").in_bulk([row.tag.pk for row in rows])
    looked_up = _LookedUp()
    if many.look is not None:
        for kind in sorted({tag.kind for tag in stored.values()}):
            _look(many, kind, target, looked_up)
    graph = GraphSnapshot(stored, looked_up.tags)
    return _Session(actor, target, dry_run, graph, looked_up)


def _look(many: _ManyAct, kind: str, target: str, looked_up: _LookedUp) -> None:
    look = many.look
    if look is None:
        return
    try:
        looked_up.once(kind, lambda: look(kind, target))
    except DomainError:
        return  # Each tag of the kind is told when its turn comes.


def _build(many: _ManyAct, row: TagPlan, session: _Session) -> Act | None:
    """The act on one tag, with those before it taken into account; None where it is refused."""
    if row.refusal:
        return None
    tag = session.graph.tags.get(row.tag.pk)
    if tag is None:
        row.refusal = say("There is no tag {tag_id}.", tag_id=row.tag.pk)
        return None
    try:
        act = many.build(tag, session)
    except DomainError as error:
        row.refusal = error.detail
        return None
    if session.dry_run:
        return act
    if act.conflicts:
        row.refusal = act.conflicts[0].detail
        return None
    session.graph.apply(act.delta)
    return act


def _perform(
    acts: Sequence[tuple[TagPlan, Act]], actor: Viewer, reason: str
) -> list[WranglingPlan | None]:
    try:
        with transaction.atomic():
            done = perform_acts(actor=actor, acts=[act for _, act in acts], reason=reason)
    except Conflict as error:
        # The graph was unsound before: a target that was made for the acts goes with them.
        transaction.set_rollback(True)
        for row, _ in acts:
            row.refusal = error.detail
        return [None] * len(acts)
    return [*done]


def _targets(tag: Tag, session: _Session) -> list[Tag]:
    """What was found for tags of this kind; the graph's own copy where it is acted on too."""
    found = session.looked_up.once(tag.kind, list)
    return [session.graph.tags.get(target.pk, target) for target in found]


def _look_for_meaning(kind: str, name: str) -> list[Tag]:
    """The tag that has the name, or an unsaved canonical one."""
    clean = clean_tag_name(name)
    found = resolve_tag(kind, clean)
    return [found or Tag(kind=kind, name=clean, folded=fold_name(clean), is_canonical=True)]


def _merge(tag: Tag, session: _Session) -> Act:
    target = _targets(tag, session)[0]
    insist_on_merging(tag, target, session.actor)
    is_new = not target.pk
    if is_new and session.dry_run:
        target.pk = 0
    elif is_new and tag.kind not in CLOSED_KINDS:
        target.save(force_insert=True)
        index_words([target])
        session.graph.know(target)
    return synonym_act(tag, target, is_new=is_new, graph=session.graph)


def _look_for_parent(kind: str, name: str) -> list[Tag]:
    return find_tags([name], field="add", kinds=sorted(PARENT_KINDS.get(kind, ())))


def _look_for_metatag(kind: str, name: str) -> list[Tag]:
    return find_tags([name], field="add", kinds=[kind])


MANY: dict[str, _ManyAct] = {
    "canonical": _ManyAct(lambda tag, session: canonical_act(tag)),
    "decanonise": _ManyAct(lambda tag, session: decanonise_act(tag, session.graph)),
    "synonym": _ManyAct(_merge, look=_look_for_meaning),
    "split": _ManyAct(lambda tag, session: split_act(tag)),
    "unwrangleable": _ManyAct(lambda tag, session: unwrangleable_act(tag, value=True)),
    "wrangleable": _ManyAct(lambda tag, session: unwrangleable_act(tag, value=False)),
    "parent": _ManyAct(
        lambda tag, session: parents_act(tag, _targets(tag, session), [], session.graph),
        look=_look_for_parent,
    ),
    "not_parent": _ManyAct(
        lambda tag, session: parents_act(tag, [], _targets(tag, session), session.graph),
        look=_look_for_parent,
    ),
    "metatag": _ManyAct(
        lambda tag, session: metatags_act(tag, _targets(tag, session), [], session.graph),
        look=_look_for_metatag,
    ),
    "not_metatag": _ManyAct(
        lambda tag, session: metatags_act(tag, [], _targets(tag, session), session.graph),
        look=_look_for_metatag,
    ),
}
"""The acts by name."""
