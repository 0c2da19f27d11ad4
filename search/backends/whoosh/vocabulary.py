"""The words of a segment by beginning and by likeness."""

from functools import lru_cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.backends.whoosh.opened import Opened
from search.backends.words import FIRST_FOLDED


def prefix_span(opened: Opened, prefix: str) -> tuple[int, int]:
    """The numbers of the folded forms that begin so."""
    terms = opened.terms
    start = prefix.encode()
    low = terms.lower(start)
    # No byte of UTF-8 is 0xff, so nothing that begins so sorts behind this.
    return low, terms.lower(start + b"\xff")


def near_terms(opened: Opened, word: str, edits: int = 1) -> list[tuple[int, int]]:
    """The folded forms within so many edits (swapped neighbours are one), as ranges."""
    return [(number, number + 1) for number, _, _ in likely_terms(opened, word, edits)]


def likely_terms(opened: Opened, word: str, edits: int) -> list[tuple[int, int, str]]:
    """The same as number, distance and form."""
    found = []
    by_length = _by_length(opened)
    for length in range(max(len(word) - edits, 1), len(word) + edits + 1):
        numbers, forms = by_length.get(length, ((), ()))
        hits = process.extract(
            word, forms, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=None
        )
        found += [(numbers[at], int(distance), form) for form, distance, at in hits]
    return sorted(found)


@lru_cache(maxsize=64)
def _by_length(opened: Opened) -> dict[int, tuple[list[int], list[str]]]:
    """Folded forms by their length in characters, with their numbers."""
    first = opened.terms.lower(FIRST_FOLDED.encode())
    forms = [term.decode() for term in opened.terms.between(first, len(opened.terms))]
    lengths = np.fromiter(map(len, forms), np.int64, len(forms))
    groups = {}
    for length in np.unique(lengths).tolist():
        places = np.flatnonzero(lengths == length)
        groups[length] = ((places + first).tolist(), [forms[at] for at in places.tolist()])
    return groups
