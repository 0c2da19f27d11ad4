"""Builds a new generation beside the one that is searched."""

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

import numpy as np

from catalog.documents import Document
from search.backends.base import IndexUnavailable
from search.backends.memory import MEASURED_WORKS, refuse_overlap
from search.backends.scoring import FIELDS, Scale
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.generations import Generations
from search.backends.whoosh.layout import BUILD_TOKENS, MAX_DOCS
from search.backends.whoosh.merge import MergePolicy
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.toc import ArchiveIndex
from search.backends.whoosh.writer import ArchiveWriter, open_segments
from search.backends.words import WordReader


class WhooshBuild:
    """A generation in its own folder; a crash leaves a folder that the next build removes."""

    def __init__(
        self,
        generations: Generations,
        scale: Scale | None = None,
        words: WordReader | None = None,
    ) -> None:
        self._generations = generations
        generations.prepare()
        self._previous = _current(generations)
        if self._previous is not None:
            generations.clean(keep={self._previous})
        self._number = generations.next_number()
        self._index = ArchiveIndex.create_at(generations.path(self._number))
        self._words = words or WordReader()
        self._scale = scale
        if scale is not None:
            generations.mark(self._number, scale)
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

    def adopt(self, folders: Sequence[Path]) -> None:
        """Take over everything in these parts, which hold different works.

        Their files get a second name here, so the parts stay whole until they are thrown away.
        Raises IndexUnavailable for a part that is torn or was made by other code.
        """
        self._flush()
        writer = self._open_writer()
        try:
            for folder in folders:
                part = Generations(folder)
                number = part.current()
                if self._scale is None:
                    self._scale = part.scale(number)
                    self._generations.mark(self._number, self._scale)
                source = ArchiveIndex(part.path(number))
                for segment in source.current_segments():
                    os.link(part.path(number) / segment.file_name, self._path(segment.file_name))
                    writer.segments.append(segment)
            self._flush()
        except BaseException:
            writer.give_up()
            raise

    def versions(self) -> Iterator[tuple[int, int]]:
        """(work id, version) of everything in the build."""
        self._flush()
        segments = {segment.file_name: segment for segment in self._index.current_segments()}
        for name, segment in segments.items():
            opened = self._opened.get(name) or Opened(self._path(name), self._scale or Scale())
            alive = np.ones(opened.works, bool)
            alive[np.array(segment.dead.to_array(), np.int64)] = False
            pairs = zip(opened.ids[alive], opened["work.version"][alive], strict=True)
            yield from ((int(pk), int(version)) for pk, version in pairs)

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

    def _path(self, name: str) -> Path:
        return self._generations.path(self._number) / name

    def _open_writer(self) -> ArchiveWriter:
        if self._writer is None:
            self._writer = ArchiveWriter(self._index, self._scale or Scale(), self._words)
        return self._writer

    def _flush(self, *, is_final: bool = False) -> None:
        """Write what was collected as one segment; only the end merges all that fit together."""
        writer = self._writer
        if writer is None:
            return
        self._writer = None
        try:
            writer.set_scale(self._fixed_scale(writer.pool.lengths))
            opened = open_segments(writer, writer.scale, self._opened) if is_final else {}
            writer.commit(
                mergetype=MergePolicy(opened, is_final=True).apply if is_final else _unmerged
            )
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


def _unmerged(writer: ArchiveWriter, segments: list[ArchiveSegment]) -> list[ArchiveSegment]:
    """All segments as they are."""
    return segments


def _current(generations: Generations) -> int | None:
    try:
        return generations.current()
    except IndexUnavailable:
        # Whatever lies there may be all that is left of an index: it is not touched.
        return None
