"""Completes what somebody types to tags: quick whatever the size of the graph, exact at any moment.

Words are looked up in ``TagWord``. A rare beginning is looked up and its tags are ordered; a common
one would bring too many, so the most used tags are looked through instead, which finds enough of
them soon, or else a part of its words. All ways read the tables, so there is nothing to fall
behind. The statements are in ``catalog.tagcompletesql``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from archive.core.text import fold_name
from catalog.tagcompletesql import (
    Alternatives,
    Row,
    Scope,
    count_words,
    rows_in_fandoms,
    rows_named,
    rows_of_popular,
    rows_of_synonyms,
    rows_of_words,
)

Pair = tuple[int, int]
"""The ids of a tag and of the canonical tag that it stands for."""

FEW = 1_000
_ENOUGH = 600
_SYNONYMS_OF_ONE = 3
_SPARE = 10


def complete(
    text: str, wanted: Sequence[Alternatives], scope: Scope, limit: int
) -> tuple[list[Pair], list[int]]:
    """The tags that have all the words, likeliest first, and how many names have each word.

    First the very name, then names with all the words as whole words, then the others: the most
    used first, canonical ones before synonyms, short ones before long ones. Counting ends at a
    bound; a word that no name has makes the answer empty.
    """
    counts = count_words(scope, wanted, most=FEW + 1)
    beginning, whole = [count for count, _ in counts], [count for _, count in counts]
    typed, rows_asked = fold_name(text), limit * _SPARE
    if not min(beginning):
        return [], beginning
    if min(beginning) <= FEW:
        rarest = _rarest_first(wanted, beginning)
        return _pairs(rows_of_words(scope, rarest, typed=typed, rows=rows_asked)), beginning
    rows = rows_named(scope, typed=typed, rows=rows_asked)
    if 0 < min(whole) <= FEW:
        words = [replace(word, begins=False) for word in _rarest_first(wanted, whole)]
        rows += rows_of_words(scope, words, typed=typed, rows=rows_asked)
    elif min(whole):
        words = [replace(word, begins=False) for word in _rarest_first(wanted, whole)]
        rows += _of_common(words, scope, limit, typed=typed)
    if len(few_synonyms_each(_pairs(rows), limit)) < limit:
        rows += _of_common(_rarest_first(wanted, beginning), scope, limit, typed=typed)
    return _pairs(rows), beginning


def few_synonyms_each(pairs: Iterable[Pair], limit: int) -> list[int]:
    """The first tags, with at most three synonyms of the same canonical tag."""
    kept: list[int] = []
    synonyms: Counter[int] = Counter()
    for pk, target in dict.fromkeys(pairs):
        if pk != target:
            synonyms[target] += 1
        if synonyms[target] <= _SYNONYMS_OF_ONE or pk == target:
            kept.append(pk)
    return kept[:limit]


def _of_common(
    wanted: Sequence[Alternatives], scope: Scope, limit: int, *, typed: str
) -> list[Row]:
    """Tags that have words which very many have."""
    spare = limit * _SPARE
    popular = rows_of_popular(scope, wanted, rows=limit)
    if scope.fandoms:
        # Few of the most used tags of the archive belong to a small fandom; its own are not many.
        return popular + rows_in_fandoms(scope, wanted, typed=typed, rows=spare)
    if len(popular) == limit:
        # Whatever is less used than the last of these comes after it, synonyms as well.
        return popular + rows_of_synonyms(scope, wanted, last=popular[-1], rows=spare)
    # What is hardly used comes in no order that anybody could miss, so some of the words will do.
    return popular + rows_of_words(scope, wanted, typed=typed, rows=spare, some=_ENOUGH)


def _rarest_first(wanted: Sequence[Alternatives], counts: Sequence[int]) -> list[Alternatives]:
    order = sorted(range(len(wanted)), key=lambda place: counts[place])
    return [wanted[place] for place in order]


def _pairs(rows: Iterable[Row]) -> list[Pair]:
    """In the order of the rows' ranks; of several rows of a tag the best one counts."""
    return list(dict.fromkeys((row.id, row.target) for row in sorted(rows)))
