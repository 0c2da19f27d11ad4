"""Reads everything in the current generation and says what is wrong with it."""

from collections.abc import Iterator

import numpy as np

from search.backends.base import IndexUnavailable
from search.backends.scoring import Scale
from search.backends.whoosh.generations import Generations
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.reading import READ_ERRORS
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.toc import ArchiveIndex


def file_faults(generations: Generations) -> Iterator[str]:
    """A sentence for each fault of the files."""
    try:
        number = generations.current()
        scale = generations.scale(number)
        index = ArchiveIndex(generations.path(number))
        segments = index.current_segments()
    except IndexUnavailable as error:
        yield error.detail
        return
    except READ_ERRORS as error:
        yield f"The table of contents cannot be read: {error}"
        return
    seen: set[int] = set()
    for segment in segments:
        yield from _segment_faults(index, segment, scale, seen)


def _segment_faults(
    index: ArchiveIndex, segment: ArchiveSegment, scale: Scale, seen: set[int]
) -> Iterator[str]:
    try:
        opened = Opened(index.storage.path / segment.file_name, scale)
        yield from opened.file.faults()
        ids = opened.ids
    except READ_ERRORS as error:
        yield f"The segment {segment.file_name} cannot be read: {error}"
        return
    if opened.works != segment.doc_count_all():
        yield f"{segment.file_name} holds {opened.works} works, not {segment.doc_count_all()}."
        return
    dead = np.array(segment.dead.to_array(), dtype=np.int64)
    for work_id in np.delete(ids, dead).tolist():
        if work_id in seen:
            yield f"Work {work_id} is in the index twice."
        seen.add(work_id)
