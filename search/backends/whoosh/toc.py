"""Whoosh's table of contents, read without running what it may hold."""

import io
import pickle
from pathlib import Path
from typing import Any

from whoosh.filedb.structfile import StructFile
from whoosh.index import _CURRENT_TOC_VERSION, TOC, FileIndex, IndexVersionError

from search.backends.whoosh.fields import make_schema
from search.backends.whoosh.layout import INDEX_NAME
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.storage import DurableStorage, unsealed


class _SegmentUnpickler(pickle.Unpickler):
    """Reads lists of our segments and nothing else; a pickle can otherwise run anything."""

    def find_class(self, module: str, name: str) -> Any:
        """The one class that is allowed."""
        if (module, name) == (ArchiveSegment.__module__, ArchiveSegment.__name__):
            return ArchiveSegment
        raise pickle.UnpicklingError(f"The table of contents names {module}.{name}.")


def read_toc(storage: DurableStorage, number: int) -> TOC:
    """The table of contents with this number.

    The schema is the code's own. Raises OSError for a torn file, UnpicklingError for one that
    holds what it should not, IndexVersionError for one of another Whoosh.
    """
    name = TOC._filename(INDEX_NAME, number)  # noqa: SLF001  Whoosh has no public name for it
    data = unsealed((storage.path / name).read_bytes(), name)
    stream = StructFile(io.BytesIO(data))
    for _ in ("int", "long", "float"):
        stream.read_varint()
    stream.read_int()
    version = stream.read_int()
    if version != _CURRENT_TOC_VERSION:
        raise IndexVersionError(f"{name} has format {version}.", version)
    for _ in ("major", "minor", "build"):
        stream.read_varint()
    stream.skip_string()
    generation = stream.read_int()
    stream.read_int()
    segments = _SegmentUnpickler(io.BytesIO(stream.read())).load()
    if generation != number or not isinstance(segments, list):
        raise OSError(f"{name} does not hold what its name says.")
    return TOC(make_schema(), segments, number)


class ArchiveIndex(FileIndex):  # type: ignore[misc]
    """The index of one generation folder."""

    def __init__(self, folder: Path) -> None:
        # Whoosh's own constructor would unpickle whatever the file holds.
        self.storage = DurableStorage(folder)
        self._schema = make_schema()
        self.indexname = INDEX_NAME

    @classmethod
    def create_at(cls, folder: Path) -> "ArchiveIndex":
        """An empty index in a new folder that only its owner may enter."""
        folder.mkdir(mode=0o700, parents=True)
        TOC.create(DurableStorage(folder), make_schema(), INDEX_NAME)
        return cls(folder)

    def current_segments(self) -> list[ArchiveSegment]:
        """The segments of the last commit."""
        segments: list[ArchiveSegment] = self._read_toc().segments
        return segments

    def _read_toc(self) -> TOC:
        return read_toc(self.storage, self.latest_generation())
