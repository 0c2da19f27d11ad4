"""The engine of the archive with one method for each class of queries."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.catalogue import KINDS, Row, kind_of
from catalog.documents import Document
from catalog.querytext.nodes import And, Fuzzy, Node, Or, ParsedQuery, Phrase, Prefix, Word
from catalog.workquery import TagRef, WorkQuery
from search.backends.whoosh import WhooshBackend

PUBLIC = frozenset({"public"})
PAGE = 20
_BATCH = 500


class Archive:
    """The Whoosh engine of the archive."""

    name = "archive"

    def __init__(self, folder: Path, language: str = "") -> None:
        self._folder = folder / self.name
        self._tag_file = folder / "tags-archive.json"
        self._language = language
        self._tags: dict[tuple[str, str], int] = {}

    def build(self, works: Iterator[Row]) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        build = WhooshBackend(self._folder).begin_generation()
        batch: dict[int, Document] = {}
        for row in works:
            batch[row["id"]] = self._document(row)
            if len(batch) == _BATCH:
                build.add(batch)
                batch = {}
        build.add(batch)
        build.promote()
        rows = [(kind, name, number) for (kind, name), number in self._tags.items()]
        self._tag_file.write_text(json.dumps(rows), encoding="utf-8")

    def open(self) -> None:
        if not self._tags and self._tag_file.exists():
            rows = json.loads(self._tag_file.read_text(encoding="utf-8"))
            self._tags = {(kind, name): number for kind, name, number in rows}
        self._backend = WhooshBackend(self._folder)
        self._backend.health()

    def learn(self, works: Iterator[Row]) -> None:
        """Number the tags as a build did that left no file of them."""
        for row in works:
            self._ids(row)

    def common(self, word: str) -> int:
        return self._search(Word(word))

    rare = common

    def page100(self, word: str) -> int:
        return self._search(Word(word), page=100)

    def and_(self, pair: tuple[str, str]) -> int:
        return self._search(And((Word(pair[0]), Word(pair[1]))))

    def phrase(self, words: list[str]) -> int:
        return self._search(Phrase(" ".join(words)))

    def prefix(self, start: str) -> int:
        return self._search(Prefix(start))

    def fuzzy(self, word: str) -> int:
        return self._search(Fuzzy(word))

    def tag(self, name: str) -> int:
        return self._search(None, tags=(self._ref(name),))

    def tag_not(self, pair: tuple[str, str]) -> int:
        return self._search(None, tags=(self._ref(pair[0]),), tags_not=(self._ref(pair[1]),))

    def text_tags(self, asked: tuple[str, tuple[str, ...]]) -> int:
        refs = tuple(map(self._ref, asked[1]))
        return self._search(Word(asked[0]), tags=refs, ordering="-updated")

    def facets(self, word: str) -> int:
        return self._search(Word(word), facets=KINDS)

    def replace(self, new: list[Row], old: list[Row]) -> None:
        """Write changed works in one commit."""
        self._backend.apply({row["id"]: self._document(row) for row in new}, set())

    def close(self) -> None:
        """Nothing stays open."""

    def _search(self, root: Node | None, **values: Any) -> int:
        query = WorkQuery(page_size=PAGE, **values)
        return self._backend.search(query, ParsedQuery(root), PUBLIC).total

    def _ref(self, name: str) -> TagRef:
        return TagRef(self._tags[kind_of(name), name])

    def _ids(self, row: Row) -> tuple[int, ...]:
        return tuple(
            self._tags.setdefault((kind, name), len(self._tags) + 1)
            for kind in KINDS
            for name in row[kind]
        )

    def _document(self, row: Row) -> Document:
        ids = self._ids(row)
        kinds = [kind for kind in KINDS for _ in row[kind]]
        return Document(
            id=row["id"],
            version=1,
            language=self._language,
            title=row["title"],
            summary=row["summary"],
            notes="",
            chapters=(("", row["text"]),),
            creators=(row["creator"],),
            creator_ids=(int(row["creator"][7:]),),
            series=(),
            series_ids=(),
            tag_names={kind: tuple(row[kind]) for kind in KINDS},
            tags=ids,
            filter_tags=ids,
            direct_tags=ids,
            numbers={"kudos": row["kudos"]},
            flags={"complete": row["id"] % 3 > 0},
            published=row["updated"],
            updated=row["updated"],
            sort_title=row["title"],
            sort_creator=row["creator"],
            audience=PUBLIC,
            tag_kinds=dict(zip(ids, kinds, strict=True)),
        )


def plain_index(folder: Path, texts: list[str], language: str) -> Callable[[list[str]], list[int]]:
    """An index of texts alone, numbered from 1; what it gives asks for any of some words."""
    backend = WhooshBackend(folder / "index")
    build = backend.begin_generation()
    build.add({number: _plain(number, text, language) for number, text in enumerate(texts, 1)})
    build.promote()

    def ask(words: list[str]) -> list[int]:
        parsed = ParsedQuery(Or(tuple(map(Word, words))))
        return backend.search(WorkQuery(page_size=10), parsed, PUBLIC).ids

    return ask


def _plain(number: int, text: str, language: str) -> Document:
    return Document(
        id=number,
        version=1,
        language=language,
        title="",
        summary="",
        notes="",
        chapters=(("", text),),
        creators=("",),
        creator_ids=(),
        series=(),
        series_ids=(),
        tag_names={},
        tags=(),
        filter_tags=(),
        direct_tags=(),
        numbers={},
        flags={},
        published=0,
        updated=0,
        sort_title="",
        sort_creator="",
        audience=PUBLIC,
    )
