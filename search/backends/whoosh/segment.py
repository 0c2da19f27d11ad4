"""One segment as Whoosh's table of contents remembers it."""

from collections.abc import Iterator
from typing import Any

from pyroaring import BitMap
from whoosh.codec.base import Segment

from search.backends.whoosh.layout import SEGMENT_EXT


class ArchiveSegment(Segment):  # type: ignore[misc]
    """A segment of at most 65,535 works; the removed ones are a bitmap."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self.works = 0
        self.dead = BitMap()

    def __getstate__(self) -> dict[str, Any]:
        plain = {name: vars(self)[name] for name in ("indexname", "segid", "works")}
        return {**plain, "dead": self.dead.serialize()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, dead=BitMap.deserialize(state["dead"]), compound=False)

    @property
    def file_name(self) -> str:
        """The one file of the segment."""
        return str(self.make_filename(SEGMENT_EXT))

    def codec(self) -> Any:
        """The codec that reads the segment."""
        from search.backends.whoosh.codec import ArchiveCodec

        return ArchiveCodec()

    def doc_count_all(self) -> int:
        """All works, removed ones included."""
        return self.works

    def set_doc_count(self, doccount: int) -> None:
        """How many works were written."""
        self.works = doccount

    def deleted_count(self) -> int:
        """Removed works."""
        return len(self.dead)

    def deleted_docs(self) -> Iterator[int]:
        """The ordinals of removed works."""
        return iter(self.dead)

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002  Whoosh calls it so
        """Mark a work as removed, or as there again."""
        if delete:
            self.dead.add(docnum)
        else:
            self.dead.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Whether the work is removed."""
        return docnum in self.dead
