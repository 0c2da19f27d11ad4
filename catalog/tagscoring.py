"""Ranks the canonical tags that an unsorted name may mean, by how names are worded. Pure.

The idea is that of nearest neighbours: the names that look like the new one are mostly synonyms,
and somebody has already said what these mean. Words that synonyms have and their targets replace
("fem" by "female") are learned from these neighbours at the same time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log

from rapidfuzz import fuzz

from catalog.tagwording import Weights, Wording, wording_of

LEAST_SHARE = 0.12
"""How often neighbours must replace a word by another for that to be believed."""


@dataclass(frozen=True)
class Neighbour:
    """A tag whose name has something in common with the new one, and what it means.

    ``target`` is itself for a canonical tag. ``known_as`` counts the target's synonyms.
    """

    tag: int
    folded: str
    target: int
    target_folded: str
    known_as: int = 0

    @property
    def is_synonym(self) -> bool:
        """Whether it points at another tag."""
        return self.tag != self.target


@dataclass
class Traits:
    """How near the new name is to one target: each from 0 to 1 but for the counts.

    ``words`` and ``letters`` compare with the target's own name, ``other_words`` and
    ``other_letters`` with the nearest of its synonyms. ``explained`` is the share of the target's
    words that the new name says, or that replace what it says; ``covered`` and ``covered_any`` the
    share of the target's name, or of any name of it, that the new one says.
    """

    words: float = 0.0
    letters: float = 0.0
    other_words: float = 0.0
    other_letters: float = 0.0
    votes: float = 0.0
    voters: int = 0
    explained: float = 0.0
    covered: float = 0.0
    covered_any: float = 0.0
    is_same: bool = False
    known_as: int = 0
    length: int = 0
    nearest: str = field(default="")

    def as_row(self) -> tuple[float, ...]:
        """The numbers that the weights below apply to."""
        return (
            *(self.words, self.letters, self.other_words, self.other_letters),
            *(log(1 + self.votes), log(1 + self.voters)),
            *(self.explained, self.covered, self.covered_any, float(self.is_same)),
            *(log(1 + self.known_as), self.length / 30),
            *(self.words**2, self.other_words**2, self.explained**2, self.covered_any**2),
        )


# Fitted by logistic regression over the targets of each name, on synonyms that were not held out
# from the archive that benchmarks/merge_suggestions.py asks.
_WEIGHTS = {
    "freeform": (
        *(6.53, 4.55, -10.16, 3.59, -0.2, -0.19, 9.9, -6.34),
        *(5.73, 1.12, 0.74, 2.51, 3.6, 11.7, -3.31, -1.96),
    ),
    "character": (
        *(9.93, -0.52, -8.18, 1.23, 1.93, -0.67, 5.5, -8.63),
        *(11.0, 7.09, 0.95, 0.82, 5.46, 8.69, -1.77, -4.98),
    ),
    "fandom": (
        *(9.01, -0.38, -5.36, 3.95, -2.36, -0.08, 3.21, -7.11),
        *(2.67, 2.42, 0.71, -0.48, 2.34, 11.77, 4.11, -1.85),
    ),
}
_ANY_KIND = (
    *(7.69, 0.61, -11.22, 3.61, -0.28, -0.16, 7.75, -6.88),
    *(5.95, 1.97, 0.79, 0.99, 4.64, 14.2, -1.48, -3.28),
)


@dataclass(frozen=True)
class Ranked:
    """A target with its traits and its share of belief among all targets: 0 to 1."""

    target: int
    belief: float
    traits: Traits


def replacements(name: Wording, neighbours: Iterable[Neighbour]) -> dict[str, float]:
    """Words by which targets replace words of this name, each with how often they do."""
    own = frozenset(name.words)
    seen: Counter[str] = Counter()
    replaced: dict[str, Counter[str]] = defaultdict(Counter)
    for neighbour in neighbours:
        if not neighbour.is_synonym:
            continue
        words = frozenset(wording_of(neighbour.folded).words)
        common = own & words
        if common:
            target = frozenset(wording_of(neighbour.target_folded).words)
            seen.update(common)
            for word in common - target:
                replaced[word].update(target - words)
    shares: dict[str, float] = {}
    for word, by in replaced.items():
        for other, count in by.items():
            share = count / (seen[word] + 1)
            if share >= LEAST_SHARE:
                shares[other] = max(share, shares.get(other, 0.0))
    return shares


def rank(
    kind: str,
    name: Wording,
    neighbours: Sequence[Neighbour],
    weights: Weights,
    replaced: Mapping[str, float],
) -> list[Ranked]:
    """The targets of the neighbours, likeliest first, as tags of this kind are judged."""
    traits = traits_of(name, neighbours, weights, replaced)
    factors = _WEIGHTS.get(kind, _ANY_KIND)
    scores = {
        target: sum(factor * value for factor, value in zip(factors, row, strict=True))
        for target, row in ((target, each.as_row()) for target, each in traits.items())
    }
    best = max(scores.values(), default=0.0)
    total = sum(exp(score - best) for score in scores.values())
    ordered = sorted(scores, key=lambda target: (-scores[target], target))
    return [
        Ranked(target, exp(scores[target] - best) / total, traits[target]) for target in ordered
    ]


def traits_of(
    name: Wording,
    neighbours: Sequence[Neighbour],
    weights: Weights,
    replaced: Mapping[str, float],
) -> dict[int, Traits]:
    """How near the name is to each target."""
    found: dict[int, Traits] = {}
    nearest: dict[int, float] = {}
    named: dict[int, Neighbour] = {}
    letters = name.letters
    for neighbour in neighbours:
        traits = found.setdefault(neighbour.target, Traits())
        named[neighbour.target] = neighbour
        other = wording_of(neighbour.folded)
        words, covered = _agreement(name, other, weights)
        alike = fuzz.ratio(name.folded, other.folded) / 100
        if neighbour.is_synonym:
            traits.other_words = max(traits.other_words, words)
            traits.other_letters = max(traits.other_letters, alike)
        else:
            traits.words, traits.letters, traits.covered = words, alike, covered
        traits.covered_any = max(traits.covered_any, covered)
        traits.is_same = traits.is_same or (bool(letters) and other.letters == letters)
        closeness = 0.6 * words + 0.4 * alike
        traits.votes += closeness**4
        traits.voters += 1
        if closeness > nearest.get(neighbour.target, -1.0):
            nearest[neighbour.target] = closeness
            traits.nearest = neighbour.folded
    for target, traits in found.items():
        _describe_target(traits, name, named[target], weights, replaced)
    return found


def _describe_target(
    traits: Traits,
    name: Wording,
    neighbour: Neighbour,
    weights: Weights,
    replaced: Mapping[str, float],
) -> None:
    target = wording_of(neighbour.target_folded)
    if not traits.letters:
        traits.words, traits.covered = _agreement(name, target, weights)
        traits.letters = fuzz.ratio(name.folded, target.folded) / 100
    own = frozenset(name.words)
    total = said = 0.0
    for word in target.words:
        weight = weights.of(word)
        total += weight
        said += weight * (1.0 if word in own else replaced.get(word, 0.0))
    traits.explained = said / total if total else 0.0
    traits.known_as = neighbour.known_as
    traits.length = len(target.folded)


def _agreement(name: Wording, other: Wording, weights: Weights) -> tuple[float, float]:
    """How much two names say the same, and how much of the other one is said.

    Of a name with bars its parts are tried as well: one of them is enough.
    """
    best = _harmonic(weights.covered(name, other.words), weights.covered(other, name.words))
    for part, words in enumerate(other.parts):
        mine = weights.covered(name, words)
        best = max(best, _harmonic(mine, weights.covered(other, name.words, part=part)))
    return best


def _harmonic(mine: float, theirs: float) -> tuple[float, float]:
    return (2 * mine * theirs / (mine + theirs) if mine + theirs else 0.0, theirs)
