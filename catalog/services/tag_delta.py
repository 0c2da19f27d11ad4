"""A change of the tag graph as data: what was, what will be; it can be turned round and logged."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from catalog.models import Tag

Link = tuple[int, int]
"""The narrower and the broader tag, or the child and the parent."""


@dataclass(frozen=True)
class TagState:
    """What wrangling changes about a tag; ``details`` matter only when a deleted one comes back."""

    kind: str
    name: str
    is_canonical: bool = False
    is_unwrangleable: bool = False
    synonym_of: int | None = None
    details: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, tag: Tag) -> "TagState":
        """The state of a tag as it was read."""
        return cls(
            kind=tag.kind,
            name=tag.name,
            is_canonical=tag.is_canonical,
            is_unwrangleable=tag.is_unwrangleable,
            synonym_of=tag.synonym_of_id,
        )


@dataclass
class GraphDelta:
    """States before and after by tag id (None: there is no such tag), and links that come or go.

    ``metatags`` are links within a kind, ``parents`` across kinds. Empty parts mean no change.
    """

    before: dict[int, TagState | None] = field(default_factory=dict)
    after: dict[int, TagState | None] = field(default_factory=dict)
    metatags_added: set[Link] = field(default_factory=set)
    metatags_removed: set[Link] = field(default_factory=set)
    parents_added: set[Link] = field(default_factory=set)
    parents_removed: set[Link] = field(default_factory=set)

    def change(self, tag: Tag, **values: Any) -> None:
        """Note new values of a tag; values it has already are no change."""
        old = self.before.get(tag.pk) or TagState.of(tag)
        new = replace(self.after.get(tag.pk) or old, **values)
        if new != old:
            self.before[tag.pk] = old
            self.after[tag.pk] = new

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes at all."""
        links = (
            self.metatags_added,
            self.metatags_removed,
            self.parents_added,
            self.parents_removed,
        )
        return not self.before and not self.after and not any(links)

    @property
    def narrower_ends(self) -> set[int]:
        """The tags whose broader tags change; theirs and their subtags' closures follow."""
        return {subtag for subtag, _ in self.metatags_added | self.metatags_removed}

    @property
    def filter_tags(self) -> set[int]:
        """The tags whose works are found differently, or under another name, afterwards."""
        return set(self.before) | set(self.after) | self.narrower_ends

    @property
    def touched(self) -> set[int]:
        """Every tag that this changes, one end of each link included."""
        children = {child for child, _ in self.parents_added | self.parents_removed}
        return self.filter_tags | children

    @property
    def mentioned(self) -> set[int]:
        """Every tag that this names, targets of synonyms included."""
        links = self.metatags_added | self.metatags_removed
        links = links | self.parents_added | self.parents_removed
        states = [*self.before.values(), *self.after.values()]
        targets = {state.synonym_of for state in states if state and state.synonym_of is not None}
        return self.filter_tags | {end for link in links for end in link} | targets

    def then(self, later: "GraphDelta") -> None:
        """Let another change follow this one, so that this one says what both come to."""
        for pk, old in later.before.items():
            self.before.setdefault(pk, old)
        self.after.update(later.after)
        _follow(self.metatags_added, self.metatags_removed, later.metatags_removed)
        _follow(self.metatags_removed, self.metatags_added, later.metatags_added)
        _follow(self.parents_added, self.parents_removed, later.parents_removed)
        _follow(self.parents_removed, self.parents_added, later.parents_added)

    def inverse(self) -> "GraphDelta":
        """The change that takes this one back."""
        return GraphDelta(
            before=self.after,
            after=self.before,
            metatags_added=self.metatags_removed,
            metatags_removed=self.metatags_added,
            parents_added=self.parents_removed,
            parents_removed=self.parents_added,
        )

    def as_log(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the log keeps as before and after; ``from_log`` reads it back."""
        before = _side(self.before, self.metatags_removed, self.parents_removed)
        after = _side(self.after, self.metatags_added, self.parents_added)
        return before, after

    @classmethod
    def from_log(cls, before: dict[str, Any], after: dict[str, Any]) -> "GraphDelta":
        """The change that ``as_log`` wrote."""
        return cls(
            before=_states(before),
            after=_states(after),
            metatags_added=_links(after, "metatags"),
            metatags_removed=_links(before, "metatags"),
            parents_added=_links(after, "parents"),
            parents_removed=_links(before, "parents"),
        )


def _follow(undone: set[Link], done: set[Link], links: set[Link]) -> None:
    """These links are done: those undone before are as they were, the others are new."""
    known = links & undone
    undone -= known
    done |= links - known


def _side(
    states: dict[int, TagState | None], metatags: set[Link], parents: set[Link]
) -> dict[str, Any]:
    tags = {str(pk): asdict(state) if state else None for pk, state in sorted(states.items())}
    return {"tags": tags, "metatags": sorted(metatags), "parents": sorted(parents)}


def _states(side: dict[str, Any]) -> dict[int, TagState | None]:
    tags: dict[str, dict[str, Any] | None] = side.get("tags", {})
    return {int(pk): TagState(**state) if state else None for pk, state in tags.items()}


def _links(side: dict[str, Any], name: str) -> set[Link]:
    return {(narrow, broad) for narrow, broad in side.get(name, [])}
