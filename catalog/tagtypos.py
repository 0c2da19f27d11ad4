"""Words that look like a mistyped one, from the words of tag names."""

from collections.abc import Iterable
from string import ascii_lowercase

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz.distance import OSA

from catalog.models import TagWord
from catalog.tagcomplete import Alternatives

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
    if len(token) < _SHORTEST:
        return None
    slips = 2 if len(token) >= _LONG else 1
    near = sorted(
        (distance, abs(len(word) - len(token)), word)
        for word in _candidates(token, kinds, slips)
        if (distance := _distance(token, word, slips)) <= slips
    )
    if not near:
        return None
    best = near[0][0]
    words = tuple(word for distance, _, word in near if distance == best)
    return Alternatives(words[:_WORDS_MAX], begins=False)


def _candidates(token: str, kinds: tuple[str, ...], slips: int) -> Iterable[str]:
    condition = Q()
    for head in sorted(_heads(token)):
        condition |= Q(word__begins=head)
    rows = TagWord.objects.of_kinds(kinds).filter(condition).order_by()
    rows = rows.annotate(length=Length("word")).filter(length__gte=len(token) - slips)
    return set(rows.values_list("word", flat=True)[:_LOOKED_AT])


def _distance(token: str, word: str, slips: int) -> int:
    whole = OSA.distance(token, word, score_cutoff=slips)
    if whole <= slips:
        return whole
    return min(
        OSA.distance(token, word[: len(token) + more], score_cutoff=slips) for more in (-1, 0, 1)
    )


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
