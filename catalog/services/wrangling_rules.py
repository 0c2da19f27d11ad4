"""The rules of the tag graph: what each act changes. Reads, never writes."""

from collections.abc import Iterable

from catalog.models import Kind, Tag
from catalog.services.graph_view import STORED, GraphView
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


def decanonise_delta(tag: Tag, graph: GraphView = STORED) -> GraphDelta:
    """A canonical tag becomes unsorted; its synonyms do too, and what hung on it is free."""
    delta = GraphDelta()
    delta.change(tag, is_canonical=False)
    for synonym in graph.synonyms_of(tag.pk):
        delta.change(synonym, synonym_of=None)
    delta.metatags_removed |= {(tag.pk, high) for high in graph.metatags_of(tag.pk)}
    delta.metatags_removed |= {(low, tag.pk) for low in graph.subtags_of(tag.pk)}
    delta.parents_removed |= {(child, tag.pk) for child in graph.children_of(tag.pk)}
    return delta


def synonym_delta(tag: Tag, target: Tag, graph: GraphView = STORED) -> GraphDelta:
    """The tag becomes a synonym of the target, which takes over all that hung on the tag.

    Its synonyms point at the target, so that depth stays 1. Its metatags and subtags become the
    target's but for those that would put the target above itself. Parents of the tag become the
    target's as well, children move, and the target's fandoms become the tag's.
    """
    delta = GraphDelta()
    delta.change(tag, is_canonical=False, is_unwrangleable=False, synonym_of=target.pk)
    for synonym in graph.synonyms_of(tag.pk):
        delta.change(synonym, synonym_of=target.pk)
    _move_metatags(delta, tag, target, graph)
    _move_parents(delta, tag, target, graph)
    return delta


def metatags_delta(
    tag: Tag, add: Iterable[Tag], remove: Iterable[Tag], graph: GraphView = STORED
) -> GraphDelta:
    """Direct links to broader tags; what stands already, or not, is no change."""
    present = graph.metatags_of(tag.pk)
    delta = GraphDelta()
    delta.metatags_added = {(tag.pk, high.pk) for high in add if high.pk not in present}
    delta.metatags_removed = {(tag.pk, high.pk) for high in remove if high.pk in present}
    return delta


def parents_delta(
    tag: Tag, add: Iterable[Tag], remove: Iterable[Tag], graph: GraphView = STORED
) -> GraphDelta:
    """Links across kinds; a relationship takes over the fandoms of its characters.

    A character that comes into a fandom brings its relationships along. Removing a fandom from a
    character leaves it with the relationships: it may be their own.
    """
    present = graph.parents_of(tag.pk)
    added = [parent for parent in add if parent.pk not in present]
    delta = GraphDelta()
    delta.parents_added = {(tag.pk, parent.pk) for parent in added}
    delta.parents_removed = {(tag.pk, parent.pk) for parent in remove if parent.pk in present}
    if tag.kind == Kind.RELATIONSHIP:
        characters = [parent.pk for parent in added if parent.kind == Kind.CHARACTER]
        delta.parents_added |= {(tag.pk, fandom) for fandom in graph.fandoms_of(characters)}
    elif tag.kind == Kind.CHARACTER and added:
        children = graph.children_of(tag.pk)
        delta.parents_added |= {(child, fandom.pk) for child in children for fandom in added}
    _drop_known_parents(delta, graph)
    return delta


def would_cycle(tag: Tag, metatag: Tag, graph: GraphView = STORED) -> bool:
    """Whether the broader tag stands below the narrower one already."""
    return tag.pk in graph.above(metatag.pk)


def metatags_of(tag: Tag) -> set[int]:
    """The ids of the direct broader tags."""
    return STORED.metatags_of(tag.pk)


def subtags_of(tag: Tag) -> set[int]:
    """The ids of the direct narrower tags."""
    return STORED.subtags_of(tag.pk)


def parents_of(tag: Tag) -> set[int]:
    """The ids of the tags of other kinds that it belongs to."""
    return STORED.parents_of(tag.pk)


def children_of(tag: Tag) -> set[int]:
    """The ids of the tags of other kinds that belong to it."""
    return STORED.children_of(tag.pk)


def _move_metatags(delta: GraphDelta, tag: Tag, target: Tag, graph: GraphView) -> None:
    above, below = graph.above(target.pk), graph.below(target.pk)
    metatags, subtags = graph.metatags_of(tag.pk), graph.subtags_of(tag.pk)
    delta.metatags_removed |= {(tag.pk, high) for high in metatags}
    delta.metatags_removed |= {(low, tag.pk) for low in subtags}
    delta.metatags_added |= {
        (target.pk, high) for high in metatags if high != target.pk and high not in below
    }
    delta.metatags_added |= {
        (low, target.pk) for low in subtags if low != target.pk and low not in above
    }
    delta.metatags_added -= {(target.pk, high) for high in graph.metatags_of(target.pk)}
    delta.metatags_added -= {(low, target.pk) for low in graph.subtags_of(target.pk)}


def _move_parents(delta: GraphDelta, tag: Tag, target: Tag, graph: GraphView) -> None:
    parents, children = graph.parents_of(tag.pk), graph.children_of(tag.pk)
    fandoms = graph.fandoms_of([target.pk, tag.pk])
    delta.parents_removed |= {(child, tag.pk) for child in children}
    delta.parents_added |= {(target.pk, parent) for parent in parents}
    delta.parents_added |= {(child, target.pk) for child in children}
    delta.parents_added |= {(tag.pk, fandom) for fandom in fandoms}
    if tag.kind == Kind.CHARACTER:
        # The children of a character are relationships: they come into its fandoms with it.
        both = children | graph.children_of(target.pk)
        delta.parents_added |= {(child, fandom) for child in both for fandom in fandoms}
    _drop_known_parents(delta, graph)


def _drop_known_parents(delta: GraphDelta, graph: GraphView) -> None:
    delta.parents_added -= graph.parent_links_of({child for child, _ in delta.parents_added})
