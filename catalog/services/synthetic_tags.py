"""Tags for synthetic works: names of the corpus where it is at hand, invented ones elsewhere."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from archive.core.text import fold_name, tag_name_problem
from catalog.models import Kind, MetaTagging, Tag, TagAncestor, TagParent
from catalog.tagwords import fill_missing_words

_FANDOMS, _FREEFORMS, _CAST = 2_000, 20_000, 30
_BATCH = 2_000
RATING_SHARES = {"General": 0.29, "Teen": 0.31, "Mature": 0.15, "Explicit": 0.17, "Not Rated": 0.08}
WARNING_SHARES = {
    "No Archive Warnings Apply": 0.55,
    "Creator Chose Not To Use Archive Warnings": 0.30,
    "Graphic Depictions Of Violence": 0.08,
    "Major Character Death": 0.05,
    "Rape/Non-Con": 0.02,
}
CATEGORY_SHARES = {"M/M": 0.42, "Gen": 0.2, "F/M": 0.2, "F/F": 0.1, "Multi": 0.05, "Other": 0.03}


@dataclass
class TagPool:
    """The tags to draw from, most used first; characters and relationships by fandom."""

    fandoms: list[Tag] = field(default_factory=list)
    freeforms: list[Tag] = field(default_factory=list)
    typed_freeforms: list[Tag] = field(default_factory=list)
    characters: dict[int, list[Tag]] = field(default_factory=dict)
    relationships: dict[int, list[Tag]] = field(default_factory=dict)
    closed: dict[str, dict[str, Tag]] = field(default_factory=dict)

    def zipf(self, rng: np.random.Generator, size: int, count: int) -> list[int]:
        """``count`` distinct places below ``size``, low ones far more often."""
        weights = 1.0 / (np.arange(size) + 3.0)
        cumulative = np.cumsum(weights / weights.sum())
        drawn = np.searchsorted(cumulative, rng.random(count))
        return sorted({int(place) for place in np.minimum(drawn, size - 1)})


def make_pool(corpus: Path | None, works: int) -> TagPool:
    """Create the tags and their links in bulk; names that exist are used as they are."""
    pool = TagPool()
    fandoms = max(20, min(_FANDOMS, works // 5))
    freeforms = max(100, min(_FREEFORMS, works * 2))
    pool.fandoms = _make(Kind.FANDOM, _names(corpus, "fandoms.csv.gz", "Fandom", fandoms))
    pool.freeforms = _make(Kind.FREEFORM, _names(corpus, "freeforms.csv.gz", "Theme", freeforms))
    cast = [f"{_person(f, n)}" for f in range(len(pool.fandoms)) for n in range(_CAST)]
    characters = _make(Kind.CHARACTER, cast)
    pairs = [
        f"{characters[f * _CAST + a].name}/{characters[f * _CAST + b].name}"
        for f in range(len(pool.fandoms))
        for a, b in ((0, 1), (0, 2), (1, 2), (3, 4), (0, 5))
    ]
    relationships = _make(Kind.RELATIONSHIP, pairs)
    for place, fandom in enumerate(pool.fandoms):
        pool.characters[fandom.pk] = characters[place * _CAST : (place + 1) * _CAST]
        pool.relationships[fandom.pk] = relationships[place * 5 : (place + 1) * 5]
    _link(pool)
    pool.typed_freeforms = _synonyms(pool.freeforms)
    fill_missing_words()
    for tag in Tag.objects.filter(kind__in=(Kind.RATING, Kind.WARNING, Kind.CATEGORY)):
        pool.closed.setdefault(tag.kind, {})[tag.name] = tag
    return pool


def _names(corpus: Path | None, file: str, stem: str, wanted: int) -> list[str]:
    names: list[str] = []
    if corpus is not None and (corpus / "tags" / file).exists():
        names = [
            n for n in _read(corpus / "tags" / file, wanted * 2) if tag_name_problem(n) is None
        ]
    names = list({fold_name(name): name for name in reversed(names)}.values())[::-1][:wanted]
    return names + [f"{stem} {number}" for number in range(len(names), wanted)]


def _read(path: Path, most: int) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle)):
            if number >= most:
                return
            yield row["name"]


def _make(kind: Kind, names: list[str]) -> list[Tag]:
    rows = [Tag(kind=kind, name=name, folded=fold_name(name), is_canonical=True) for name in names]
    Tag.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    found: dict[str, Tag] = {}
    folded = [row.folded for row in rows]
    for start in range(0, len(folded), _BATCH):
        for tag in Tag.objects.filter(kind=kind, folded__in=folded[start : start + _BATCH]):
            found[tag.folded] = tag
    return [found[key] for key in folded]


def _link(pool: TagPool) -> None:
    """Characters and relationships belong to their fandoms; every tenth fandom has a metatag."""
    parents = [
        TagParent(from_tag=child, to_tag=fandom)
        for fandom in pool.fandoms
        for child in (*pool.characters[fandom.pk], *pool.relationships[fandom.pk])
    ]
    TagParent.objects.bulk_create(parents, batch_size=_BATCH, ignore_conflicts=True)
    pairs = [
        (pool.fandoms[place], pool.fandoms[place // 10])
        for place in range(10, len(pool.fandoms), 10)
        if pool.fandoms[place].is_canonical and pool.fandoms[place // 10].is_canonical
    ]
    # A broad fandom is itself never narrower than another here, so the closure is the links.
    flat = [(low, high) for low, high in pairs if not any(high is other for other, _ in pairs)]
    MetaTagging.objects.bulk_create(
        [MetaTagging(subtag=low, metatag=high) for low, high in flat],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    TagAncestor.objects.bulk_create(
        [TagAncestor(tag=low, ancestor=high) for low, high in flat],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


def _synonyms(freeforms: list[Tag]) -> list[Tag]:
    """For each freeform what a creator may have typed: in one of eight cases a synonym of it."""
    chosen = [tag for tag in freeforms[::8] if tag.is_canonical]
    rows = [
        Tag(
            kind=Kind.FREEFORM,
            name=f"so much {tag.name}"[:150],
            folded=fold_name(f"so much {tag.name}"[:150]),
            synonym_of=tag,
        )
        for tag in chosen
    ]
    Tag.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    typed: list[Tag] = []
    for start in range(0, len(rows), _BATCH):
        folded = [row.folded for row in rows[start : start + _BATCH]]
        typed += Tag.objects.filter(kind=Kind.FREEFORM, folded__in=folded)
    return typed


_FIRST = [
    "Ada",
    "Bela",
    "Cora",
    "Dorn",
    "Edda",
    "Finn",
    "Gwen",
    "Hale",
    "Iris",
    "Joss",
    "Kit",
    "Lena",
    "Milo",
    "Nora",
    "Otto",
    "Pia",
    "Quin",
]
_LAST = [
    "Ashdown",
    "Birch",
    "Crane",
    "Dunmore",
    "Elsworth",
    "Farrow",
    "Grey",
    "Holloway",
    "Ives",
    "Jarrow",
    "Kestrel",
    "Lark",
]


def _person(fandom: int, number: int) -> str:
    first = _FIRST[(fandom * 7 + number) % len(_FIRST)]
    last = _LAST[(fandom * 5 + number * 3) % len(_LAST)]
    return f"{first} {last} {fandom + 1}-{number + 1}"
