"""Parents: what a tag belongs to across kinds, such as a character's fandoms."""

from collections.abc import Sequence
from functools import reduce

from django.db import transaction

from archive.core.errors import InvalidInput
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.kindwords import kind_word
from catalog.models import Tag
from catalog.services.graph_lock import lock_graph
from catalog.services.tag_refs import TagRefs, find_tags
from catalog.services.wrangling_access import require_wrangler, tag_or_404
from catalog.services.wrangling_plan import Act, WranglingPlan, perform
from catalog.services.wrangling_rules import PARENT_KINDS, parents_delta


@transaction.atomic
def change_parents(
    *,
    actor: Viewer,
    tag_id: int,
    add: TagRefs = (),
    remove: TagRefs = (),
    reason: str = "",
    dry_run: bool = False,
) -> WranglingPlan:
    """Say what a tag belongs to: media over fandoms, fandoms over characters, relationships and
    freeforms, characters over relationships, which inherit the fandoms of their characters.

    Parents never change under which tags a work is found. Raises NotFound, SignInRequired,
    NotAllowed; InvalidInput ``tag.unknown``, ``tag.kind_mismatch``; Conflict
    ``tag.not_canonical``.
    """
    require_wrangler(actor, tag_or_404(tag_id).kind)
    lock_graph()
    tag = tag_or_404(tag_id)
    kinds = sorted(PARENT_KINDS.get(tag.kind, ()))
    parents = find_tags(add, field="add", kinds=kinds)
    former = find_tags(remove, field="remove", kinds=kinds)
    _insist_on_kinds(tag, parents, former)
    act = Act("tag.parents", tag, parents_delta(tag, parents, former))
    for parent in parents:
        if not parent.is_canonical:
            act.refuse("tag.not_canonical", say("{name} is not canonical.", name=parent.name))
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


def _insist_on_kinds(tag: Tag, parents: Sequence[Tag], former: Sequence[Tag]) -> None:
    allowed = PARENT_KINDS.get(tag.kind, frozenset())
    for parent in (*parents, *former):
        if parent.kind not in allowed:
            words = [kind_word(kind) for kind in sorted(allowed)] or [say("nothing")]
            said = reduce(lambda one, other: say("{one} or {other}", one=one, other=other), words)
            raise InvalidInput(
                say(
                    "{parent} is a {parent_kind}; a {kind} belongs to {said}.",
                    parent=parent.name,
                    parent_kind=kind_word(parent.kind),
                    kind=kind_word(tag.kind),
                    said=said,
                ),
                code="tag.kind_mismatch",
            )
