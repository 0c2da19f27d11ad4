"""Words that look like a mistyped one, from the words of tag names."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from string import ascii_lowercase

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.tagcomplete import Alternatives

# Nearly two hundred ranges of the index: as conditions of a query they would take longer to write
# down than to read.
_ON_SQLITE = """
SELECT word.word
FROM json_each(%(heads)s) AS head CROSS JOIN json_each(%(kinds)s) AS kind
CROSS JOIN catalog_tagword AS word
WHERE word.kind = kind.value AND word.word >= head.value
    AND word.word < head.value || char(1114111) AND LENGTH(word.word) >= %(least)s
LIMIT %(most)s
"""
# LATERAL with a LIMIT keeps PostgreSQL at ranges of the index: it takes every range for a ninth of
# the table, and would compare all words with all heads.
_ON_POSTGRESQL = """
SELECT word.word
FROM unnest(%(heads)s::text[]) AS head(value) CROSS JOIN unnest(%(kinds)s::text[]) AS kind(value)
CROSS JOIN LATERAL (
    SELECT near.word FROM catalog_tagword AS near
    WHERE near.kind = kind.value AND near.word ~>=~ head.value
        AND near.word ~<~ (head.value || chr(1114111)) AND LENGTH(near.word) >= %(least)s
    ORDER BY near.word USING ~<~ LIMIT %(most)s
) AS word
LIMIT %(most)s
"""
_HEAD, _LONG_HEAD = 3, 4
_SHORTEST = 3
_WORDS_MAX = 8
_LOOKED_AT = 20_000
_LONG = 6


def likely_words(token: str, kinds: tuple[str, ...]) -> Alternatives | None:
    """The known words nearest to a mistyped one; None when it is too short or nothing is near.

    Up to two slips are forgiven in words of six letters, one in shorter ones: a letter wrong, lost,
    doubled or swapped with its neighbour. The word may be unfinished.
    """
    words = likely_spellings([token], kinds).get(token)
    return Alternatives(words, begins=False) if words else None


def likely_spellings(
    tokens: Iterable[str], kinds: tuple[str, ...], *, others: bool = False
) -> dict[str, tuple[str, ...]]:
    """The same for several mistyped words by one statement; those without a likely word are left
    out. With ``others`` a word itself is none of its likely spellings, even if names have it.
    """
    typed = [token for token in tokens if len(token) >= _SHORTEST]
    if not typed:
        return {}
    words = _candidates(typed, kinds)
    found = ((token, _nearest(token, words - {token} if others else words)) for token in typed)
    return {token: nearest for token, nearest in found if nearest}


def _nearest(token: str, words: Iterable[str]) -> tuple[str, ...]:
    slips = _slips(token)
    fitting = [word for word in words if len(word) >= len(token) - slips]
    found = _within(token, fitting, slips)
    unfinished: dict[str, int] = {}
    for size in (len(token) - 1, len(token), len(token) + 1):
        by_head: dict[str, list[str]] = defaultdict(list)
        for word in fitting:
            if word not in found:
                by_head[word[:size]].append(word)
        for head, distance in _within(token, list(by_head), slips).items():
            for word in by_head[head]:
                unfinished[word] = min(distance, unfinished.get(word, distance))
    near = sorted(
        (distance, abs(len(word) - len(token)), word)
        for word, distance in (found | unfinished).items()
    )
    best = near[0][0] if near else 0
    return tuple(word for distance, _, word in near if distance == best)[:_WORDS_MAX]


def _within(token: str, words: list[str], slips: int) -> dict[str, int]:
    """The words at most so many slips away, compared in one go."""
    rows = process.extract(token, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return {word: int(distance) for word, distance, _ in rows}


def _slips(token: str) -> int:
    return 2 if len(token) >= _LONG else 1


def _candidates(tokens: Sequence[str], kinds: tuple[str, ...]) -> set[str]:
    """Words that begin as one of the tokens may have begun, and are long enough."""
    heads = sorted(set().union(*(_heads(token) for token in tokens)))
    least = min(len(token) - _slips(token) for token in tokens)
    numbers = {"least": least, "most": _LOOKED_AT}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ON_POSTGRESQL, {"heads": heads, "kinds": list(kinds), **numbers})
        else:
            lists = {"heads": json.dumps(heads), "kinds": json.dumps(kinds)}
            cursor.execute(_ON_SQLITE, {**lists, **numbers})
        return {word for (word,) in cursor.fetchall()}


def _heads(token: str) -> set[str]:
    """The beginnings a word may have if one of the first letters is a slip."""
    size = _LONG_HEAD if len(token) >= _LONG else _HEAD
    head, after = token[:size], token[size : size + 1]
    letters = sorted(set(token)) if not token.isascii() else ascii_lowercase
    heads = {head}
    for at in range(len(head)):
        heads.add(head[:at] + head[at + 1 :] + after)
        heads.add(head[:at] + head[at + 1 : at + 2] + head[at : at + 1] + head[at + 2 :])
        for letter in letters:
            heads.add(head[:at] + letter + head[at + 1 :])
            heads.add((head[:at] + letter + head[at:])[:size])
    return heads
