"""Finds the tags whose names have something in common with a name, from the words of tag names.

A rare word leads to few tags and says much, so words are looked up from the rarest on until enough
rows of the index were read. What it costs depends on the name, not on the size of the graph.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from catalog.tagscoring import Neighbour, replacements
from catalog.tagtypos import likely_spellings
from catalog.tagwording import Weights, Wording, halves_of, looked_up, phrases_of, wording_of

_NEIGHBOURS = 250
_MORE = 120
_ROWS_READ = 14_000
_MISTYPED = 3
_LONG = 6
_DOUBTFUL = 2
_TYPO = 0.7

_USES = """
SELECT word, COUNT(*) FROM catalog_tagword
WHERE kind = %(kind)s AND word IN {words} GROUP BY word
UNION ALL
SELECT '', COUNT(*) FROM catalog_tag WHERE kind = %(kind)s
"""
_NEAR = """
WITH best AS (
    SELECT having_it.tag_id, SUM(wanted.weight) AS score
    FROM {wanted} AS wanted
    CROSS JOIN catalog_tagword AS having_it
    WHERE having_it.kind = %(kind)s AND having_it.word = wanted.word
    GROUP BY having_it.tag_id ORDER BY score DESC, having_it.tag_id LIMIT %(most)s
), found AS (
    SELECT tag_id AS id FROM best
    UNION
    SELECT id FROM catalog_tag WHERE kind = %(kind)s AND folded IN {words}
), near AS (
    SELECT tag.id, tag.folded, COALESCE(tag.synonym_of_id, tag.id) AS target
    FROM found JOIN catalog_tag AS tag ON tag.id = found.id
    WHERE (tag.is_canonical OR tag.synonym_of_id IS NOT NULL) AND tag.id <> %(but)s
)
SELECT near.id, near.folded, near.target, target.folded, known.total
FROM near
JOIN catalog_tag AS target ON target.id = near.target
JOIN (
    SELECT meant.target, (
        SELECT COUNT(*) FROM catalog_tag AS other WHERE other.synonym_of_id = meant.target
    ) AS total
    FROM (SELECT DISTINCT target FROM near) AS meant
) AS known ON known.target = near.target
"""
_WORDS = {
    "sqlite": "(SELECT value FROM json_each(%(words)s))",
    "postgresql": "(SELECT unnest(%(words)s::text[]))",
}
_WANTED = {
    "sqlite": "(SELECT json_extract(value, '$[0]') AS word, json_extract(value, '$[1]') AS weight "
    "FROM json_each(%(wanted)s))",
    "postgresql": "(SELECT * FROM unnest(%(wanted)s::text[], %(weights)s::float8[]) "
    "AS pair(word, weight))",
}


@dataclass
class Neighbourhood:
    """What stands near a name, and how to compare with it."""

    name: Wording
    weights: Weights
    neighbours: list[Neighbour]
    replaced: dict[str, float] = field(default_factory=dict)


def neighbours_of(name: str, kind: str, *, but: int = 0) -> Neighbourhood:
    """Canonical tags and synonyms of the kind near the name, without the tag ``but``.

    Takes four statements at most, and never reads the whole table.
    """
    wording = wording_of(name)
    wanted = looked_up(name)
    weights = Weights(*_uses_with_unknown(wording, wanted, kind, own=1 if but else 0))
    rows = _near(kind, _rarest(wanted, weights), phrases_of(wording), _NEIGHBOURS, but)
    replaced = replacements(wording, rows)
    if replaced:
        again = {**dict.fromkeys(wording.words, 1.0), **replaced}
        rows += _near(kind, _rarest(again, weights), (), _MORE, but)
    unique = {row.tag: row for row in rows}
    return Neighbourhood(wording, weights, list(unique.values()), replaced)


def _uses_with_unknown(
    wording: Wording, wanted: dict[str, float], kind: str, *, own: int
) -> tuple[int, dict[str, int]]:
    """How many names there are and how many have each word; ``wanted`` gets what words that hardly
    any name has may have been meant for. ``own`` is 1 if the name itself is among those counted.
    """
    halves = {
        half: weight
        for word in wording.words
        if len(word) >= _LONG
        for half, weight in halves_of(word).items()
    }
    uses = _uses(kind, {*wanted, *halves})
    names = uses.pop("", 0)
    for word in wording.words:
        if len(word) >= _LONG and uses.get(word, 0) <= _DOUBTFUL + own:
            wanted.update((half, halves[half]) for half in halves_of(word) if half not in wanted)
    unused = [word for word in wording.words if uses.get(word, 0) <= own]
    for likely in likely_spellings(unused[:_MISTYPED], (kind,), others=True).values():
        for word in likely:
            wanted.setdefault(word, _TYPO)
            uses.setdefault(word, 1)
    return names, uses


def _rarest(wanted: Mapping[str, float], weights: Weights) -> dict[str, float]:
    """The words to look up: from the rarest on, until their tags are too many."""
    chosen: dict[str, float] = {}
    rows = 0
    for word in sorted(wanted, key=lambda word: (weights.uses.get(word, 0), word)):
        rows += weights.uses.get(word, 0)
        if chosen and rows > _ROWS_READ:
            break
        chosen[word] = wanted[word] * weights.of(word)
    return chosen


def _uses(kind: str, words: Iterable[str]) -> dict[str, int]:
    return dict(_run(_USES, kind=kind, words=sorted(words)))


def _near(
    kind: str, wanted: Mapping[str, float], names: Iterable[str], most: int, but: int
) -> list[Neighbour]:
    rows = _run(_NEAR, kind=kind, wanted=wanted, words=sorted(names), most=most, but=but)
    return [Neighbour(*row) for row in rows]


def _run(sql: str, **given: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement with lists of words and a table of words with weights."""
    vendor = connection.vendor
    wanted: Mapping[str, float] = given.pop("wanted", {})
    values = dict(given)
    if vendor == "postgresql":
        values |= {"wanted": list(wanted), "weights": list(wanted.values())}
    else:
        values["words"] = json.dumps(given["words"])
        values["wanted"] = json.dumps(list(wanted.items()))
    with connection.cursor() as cursor:
        cursor.execute(sql.format(words=_WORDS[vendor], wanted=_WANTED[vendor]), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
