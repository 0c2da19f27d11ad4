"""Acts on tags before they are done: what each changes, and what stands against it."""

from collections.abc import Sequence

from archive.core.errors import InvalidInput
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.kindwords import any_of, kind_word
from catalog.models import CLOSED_KINDS, Tag
from catalog.services.graph_view import STORED, GraphView
from catalog.services.tag_delta import GraphDelta, TagState
from catalog.services.wrangling_access import require_wrangler
from catalog.services.wrangling_plan import Act
from catalog.services.wrangling_rules import (
    PARENT_KINDS,
    canonical_delta,
    decanonise_delta,
    metatags_delta,
    parents_delta,
    synonym_delta,
    unsorted_delta,
    would_cycle,
)


def canonical_act(tag: Tag) -> Act:
    """Let works be found under the tag."""
    return Act("tag.make_canonical", tag, canonical_delta(tag))


def decanonise_act(tag: Tag, graph: GraphView = STORED) -> Act:
    """Make a canonical tag unsorted."""
    act = Act("tag.decanonise", tag, decanonise_delta(tag, graph))
    _refuse_closed(act)
    if not tag.is_canonical:
        act.refuse("tag.not_canonical", say("{name} is not canonical.", name=tag.name))
    return act


def insist_on_merging(tag: Tag, target: Tag, actor: Viewer) -> None:
    """Raise NotAllowed or InvalidInput ``tag.kind_mismatch`` where a merge is out of question."""
    if tag.is_canonical and tag.kind not in CLOSED_KINDS and target.pk != tag.pk:
        require_wrangler(actor, tag.kind, moderator_for=say("make a canonical tag a synonym"))
    if target.kind != tag.kind:
        raise InvalidInput(
            say(
                "{name} is a {kind} and {target} a {target_kind}; a synonym is of the same "
                "kind as its target.",
                name=tag.name,
                kind=kind_word(tag.kind),
                target=target.name,
                target_kind=kind_word(target.kind),
            ),
            code="tag.kind_mismatch",
        )


def synonym_act(tag: Tag, target: Tag, *, is_new: bool, graph: GraphView = STORED) -> Act:
    """Merge the tag into the target, which this act made if it ``is_new``."""
    act = Act("tag.make_synonym", tag, GraphDelta())
    _refuse_closed(act)
    if target.pk == tag.pk:
        act.refuse("tag.self", say("{name} cannot be a synonym of itself.", name=tag.name))
    elif not target.is_canonical:
        act.refuse("tag.not_canonical", _not_canonical(target))
    else:
        act.delta = synonym_delta(tag, target, graph)
        if is_new:
            act.delta.before[target.pk] = None
            act.delta.after[target.pk] = TagState.of(target)
    return act


def split_act(tag: Tag) -> Act:
    """Cut a synonym from its target."""
    act = Act("tag.split", tag, unsorted_delta(tag))
    if tag.synonym_of_id is None:
        act.refuse("tag.not_synonym", say("{name} is not a synonym.", name=tag.name))
    return act


def unwrangleable_act(tag: Tag, *, value: bool) -> Act:
    """Mark an unsorted tag as meaning nothing on its own, or take the mark away."""
    act = Act("tag.unwrangleable" if value else "tag.wrangleable", tag, GraphDelta())
    if value and (tag.is_canonical or tag.synonym_of_id is not None):
        detail = say(
            "{name} is {status}; only unsorted tags can be.",
            name=tag.name,
            status=say(tag.status),
        )
        act.refuse("tag.not_unsorted", detail)
    else:
        act.delta.change(tag, is_unwrangleable=value)
    return act


def metatags_act(
    tag: Tag, above: Sequence[Tag], former: Sequence[Tag], graph: GraphView = STORED
) -> Act:
    """Put a canonical tag under broader ones, or take it away. Raises ``tag.kind_mismatch``."""
    for metatag in (*above, *former):
        if metatag.kind != tag.kind:
            raise InvalidInput(
                say(
                    "{name} is a {kind} and {above} a {above_kind}; metatags are of the same kind.",
                    name=tag.name,
                    kind=kind_word(tag.kind),
                    above=metatag.name,
                    above_kind=kind_word(metatag.kind),
                ),
                code="tag.kind_mismatch",
            )
    act = Act("tag.metatags", tag, metatags_delta(tag, above, former, graph))
    if above and not tag.is_canonical:
        act.refuse("tag.not_canonical", say("{name} is not canonical.", name=tag.name))
    for metatag in above:
        if metatag.pk == tag.pk:
            act.refuse("tag.self", say("{name} cannot be above itself.", name=tag.name))
        elif not metatag.is_canonical:
            act.refuse("tag.not_canonical", say("{name} is not canonical.", name=metatag.name))
        elif would_cycle(tag, metatag, graph):
            detail = say("{name} is above {above} already.", name=tag.name, above=metatag.name)
            act.refuse("tag.cycle", detail)
    return act


def parents_act(
    tag: Tag, parents: Sequence[Tag], former: Sequence[Tag], graph: GraphView = STORED
) -> Act:
    """Say what a tag belongs to, or no longer. Raises InvalidInput ``tag.kind_mismatch``."""
    allowed = PARENT_KINDS.get(tag.kind, frozenset())
    for parent in (*parents, *former):
        if parent.kind not in allowed:
            raise InvalidInput(
                say(
                    "{parent} is a {parent_kind}; a {kind} belongs to {said}.",
                    parent=parent.name,
                    parent_kind=kind_word(parent.kind),
                    kind=kind_word(tag.kind),
                    said=any_of(sorted(allowed)),
                ),
                code="tag.kind_mismatch",
            )
    act = Act("tag.parents", tag, parents_delta(tag, parents, former, graph))
    for parent in parents:
        if not parent.is_canonical:
            act.refuse("tag.not_canonical", say("{name} is not canonical.", name=parent.name))
    return act


def _not_canonical(target: Tag) -> str:
    if target.synonym_of is None:
        return say("{name} is not canonical.", name=target.name)
    return say(
        "{target} is not canonical. It is a synonym of {other}.",
        target=target.name,
        other=target.synonym_of.name,
    )


def _refuse_closed(act: Act) -> None:
    if act.tag.kind in CLOSED_KINDS:
        act.refuse(
            "tag.kind_closed",
            say("Tags of the kind {kind} are always canonical.", kind=kind_word(act.tag.kind)),
        )
