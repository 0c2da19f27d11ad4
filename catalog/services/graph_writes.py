"""Applies a change of the tag graph to its tables, and checks that the graph stays sound."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q

from archive.core.errors import Conflict
from archive.core.said import say
from archive.core.text import fold_name
from catalog.models import MetaTagging, Tag, TagAncestor, TagParent
from catalog.rawsql import run
from catalog.services.closure import refresh_closure, with_descendants
from catalog.services.tag_delta import GraphDelta, Link, TagState
from catalog.tagwords import index_words

_DELETE_METATAGS = """
DELETE FROM catalog_metatagging
WHERE (subtag_id, metatag_id) IN (SELECT pair.a, pair.b FROM <<links>> AS pair)
"""
_DELETE_PARENTS = """
DELETE FROM catalog_tagparent
WHERE (from_tag_id, to_tag_id) IN (SELECT pair.a, pair.b FROM <<links>> AS pair)
"""
_METATAGS_THERE = """
SELECT subtag_id, metatag_id FROM catalog_metatagging
WHERE (subtag_id, metatag_id) IN (SELECT pair.a, pair.b FROM <<links>> AS pair)
"""
_PARENTS_THERE = """
SELECT from_tag_id, to_tag_id FROM catalog_tagparent
WHERE (from_tag_id, to_tag_id) IN (SELECT pair.a, pair.b FROM <<links>> AS pair)
"""
_ROWS_AT_ONCE = 2_000


def apply_delta(delta: GraphDelta) -> None:
    """Write the change: tags, their words, links and the closure. Filter tags are not touched."""
    lower = with_descendants(delta.narrower_ends)
    _create(delta)
    if delta.metatags_removed:
        run(_DELETE_METATAGS, links=sorted(delta.metatags_removed))
    if delta.parents_removed:
        run(_DELETE_PARENTS, links=sorted(delta.parents_removed))
    _update(delta)
    MetaTagging.objects.bulk_create(
        [MetaTagging(subtag_id=low, metatag_id=high) for low, high in sorted(delta.metatags_added)],
        batch_size=_ROWS_AT_ONCE,
    )
    TagParent.objects.bulk_create(
        [TagParent(from_tag_id=low, to_tag_id=high) for low, high in sorted(delta.parents_added)],
        batch_size=_ROWS_AT_ONCE,
    )
    gone = [pk for pk, state in delta.after.items() if state is None]
    if gone:
        Tag.objects.filter(pk__in=gone).delete()
    refresh_closure(lower | with_descendants(delta.narrower_ends))


def moved_on(delta: GraphDelta) -> list[str]:
    """What is no longer as the change left it, as sentences; empty when all of it is."""
    found: list[str] = []
    now = {tag.pk: TagState.of(tag) for tag in Tag.objects.filter(pk__in=delta.mentioned)}
    away = delta.mentioned - now.keys() - delta.after.keys()
    if away:
        found.append(say("The tag {pk} no longer exists.", pk=min(away)))
    for pk, state in delta.after.items():
        if now.get(pk) != state:
            name = state.name if state else f"{pk}"
            found.append(say("The tag {name} has changed since.", name=name))
    found += _new_ties(delta)
    found += _unlike(_METATAGS_THERE, delta.metatags_added, delta.metatags_removed, "metatag")
    found += _unlike(_PARENTS_THERE, delta.parents_added, delta.parents_removed, "parent")
    return found


def _new_ties(delta: GraphDelta) -> list[str]:
    """What hangs on tags that the change made, but for what it hung on them itself."""
    made = [pk for pk in delta.after if delta.before.get(pk) is None]
    if not made:
        return []
    metatags = MetaTagging.objects.filter(Q(subtag__in=made) | Q(metatag__in=made))
    parents = TagParent.objects.filter(Q(from_tag__in=made) | Q(to_tag__in=made))
    synonyms = Tag.objects.filter(synonym_of__in=made).exclude(pk__in=list(delta.after))
    is_tied = (
        bool(set(metatags.values_list("subtag_id", "metatag_id")) - delta.metatags_added)
        or bool(set(parents.values_list("from_tag_id", "to_tag_id")) - delta.parents_added)
        or synonyms.exists()
    )
    return [say("The tag that this act made has synonyms or links by now.")] if is_tied else []


def insist_on_soundness(tag_ids: Iterable[int]) -> None:
    """Raise Conflict ``tag.conflict`` where these tags break a rule of the graph.

    The net under every act: links and synonyms only end in canonical tags of the right state, and
    nothing is above itself.
    """
    ids = sorted(set(tag_ids))
    loose = list(Tag.objects.filter(pk__in=ids, is_canonical=False).values_list("pk", flat=True))
    above_itself = TagAncestor.objects.filter(tag__in=ids, ancestor=F("tag"))
    ends = Q(subtag__in=loose) | Q(metatag__in=loose)
    faults = [
        *Tag.objects.filter(synonym_of__in=loose).values_list("synonym_of__name", flat=True)[:1],
        *MetaTagging.objects.filter(ends).values_list("subtag__name", flat=True)[:1],
        *TagParent.objects.filter(to_tag__in=loose).values_list("to_tag__name", flat=True)[:1],
        *above_itself.values_list("tag__name", flat=True)[:1],
    ]
    if faults:
        raise Conflict(
            say(
                "This would leave the tag {name!r} in a state that the rules do not "
                "allow, because the graph has changed since.",
                name=faults[0],
            ),
            code="tag.conflict",
        )


def _create(delta: GraphDelta) -> None:
    created = [
        Tag(
            pk=pk,
            kind=state.kind,
            name=state.name,
            folded=fold_name(state.name),
            **state.details,
        )
        for pk, state in delta.after.items()
        if state is not None and delta.before.get(pk) is None
    ]
    present = Tag.objects.in_bulk([tag.pk for tag in created])
    created = [tag for tag in created if tag.pk not in present]
    if created:
        Tag.objects.bulk_create(created)
        index_words(created)


def _update(delta: GraphDelta) -> None:
    """States in groups of equal ones, so that a thousand synonyms move by one statement."""
    groups: dict[tuple[bool, bool, int | None], list[int]] = defaultdict(list)
    for pk, state in delta.after.items():
        if state is not None:
            groups[state.is_canonical, state.is_unwrangleable, state.synonym_of].append(pk)
            old = delta.before.get(pk)
            if old is not None and old.name != state.name:
                Tag.objects.filter(pk=pk).update(name=state.name, folded=fold_name(state.name))
                index_words(Tag.objects.filter(pk=pk))
    # Tags that become canonical come first: synonyms may then point at them.
    for key in sorted(groups, key=lambda key: not key[0]):
        is_canonical, is_unwrangleable, synonym_of = key
        Tag.objects.filter(pk__in=groups[key]).update(
            is_canonical=is_canonical,
            is_unwrangleable=is_unwrangleable,
            synonym_of=synonym_of,
        )
    Tag.objects.filter(pk__in=delta.mentioned).update(version=F("version") + 1)


def _unlike(sql: str, added: set[Link], removed: set[Link], what: str) -> list[str]:
    wanted = sorted(added | removed)
    if not wanted:
        return []
    there = {(low, high) for low, high in run(sql, links=wanted)}
    return [
        say(
            "The {what} link from {low} to {high} has changed since.", what=what, low=low, high=high
        )
        for low, high in wanted
        if ((low, high) in there) != ((low, high) in added)
    ]
