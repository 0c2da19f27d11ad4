"""Broader and narrower tags of one kind."""

from django.db import transaction

from archive.core.viewer import Viewer
from catalog.services.graph_lock import lock_graph
from catalog.services.tag_refs import TagRefs, find_tags
from catalog.services.wrangling_access import require_wrangler, tag_or_404
from catalog.services.wrangling_acts import metatags_act
from catalog.services.wrangling_perform import perform
from catalog.services.wrangling_plan import WranglingPlan


@transaction.atomic
def change_metatags(
    *,
    actor: Viewer,
    tag_id: int,
    add: TagRefs = (),
    remove: TagRefs = (),
    reason: str = "",
    dry_run: bool = False,
) -> WranglingPlan:
    """Put a canonical tag under broader ones of its kind, or take it away from them.

    Works tagged with it are then found under these and everything above them; what another path
    still reaches stays. A link that is there already, or not there, is no change. Raises NotFound,
    SignInRequired, NotAllowed; InvalidInput ``tag.unknown``, ``tag.kind_mismatch``; Conflict
    ``tag.self``, ``tag.not_canonical``, ``tag.cycle``.
    """
    require_wrangler(actor, tag_or_404(tag_id).kind)
    lock_graph()
    tag = tag_or_404(tag_id)
    above = find_tags(add, field="add", kinds=[tag.kind])
    former = find_tags(remove, field="remove", kinds=[tag.kind])
    act = metatags_act(tag, above, former)
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)
