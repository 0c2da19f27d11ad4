"""What the rules of the tag graph read: the database as it is, or a part of it held in memory.

Acts on many tags at once are worked out over a snapshot: read by a fixed number of statements, and
brought up to date after each act, so that the next one finds the graph as the one before left it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol

from catalog.models import Kind, MetaTagging, Tag, TagAncestor, TagParent
from catalog.rawsql import IdList, run
from catalog.services.tag_delta import GraphDelta, Link

_LINKS_ABOVE = """
WITH RECURSIVE up(low, high) AS (
    SELECT subtag_id, metatag_id FROM catalog_metatagging WHERE subtag_id IN [[tags]]
    UNION
    SELECT link.subtag_id, link.metatag_id
    FROM up JOIN catalog_metatagging AS link ON link.subtag_id = up.high
)
SELECT low, high FROM up
"""
_LINKS_BELOW = """
WITH RECURSIVE down(low, high) AS (
    SELECT subtag_id, metatag_id FROM catalog_metatagging WHERE metatag_id IN [[tags]]
    UNION
    SELECT link.subtag_id, link.metatag_id
    FROM down JOIN catalog_metatagging AS link ON link.metatag_id = down.low
)
SELECT low, high FROM down
"""


class GraphView(Protocol):
    """The graph around some tags; ids in, ids out, but for synonyms."""

    def synonyms_of(self, tag_id: int) -> list[Tag]:
        """The tags that mean this one."""

    def metatags_of(self, tag_id: int) -> set[int]:
        """The direct broader tags."""

    def subtags_of(self, tag_id: int) -> set[int]:
        """The direct narrower tags."""

    def above(self, tag_id: int) -> set[int]:
        """All broader tags, however far."""

    def below(self, tag_id: int) -> set[int]:
        """All narrower tags, however far."""

    def parents_of(self, tag_id: int) -> set[int]:
        """The tags of other kinds that it belongs to."""

    def children_of(self, tag_id: int) -> set[int]:
        """The tags of other kinds that belong to it."""

    def fandoms_of(self, tag_ids: Iterable[int]) -> set[int]:
        """The fandoms that these tags belong to."""

    def parent_links_of(self, tag_ids: Iterable[int]) -> set[Link]:
        """Pairs of these tags and what they belong to."""


class StoredGraph:
    """The graph as the database has it at this moment."""

    def synonyms_of(self, tag_id: int) -> list[Tag]:
        """The tags that mean this one."""
        return list(Tag.objects.filter(synonym_of=tag_id))

    def metatags_of(self, tag_id: int) -> set[int]:
        """The direct broader tags."""
        links = MetaTagging.objects.filter(subtag=tag_id)
        return set(links.values_list("metatag_id", flat=True))

    def subtags_of(self, tag_id: int) -> set[int]:
        """The direct narrower tags."""
        links = MetaTagging.objects.filter(metatag=tag_id)
        return set(links.values_list("subtag_id", flat=True))

    def above(self, tag_id: int) -> set[int]:
        """All broader tags, however far."""
        links = TagAncestor.objects.filter(tag=tag_id)
        return set(links.values_list("ancestor_id", flat=True))

    def below(self, tag_id: int) -> set[int]:
        """All narrower tags, however far."""
        links = TagAncestor.objects.filter(ancestor=tag_id)
        return set(links.values_list("tag_id", flat=True))

    def parents_of(self, tag_id: int) -> set[int]:
        """The tags of other kinds that it belongs to."""
        links = TagParent.objects.filter(from_tag=tag_id)
        return set(links.values_list("to_tag_id", flat=True))

    def children_of(self, tag_id: int) -> set[int]:
        """The tags of other kinds that belong to it."""
        links = TagParent.objects.filter(to_tag=tag_id)
        return set(links.values_list("from_tag_id", flat=True))

    def fandoms_of(self, tag_ids: Iterable[int]) -> set[int]:
        """The fandoms that these tags belong to."""
        links = TagParent.objects.filter(from_tag__in=list(tag_ids), to_tag__kind=Kind.FANDOM)
        return set(links.values_list("to_tag_id", flat=True))

    def parent_links_of(self, tag_ids: Iterable[int]) -> set[Link]:
        """Pairs of these tags and what they belong to."""
        links = TagParent.objects.filter(from_tag__in=list(tag_ids))
        return set(links.values_list("from_tag_id", "to_tag_id"))


STORED = StoredGraph()


class GraphSnapshot:
    """The graph around some tags as it was when it was read, and as acts have changed it since.

    ``tags`` are those that shall be acted on, ``targets`` those they are linked with. What they
    mean, all links above and below both, and what belongs to them is read when it is first asked
    for; of targets only characters' children, because nothing asks for those of other kinds.
    """

    def __init__(self, tags: Mapping[int, Tag], targets: Iterable[Tag] = ()) -> None:
        self.tags = dict(tags)
        self._acted_on = sorted(self.tags)
        others = {tag.pk: tag for tag in targets if tag.pk not in self.tags}
        self.tags |= others
        self._figures = [pk for pk, tag in others.items() if tag.kind == Kind.CHARACTER]
        self._all = sorted(self.tags)

    def know(self, tag: Tag) -> None:
        """A tag was made since; nothing hangs on it yet."""
        self.tags[tag.pk] = tag

    def apply(self, delta: GraphDelta) -> None:
        """Let the following acts find what this one changes."""
        meant = self._synonyms
        if delta.metatags_added or delta.metatags_removed:
            self._metatags.change(delta.metatags_added, delta.metatags_removed)
        if delta.parents_added or delta.parents_removed:
            self._parents.change(delta.parents_added, delta.parents_removed)
        for pk, state in delta.after.items():
            tag = self.tags.get(pk)
            if tag is None or state is None:
                continue
            if tag.synonym_of_id is not None:
                meant[tag.synonym_of_id].discard(pk)
            if state.synonym_of is not None:
                meant[state.synonym_of].add(pk)
            tag.is_canonical = state.is_canonical
            tag.is_unwrangleable = state.is_unwrangleable
            tag.synonym_of_id = state.synonym_of

    def synonyms_of(self, tag_id: int) -> list[Tag]:
        """The tags that mean this one."""
        return [self.tags[pk] for pk in sorted(self._synonyms[tag_id])]

    def metatags_of(self, tag_id: int) -> set[int]:
        """The direct broader tags."""
        return set(self._metatags.up[tag_id])

    def subtags_of(self, tag_id: int) -> set[int]:
        """The direct narrower tags."""
        return set(self._metatags.down[tag_id])

    def above(self, tag_id: int) -> set[int]:
        """All broader tags, however far."""
        return _reached(self._metatags.up, tag_id)

    def below(self, tag_id: int) -> set[int]:
        """All narrower tags, however far."""
        return _reached(self._metatags.down, tag_id)

    def parents_of(self, tag_id: int) -> set[int]:
        """The tags of other kinds that it belongs to."""
        return set(self._parents.up[tag_id])

    def children_of(self, tag_id: int) -> set[int]:
        """The tags of other kinds that belong to it."""
        return set(self._parents.down[tag_id])

    def fandoms_of(self, tag_ids: Iterable[int]) -> set[int]:
        """The fandoms that these tags belong to."""
        above = {parent for pk in tag_ids for parent in self._parents.up[pk]}
        return {pk for pk in above if self._kinds[pk] == Kind.FANDOM}

    def parent_links_of(self, tag_ids: Iterable[int]) -> set[Link]:
        """Pairs of these tags and what they belong to."""
        return {(pk, parent) for pk in tag_ids for parent in self._parents.up[pk]}

    @cached_property
    def _synonyms(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for tag in Tag.objects.filter(synonym_of__in=IdList(self._acted_on)):
            self.tags.setdefault(tag.pk, tag)
        for tag in self.tags.values():
            if tag.synonym_of_id is not None:
                found[tag.synonym_of_id].add(tag.pk)
        return found

    @cached_property
    def _metatags(self) -> "_Links":
        return _Links({*run(_LINKS_ABOVE, tags=self._all), *run(_LINKS_BELOW, tags=self._all)})

    @cached_property
    def _parents(self) -> "_Links":
        owners = IdList([*self._acted_on, *self._figures])
        down = set(
            TagParent.objects.filter(to_tag__in=owners).values_list("from_tag_id", "to_tag_id")
        )
        low = IdList(sorted({child for child, _ in down} | set(self._all)))
        rows = TagParent.objects.filter(from_tag__in=low)
        up = rows.values_list("from_tag_id", "to_tag_id", "to_tag__kind")
        kinds = {high: kind for _, high, kind in up}
        self._kinds = {pk: tag.kind for pk, tag in self.tags.items()} | kinds
        return _Links(down | {(child, high) for child, high, _ in up})


class _Links:
    """Links in both directions."""

    def __init__(self, links: Iterable[Link]) -> None:
        self.up: dict[int, set[int]] = defaultdict(set)
        self.down: dict[int, set[int]] = defaultdict(set)
        self.change(links, ())

    def change(self, added: Iterable[Link], removed: Iterable[Link]) -> None:
        """Add links and take links away."""
        for low, high in removed:
            self.up[low].discard(high)
            self.down[high].discard(low)
        for low, high in added:
            self.up[low].add(high)
            self.down[high].add(low)


def _reached(links: Mapping[int, set[int]], start: int) -> set[int]:
    """Everything that links lead to; the start itself only if they lead back to it."""
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        for pk in links.get(waiting.pop(), ()):
            if pk not in seen:
                seen.add(pk)
                waiting.append(pk)
    return seen
