"""Invented prose with the word frequencies of a real language, at bulk speed."""

import re
from html import unescape
from pathlib import Path

import numpy as np

_ONSETS = [
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "z",
    "br",
    "cr",
    "dr",
    "st",
    "tr",
    "th",
    "sh",
    "ch",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "oo"]
_CODAS = ["", "", *["n", "r", "s", "l", "t", "m", "nd", "st"]]
_SHORT_ONES = 150
_MIDDLING_ONES = 4_000
_VOCABULARY = 40_000
_SENTENCE = (6, 22)
_PARAGRAPH = (2, 7)


class Prose:
    """Draws paragraphs; ``rng`` decides everything, so equal seeds give equal texts.

    The common words and their order of frequency come from the texts in ``folder`` (the demo
    archive); the long tail is made of pronounceable syllables.
    """

    def __init__(self, folder: Path) -> None:
        self.words = np.array(_vocabulary(folder), dtype=object)
        weights = 1.0 / (np.arange(len(self.words)) + 2.7) ** 1.07
        self.cumulative = np.cumsum(weights / weights.sum())

    def draw(self, rng: np.random.Generator, count: int) -> list[str]:
        """``count`` words."""
        places = np.searchsorted(self.cumulative, rng.random(count))
        return list(self.words[np.minimum(places, len(self.words) - 1)])

    def title(self, rng: np.random.Generator) -> str:
        """A title of two to six words."""
        words = self.draw(rng, int(rng.integers(2, 7)))
        return " ".join(words).capitalize()

    def html(self, rng: np.random.Generator, count: int) -> str:
        """About ``count`` words in paragraphs of sentences."""
        words = self.draw(rng, count)
        paragraphs: list[str] = []
        sentences: list[str] = []
        wanted = int(rng.integers(*_PARAGRAPH))
        at = 0
        while at < count:
            length = int(rng.integers(*_SENTENCE))
            sentence = " ".join(words[at : at + length])
            sentences.append(f"{sentence[:1].upper()}{sentence[1:]}.")
            at += length
            if len(sentences) >= wanted:
                paragraphs.append(f"<p>{' '.join(sentences)}</p>")
                sentences, wanted = [], int(rng.integers(*_PARAGRAPH))
        if sentences:
            paragraphs.append(f"<p>{' '.join(sentences)}</p>")
        return "\n".join(paragraphs)


def invented_words(rng: np.random.Generator, count: int) -> list[str]:
    """Different pronounceable words of three letters at least; the first, frequent ones are short."""
    seen: dict[str, None] = {}
    while len(seen) < count:
        rank = len(seen)
        syllables = 1 + (rank > _SHORT_ONES) + (rank > _MIDDLING_ONES) + (rng.random() < 0.35)
        word = "".join(
            _ONSETS[rng.integers(len(_ONSETS))]
            + _VOWELS[rng.integers(len(_VOWELS))]
            + _CODAS[rng.integers(len(_CODAS))]
            for _ in range(syllables)
        )
        if len(word) > 2:
            seen[word] = None
    return list(seen)


def _vocabulary(folder: Path) -> list[str]:
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("*.txt")):
        for word in re.findall(r"[a-z]+(?:’[a-z]+)?", unescape(path.read_text("utf-8")).lower()):
            counts[word] = counts.get(word, 0) + 1
    common = sorted(counts, key=lambda word: (-counts[word], word))
    invented = invented_words(np.random.default_rng(20_260_101), _VOCABULARY)
    return [*common, *(word for word in invented if word not in counts)][:_VOCABULARY]
