"""The words of each work that may tell it from others: kept at writing, so that nobody seeks them.

They are a work's strongest words (by impact, then by the word itself) but for the stop words of its
language. Which of them are rare is only known when similar works are asked for.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from search.analysis.stopwords import stop_words
from search.backends.memory import KEY_CANDIDATES
from search.backends.whoosh.arrays import Array, lengths_of
from search.backends.words import FIRST_FOLDED

_STEP = 4
"""So many impacts share one entry of the table that finds out where the strongest begin."""

_STEPS = 256 // _STEP
_DOC_SHIFT = 40
_IMPACT_SHIFT = 32
_NUMBER_MASK = (1 << _IMPACT_SHIFT) - 1


def key_terms(
    terms: Sequence[bytes],
    lists: tuple[Array, Array, Array],
    languages: Sequence[str],
    language_of: Array,
) -> Array:
    """For each work the numbers of its terms, filled up with the number of terms.

    ``lists`` are start, works and impacts of all terms.
    """
    start, docs, impacts = lists
    first = bisect_left(terms, FIRST_FOLDED.encode())
    impacts = impacts.copy()
    for number, language in enumerate(languages):
        for word in stop_words(language):
            term = word.encode()
            at = bisect_left(terms, term)
            if at < len(terms) and terms[at] == term:
                begin, end = int(start[at]), int(start[at + 1])
                spoken = language_of.take(docs[begin:end]) == number
                impacts[begin:end][spoken] = 0
    begin = int(start[first])
    docs, impacts = docs[begin:], impacts[begin:]
    kept = np.flatnonzero(_are_strong(docs, impacts, len(language_of)))
    numbers = np.repeat(np.arange(first, len(terms)), lengths_of(start[first:]))
    return _rows(docs.take(kept), impacts.take(kept), numbers.take(kept), len(language_of), terms)


def _are_strong(docs: Array, impacts: Array, works: int) -> Array:
    """Which postings may be among the strongest of their work: these and a few more."""
    steps = impacts // _STEP
    counts = np.bincount(docs.astype(np.intp) * _STEPS + steps, minlength=works * _STEPS)
    reached = np.cumsum(counts.reshape(works, _STEPS)[:, ::-1], axis=1) >= KEY_CANDIDATES
    # Where there are fewer words all are taken: argmax finds nothing and gives 0.
    from_top = np.where(reached.any(axis=1), reached.argmax(axis=1), _STEPS - 1)
    least = (_STEPS - 1 - from_top).astype(np.uint8)
    strong: Array = (steps >= least.take(docs)) & (impacts > 0)
    return strong


def _rows(docs: Array, impacts: Array, numbers: Array, works: int, terms: Sequence[bytes]) -> Array:
    keys = docs.astype(np.int64) << _DOC_SHIFT
    keys |= (255 - impacts.astype(np.int64)) << _IMPACT_SHIFT
    keys |= numbers
    keys.sort()
    owners = keys >> _DOC_SHIFT
    places = np.arange(len(keys)) - owners.searchsorted(owners)
    kept = places < KEY_CANDIDATES
    rows = np.full((works, KEY_CANDIDATES), len(terms), np.uint32)
    rows[owners[kept], places[kept]] = keys[kept] & _NUMBER_MASK
    return rows
