"""A synthetic catalogue of any size, the same on every machine, and queries that fit it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from catalog.services.synthetic_words import invented_words

SEED = 20260101
CHUNK = 1000
KINDS = ("fandom", "character", "relationship", "freeform", "warning", "rating", "category")
RATINGS = ("general", "teen", "mature", "explicit", "notrated")
WARNINGS = ("none", "choosenot", "violence", "death", "noncon", "underage")
CATEGORIES = ("gen", "mm", "fm", "ff", "multi", "other")
_VOCABULARY, _FANDOMS, _CAST, _FREEFORMS = 50_000, 2_000, 40, 60_000

Row = dict[str, Any]


def kind_of(tag: str) -> str:
    """The kind of a tag's name: f12, c7, r7/9, x3, or a rating, warning or category."""
    if tag[1:2].isdigit():
        return {"f": "fandom", "c": "character", "r": "relationship", "x": "freeform"}[tag[0]]
    if tag in RATINGS:
        return "rating"
    return "warning" if tag in WARNINGS else "category"


def _zipf(count: int, slope: float, shift: float = 2.7) -> Any:
    shares = 1.0 / (np.arange(count) + shift) ** slope
    return np.cumsum(shares / shares.sum())


class Catalogue:
    """Works by number; a work is the same in every catalogue that is large enough to hold it."""

    def __init__(self, *, with_text: bool) -> None:
        rng = np.random.default_rng(SEED)
        self.with_text = with_text
        self._vocabulary = np.array(invented_words(rng, _VOCABULARY), dtype=object)
        self._word, self._fandom = _zipf(_VOCABULARY, 1.07), _zipf(_FANDOMS, 1.0)
        self._cast, self._freeform = _zipf(_CAST, 1.1, 1), _zipf(_FREEFORMS, 1.0, 5)
        self._creator = _zipf(30_000, 0.7)
        self._topics = rng.integers(200, _VOCABULARY, size=(_FANDOMS, 120))

    def works(self, count: int) -> Iterator[Row]:
        """The first works."""
        for chunk in range((count + CHUNK - 1) // CHUNK):
            rng = np.random.default_rng((SEED, 1, chunk))
            text_rng = np.random.default_rng((SEED, 2, chunk))
            for number in range(chunk * CHUNK, min(count, (chunk + 1) * CHUNK)):
                yield self._work(number, rng, text_rng)

    def _text(self, rng: np.random.Generator, words: int, fandom: int) -> str:
        ids = np.searchsorted(self._word, rng.random(words))
        topical = rng.random(words) < 0.12
        rank = (rng.pareto(1.0, topical.sum()) * 8).astype(int)
        ids[topical] = self._topics[fandom][np.minimum(rank, 119)]
        return " ".join(self._vocabulary[ids])

    def _drawn(self, rng: np.random.Generator, shares: Any, count: int) -> list[int]:
        return sorted(set(np.searchsorted(shares, rng.random(count)).tolist()))

    def _work(self, number: int, rng: np.random.Generator, text_rng: np.random.Generator) -> Row:
        fandoms = self._drawn(rng, self._fandom, 1 + (rng.random() < 0.15))
        first = fandoms[0]
        cast = [
            first * _CAST + at for at in self._drawn(rng, self._cast, 1 + int(rng.poisson(2.4)))
        ]
        published = int(rng.integers(14000, 20400))
        row: Row = {
            "id": number + 1,
            "title": self._text(rng, int(rng.integers(2, 8)), first),
            "summary": self._text(rng, int(np.clip(rng.lognormal(4.0, 0.45), 8, 220)), first),
            "creator": f"creator{self._drawn(rng, self._creator, 1)[0]}",
            "fandom": [f"f{at}" for at in fandoms],
            "character": [f"c{at}" for at in cast],
            "relationship": [f"r{cast[0]}/{at}" for at in cast[1:3]],
            "freeform": [
                f"x{at}" for at in self._drawn(rng, self._freeform, 1 + int(rng.poisson(3.2)))
            ],
            "warning": [WARNINGS[int(rng.choice(6, p=[0.5, 0.25, 0.1, 0.08, 0.04, 0.03]))]],
            "rating": [RATINGS[int(rng.choice(5, p=[0.27, 0.3, 0.16, 0.2, 0.07]))]],
            "category": [CATEGORIES[int(rng.choice(6, p=[0.2, 0.42, 0.2, 0.1, 0.05, 0.03]))]],
            "kudos": int(rng.pareto(0.9) * 12),
            "updated": (published + int(rng.exponential(120))) * 86_400,
            "text": "",
        }
        if self.with_text:
            words = int(np.clip(text_rng.lognormal(7.2, 0.5), 150, 8000))
            row["text"] = self._text(text_rng, words, first)
        return row


def full_text(row: Row) -> str:
    """Title, summary and text in one."""
    return f"{row['title']} {row['summary']} {row['text']}".rstrip()


def pick_queries(works: Iterator[Row], instances: int = 24) -> dict[str, list[Any]]:
    """Words by frequency, pairs and phrases that occur, tags by popularity."""
    having: Counter[str] = Counter()
    tags: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    phrases = []
    count = 0
    for row in works:
        count += 1
        words = full_text(row).split()
        having.update(set(words))
        for kind in KINDS:
            tags[kind].update(row[kind])
        if count % 37 == 0:
            place = count % max(1, len(words) - 3)
            phrases.append(words[place : place + 2])
    rng = np.random.default_rng(SEED + 9)

    def band(low: float, high: float) -> list[str]:
        fitting = sorted(
            word for word, works in having.items() if low * count <= works <= high * count
        )
        chosen = rng.choice(len(fitting), min(instances, len(fitting)), replace=False)
        return [fitting[at] for at in sorted(chosen)]

    common, middle = band(0.15, 0.40), band(0.02, 0.06)
    rarest = sorted(((works, word) for word, works in having.items() if works > 1))
    rare = [word for _, word in rarest[:instances]]
    top = {
        kind: [tag for tag, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        for kind, counts in tags.items()
    }
    pairs = [(common[at % len(common)], middle[at % len(middle)]) for at in range(instances)]
    return {
        "common": common,
        "rare": rare,
        "and": pairs,
        "phrase": phrases[:instances],
        "prefix": [word[:3] for word in middle],
        "fuzzy": [word[:2] + "x" + word[3:] for word in middle if len(word) > 4],
        "tag": top["fandom"][:6] + top["freeform"][:10] + top["rating"][:4] + top["character"][:4],
        "tag_not": [(top["rating"][at % 5], top["warning"][at % 6]) for at in range(12)]
        + [(top["fandom"][at], top["freeform"][at]) for at in range(12)],
        "text_tags": [
            (
                common[at % len(common)],
                (top["rating"][at % 2], top["category"][at % 3], top["warning"][at % 2]),
            )
            for at in range(instances)
        ],
        "facets": common,
        "page100": common,
    }
