"""Broader and narrower tags of one kind."""

from collections.abc import Sequence

from django.db import transaction

from archive.core.errors import InvalidInput
from archive.core.viewer import Viewer
from catalog.models import Tag
from catalog.services.graph_lock import lock_graph
from catalog.services.tag_refs import TagRefs, find_tags
from catalog.services.wrangling_access import require_wrangler, tag_or_404
from catalog.services.wrangling_plan import Act, WranglingPlan, perform
from catalog.services.wrangling_rules import metatags_delta, would_cycle


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
    _insist_on_kind(tag, above, former)
    act = Act("tag.metatags", tag, metatags_delta(tag, above, former))
    if above and not tag.is_canonical:
        act.refuse("tag.not_canonical", f"{tag.name} is not canonical.")
    for metatag in above:
        if metatag.pk == tag.pk:
            act.refuse("tag.self", f"{tag.name} cannot be above itself.")
        elif not metatag.is_canonical:
            act.refuse("tag.not_canonical", f"{metatag.name} is not canonical.")
        elif would_cycle(tag, metatag):
            act.refuse("tag.cycle", f"{tag.name} is above {metatag.name} already.")
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


def _insist_on_kind(tag: Tag, above: Sequence[Tag], former: Sequence[Tag]) -> None:
    for metatag in (*above, *former):
        if metatag.kind != tag.kind:
            raise InvalidInput(
                f"{tag.name} is a {tag.kind} and {metatag.name} a {metatag.kind}; metatags are of "
                f"the same kind.",
                code="tag.kind_mismatch",
            )
