"""One state of the index: its segments without the works that were removed from them."""

from collections.abc import Collection, Set
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from search.analysis.stem import base_language
from search.backends.whoosh.arrays import Array, distinct
from search.backends.whoosh.kept import Kept
from search.backends.whoosh.opened import Opened, place_of
from search.backends.whoosh.segment import ArchiveSegment

if TYPE_CHECKING:
    from search.backends.whoosh.faceting import KeptFacets

_SIMILAR_BYTES = 256 << 10
_FACET_BYTES = 1 << 20
_LONG_SEARCH = 16
"""From so many ordinals for each removed one on it is quicker to look for the removed."""


class View:
    """A segment in one state: works have ordinals from 0, removed ones are not shown."""

    def __init__(self, opened: Opened, segment: ArchiveSegment) -> None:
        self.opened = opened
        self.works = opened.works
        self.live_count = segment.doc_count()
        self.alive: Array | None = None
        self._dead = np.array(segment.dead.to_array(), dtype=np.uint16)
        if len(self._dead):
            self.alive = np.ones(self.works, bool)
            self.alive[self._dead] = False
        self._open_to: dict[frozenset[str], Array | None] = {}

    def __getitem__(self, name: str) -> Array:
        return self.opened[name]

    def living(self, docs: Array) -> Array:
        """Those of the ordinals that are not removed."""
        return docs if self.alive is None else docs[self.alive[docs]]

    def count_living(self, docs: Array) -> int:
        """How many of the ordinals, which rise, are not removed."""
        if self.alive is None:
            return len(docs)
        if len(self._dead) * _LONG_SEARCH > len(docs):
            return int(np.count_nonzero(self.alive.take(docs)))
        at = docs.searchsorted(self._dead)
        at[at == len(docs)] = 0
        return len(docs) - int(np.count_nonzero(docs.take(at) == self._dead))

    def open_to(self, audience: Set[str]) -> Array | None:
        """Which works this audience may see in lists, not to be written to; None for all."""
        key = frozenset(audience)
        if key not in self._open_to:
            names = enumerate(self.opened.audiences)
            bits = sum(1 << bit for bit, name in names if name in key)
            mask = (self["work.audience"] & bits) != 0
            if self.alive is not None:
                mask &= self.alive
            mask.setflags(write=False)
            self._open_to[key] = None if mask.all() else mask
        return self._open_to[key]

    @cached_property
    def direct_counts(self) -> Array:
        """How many living works have each tag of the segment directly, and behind them a 0."""
        tags = len(self.opened.tag_ids)
        rows, over = self["direct.rows"], self["direct.over_tags"]
        if self.alive is not None:
            rows = rows.compress(self.alive, axis=0)
            over = over.compress(self.alive.take(self["direct.over_docs"]))
        counts = np.bincount(rows.ravel(), minlength=tags + 1)
        counts += np.bincount(over, minlength=tags + 1)
        counts[tags] = 0
        return counts

    @cached_property
    def languages(self) -> list[str]:
        """The languages of works that are not removed."""
        numbers = self["work.language"]
        used = np.unique(numbers if self.alive is None else numbers[self.alive])
        return [self.opened.languages[number] for number in used.tolist()]


class TagTable:
    """All tags of all segments in one numbering; ``numbers`` translate those of each segment."""

    def __init__(self, views: list[View]) -> None:
        parts = [view.opened.tag_ids for view in views]
        self.ids = distinct(np.concatenate(parts)) if parts else np.empty(0, np.int64)
        self.numbers = [np.searchsorted(self.ids, part) for part in parts]
        self.kinds = np.zeros(len(self.ids), np.uint8)
        self.kind_names = [""]
        for view, numbers in zip(views, self.numbers, strict=True):
            moved = np.array([self._kind(name) for name in view.opened.kinds], np.uint8)
            kinds = moved[view["tag.kinds"]]
            self.kinds[numbers[kinds > 0]] = kinds[kinds > 0]
        self._places: dict[tuple[int, str], Array] = {}

    def kind_number(self, kind: str) -> int:
        """The number of a kind in ``kinds``; one that stands nowhere when there are no such tags."""
        return self.kind_names.index(kind) if kind in self.kind_names else 255

    def places_of(self, segment: int, kind: str) -> Array:
        """Where the tags of this kind stand among those of a segment."""
        found = self._places.get((segment, kind))
        if found is None:
            kinds = self.kinds.take(self.numbers[segment])
            found = self._places[segment, kind] = np.flatnonzero(kinds == self.kind_number(kind))
        return found

    def number_of(self, tag: int) -> int:
        """The number of a tag, or -1."""
        return place_of(self.ids, tag)

    def _kind(self, name: str) -> int:
        if name not in self.kind_names:
            self.kind_names.append(name)
        return self.kind_names.index(name)


class Snapshot:
    """All segments of one state, in the order of the table of contents."""

    def __init__(self, generation: int, number: int, views: list[View]) -> None:
        self.generation = generation
        self.number = number
        self.views = views
        self.works = sum(view.live_count for view in views)
        # A work and the works like it: asked at the end of each story, the same until a commit.
        self.similar: Kept[Array] = Kept(_SIMILAR_BYTES)
        self.facets: Kept[KeptFacets] = Kept(_FACET_BYTES)

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The languages that there are works in, as analysis knows them."""
        return tuple(
            sorted({base_language(code) for view in self.views for code in view.languages})
        )

    @cached_property
    def tags(self) -> TagTable:
        """All tags."""
        return TagTable(self.views)

    def kind_of(self, tag: int) -> str:
        """The kind of a tag that works are found under; empty when there are none."""
        for view in reversed(self.views):
            kind = view.opened.kind_of(tag)
            if kind and len(view.living(view.opened.docs_of("filter_tags", tag))):
                return kind
        return ""

    def find(self, work_id: int) -> tuple[View, int] | None:
        """Where a work stands."""
        for view in self.views:
            for doc in view.living(view.opened.ordinals_of([work_id])).tolist():
                return view, doc
        return None

    def without(self, ids: Collection[int]) -> list[Array | None]:
        """For each segment the ordinals of these works, None for none."""
        wanted = sorted(set(ids)) if ids else []
        if not wanted:
            return [None] * len(self.views)
        return [view.opened.ordinals_of(wanted) for view in self.views]
