"""Fingerprints of texts: MinHash signatures by which works with nearly the same text are found.

The likeness of two texts is the share of shingles (runs of five words) that they have in common.
A signature keeps, for each of 120 hash functions, the least hash of all shingles: two signatures
agree in about that share of places (A. Broder, On the resemblance and containment of documents,
1997). The functions are multiply-shift (M. Dietzfelbinger and others, 1997). Signatures are
stored, so nothing here may change without a new ``METHOD``: hashes come from BLAKE2, constants
are written out by a fixed generator, and no library's own hash is used.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from archive.core.text import fold_name

METHOD = 1
PLACES = 120
BANDS = 20
SHINGLE_WORDS = 5
SHINGLES_NEEDED = 40
_ROWS = PLACES // BANDS
_AT_ONCE = 8_192
# Scripts without spaces are taken character by character, as in the count of words.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")
_POWER = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def words_of(text: str) -> list[str]:
    """The words of a text, folded: case, accents and punctuation do not matter."""
    return _WORD.findall(fold_name(text))


def signature_of(words: Sequence[str]) -> bytes:
    """The signature of a text, 480 bytes; empty for a text too short to be compared."""
    shingles = _shingle_hashes(words)
    if len(shingles) < SHINGLES_NEEDED:
        return b""
    factors, terms = _functions()
    least = np.full(PLACES, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(shingles), _AT_ONCE):
        part = shingles[start : start + _AT_ONCE]
        hashed = (part[None, :] * factors[:, None] + terms[:, None]) >> np.uint64(32)
        least = np.minimum(least, hashed.min(axis=1).astype(np.uint32))
    return least.astype("<u4").tobytes()


def bands_of(signature: bytes) -> list[int]:
    """One value for each band; two texts that are four fifths alike share one almost surely."""
    if not signature:
        return []
    width = 4 * _ROWS
    return [
        int.from_bytes(
            hashlib.blake2b(signature[place * width : (place + 1) * width], digest_size=8).digest(),
            "little",
            signed=True,
        )
        for place in range(BANDS)
    ]


def likeness(one: bytes, other: bytes) -> int:
    """How alike two texts are by their signatures, in per cent."""
    if not one or not other:
        return 0
    left, right = np.frombuffer(one, dtype="<u4"), np.frombuffer(other, dtype="<u4")
    return round(100 * float((left == right).mean()))


def _shingle_hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """The different hashes of all runs of five words."""
    count = len(words) - SHINGLE_WORDS + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    hashes = np.fromiter((_word_hash(word) for word in words), dtype=np.uint64, count=len(words))
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(SHINGLE_WORDS):
        power = np.uint64(pow(_POWER, offset + 1, 1 << 64))
        total += hashes[offset : offset + count] * power
    total ^= total >> np.uint64(29)
    return np.unique(total)


@lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=1)
def _functions() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Odd factors and terms, drawn by splitmix64 (G. Steele and others, 2014) from zero."""
    drawn: list[int] = []
    state = 0
    for _ in range(2 * PLACES):
        state = (state + _POWER) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        drawn.append(mixed ^ (mixed >> 31))
    factors = np.array([value | 1 for value in drawn[:PLACES]], dtype=np.uint64)
    return factors, np.array(drawn[PLACES:], dtype=np.uint64)
