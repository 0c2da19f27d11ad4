"""Numbers for the ASCII tokens of a text, found all at once instead of one by one.

A token of up to sixteen bytes is two 64-bit numbers, which are looked up in a table with open
addressing: a token's first slot follows from its bytes, and where that is taken the next free one
is used. Only tokens that are new, or longer, are cut out as strings.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.intp]
_Words = npt.NDArray[np.uint64]

_WIDTH = 16
_FIRST_BITS = 14
# Odd numbers without a pattern; which slot a token takes is nobody's business but its speed.
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_OTHER_MIXER = np.uint64(0xC2B2AE3D27D4EB4F)


def _masks(first: int) -> _Words:
    """For each length of a token those bytes of a word from byte ``first`` on that belong to it."""
    held = [max(min(length - first, 8), 0) for length in range(_WIDTH + 1)]
    return np.array([(1 << 8 * count) - 1 for count in held], np.uint64)


_FIRST_MASK, _SECOND_MASK = _masks(0), _masks(8)


class TokenSlots:
    """Gives the number of each token; ``number_of`` is asked for those not met before."""

    def __init__(self, letters: str, number_of: Callable[[str], int]) -> None:
        """``letters`` are the ASCII characters that tokens consist of."""
        self._number_of = number_of
        self._table = bytes(code if chr(code) in letters else 0 for code in range(256))
        self._bits = _FIRST_BITS
        self._clear()

    def numbers(self, text: str) -> Numbers:
        """The numbers of the tokens of an ASCII text, in order."""
        data = b"\0" + text.encode("ascii").translate(self._table) + b"\0" * _WIDTH
        is_letter = np.frombuffer(data, np.uint8) != 0
        edges = np.flatnonzero(is_letter[1:] ^ is_letter[:-1])
        begins = edges[::2] + 1
        lengths = edges[1::2] + 1 - begins
        shape = (len(data) - 7,)
        # One word for each byte of the text: views that overlap, not copies.
        words = np.ndarray(shape, np.dtype("<u8"), data, strides=(1,))
        limited = np.minimum(lengths, _WIDTH)
        first = words[begins] & _FIRST_MASK.take(limited)
        second = words[np.minimum(begins + 8, len(data) - 8)] & _SECOND_MASK.take(limited)
        found = self._look_up(first, second)
        found[lengths > _WIDTH] = -1
        missing = np.flatnonzero(found < 0)
        if len(missing):
            spans = zip(begins[missing].tolist(), lengths[missing].tolist(), strict=True)
            # The data have one byte more in front than the text.
            found[missing] = [
                self._number_of(text[begin - 1 : begin - 1 + length]) for begin, length in spans
            ]
            entered = missing[lengths[missing] <= _WIDTH]
            self._enter(first[entered], second[entered], found[entered])
        return found

    def _clear(self) -> None:
        size = 1 << self._bits
        self._used = 0
        self._first = np.zeros(size, np.uint64)
        self._second = np.zeros(size, np.uint64)
        self._known = np.full(size, -1, np.intp)

    def _homes(self, first: _Words, second: _Words) -> Numbers:
        """The slots where to begin looking."""
        mixed = first * _MIXER ^ second * _OTHER_MIXER
        mixed ^= mixed >> np.uint64(32)
        mixed *= _MIXER
        return (mixed >> np.uint64(64 - self._bits)).astype(np.intp)

    def _look_up(self, first: _Words, second: _Words) -> Numbers:
        """The numbers of those that are known, -1 for the others."""
        slots = self._homes(first, second)
        found = self._known.take(slots)
        is_other = (self._first.take(slots) != first) | (self._second.take(slots) != second)
        left = np.flatnonzero(is_other & (found >= 0))
        slots = slots[left]
        while len(left):
            slots = (slots + 1) & (len(self._known) - 1)
            found[left] = self._known.take(slots)
            is_other = self._first.take(slots) != first[left]
            is_other |= self._second.take(slots) != second[left]
            is_other &= found[left] >= 0
            left, slots = left[is_other], slots[is_other]
        return found

    def _enter(self, first: _Words, second: _Words, numbers: Numbers) -> None:
        """Give slots to tokens; one may be among them several times."""
        while (self._used + len(first)) * 2 > len(self._known):
            self._grow()
        homes = self._homes(first, second).tolist()
        rows = zip(homes, first.tolist(), second.tolist(), numbers.tolist(), strict=True)
        for home, one, two, number in rows:
            slot = home
            while self._known[slot] >= 0:
                if self._first[slot] == one and self._second[slot] == two:
                    break
                slot = (slot + 1) & (len(self._known) - 1)
            else:
                self._first[slot], self._second[slot], self._known[slot] = one, two, number
                self._used += 1

    def _grow(self) -> None:
        held = np.flatnonzero(self._known >= 0)
        rows = self._first[held], self._second[held], self._known[held]
        self._bits += 1
        self._clear()
        self._enter(*rows)
