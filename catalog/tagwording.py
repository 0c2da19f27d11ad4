"""How the wording of a tag's name is compared with another's: words, parts, forms. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from rapidfuzz import fuzz

from archive.core.text import fold_name
from catalog.tagwords import words_of

_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?\b\.?")
_ASIDE = re.compile(r"\([^()]*\)| - .*$")
_COMMON = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "s"}
    | {"the", "to", "with"}
)
_COMMON_WEIGHT = 0.3
_ASIDE_WEIGHT = 0.4
_WORDS_MAX = 10
_PHRASE_WORDS = 9
_SHORT = 3
_SPELLED_ALIKE = 75
_FORM = 0.9


@dataclass(frozen=True)
class Wording:
    """A folded name as it is compared.

    ``words`` are the words in order, each once; ``asides`` those that only stand in brackets or
    behind a dash, where they say which of several namesakes is meant; ``parts`` the words of each
    of the names that stand between bars.
    """

    folded: str
    words: tuple[str, ...]
    asides: frozenset[str]
    parts: tuple[tuple[str, ...], ...]

    @property
    def letters(self) -> str:
        """The letters and digits alone."""
        return "".join(_WORD.findall(self.folded))


@lru_cache(maxsize=20_000)
def wording_of(name: str) -> Wording:
    """The wording of a name, folded or not."""
    folded = fold_name(name)
    words = _words(folded)
    core = _words(_ASIDE.sub(" ", folded)) or words
    parts = tuple(_words(part) for part in folded.split(" | ")) if " | " in folded else ()
    return Wording(folded, words, frozenset(words) - frozenset(core), parts)


@lru_cache(maxsize=20_000)
def forms_of(word: str) -> tuple[str, ...]:
    """The singular or plural of an English word, as likely spellings."""
    if len(word) <= _SHORT or not word.isascii():
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("es"):
        return (word[:-2], word[:-1])
    if word.endswith("s"):
        return (word[:-1],)
    return (f"{word}s", f"{word[:-1]}ies") if word.endswith("y") else (f"{word}s",)


def phrases_of(wording: Wording) -> set[str]:
    """Folded names that may be meant when words are left out: runs of words, and all but two."""
    found = {wording.folded}
    for words in (wording.words[:_PHRASE_WORDS], tuple(wording.folded.split()[:_PHRASE_WORDS])):
        size = len(words)
        for start in range(size):
            found |= {" ".join(words[start:end]) for end in range(start + 1, size + 1)}
            for other in range(start, size):
                found.add(" ".join(w for at, w in enumerate(words) if at not in (start, other)))
    return found - {""}


def looked_up(name: str) -> dict[str, float]:
    """The words by which names like this one are looked for, with how much each counts."""
    wording = wording_of(name)
    wanted = dict.fromkeys([*words_of(name), *wording.words], 1.0)
    words = wording.words
    for left, right in pairwise(words):
        wanted.setdefault(left + right, 0.9)
    for word in words:
        for form in forms_of(word):
            wanted.setdefault(form, 0.8)
    return wanted


def halves_of(word: str) -> dict[str, float]:
    """Both halves of a word that nobody uses, wherever it may have been two: ``songfic``."""
    places = range(_SHORT, len(word) - _SHORT + 1) if word.isascii() else ()
    return dict.fromkeys([half for at in places for half in (word[:at], word[at:])], 0.4)


class Weights:
    """How telling words are among the names of one kind: rare words say more."""

    def __init__(self, names: int, uses: Mapping[str, int]) -> None:
        self.names = names
        self.uses = uses
        self._kept: dict[str, float] = {}

    def of(self, word: str) -> float:
        """The weight of a word; one that was not counted is taken for a rare one."""
        weight = self._kept.get(word)
        if weight is None:
            weight = log(1 + self.names / (self.uses.get(word, _UNCOUNTED) + 1))
            weight *= _COMMON_WEIGHT if word in _COMMON else 1.0
            self._kept[word] = weight
        return weight

    def covered(self, wording: Wording, words: Iterable[str], *, part: int = -1) -> float:
        """The share of a name, or of one of its parts, that the words say too: 0 to 1.

        A word counts whole, in another form or spelled alike a little less.
        """
        own = wording.words if part < 0 else wording.parts[part]
        others = words if isinstance(words, tuple) else tuple(words)
        there = frozenset(others)
        total = said = 0.0
        for word in own:
            weight = self.of(word) * (_ASIDE_WEIGHT if word in wording.asides else 1.0)
            total += weight
            if word in there:
                said += weight
            else:
                said += weight * _likeness(word, others, there)
        return said / total if total else 0.0


_UNCOUNTED = 30


def _likeness(word: str, others: tuple[str, ...], there: frozenset[str]) -> float:
    """How near the nearest other word is; slips hardly ever concern the first letter."""
    if any(form in there for form in forms_of(word)):
        return _FORM
    if len(word) <= _SHORT:
        return 0.0
    best = max(
        (
            fuzz.ratio(word, other, score_cutoff=_SPELLED_ALIKE)
            for other in others
            if other[0] == word[0] and len(other) > _SHORT and abs(len(other) - len(word)) <= 2
        ),
        default=0.0,
    )
    return best / 100 * _FORM


def _words(folded: str) -> tuple[str, ...]:
    text = _DOTTED.sub(lambda dotted: dotted.group().replace(".", ""), folded.replace("'", ""))
    return tuple(dict.fromkeys(_WORD.findall(text)))[:_WORDS_MAX]
