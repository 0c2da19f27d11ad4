"""One state of the index: its segments without the works that were removed from them."""

from collections.abc import Iterable, Set
from functools import cached_property

import numpy as np

from search.analysis.stem import base_language
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.segment import ArchiveSegment


class View:
    """A segment in one state: works have ordinals from 0, removed ones are not shown."""

    def __init__(self, opened: Opened, segment: ArchiveSegment) -> None:
        self.opened = opened
        self.works = opened.works
        self.live_count = segment.doc_count()
        self.alive: Array | None = None
        if segment.deleted_count():
            self.alive = np.ones(self.works, bool)
            self.alive[np.array(segment.dead.to_array(), dtype=np.int64)] = False
        self._open_to: dict[frozenset[str], Array] = {}

    def __getitem__(self, name: str) -> Array:
        return self.opened[name]

    def living(self, docs: Array) -> Array:
        """Those of the ordinals that are not removed."""
        return docs if self.alive is None else docs[self.alive[docs]]

    def open_to(self, audience: Set[str]) -> Array:
        """Which works this audience may see in lists; not to be written to."""
        key = frozenset(audience)
        mask = self._open_to.get(key)
        if mask is None:
            names = enumerate(self.opened.audiences)
            bits = sum(1 << bit for bit, name in names if name in key)
            mask = (self["work.audience"] & bits) != 0
            if self.alive is not None:
                mask &= self.alive
            mask.setflags(write=False)
            self._open_to[key] = mask
        return mask

    @cached_property
    def languages(self) -> list[str]:
        """The languages of works that are not removed."""
        numbers = self["work.language"]
        used = np.unique(numbers if self.alive is None else numbers[self.alive])
        return [self.opened.languages[number] for number in used.tolist()]


class Snapshot:
    """All segments of one state, in the order of the table of contents."""

    def __init__(self, generation: int, number: int, views: list[View]) -> None:
        self.generation = generation
        self.number = number
        self.views = views
        self.works = sum(view.live_count for view in views)

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The languages that there are works in, as analysis knows them."""
        return tuple(
            sorted({base_language(code) for view in self.views for code in view.languages})
        )

    @cached_property
    def tag_kinds(self) -> dict[int, str]:
        """The kind of each tag whose kind is known; newer segments know better."""
        kinds: dict[int, str] = {}
        for view in self.views:
            kinds.update(view.opened.tag_kinds)
        return kinds

    def find(self, work_id: int) -> tuple[View, int] | None:
        """Where a work stands."""
        for view in self.views:
            for doc in view.living(view.opened.ordinals_of([work_id])).tolist():
                return view, doc
        return None

    def without(self, ids: Iterable[int]) -> list[Array | None]:
        """For each segment the ordinals of these works, None for none."""
        wanted = sorted(set(ids))
        if not wanted:
            return [None] * len(self.views)
        return [view.opened.ordinals_of(wanted) for view in self.views]
