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
    "br",
    "cr",
    "dr",
    "gr",
    "pl",
    "pr",
    "sh",
    "sl",
    "st",
    "th",
    "tr",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "ie", "oa", "oo", "ou"]
_CODAS = ["", "", "", "n", "r", "s", "l", "t", "m", "nd", "rn", "st", "ck"]
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


def _vocabulary(folder: Path) -> list[str]:
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("*.txt")):
        for word in re.findall(r"[a-z]+(?:’[a-z]+)?", unescape(path.read_text("utf-8")).lower()):
            counts[word] = counts.get(word, 0) + 1
    common = sorted(counts, key=lambda word: (-counts[word], word))
    known = set(common)
    for word in _syllables(np.random.default_rng(20_260_101), _VOCABULARY * 2):
        if len(common) == _VOCABULARY:
            break
        if word not in known:
            known.add(word)
            common.append(word)
    return common


def _syllables(rng: np.random.Generator, count: int) -> list[str]:
    """Pronounceable words of one to three syllables."""
    lengths = rng.integers(1, 4, count)
    total = int(lengths.sum())
    drawn = np.char.add(
        np.char.add(
            np.array(_ONSETS)[rng.integers(0, len(_ONSETS), total)],
            np.array(_VOWELS)[rng.integers(0, len(_VOWELS), total)],
        ),
        np.array(_CODAS)[rng.integers(0, len(_CODAS), total)],
    ).tolist()
    ends = np.cumsum(lengths).tolist()
    return ["".join(drawn[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
