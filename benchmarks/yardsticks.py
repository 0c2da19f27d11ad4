"""Other engines with the same methods as the archive's own."""

import importlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.catalogue import KINDS, Row, full_text, kind_of

PAGE = 20
_HAS_TAG = "exists(select 1 from work_tag where tag = ? and work = w.id)"


class Tantivy:
    """Tantivy by its Python binding, where that is installed."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._lib = importlib.import_module("tantivy")
        self._folder = folder / self.name
        builder = self._lib.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("updated", fast=True, indexed=True)
        builder.add_text_field("text", tokenizer_name="default", index_option="position")
        for kind in KINDS:
            builder.add_text_field(kind, fast=True, tokenizer_name="raw", index_option="basic")
        self._schema = builder.build()

    def build(self, works: Iterator[Row]) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        writer = self._lib.Index(self._schema, path=str(self._folder)).writer(512_000_000, 1)
        for row in works:
            writer.add_document(self._document(row))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self._index = self._lib.Index(self._schema, path=str(self._folder))
        self._index.reload()
        self._searcher = self._index.searcher()
        self._writer: Any = None

    def common(self, word: str) -> int:
        return self._run(self._term(word))

    rare = common

    def page100(self, word: str) -> int:
        return self._run(self._term(word), offset=99 * PAGE)

    def and_(self, pair: tuple[str, str]) -> int:
        return self._run(self._all([self._term(word) for word in pair]))

    def phrase(self, words: list[str]) -> int:
        return self._run(self._lib.Query.phrase_query(self._schema, "text", words))

    def prefix(self, start: str) -> int:
        return self._run(self._lib.Query.regex_query(self._schema, "text", start + ".*"))

    def fuzzy(self, word: str) -> int:
        return self._run(
            self._lib.Query.fuzzy_term_query(
                self._schema, "text", word, distance=1, transposition_cost_one=True, prefix=False
            )
        )

    def tag(self, name: str) -> int:
        return self._by_date(self._all([self._tag(name)]))

    def tag_not(self, pair: tuple[str, str]) -> int:
        return self._by_date(self._all([self._tag(pair[0])], [self._tag(pair[1])]))

    def text_tags(self, asked: tuple[str, tuple[str, ...]]) -> int:
        return self._by_date(self._all([self._term(asked[0]), *map(self._tag, asked[1])]))

    def facets(self, word: str) -> int:
        query = self._term(word)
        self._searcher.aggregate(
            query, {kind: {"terms": {"field": kind, "size": 10}} for kind in KINDS}
        )
        return self._run(query)

    def replace(self, new: list[Row], old: list[Row]) -> None:
        """Write changed works in one commit, and see it."""
        if self._writer is None:
            self._writer = self._index.writer(64_000_000, 1)
        for row in new:
            self._writer.delete_documents("id", str(row["id"]))
            self._writer.add_document(self._document(row))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        self._writer = None

    def _document(self, row: Row) -> Any:
        values = {kind: row[kind] for kind in KINDS}
        values.update(id=str(row["id"]), updated=row["updated"], text=full_text(row))
        return self._lib.Document.from_dict(values, self._schema)

    def _term(self, word: str) -> Any:
        return self._lib.Query.term_query(self._schema, "text", word, "freq")

    def _tag(self, name: str) -> Any:
        return self._lib.Query.term_query(self._schema, kind_of(name), name, "basic")

    def _all(self, wanted: list[Any], unwanted: list[Any] | None = None) -> Any:
        occur = self._lib.Occur
        parts = [(occur.Must, query) for query in wanted]
        parts += [(occur.MustNot, query) for query in unwanted or []]
        return self._lib.Query.boolean_query(parts)

    def _by_date(self, query: Any) -> int:
        return self._run(query, order_by_field="updated", order=self._lib.Order.Desc)

    def _run(self, query: Any, offset: int = 0, **order: Any) -> int:
        found = self._searcher.search(query, limit=PAGE, offset=offset, count=True, **order)
        for _, address in found.hits:
            self._searcher.doc(address).get_first("id")
        return int(found.count)


class Fts5:
    """SQLite's full-text index with tables for works and tags."""

    name = "fts5"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "fts5.sqlite3"

    def build(self, works: Iterator[Row]) -> None:
        self._path.unlink(missing_ok=True)
        self.open()
        self._db.executescript(
            "create table work(id integer primary key, updated int);"
            "create table tag(id integer primary key, kind text, name text);"
            "create table work_tag(tag int, work int, primary key(tag, work)) without rowid;"
            "create virtual table fts using fts5(text, content='', prefix='3');"
        )
        self._db.execute("begin")
        ids: dict[tuple[str, str], int] = {}
        for row in works:
            self._db.execute("insert into work values(?, ?)", (row["id"], row["updated"]))
            for kind in KINDS:
                for name in row[kind]:
                    tag = ids.setdefault((kind, name), len(ids) + 1)
                    self._db.execute("insert into work_tag values(?, ?)", (tag, row["id"]))
            self._db.execute(
                "insert into fts(rowid, text) values(?, ?)", (row["id"], full_text(row))
            )
        self._db.executemany(
            "insert into tag values(?, ?, ?)",
            ((at, kind, name) for (kind, name), at in ids.items()),
        )
        self._db.execute("commit")
        self._db.executescript(
            "create unique index by_work on work_tag(work, tag);"
            "create index by_date on work(updated); create index by_name on tag(name, kind);"
            "insert into fts(fts) values('optimize'); analyze;"
        )
        self.close()

    def open(self) -> None:
        self._db = sqlite3.connect(self._path, isolation_level=None)
        self._db.executescript(
            "pragma journal_mode=wal; pragma synchronous=normal; pragma cache_size=-400000;"
        )

    def close(self) -> None:
        self._db.close()

    def common(self, word: str, offset: int = 0) -> int:
        count = self._one("select count(*) from fts where fts match ?", word)
        self._all(
            "select rowid from fts where fts match ? order by rank limit 20 offset ?", word, offset
        )
        return count

    rare = common

    def page100(self, word: str) -> int:
        return self.common(word, 99 * PAGE)

    def and_(self, pair: tuple[str, str]) -> int:
        return self.common(" AND ".join(pair))

    def phrase(self, words: list[str]) -> int:
        return self.common('"' + " ".join(words) + '"')

    def prefix(self, start: str) -> int:
        return self.common(start + "*")

    def tag(self, name: str) -> int:
        return self._tagged("", self._id(name))

    def tag_not(self, pair: tuple[str, str]) -> int:
        return self._tagged(f" and not {_HAS_TAG}", self._id(pair[0]), self._id(pair[1]))

    def text_tags(self, asked: tuple[str, tuple[str, ...]]) -> int:
        word, tags = asked
        base = "from fts join work w on w.id = fts.rowid where fts match ?"
        base += f" and {_HAS_TAG}" * len(tags)
        return self._counted(base, word, *map(self._id, tags))

    def facets(self, word: str) -> int:
        self._all(
            "select wt.tag, count(*) c from fts join work_tag wt on wt.work = fts.rowid"
            " where fts match ? group by 1 order by c desc",
            word,
        )
        return self.common(word)

    def replace(self, new: list[Row], old: list[Row]) -> None:
        """Write changed works in one transaction; what is forgotten must be given as it was."""
        self._db.execute("begin")
        for before, row in zip(old, new, strict=True):
            self._db.execute(
                "insert into fts(fts, rowid, text) values('delete', ?, ?)",
                (row["id"], full_text(before)),
            )
            self._db.execute(
                "insert into fts(rowid, text) values(?, ?)", (row["id"], full_text(row))
            )
        self._db.execute("commit")

    def _tagged(self, rest: str, *values: int) -> int:
        base = "from work_tag wt join work w on w.id = wt.work where wt.tag = ?"
        return self._counted(base + rest, *values)

    def _counted(self, base: str, *values: Any) -> int:
        count = self._one(f"select count(*) {base}", *values)
        self._all(f"select w.id {base} order by w.updated desc limit 20", *values)
        return count

    def _id(self, name: str) -> int:
        return self._one("select id from tag where name = ? and kind = ?", name, kind_of(name))

    def _one(self, statement: str, *values: Any) -> int:
        return int(self._db.execute(statement, values).fetchone()[0])

    def _all(self, statement: str, *values: Any) -> list[Any]:
        return self._db.execute(statement, values).fetchall()


