"""Acts on single tags: canonical, synonym, unwrangleable, renamed, created, deleted.

Every act takes ``dry_run`` and then answers the plan and changes nothing; every act that changed
something is in the log with enough to undo it. ``catalog.services.metatags`` and
``catalog.services.tag_links`` hold the acts on links, ``catalog.services.wrangling_undo`` the way
back.
"""

from dataclasses import replace

from django.db import connection, transaction
from django.db.utils import OperationalError

from archive.core.errors import Conflict, InvalidInput
from archive.core.said import say
from archive.core.text import clean_tag_name, fold_name
from archive.core.viewer import Viewer
from catalog.models import CLOSED_KINDS, Kind, Tag, TagAlias, WorkTag
from catalog.services.graph_lock import lock_graph
from catalog.services.tag_delta import GraphDelta, TagState
from catalog.services.wrangling_access import require_wrangler, tag_or_404
from catalog.services.wrangling_acts import (
    canonical_act,
    decanonise_act,
    insist_on_merging,
    split_act,
    synonym_act,
    unwrangleable_act,
)
from catalog.services.wrangling_perform import perform
from catalog.services.wrangling_plan import Act, WranglingPlan
from catalog.services.wrangling_rules import (
    children_of,
    metatags_of,
    parents_of,
    subtags_of,
)
from catalog.taglookup import resolve_tag
from catalog.tagwords import index_words

_NEW = 0


