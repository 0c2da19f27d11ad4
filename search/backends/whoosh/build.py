"""Builds a new generation beside the one that is searched."""

from collections.abc import Mapping, Set

from catalog.documents import Document
from search.backends.base import IndexUnavailable
from search.backends.memory import MEASURED_WORKS, refuse_overlap
from search.backends.scoring import FIELDS, Scale
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.generations import Generations
from search.backends.whoosh.layout import BUILD_TOKENS, MAX_DOCS
from search.backends.whoosh.merge import MergePolicy
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.toc import ArchiveIndex
from search.backends.whoosh.writer import ArchiveWriter, open_segments
from search.backends.words import WordReader


class WhooshBuild:
    """A generation in its own folder; a crash leaves a folder that the next build removes."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        generations.prepare()
        self._previous = _current(generations)
        if self._previous is not None:
            generations.clean(keep={self._previous})
        self._number = generations.next_number()
        self._index = ArchiveIndex.create_at(generations.path(self._number))
        self._words = WordReader()
        self._scale: Scale | None = None
        self._opened: dict[str, Opened] = {}
        self._writer: ArchiveWriter | None = None

    def add(self, documents: Mapping[int, Document]) -> None:
        """Take over documents that the build does not have yet."""
        for work_id in sorted(documents):
            writer = self._open_writer()
            writer.add_work(documents[work_id])
            if writer.pool.token_count >= BUILD_TOKENS or writer.docnum >= MAX_DOCS:
                self._flush()

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Take over changes that came while building."""
        refuse_overlap(upserts, deletes)
        self._flush()
        writer = self._open_writer()
        opened = open_segments(writer, self._fixed_scale(writer.pool.lengths), self._opened)
        writer.remove_works({*upserts, *deletes}, opened)
        self._opened = opened
        for work_id in sorted(upserts):
            writer.add_work(upserts[work_id])
        self._flush()

    def promote(self) -> None:
        """Make it durable, then make it the one that is searched, in one atomic step."""
        self._flush()
        self._open_writer()
        self._flush(is_final=True)
        self._generations.publish(self._number)
        kept = {self._number} if self._previous is None else {self._number, self._previous}
        self._generations.clean(keep=kept)

    def abandon(self) -> None:
        """Throw it away."""
        if self._writer is not None:
            self._writer.give_up()
            self._writer = None
        self._generations.remove(self._number)

    def _open_writer(self) -> ArchiveWriter:
        if self._writer is None:
            self._writer = ArchiveWriter(self._index, self._scale or Scale(), self._words)
        return self._writer

    def _flush(self, *, is_final: bool = False) -> None:
        """Write what was collected as one segment; at the end merge all that fit together."""
        writer = self._writer
        if writer is None:
            return
        self._writer = None
        try:
            writer.set_scale(self._fixed_scale(writer.pool.lengths))
            opened = open_segments(writer, writer.scale, self._opened)
            writer.publish(MergePolicy(opened, is_final=is_final))
        except BaseException:
            writer.give_up()
            raise
        self._words.forget_if_many()

    def _fixed_scale(self, lengths: Array | None) -> Scale:
        """The usual lengths: those of the first works; fixed, durably, for the generation."""
        if self._scale is None:
            if lengths is None or not len(lengths):
                self._scale = Scale()
            else:
                first = lengths[:MEASURED_WORKS]
                totals = dict(zip(FIELDS, first.sum(axis=0).tolist(), strict=True))
                counts = dict(zip(FIELDS, (first > 0).sum(axis=0).tolist(), strict=True))
                self._scale = Scale.from_totals(totals, counts)
            self._generations.mark(self._number, self._scale)
        return self._scale


def _current(generations: Generations) -> int | None:
    try:
        return generations.current()
    except IndexUnavailable:
        # Whatever lies there may be all that is left of an index: it is not touched.
        return None