class StockWhoosh:
    """Whoosh as it comes, with one field for all words."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / self.name
        self._whoosh = importlib.import_module("whoosh.index")
        self._fields = importlib.import_module("whoosh.fields")
        self._query = importlib.import_module("whoosh.query")
        self._sorting = importlib.import_module("whoosh.sorting")
        analysis = importlib.import_module("whoosh.analysis")
        self._analyser = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()

    def build(self, works: Iterator[Row]) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        fields = self._fields
        schema = fields.Schema(
            id=fields.ID(stored=True, unique=True),
            updated=fields.NUMERIC(int, sortable=True),
            text=fields.TEXT(analyzer=self._analyser, phrase=True),
            **{kind: fields.KEYWORD(commas=True, scorable=False) for kind in KINDS},
        )
        writer = self._whoosh.create_in(str(self._folder), schema).writer(limitmb=512)
        for row in works:
            writer.add_document(**_values(row))
        writer.commit()

    def open(self) -> None:
        self._index = self._whoosh.open_dir(str(self._folder))
        self._searcher = self._index.searcher()

    def replace(self, new: list[Row], old: list[Row]) -> None:
        """Write changed works in one commit, and see it."""
        writer = self._index.writer()
        for row in new:
            writer.update_document(**_values(row))
        writer.commit()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        self._searcher.close()

    def common(self, word: str) -> int:
        return self._run(self._term(word))

    rare = common

    def page100(self, word: str) -> int:
        return len(self._searcher.search(self._term(word), limit=100 * PAGE))

    def and_(self, pair: tuple[str, str]) -> int:
        return self._run(self._query.And([self._term(word) for word in pair]))

    def phrase(self, words: list[str]) -> int:
        return self._run(self._query.Phrase("text", words))

    def prefix(self, start: str) -> int:
        return self._run(self._query.Prefix("text", start))

    def fuzzy(self, word: str) -> int:
        return self._run(self._query.FuzzyTerm("text", word, maxdist=1))

    def tag(self, name: str) -> int:
        return self._by_date(self._tag(name))

    def tag_not(self, pair: tuple[str, str]) -> int:
        unwanted = self._query.Not(self._tag(pair[1]))
        return self._by_date(self._query.And([self._tag(pair[0]), unwanted]))

    def text_tags(self, asked: tuple[str, tuple[str, ...]]) -> int:
        return self._by_date(self._query.And([self._term(asked[0]), *map(self._tag, asked[1])]))

    def facets(self, word: str) -> int:
        facets = self._sorting.Facets()
        for kind in KINDS:
            facets.add_facet(
                kind,
                self._sorting.FieldFacet(kind, allow_overlap=True, maptype=self._sorting.Count),
            )
        return len(self._searcher.search(self._term(word), limit=PAGE, groupedby=facets))

    def _term(self, word: str) -> Any:
        return self._query.Term("text", word)

    def _tag(self, name: str) -> Any:
        return self._query.Term(kind_of(name), name)

    def _run(self, query: Any) -> int:
        return len(self._searcher.search(query, limit=PAGE))

    def _by_date(self, query: Any) -> int:
        return len(self._searcher.search(query, limit=PAGE, sortedby="updated", reverse=True))


def _values(row: Row) -> dict[str, Any]:
    tags = {kind: ",".join(row[kind]) for kind in KINDS}
    return {"id": str(row["id"]), "updated": row["updated"], "text": full_text(row), **tags}