@transaction.atomic
def make_canonical(
    *, actor: Viewer, tag_id: int, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Let works be found under a tag; a synonym is cut from its target first.

    Raises NotFound, SignInRequired, NotAllowed.
    """
    tag = _locked(actor, tag_id)
    return perform(actor=actor, act=canonical_act(tag), reason=reason, dry_run=dry_run)


@transaction.atomic
def decanonise(
    *, actor: Viewer, tag_id: int, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Make a canonical tag unsorted: its synonyms, subtags, metatags and children are let go.

    Raises NotFound, SignInRequired, NotAllowed; Conflict ``tag.not_canonical`` and, for kinds
    whose tags are always canonical, ``tag.kind_closed``.
    """
    tag = _locked(actor, tag_id)
    return perform(actor=actor, act=decanonise_act(tag), reason=reason, dry_run=dry_run)


@transaction.atomic
def make_synonym(
    *, actor: Viewer, tag_id: int, of: int | str, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Merge a tag into a canonical one of its kind; a new name is created canonical.

    Demoting a canonical tag needs a moderator. Raises NotFound, SignInRequired, NotAllowed;
    InvalidInput ``tag.kind_mismatch``, ``tag.name_invalid``; Conflict ``tag.self``,
    ``tag.not_canonical``, ``tag.kind_closed``.
    """
    tag = _locked(actor, tag_id)
    target = _target(tag, of)
    insist_on_merging(tag, target, actor)
    is_new = target.pk is None
    if is_new:
        _create_row(target, dry_run=dry_run or tag.kind in CLOSED_KINDS)
    act = synonym_act(tag, target, is_new=is_new)
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


@transaction.atomic
def split_synonym(
    *, actor: Viewer, tag_id: int, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Cut a synonym from its target; it becomes unsorted.

    Raises NotFound, SignInRequired, NotAllowed; Conflict ``tag.not_synonym``.
    """
    tag = _locked(actor, tag_id)
    return perform(actor=actor, act=split_act(tag), reason=reason, dry_run=dry_run)


@transaction.atomic
def set_unwrangleable(
    *, actor: Viewer, tag_id: int, value: bool, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Mark an unsorted tag as meaning nothing on its own, or take the mark away.

    Raises NotFound, SignInRequired, NotAllowed; Conflict ``tag.not_unsorted``.
    """
    tag = _locked(actor, tag_id)
    act = unwrangleable_act(tag, value=value)
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


@transaction.atomic
def rename_tag(
    *, actor: Viewer, tag_id: int, name: str, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Give a tag another name; works keep showing what their creators typed.

    Where more than case, accents or spaces change a moderator is needed, because works may have
    meant something else. Raises NotFound, SignInRequired, NotAllowed; InvalidInput
    ``tag.name_invalid``; Conflict ``tag.in_use`` when another tag has the name.
    """
    tag = _locked(actor, tag_id)
    new = clean_tag_name(name)
    folded = fold_name(new)
    if folded != tag.folded:
        require_wrangler(
            actor, tag.kind, moderator_for=say("change more than the spelling of a name")
        )
    act = Act("tag.rename", tag, GraphDelta())
    taken = _named(tag.kind, folded)
    if taken is not None and taken.pk != tag.pk:
        act.refuse(
            "tag.in_use", say("The name {new!r} is that of tag {pk} already.", new=new, pk=taken.pk)
        )
    act.delta.change(tag, name=new)
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


@transaction.atomic
def create_tag(
    *,
    actor: Viewer,
    kind: str,
    name: str,
    is_canonical: bool = False,
    reason: str = "",
    dry_run: bool = False,
) -> WranglingPlan:
    """A new tag; those of closed kinds are canonical. ``plan.tag`` is None in a dry run.

    Raises SignInRequired, NotAllowed; InvalidInput ``tag.kind_unknown``, ``tag.name_invalid``;
    Conflict ``tag.in_use`` when the name is taken.
    """
    if kind not in Kind.values:
        raise InvalidInput(
            say(
                "{kind!r} is not a kind of tag; allowed are {allowed}.",
                kind=kind,
                allowed=", ".join(Kind.values),
            ),
            code="tag.kind_unknown",
        )
    require_wrangler(actor, kind)
    lock_graph()
    clean = clean_tag_name(name)
    tag = Tag(kind=kind, name=clean, folded=fold_name(clean))
    tag.is_canonical = is_canonical or kind in CLOSED_KINDS
    act = Act("tag.create", tag, GraphDelta())
    taken = _named(kind, tag.folded)
    if taken is not None:
        act.refuse(
            "tag.in_use",
            say("The name {clean!r} is that of tag {pk} already.", clean=clean, pk=taken.pk),
        )
    _create_row(tag, dry_run=dry_run or bool(act.conflicts))
    act.delta.before[tag.pk] = None
    act.delta.after[tag.pk] = TagState.of(tag)
    plan = perform(actor=actor, act=act, reason=reason, dry_run=dry_run)
    plan.tag = None if tag.pk == _NEW else plan.tag
    return plan


@transaction.atomic
def delete_unused_tag(
    *, actor: Viewer, tag_id: int, reason: str = "", dry_run: bool = False
) -> WranglingPlan:
    """Delete a tag that no work carries and nothing is linked to.

    Raises NotFound, SignInRequired, NotAllowed; Conflict ``tag.in_use``.
    """
    tag = _locked(actor, tag_id, for_deletion=True)
    act = Act("tag.delete", tag, GraphDelta())
    for what, is_there in (
        (say("works carry it"), WorkTag.objects.filter(tag=tag).exists()),
        (say("it has synonyms"), tag.synonyms.exists()),
        (say("tags belong to it"), bool(children_of(tag))),
        (say("it has metatags or subtags"), bool(metatags_of(tag) or subtags_of(tag))),
    ):
        if is_there:
            act.refuse(
                "tag.in_use", say("{name} cannot be deleted: {what}.", name=tag.name, what=what)
            )
    details = {
        "position": tag.position,
        "is_adult": tag.is_adult,
        "description_html": tag.description_html,
    }
    act.delta.before[tag.pk] = replace(TagState.of(tag), details=details)
    act.delta.after[tag.pk] = None
    act.delta.parents_removed = {(tag.pk, parent) for parent in parents_of(tag)}
    return perform(actor=actor, act=act, reason=reason, dry_run=dry_run)


def _locked(actor: Viewer, tag_id: int, *, for_deletion: bool = False) -> Tag:
    """The tag, read after the graph was locked. Rights are checked before anything waits."""
    tag = tag_or_404(tag_id)
    require_wrangler(actor, tag.kind)
    lock_graph()
    if for_deletion:
        _lock_for_deletion(tag_id)
    return tag_or_404(tag_id)


def _lock_for_deletion(tag_id: int) -> None:
    """Lock the key as well, without waiting: whoever holds it is giving the tag to a work."""
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic():
            Tag.objects.select_for_update(nowait=True).filter(pk=tag_id).first()
    except OperationalError as error:
        raise Conflict(say("A work is being given this tag."), code="tag.in_use") from error


def _target(tag: Tag, of: int | str) -> Tag:
    """The tag that is meant; an unsaved canonical one for a new name."""
    if isinstance(of, int):
        return tag_or_404(of)
    name = clean_tag_name(of)
    found = resolve_tag(tag.kind, name)
    return found or Tag(kind=tag.kind, name=name, folded=fold_name(name), is_canonical=True)


def _named(kind: str, folded: str) -> Tag | None:
    """The tag that has this name, or is meant by it."""
    tag = Tag.objects.filter(kind=kind, folded=folded).first()
    if tag is None and kind in CLOSED_KINDS:
        alias = TagAlias.objects.filter(kind=kind, folded=folded).select_related("tag").first()
        return alias.tag if alias else None
    return tag


def _create_row(tag: Tag, *, dry_run: bool) -> None:
    """Save a new tag; a dry run gives it a number that no tag has instead."""
    if dry_run:
        tag.pk = _NEW
    else:
        tag.save(force_insert=True)
        index_words([tag])
