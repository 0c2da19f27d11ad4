"""Broader and narrower tags of one kind."""

from collections.abc import Sequence

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
        act.refuse("tag.not_canonical", say("{name} is not canonical.", name=tag.name))
    for metatag in above:
        if metatag.pk == tag.pk:
            act.refuse("tag.self", say("{name} cannot be above itself.", name=tag.name))
        elif not metatag.is_canonical:
            act.refuse("tag.not_canonical", say("{name} is not canonical.", name=metatag.name))
        elif would_cycle(tag, metatag):
            act.refuse(
                "tag.cycle",
                say("{name} is above {above} already.", name=tag.name, above=metatag.name),
            )
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


def _insist_on_kind(tag: Tag, above: Sequence[Tag], former: Sequence[Tag]) -> None:
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
