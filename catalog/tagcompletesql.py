"""The statements of completion, written by hand for both databases.

A planner that is left to itself reads whole tables for some of them: the steps are nailed down by
CROSS JOIN on SQLite, by LATERAL and OFFSET 0 on PostgreSQL. Building them from querysets would cost
more than answering them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from catalog.rawsql import run

_DEPTH = 3_000
_SYNONYMS_LOOKED_AT = 1_500
_CHILDREN_LOOKED_AT = 6_000
_LAST = "\U0010ffff"

_RANKED = """
SELECT CASE WHEN tag.folded = %(typed)s THEN 0 ELSE 1 END AS name_rank,
    CASE WHEN {whole} THEN 0 ELSE 1 END AS word_rank,
    -COALESCE(target.works_count, tag.works_count) AS used_rank,
    CASE WHEN tag.synonym_of_id IS NULL THEN 0 ELSE 1 END AS state_rank,
    LENGTH(tag.folded) AS size_rank, tag.id, COALESCE(tag.synonym_of_id, tag.id)
FROM ({found}) AS found {tag} {target}
WHERE (tag.is_canonical OR tag.synonym_of_id IS NOT NULL) {narrowed}
ORDER BY name_rank, word_rank, used_rank, state_rank, size_rank, tag.id
LIMIT %(rows)s
"""
# What is read of very many tags stands in an index; what is told of few comes afterwards.
_POPULAR = """
SELECT 1, 1, -popular.works_count, 0, LENGTH(tag.folded), tag.id, tag.id
FROM (
    SELECT id, works_count FROM catalog_tag WHERE is_canonical {of_kind}
    ORDER BY works_count DESC, id LIMIT %(depth)s
) AS popular {popular}
WHERE {having} {narrowed} LIMIT %(rows)s
"""
_SYNONYMS = """
SELECT 1, 1, -near.used, 1, LENGTH(tag.folded), tag.id, tag.synonym_of_id FROM (
    SELECT synonym.id, popular.works_count AS used
    FROM (
        SELECT id, works_count FROM catalog_tag
        WHERE is_canonical {of_kind} AND works_count >= %(used)s
        ORDER BY works_count DESC, id LIMIT %(depth)s
    ) AS popular {synonym}
    LIMIT %(looked_at)s
) AS near {near}
WHERE {having} LIMIT %(rows)s
"""
_CHILDREN = """
SELECT child.tag_id, 0 AS whole FROM (
    SELECT link.from_tag_id AS tag_id FROM catalog_tagparent AS link
    WHERE link.to_tag_id IN [[fandoms]]
    UNION ALL
    SELECT synonym.id FROM catalog_tagparent AS link
    JOIN catalog_tag AS synonym ON synonym.synonym_of_id = link.from_tag_id
    WHERE link.to_tag_id IN [[fandoms]]
    LIMIT %(looked_at)s
) AS child
WHERE {having}
"""
_BELONGS = """
AND (EXISTS (
    SELECT 1 FROM catalog_tagparent AS link
    WHERE link.from_tag_id = tag.id AND link.to_tag_id IN [[fandoms]]
) OR EXISTS (
    SELECT 1 FROM catalog_tagparent AS link
    WHERE link.from_tag_id = tag.synonym_of_id AND link.to_tag_id IN [[fandoms]]
))
"""
_BESIDE = """EXISTS (
    SELECT 1 FROM catalog_tagword AS beside WHERE beside.tag_id = {tag_id} AND {fits}{fence}
)"""
_COUNTED = """(SELECT COUNT(*) FROM (
    SELECT 1 FROM catalog_tagword AS word WHERE {of_kinds} AND {fits} LIMIT %(most)s
) AS counted)"""
_NAMED = """
SELECT named.id AS tag_id, 1 AS whole FROM catalog_tag AS named
WHERE {of_kinds} AND named.folded = %(typed)s
"""
_SOME_WORDS = """(
    SELECT word.tag_id, word.word FROM catalog_tagword AS word WHERE {fits} LIMIT %(some)s
)"""
_HAVING_WORDS = """
SELECT word.tag_id, MAX(CASE WHEN {is_whole} THEN 1 ELSE 0 END) AS whole
FROM {words} AS word WHERE {fits} AND {having} GROUP BY word.tag_id
"""
_JOINS = {
    "sqlite": {
        "tag": "CROSS JOIN catalog_tag AS tag ON tag.id = found.tag_id",
        "target": "LEFT JOIN catalog_tag AS target ON target.id = tag.synonym_of_id",
        "popular": "CROSS JOIN catalog_tag AS tag ON tag.id = popular.id",
        "near": "CROSS JOIN catalog_tag AS tag ON tag.id = near.id",
        "synonym": "CROSS JOIN catalog_tag AS synonym ON synonym.synonym_of_id = popular.id",
    },
    "postgresql": {
        "tag": "CROSS JOIN LATERAL (SELECT id, kind, folded, is_canonical, synonym_of_id, "
        "works_count FROM catalog_tag WHERE id = found.tag_id OFFSET 0) AS tag",
        "target": "LEFT JOIN LATERAL (SELECT works_count FROM catalog_tag "
        "WHERE id = tag.synonym_of_id OFFSET 0) AS target ON TRUE",
        "popular": "CROSS JOIN LATERAL (SELECT id, folded, synonym_of_id FROM catalog_tag "
        "WHERE id = popular.id OFFSET 0) AS tag",
        "near": "CROSS JOIN LATERAL (SELECT id, folded, synonym_of_id FROM catalog_tag "
        "WHERE id = near.id OFFSET 0) AS tag",
        "synonym": "CROSS JOIN LATERAL (SELECT id FROM catalog_tag "
        "WHERE synonym_of_id = popular.id OFFSET 0) AS synonym",
    },
}


@dataclass(frozen=True)
class Alternatives:
    """What one typed word may be: one of the ``words``, or with ``begins`` what the only one begins.

    Several beginnings at once are not to be had: SQLite would read all words of a kind for them.
    """

    words: tuple[str, ...]
    begins: bool


@dataclass(frozen=True)
class Scope:
    """Where to look: kinds, and fandoms of which a tag has to belong to one."""

    kinds: tuple[str, ...]
    fandoms: tuple[int, ...] = ()


class Row(NamedTuple):
    """A tag that is offered; rows sort by rank."""

    name_rank: int
    word_rank: int
    used_rank: int
    state_rank: int
    size_rank: int
    id: int
    target: int


class _Statement:
    """Writes conditions and remembers their values."""

    def __init__(self, scope: Scope, **values: Any) -> None:
        self.scope = scope
        self.values: dict[str, Any] = values
        self.is_postgresql = connection.vendor == "postgresql"
        self.joins = _JOINS[connection.vendor]
        self.narrowed = ""
        if scope.fandoms:
            self.narrowed = _BELONGS
            self.values["fandoms"] = scope.fandoms

    def rows(self, template: str, **parts: str) -> list[Row]:
        """The answer of a statement."""
        sql = template.format(narrowed=self.narrowed, **parts, **self.joins)
        return [Row(*row) for row in run(sql, **self.values)]

    def value(self, value: Any) -> str:
        """A place in the statement for a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def of_kinds(self, column: str) -> str:
        """The column is one of the kinds."""
        places = [self.value(kind) for kind in self.scope.kinds]
        return (
            f"{column} = {places[0]}" if len(places) == 1 else f"{column} IN ({', '.join(places)})"
        )

    def of_kind(self) -> str:
        """For tags: of the kinds; nothing for all of them, which one index holds in their order."""
        return f"AND {self.of_kinds('kind')}" if len(self.scope.kinds) == 1 else ""

    def fits(self, column: str, word: Alternatives) -> str:
        """The column is one of the words, or begins with the word."""
        if not word.begins:
            return f"{column} IN ({', '.join(self.value(each) for each in word.words)})"
        (word_begins,) = word.words
        # Compared byte by byte, as the index is, whatever the locale of the database.
        low, high = ("~>=~", "~<~") if self.is_postgresql else (">=", "<")
        least, beyond = self.value(word_begins), self.value(word_begins + _LAST)
        return f"{column} {low} {least} AND {column} {high} {beyond}"

    def having(self, tag_id: str, words: Sequence[Alternatives]) -> str:
        """The tag has all the words."""
        fence = " OFFSET 0" if self.is_postgresql else ""
        conditions = [
            _BESIDE.format(tag_id=tag_id, fits=self.fits("beside.word", word), fence=fence)
            for word in words
        ]
        return " AND ".join(conditions) or "1 = 1"


