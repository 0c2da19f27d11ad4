"""The Whoosh codec over our arrays: writers for a segment, readers for Whoosh's own queries."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from catalog.documents import Document
from search.backends.scoring import Scale
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.matcher import ArrayMatcher
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.sidecar import SidecarPool
from search.backends.whoosh.storage import DurableStorage


class ArchiveCodec(base.Codec):  # type: ignore[misc]
    """Reads and writes segments of one file each."""

    length_stats = False

    def new_segment(self, storage: DurableStorage, indexname: str) -> ArchiveSegment:
        """A segment that is not written yet."""
        return ArchiveSegment(indexname)

    def per_document_writer(
        self, storage: DurableStorage, segment: ArchiveSegment
    ) -> "WorksWriter":
        """What takes the properties of works."""
        return WorksWriter()

    def field_writer(self, storage: DurableStorage, segment: ArchiveSegment) -> "WordsWriter":
        """What stands for the words, which the pool holds until the segment is written."""
        return WordsWriter()

    def terms_reader(self, storage: DurableStorage, segment: ArchiveSegment) -> "WordsReader":
        """The words of a segment."""
        return WordsReader(Opened(storage.path / segment.file_name, Scale()))

    def per_document_reader(
        self, storage: DurableStorage, segment: ArchiveSegment
    ) -> "WorksReader":
        """The works of a segment."""
        return WorksReader(Opened(storage.path / segment.file_name, Scale()), segment)


class WorksWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Takes works one by one."""

    def __init__(self) -> None:
        self.pool = SidecarPool()
        self.is_closed = False

    def add_work(self, document: Document) -> None:
        """Take the properties of the next work."""
        self.pool.add_work(document)

    def close(self) -> None:
        """Nothing is written before the whole segment is."""
        self.is_closed = True


class WordsWriter(base.FieldWriter):  # type: ignore[misc]
    """Stands for the words."""

    is_closed = False

    def close(self) -> None:
        """Nothing is written before the whole segment is."""
        self.is_closed = True


class WordsReader(base.TermsReader):  # type: ignore[misc]
    """The words of a segment by the names of the schema."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._postings(*term) is not None

    def indexed_field_names(self) -> list[str]:
        """The fields that have terms."""
        return ["id", "tag", "all", "meta", "text"]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms in the order of fields and bytes."""
        for name in sorted(self.indexed_field_names()):
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from this one on."""
        for term in self._names(fieldname):
            if term >= prefix:
                yield fieldname, term

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms with their figures."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """The terms of a field from this one on, with their figures."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """The figures of a term. Raises KeyError, which Whoosh expects."""
        postings = self._postings(fieldname, text)
        if postings is None:
            raise KeyError(f"{fieldname}:{text!r}")
        docs, weights, _ = postings
        return TermInfo(
            weight=float(weights.sum()),
            df=len(docs),
            minlength=1,
            maxlength=1,
            maxweight=float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ArrayMatcher:
        """The postings of a term. Raises TermNotFound."""
        postings = self._postings(fieldname, text)
        if postings is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return ArrayMatcher(*postings, format_, (fieldname, text), scorer)

    def close(self) -> None:
        """The map goes with the last view on it."""

    def _names(self, field: str) -> list[bytes]:
        opened = self._opened
        if field == "id":
            return sorted(str(pk).encode() for pk in opened.ids.tolist())
        if field == "tag":
            return sorted(str(pk).encode() for pk in opened.tag_ids.tolist())
        names = opened.terms.between(0, len(opened.terms))
        return [name for name in names if self._postings(field, name) is not None]

    def _postings(self, field: str, term: bytes) -> tuple[Array, Array, Array | None] | None:
        """Works, weights and places of a term; None when there is none."""
        find = _numbered if field in {"id", "tag"} else _worded
        found = find(self._opened, field, term)
        return found if found is not None and len(found[0]) else None


_Postings = tuple[Array, Array, Array | None]


def _numbered(opened: Opened, field: str, term: bytes) -> _Postings | None:
    if field == "id":
        docs = np.flatnonzero(opened.ids == int(term))
    else:
        docs = opened.docs_of("filter_tags", int(term))
    return docs, np.ones(len(docs)), None


def _worded(opened: Opened, field: str, term: bytes) -> _Postings | None:
    number = opened.terms.find(term)
    if number < 0:
        return None
    if field == "all":
        begin, end = opened.slice("lists", number)
        return opened["lists.docs"][begin:end], opened["lists.impacts"][begin:end], None
    begin, end = opened.slice(field, number)
    first, last = (int(at) for at in opened[f"{field}.place.start"][number : number + 2])
    places = opened[f"{field}.places"][first:last].astype(np.uint32)
    return opened[f"{field}.docs"][begin:end], opened[f"{field}.counts"][begin:end], places


class WorksReader(base.PerDocumentReader):  # type: ignore[misc]
    """The works of a segment."""

    def __init__(self, opened: Opened, segment: ArchiveSegment) -> None:
        self._opened = opened
        self._segment = segment

    def doc_count(self) -> int:
        """Works that are not removed."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """All works."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """Whether any work is removed."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether this work is removed."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The ordinals of removed works."""
        return self._segment.deleted_docs()

    def stored_fields(self, docnum: int) -> dict[str, int]:
        """The id of a work."""
        return {"id": int(self._opened.ids[docnum])}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Lengths are part of the impacts already."""
        return default

    def field_length(self, fieldname: str) -> int:
        """Lengths are part of the impacts already."""
        return 0

    def min_field_length(self, fieldname: str) -> int:
        """Lengths are part of the impacts already."""
        return 0

    def max_field_length(self, fieldname: str) -> int:
        """Lengths are part of the impacts already."""
        return 0
