"""Words that look like a mistyped one, from the words of tag names."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from string import ascii_lowercase

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.models import CLOSED_KINDS

# Nearly two hundred ranges of the index, as one parameter or two: as conditions of a query they
# would take longer to write down than to read. Thousands of names have the same word, so each step
# goes to the next other word of its range, and reads that one entry of the index.
_WORDS = """
WITH RECURSIVE near(high, kind, word) AS (
    SELECT {high}, kind.value, (
        SELECT first.word FROM catalog_tagword AS first
        WHERE first.kind = kind.value AND first.word {since} {low} AND first.word {until} {high}
        ORDER BY first.word {order} LIMIT 1
    )
    FROM {ranges} CROSS JOIN {kinds}
    UNION ALL
    SELECT near.high, near.kind, (
        SELECT next.word FROM catalog_tagword AS next
        WHERE next.kind = near.kind AND next.word {after} near.word
            AND next.word {until} near.high
        ORDER BY next.word {order} LIMIT 1
    )
    FROM near WHERE near.word IS NOT NULL
)
SELECT word FROM near WHERE LENGTH(word) >= %(least)s
UNION ALL
SELECT word.word FROM catalog_tagword AS word
WHERE word.kind {closed} AND LENGTH(word.word) >= %(least)s
LIMIT %(most)s
"""
_ON_SQLITE = _WORDS.format(
    since=">=",
    after=">",
    until="<",
    order="",
    low="json_extract(near.value, '$[0]')",
    high="json_extract(near.value, '$[1]')",
    ranges="json_each(%(ranges)s) AS near",
    kinds="json_each(%(kinds)s) AS kind",
    closed="IN (SELECT value FROM json_each(%(closed_kinds)s))",
)
# The operators of the index's class, which compare byte by byte whatever the locale.
_ON_POSTGRESQL = _WORDS.format(
    since="~>=~",
    after="~>~",
    until="~<~",
    order="USING ~<~",
    low="near.low",
    high="near.high",
    ranges="unnest(%(lows)s::text[], %(highs)s::text[]) AS near(low, high)",
    kinds="unnest(%(kinds)s::text[]) AS kind(value)",
    closed="= ANY(%(closed_kinds)s::text[])",
)
_HEAD = 4
_LAST, _NOTHING_MORE = "\U0010ffff", "\x01"
_SHORTEST = 3
_WORDS_MAX = 8
_LOOKED_AT = 20_000
_LONG = 6


def likely_spellings(
    tokens: Iterable[str],
    kinds: tuple[str, ...],
    *,
    others: bool = False,
    doubted: bool = False,
) -> dict[str, tuple[str, ...]]:
    """The known words nearest to each mistyped one, by one statement.

    Up to two slips are forgiven in words of six letters, one in shorter ones: a letter wrong, lost,
    doubled or swapped with its neighbour. The word may be unfinished. Words that are too short, or
    near to nothing, are left out. With ``others`` a word itself is none of its likely spellings,
    even if names have it; with ``doubted`` words that begin with it stand beside others that are
    near, and it is left out where there are no others.
    """
    typed = [token for token in tokens if len(token) >= _SHORTEST]
    if not typed:
        return {}
    words = _candidates(typed, kinds)
    if doubted:
        found = ((token, _both(token, words)) for token in typed)
    else:
        found = ((token, _nearest(token, words - {token} if others else words)) for token in typed)
    return {token: nearest for token, nearest in found if nearest}


def _both(token: str, words: set[str]) -> tuple[str, ...]:
    """The shortest words that begin so, and the nearest ones that do not."""
    own = sorted((word for word in words if word.startswith(token)), key=lambda w: (len(w), w))
    nearest = _nearest(token, words.difference(own))
    return (*own[:_WORDS_MAX], *nearest) if nearest else ()


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
    ranges = sorted(set().union(*(_ranges(token) for token in tokens)))
    least = min(len(token) - _slips(token) for token in tokens)
    numbers = {"least": least, "most": _LOOKED_AT}
    # Closed kinds have a few words each, fewer than there are ranges.
    closed = [kind for kind in kinds if kind in CLOSED_KINDS]
    opened = [kind for kind in kinds if kind not in CLOSED_KINDS]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
            lists = {"lows": lows, "highs": highs, "kinds": opened, "closed_kinds": closed}
            cursor.execute(_ON_POSTGRESQL, {**lists, **numbers})
        else:
            ranged = {"ranges": ranges, "kinds": opened, "closed_kinds": closed}
            texts = {name: json.dumps(value) for name, value in ranged.items()}
            cursor.execute(_ON_SQLITE, {**texts, **numbers})
        return {word for (word,) in cursor.fetchall()}


def _ranges(token: str) -> set[tuple[str, str]]:
    """Where the words lie that the token may be, or may be the beginning of.

    Three letters with a slip may be the beginning of nearly anything, so they are whole words.
    """
    end = _LAST if len(token) >= _HEAD else _NOTHING_MORE
    return {(head, head + end) for head in _heads(token)}


def _heads(token: str) -> set[str]:
    """The beginnings a word may have if one of the first letters is a slip."""
    head, after = token[:_HEAD], token[_HEAD : _HEAD + 1]
    letters = sorted(set(token)) if not token.isascii() else ascii_lowercase
    heads = {head}
    for at in range(len(head)):
        heads.add(head[:at] + head[at + 1 :] + after)
        heads.add(head[:at] + head[at + 1 : at + 2] + head[at : at + 1] + head[at + 2 :])
        for letter in letters:
            heads.add(head[:at] + letter + head[at + 1 :])
            heads.add((head[:at] + letter + head[at:])[:_HEAD])
    return heads