def count_words(
    scope: Scope, wanted: Sequence[Alternatives], *, most: int
) -> list[tuple[int, int]]:
    """For each word how many names have it, and how many have it whole; no more than ``most``."""
    statement = _Statement(Scope(scope.kinds), most=most)
    forms = dict.fromkeys(
        each for word in wanted for each in (word, Alternatives(word.words, begins=False))
    )
    of_kinds = statement.of_kinds("word.kind")
    counts = [
        _COUNTED.format(of_kinds=of_kinds, fits=statement.fits("word.word", each)) for each in forms
    ]
    (row,) = run("SELECT", ", ".join(counts), **statement.values)
    found = dict(zip(forms, row, strict=True))
    return [(found[word], found[Alternatives(word.words, begins=False)]) for word in wanted]


def rows_named(scope: Scope, *, typed: str, rows: int) -> list[Row]:
    """Tags with this very name."""
    statement = _Statement(scope, typed=typed, rows=rows)
    found = _NAMED.format(of_kinds=statement.of_kinds("named.kind"))
    return statement.rows(_RANKED, found=found, whole="1 = 1")


def rows_of_words(
    scope: Scope, wanted: Sequence[Alternatives], *, typed: str, rows: int, some: int = 0
) -> list[Row]:
    """The best of the tags that have all the words, by way of the first one; by way of ``some`` of
    its words alone, if that is given.
    """
    first, *others = wanted
    statement = _Statement(scope, typed=typed, rows=rows)
    words = "catalog_tagword"
    fits = f"{statement.of_kinds('word.kind')} AND {statement.fits('word.word', first)}"
    if some:
        statement.values["some"] = some
        words, fits = _SOME_WORDS.format(fits=fits), "1 = 1"
    found = _HAVING_WORDS.format(
        is_whole=statement.fits("word.word", Alternatives(first.words, begins=False)),
        words=words,
        fits=fits,
        having=statement.having("word.tag_id", others),
    )
    entire = [Alternatives(word.words, begins=False) for word in others]
    whole = f"found.whole = 1 AND {statement.having('tag.id', entire)}"
    return statement.rows(_RANKED, found=found, whole=whole)


