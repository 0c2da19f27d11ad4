"""What an index knows of works besides their words: columns, tags, sort orders."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from catalog.documents import Document
from search.backends.whoosh.arrays import Array, distinct, starts_of
from search.backends.whoosh.layout import FLAGS, NUMBERS, ROW_WIDTH, TIMES
from search.backends.whoosh.terms import pack_terms

COLUMNS = ("id", "version", *TIMES, *NUMBERS)
RELATIONS = ("tags", "filter_tags", "direct_tags", "creator_ids", "series_ids")
_TAG_RELATIONS = RELATIONS[:3]

Named = Iterator[tuple[str, Array]]


@dataclass
class Sidecar:
    """Rows of works in the order of their ordinals.

    ``relations`` hold pairs (id, ordinal) as two arrays; ``audience`` bits follow
    ``audiences``, ``flags`` bits FLAGS.
    """

    columns: dict[str, Array]
    flags: Array
    audience: Array
    audiences: list[str]
    sort_titles: list[bytes]
    sort_creators: list[bytes]
    relations: dict[str, tuple[Array, Array]]
    kinds: dict[int, str]

    def arrays(self) -> Named:
        """All arrays by name."""
        for name, column in self.columns.items():
            yield f"work.{name}", column
        yield "work.flags", self.flags
        yield "work.audience", self.audience
        yield from _sorted_texts("title", self.sort_titles)
        yield from _sorted_texts("creator", self.sort_creators)
        ids, kinds = self._tags()
        yield "tag.ids", ids
        yield "tag.kinds", kinds
        for name in ("tags", "filter_tags"):
            yield from _inverted(name, *self.relations[name], ids)
        for name in ("creator_ids", "series_ids"):
            owners = distinct(self.relations[name][0])
            yield f"{name}.ids", owners
            yield from _inverted(name, *self.relations[name], owners)
        yield from _rows(*self.relations["direct_tags"], ids, len(self.flags))

    def kind_names(self) -> list[str]:
        """The kinds by number; number 0 is an unknown kind."""
        return ["", *sorted(set(self.kinds.values()))]

    def _tags(self) -> tuple[Array, Array]:
        ids = distinct(np.concatenate([self.relations[name][0] for name in _TAG_RELATIONS]))
        number = {name: at for at, name in enumerate(self.kind_names())}
        kinds = [number[self.kinds.get(tag, "")] for tag in ids.tolist()]
        return ids, np.array(kinds, dtype=np.uint8)


@dataclass
class SidecarPool:
    """Takes works one by one."""

    documents: list[tuple] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)

    def add_work(self, document: Document) -> None:
        """Take the next work; its texts are not kept."""
        self.kinds.update(document.tag_kinds)
        self.documents.append(
            (
                [document.id, document.version, document.updated, document.published]
                + [document.numbers.get(name, 0) for name in NUMBERS],
                sum(bool(document.flags.get(name)) << bit for bit, name in enumerate(FLAGS)),
                document.audience,
                document.sort_title.encode("utf-8", "replace"),
                document.sort_creator.encode("utf-8", "replace"),
                [tuple(dict.fromkeys(getattr(document, name))) for name in RELATIONS],
            )
        )

    def finish(self) -> Sidecar:
        """Everything that was taken."""
        rows, flags, audiences, titles, creators, relations = (
            zip(*self.documents, strict=True) if self.documents else ((),) * 6
        )
        table = np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
        names = sorted(set().union(*audiences))
        bits = [
            sum((name in terms) << bit for bit, name in enumerate(names)) for terms in audiences
        ]
        return Sidecar(
            columns={name: table[:, at].copy() for at, name in enumerate(COLUMNS)},
            flags=np.array(flags, dtype=np.uint8),
            audience=np.array(bits, dtype=np.uint8),
            audiences=names,
            sort_titles=list(titles),
            sort_creators=list(creators),
            relations={
                name: _pairs(lists[at] for lists in relations) for at, name in enumerate(RELATIONS)
            },
            kinds=self.kinds,
        )


def _pairs(lists: Iterable[Sequence[int]]) -> tuple[Array, Array]:
    ids: list[int] = []
    docs: list[int] = []
    for doc, values in enumerate(lists):
        ids += values
        docs += [doc] * len(values)
    return np.array(ids, dtype=np.int64), np.array(docs, dtype=np.int64)


def _sorted_texts(name: str, texts: list[bytes]) -> Named:
    """Each different text once, and the rank of every work."""
    distinct = sorted(set(texts))
    number = {text: rank for rank, text in enumerate(distinct)}
    blob, ends = pack_terms(distinct)
    yield f"{name}.blob", blob
    yield f"{name}.ends", ends
    yield f"{name}.ranks", np.fromiter(map(number.__getitem__, texts), np.uint32, len(texts))


def _inverted(name: str, ids: Array, docs: Array, known: Array) -> Named:
    """For each of the known ids its works in rising order."""
    numbers = np.searchsorted(known, ids)
    order = np.lexsort((docs, numbers))
    yield f"{name}.start", starts_of(numbers[order], len(known))
    yield f"{name}.docs", docs[order].astype(np.uint16)


def _rows(ids: Array, docs: Array, known: Array, works: int) -> Named:
    """Direct tags as fixed rows of tag numbers, filled up with the number of tags."""
    numbers = np.searchsorted(known, ids)
    order = np.argsort(docs, kind="stable")
    numbers, docs = numbers[order], docs[order]
    place = np.arange(len(docs)) - np.searchsorted(docs, docs)
    rows = np.full((works, ROW_WIDTH), len(known), np.int32)
    fits = place < ROW_WIDTH
    rows[docs[fits], place[fits]] = numbers[fits]
    yield "direct.rows", rows
    yield "direct.over_docs", docs[~fits].astype(np.uint16)
    yield "direct.over_tags", numbers[~fits].astype(np.int32)
