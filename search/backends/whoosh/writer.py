"""Writes segments through Whoosh's writer: lock, table of contents, cleaning up are Whoosh's."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from whoosh.writing import SegmentWriter

from catalog.documents import Document
from search.backends.scoring import Scale
from search.backends.whoosh.arrays import ArrayFileWriter, Spool
from search.backends.whoosh.codec import ArchiveCodec
from search.backends.whoosh.layout import INDEX_NAME
from search.backends.whoosh.merge import Merged, MergePolicy
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.postings import posting_arrays
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.sidecar import Sidecar
from search.backends.whoosh.toc import ArchiveIndex
from search.backends.whoosh.tokens import TokenPool
from search.backends.words import WordReader

_LOCK_SECONDS = 5.0
_HALF_TOC = re.compile(rf"_{INDEX_NAME}_\d+\.toc\..+")


class _Pool(TokenPool):
    """The pool as Whoosh's writer knows it."""

    def cleanup(self) -> None:
        """Nothing lies outside of the memory."""


class ArchiveWriter(SegmentWriter):  # type: ignore[misc]
    """One commit: removals, and one new segment for what was added.

    Raises whoosh's LockError when another process writes for more than five seconds. After any
    failure the writer is cancelled and dropped; the index stays as it was.
    """

    def __init__(self, index: ArchiveIndex, scale: Scale, reader: WordReader) -> None:
        super().__init__(index, timeout=_LOCK_SECONDS, codec=ArchiveCodec(), compound=False)
        self._scale = scale
        self.pool = _Pool(reader)
        self._unpublished: list[str] = []
        self._sweep()

    @property
    def scale(self) -> Scale:
        """The usual lengths of this generation."""
        return self._scale

    def set_scale(self, scale: Scale) -> None:
        """Fix the usual lengths before the first segment is written."""
        self._scale = scale

    def add_work(self, document: Document) -> None:
        """Take a work that is in no segment, or was removed from it by this writer."""
        self.perdocwriter.add_work(document)
        self.pool.add_work(document)
        self._added = True
        self.docnum += 1

    def remove_works(self, ids: Iterable[int], opened: Mapping[str, Opened]) -> None:
        """Mark the works with these ids as removed wherever they are."""
        wanted = np.fromiter(ids, np.int64)
        for segment in self.segments:
            column = opened[segment.file_name].ids
            for doc in np.flatnonzero(np.isin(column, wanted)).tolist():
                segment.delete_document(doc)

    def give_up(self) -> None:
        """Drop everything; the index stays as it was, and the lock is free."""
        try:
            if not self.is_closed:
                self.cancel()
        finally:
            if self.writelock is not None and self.writelock.fd is not None:
                self.writelock.release()
            for name in self._unpublished:
                (self.storage.path / name).unlink(missing_ok=True)

    def publish(self, policy: MergePolicy) -> None:
        """Write the new segment, merge others, and make it all visible in one step."""
        self.commit(mergetype=policy.apply)

    def write_merged(self, merged: Merged) -> ArchiveSegment:
        """A new segment with the works of others."""
        segment: ArchiveSegment = self.codec.new_segment(self.storage, self.indexname)
        segment.set_doc_count(len(merged.lengths))
        with self._new_file(segment, merged.languages, merged.sidecar) as file:
            file.add("work.language", merged.language_of)
            file.add("work.lengths", merged.lengths)
            for name, content in merged.words.arrays(self.storage.path):
                if isinstance(content, Spool):
                    file.add_spool(name, content)
                else:
                    file.add(name, content)
        return segment

    def _commit_toc(self, segments: list[ArchiveSegment]) -> None:
        # From here on the files may belong to the index, whatever fails.
        self._unpublished = []
        super()._commit_toc(segments)

    def _sweep(self) -> None:
        """Remove tables of contents that a crash left half written; Whoosh lets them lie."""
        for path in self.storage.path.iterdir():
            if _HALF_TOC.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def _flush_segment(self) -> None:
        segment = self.newsegment
        segment.set_doc_count(self.docnum)
        table, sidecar = self.pool.table(), self.perdocwriter.pool.finish()
        with self._new_file(segment, table.languages, sidecar) as file:
            file.add("work.language", table.language_of)
            file.add("work.lengths", table.lengths.astype(np.uint32))
            for name, array in posting_arrays(table, self._scale):
                file.add(name, array)

    @contextmanager
    def _new_file(
        self, segment: ArchiveSegment, languages: list[str], sidecar: Sidecar
    ) -> Iterator[ArrayFileWriter]:
        """The file of a segment with all that is not words; synced when the block is done."""
        self._unpublished.append(segment.file_name)
        with (self.storage.path / segment.file_name).open("xb") as stream:
            file = ArrayFileWriter(stream)
            for name, array in sidecar.arrays():
                file.add(name, array)
            yield file
            file.finish(
                {
                    "works": segment.works,
                    "languages": languages,
                    "audiences": sidecar.audiences,
                    "kinds": sidecar.kind_names(),
                }
            )
            stream.flush()
            os.fsync(stream.fileno())


def open_segments(
    writer: ArchiveWriter, scale: Scale, known: Mapping[str, Opened]
) -> dict[str, Opened]:
    """The segments that a writer starts from, by file name; those that are known stay open."""
    folder = writer.storage.path
    return {
        segment.file_name: known.get(segment.file_name) or Opened(folder / segment.file_name, scale)
        for segment in writer.segments
    }