def rows_of_popular(scope: Scope, wanted: Sequence[Alternatives], *, rows: int) -> list[Row]:
    """Those of the most used canonical tags that have the words, the most used first."""
    statement = _Statement(scope, depth=_DEPTH, rows=rows)
    having = statement.having("popular.id", wanted)
    found = statement.rows(_POPULAR, of_kind=statement.of_kind(), having=having)
    return _as_wanted(found, wanted)


def rows_of_synonyms(
    scope: Scope, wanted: Sequence[Alternatives], *, last: Row, rows: int
) -> list[Row]:
    """Synonyms that have the words, of canonical tags that are used as much as the last row's.

    A popular tag has hundreds of synonyms, so no more than some are looked at, in the order of
    their use.
    """
    statement = _Statement(Scope(scope.kinds), depth=_DEPTH, rows=rows, used=-last.used_rank)
    statement.values["looked_at"] = _SYNONYMS_LOOKED_AT
    having = statement.having("near.id", wanted)
    found = statement.rows(_SYNONYMS, of_kind=statement.of_kind(), having=having)
    return _as_wanted(found, wanted)


def rows_in_fandoms(
    scope: Scope, wanted: Sequence[Alternatives], *, typed: str, rows: int
) -> list[Row]:
    """What belongs to the fandoms and has the words; of huge fandoms only a part."""
    statement = _Statement(scope, typed=typed, rows=rows, looked_at=_CHILDREN_LOOKED_AT)
    found = _CHILDREN.format(having=statement.having("child.tag_id", wanted))
    statement.narrowed += f" AND {statement.of_kinds('tag.kind')}"
    return _as_wanted(statement.rows(_RANKED, found=found, whole="1 = 0"), wanted)


def _as_wanted(rows: list[Row], wanted: Sequence[Alternatives]) -> list[Row]:
    """Rows that were found by whole words rank as such."""
    rank = int(any(word.begins for word in wanted))
    return [row._replace(word_rank=rank) for row in rows]
