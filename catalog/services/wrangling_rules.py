"""The rules of the tag graph: what each act changes. Reads, never writes."""

from collections.abc import Iterable

from catalog.models import Kind, MetaTagging, Tag, TagAncestor, TagParent
from catalog.services.tag_delta import GraphDelta

PARENT_KINDS: dict[str, frozenset[str]] = {
    Kind.FANDOM: frozenset({Kind.MEDIA}),
    Kind.CHARACTER: frozenset({Kind.FANDOM}),
    Kind.RELATIONSHIP: frozenset({Kind.FANDOM, Kind.CHARACTER}),
    Kind.FREEFORM: frozenset({Kind.FANDOM}),
}


def canonical_delta(tag: Tag) -> GraphDelta:
    """The tag becomes canonical, whatever it was."""
    delta = GraphDelta()
    delta.change(tag, is_canonical=True, is_unwrangleable=False, synonym_of=None)
    return delta


def unsorted_delta(tag: Tag) -> GraphDelta:
    """A synonym becomes unsorted."""
    delta = GraphDelta()
    delta.change(tag, synonym_of=None)
    return delta


def decanonise_delta(tag: Tag) -> GraphDelta:
    """A canonical tag becomes unsorted; its synonyms do too, and what hung on it is free."""
    delta = GraphDelta()
    delta.change(tag, is_canonical=False)
    for synonym in tag.synonyms.all():
        delta.change(synonym, synonym_of=None)
    delta.metatags_removed |= {(tag.pk, high) for high in metatags_of(tag)}
    delta.metatags_removed |= {(low, tag.pk) for low in subtags_of(tag)}
    delta.parents_removed |= {(child, tag.pk) for child in children_of(tag)}
    return delta


def synonym_delta(tag: Tag, target: Tag) -> GraphDelta:
    """The tag becomes a synonym of the target, which takes over all that hung on the tag.

    Its synonyms point at the target, so that depth stays 1. Its metatags and subtags become the
    target's but for those that would put the target above itself. Parents of the tag become the
    target's as well, children move, and the target's fandoms become the tag's.
    """
    delta = GraphDelta()
    delta.change(tag, is_canonical=False, is_unwrangleable=False, synonym_of=target.pk)
    for synonym in tag.synonyms.all():
        delta.change(synonym, synonym_of=target.pk)
    _move_metatags(delta, tag, target)
    _move_parents(delta, tag, target)
    return delta


def metatags_delta(tag: Tag, add: Iterable[Tag], remove: Iterable[Tag]) -> GraphDelta:
    """Direct links to broader tags; what stands already, or not, is no change."""
    present = set(metatags_of(tag))
    delta = GraphDelta()
    delta.metatags_added = {(tag.pk, high.pk) for high in add if high.pk not in present}
    delta.metatags_removed = {(tag.pk, high.pk) for high in remove if high.pk in present}
    return delta


def parents_delta(tag: Tag, add: Iterable[Tag], remove: Iterable[Tag]) -> GraphDelta:
    """Links across kinds; a relationship takes over the fandoms of its characters.

    A character that comes into a fandom brings its relationships along. Removing a fandom from a
    character leaves it with the relationships: it may be their own.
    """
    present = set(parents_of(tag))
    added = [parent for parent in add if parent.pk not in present]
    delta = GraphDelta()
    delta.parents_added = {(tag.pk, parent.pk) for parent in added}
    delta.parents_removed = {(tag.pk, parent.pk) for parent in remove if parent.pk in present}
    if tag.kind == Kind.RELATIONSHIP:
        characters = [parent.pk for parent in added if parent.kind == Kind.CHARACTER]
        delta.parents_added |= {(tag.pk, fandom) for fandom in fandoms_of(characters)}
    elif tag.kind == Kind.CHARACTER and added:
        children = children_of(tag)
        delta.parents_added |= {(child, fandom.pk) for child in children for fandom in added}
    _drop_known_parents(delta)
    return delta


def would_cycle(tag: Tag, metatag: Tag) -> bool:
    """Whether the broader tag stands below the narrower one already."""
    return TagAncestor.objects.filter(tag=metatag, ancestor=tag).exists()


def metatags_of(tag: Tag) -> list[int]:
    """The ids of the direct broader tags."""
    return list(MetaTagging.objects.filter(subtag=tag).values_list("metatag_id", flat=True))


def subtags_of(tag: Tag) -> list[int]:
    """The ids of the direct narrower tags."""
    return list(MetaTagging.objects.filter(metatag=tag).values_list("subtag_id", flat=True))


def parents_of(tag: Tag) -> list[int]:
    """The ids of the tags of other kinds that it belongs to."""
    return list(TagParent.objects.filter(from_tag=tag).values_list("to_tag_id", flat=True))


def children_of(tag: Tag) -> list[int]:
    """The ids of the tags of other kinds that belong to it."""
    return list(TagParent.objects.filter(to_tag=tag).values_list("from_tag_id", flat=True))


def fandoms_of(tag_ids: Iterable[int]) -> set[int]:
    """The fandoms that these tags belong to."""
    links = TagParent.objects.filter(from_tag__in=list(tag_ids), to_tag__kind=Kind.FANDOM)
    return set(links.values_list("to_tag_id", flat=True))


def _move_metatags(delta: GraphDelta, tag: Tag, target: Tag) -> None:
    above = set(TagAncestor.objects.filter(tag=target).values_list("ancestor_id", flat=True))
    below = set(TagAncestor.objects.filter(ancestor=target).values_list("tag_id", flat=True))
    metatags, subtags = metatags_of(tag), subtags_of(tag)
    delta.metatags_removed |= {(tag.pk, high) for high in metatags}
    delta.metatags_removed |= {(low, tag.pk) for low in subtags}
    delta.metatags_added |= {
        (target.pk, high) for high in metatags if high != target.pk and high not in below
    }
    delta.metatags_added |= {
        (low, target.pk) for low in subtags if low != target.pk and low not in above
    }
    delta.metatags_added -= {(target.pk, high) for high in metatags_of(target)}
    delta.metatags_added -= {(low, target.pk) for low in subtags_of(target)}


def _move_parents(delta: GraphDelta, tag: Tag, target: Tag) -> None:
    parents, children = set(parents_of(tag)), children_of(tag)
    fandoms = fandoms_of([target.pk, tag.pk])
    delta.parents_removed |= {(child, tag.pk) for child in children}
    delta.parents_added |= {(target.pk, parent) for parent in parents}
    delta.parents_added |= {(child, target.pk) for child in children}
    delta.parents_added |= {(tag.pk, fandom) for fandom in fandoms}
    if tag.kind == Kind.CHARACTER:
        # The children of a character are relationships: they come into its fandoms with it.
        both = [*children, *children_of(target)]
        delta.parents_added |= {(child, fandom) for child in both for fandom in fandoms}
    _drop_known_parents(delta)


def _drop_known_parents(delta: GraphDelta) -> None:
    low = {child for child, _ in delta.parents_added}
    known = TagParent.objects.filter(from_tag__in=low).values_list("from_tag_id", "to_tag_id")
    delta.parents_added -= set(known)
