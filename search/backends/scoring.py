"""How relevant a work is, in whole numbers, so that every engine gives the very same order.

BM25F: the occurrences of a word are weighed by field and by the length of the field, added up, and
saturated. Everything is integer arithmetic on defined units; only the rarity of a word needs a
logarithm, which is rounded.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FIELDS = ("title", "creator", "tag", "series", "summary", "notes", "text")
"""The fields that count apart, in the order in which arrays hold them."""

TAG_KINDS = (
    "fandom",
    "character",
    "relationship",
    "freeform",
    "warning",
    "rating",
    "category",
    "media",
)
"""The kinds of tags; each is a text field of its own and a part of the field ``tag``."""

WEIGHTS = {"title": 7, "creator": 5, "tag": 4, "series": 3, "summary": 2, "notes": 1, "text": 1}
# How much the length of a field counts, in 256ths: names are short whatever they name.
_LENGTH_SHARE = {
    "title": 64,
    "creator": 64,
    "tag": 64,
    "series": 64,
    "summary": 160,
    "notes": 192,
    "text": 205,
}
UNIT = 1024
"""One occurrence of weight 1 in a field of usual length."""

SATURATION = 2048
"""Occurrences, in units, that are half of what can be reached: k1 = 2."""

ANY_FORM = 4
"""How often the impact of a word in any form counts, against once for its very form."""

FULL = ANY_FORM + 1
"""How often the impact of what has one form only counts: phrases, prefixes, fuzzy words."""

TOP_IMPACT = 255
"""The impact that is never quite reached."""

SHORTEST = 4
"""Shorter fields than the usual length divided by this gain nothing more."""

_RARITY_STEPS = 64

USUAL_LENGTHS = {
    "title": 4,
    "creator": 2,
    "tag": 24,
    "series": 3,
    "summary": 50,
    "notes": 50,
    "text": 3000,
}
"""Words in a field of a usual work; taken until a rebuild has measured the archive's own."""


@dataclass(frozen=True)
class Scale:
    """The usual length of each field in 16ths of a word, fixed for one generation of an index."""

    usual: tuple[int, ...] = tuple(USUAL_LENGTHS[name] * 16 for name in FIELDS)

    @classmethod
    def measured(cls, lengths: Iterable[Mapping[str, int]]) -> "Scale":
        """The mean lengths of these works; fields that are empty in all keep the usual ones."""
        totals = dict.fromkeys(FIELDS, 0)
        counts = dict.fromkeys(FIELDS, 0)
        for row in lengths:
            for name in FIELDS:
                length = row.get(name, 0)
                totals[name] += length
                counts[name] += length > 0
        return cls.from_totals(totals, counts)

    @classmethod
    def from_totals(cls, totals: Mapping[str, int], counts: Mapping[str, int]) -> "Scale":
        """The same from the sum of the lengths and the number of works that have the field."""
        return cls(
            tuple(
                max(16, totals[name] * 16 // counts[name])
                if counts[name]
                else USUAL_LENGTHS[name] * 16
                for name in FIELDS
            )
        )

    def norm(self, field: str, length: int) -> int:
        """What occurrences in a field of this length are divided by, in 256ths.

        Fields shorter than a quarter of the usual are taken for that long: a text of three words
        is no better than others because of it.
        """
        share = _LENGTH_SHARE[field]
        usual = self.usual[FIELDS.index(field)]
        return 256 - share + share * max(length * 16, usual // SHORTEST) // usual

    def amount(self, field: str, occurrences: int, length: int) -> int:
        """What occurrences in one field add, in units."""
        return WEIGHTS[field] * occurrences * UNIT * 256 // self.norm(field, length)


def length_share(field: str) -> int:
    """How much the length of the field counts, in 256ths."""
    return _LENGTH_SHARE[field]


def impact(amount: int) -> int:
    """An amount saturated: 1 to 255, and 0 for nothing."""
    if amount <= 0:
        return 0
    return max(1, TOP_IMPACT * amount // (amount + SATURATION))


def rarity(works: int, matching: int) -> int:
    """How much a word says that occurs in ``matching`` of all ``works``; at least 1."""
    odds = (works - matching + 0.5) / (matching + 0.5)
    return 1 + int(math.log1p(odds) * _RARITY_STEPS)
