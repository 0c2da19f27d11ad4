"""Parents: what a tag belongs to across kinds, such as a character's fandoms."""

from django.db import transaction

from archive.core.viewer import Viewer
from catalog.services.graph_lock import lock_graph
from catalog.services.tag_refs import TagRefs, find_tags
from catalog.services.wrangling_access import require_wrangler, tag_or_404
from catalog.services.wrangling_acts import parents_act
from catalog.services.wrangling_perform import perform
from catalog.services.wrangling_plan import WranglingPlan
from catalog.services.wrangling_rules import PARENT_KINDS


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
    act = parents_act(tag, parents, former)
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)
