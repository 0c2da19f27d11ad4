"""Collects the words of works while a segment is being written."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.documents import Document
from search.backends.scoring import FIELDS, TAG_KINDS
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.layout import (
    CODE_SHIFT,
    DOC_BITS,
    META_CODES,
    PLACE_BITS,
    TERM_SHIFT,
)
from search.backends.words import LONGEST_NAME, WordReader, text_fields

_LAST_PLACE = (1 << CODE_SHIFT) - 1
_LAST_TEXT_PLACE = (1 << PLACE_BITS) - 1
_PIECE = 300_000
DOC_MASK = np.uint64((1 << DOC_BITS) - 1)
PLACE_MASK = np.uint64((1 << PLACE_BITS) - 1)
TAIL_MASK = np.uint64((1 << TERM_SHIFT) - 1)


@dataclass
class TokenTable:
    """All words of a segment: a sorted dictionary, and tokens as packed numbers.

    A token is term number, ordinal and place in one 64-bit number; ``text`` and ``meta`` are
    sorted. ``language_of`` numbers ``languages``; ``lengths`` are places by work and field.
    """

    terms: Sequence[bytes]
    text: Array
    meta: Array
    languages: list[str]
    language_of: Array
    lengths: Array


class TokenPool:
    """Takes works one by one and gives the table of all their words."""

    def __init__(self, reader: WordReader) -> None:
        self._reader = reader
        self._text: list[Array] = []
        self._meta: list[Array] = []
        self._languages: dict[str, int] = {}
        self._language_of = array("H")
        self._lengths: list[list[int]] = []
        self._names: dict[tuple[str, str], tuple[Array, int]] = {}
        self.token_count = 0

    @property
    def lengths(self) -> Array:
        """Places by work and field."""
        return np.array(self._lengths, dtype=np.int64).reshape(-1, len(FIELDS))

    def add_work(self, document: Document) -> None:
        """Take the words of the next work."""
        doc = len(self._lengths)
        language = document.language
        self._language_of.append(self._languages.setdefault(language, len(self._languages)))
        lengths = dict.fromkeys(FIELDS, 0)
        for name, values in text_fields(document):
            length = self._add_field(doc, name, values, language)
            lengths["tag" if name in TAG_KINDS else name] += length
        self._lengths.append(list(lengths.values()))

    def _add_field(self, doc: int, name: str, values: Sequence[str], language: str) -> int:
        """Take one field; its length."""
        parts, base, last = self._text, doc << PLACE_BITS, _LAST_TEXT_PLACE
        if name != "text":
            parts, last = self._meta, _LAST_PLACE
            base |= META_CODES[name] << CODE_SHIFT
        start = total = 0
        for value in values:
            tokens, length = self._tokens(value, language)
            if not length:
                continue
            if start + length > last:
                tokens = tokens[(tokens & TAIL_MASK) < np.uint64(last - start)]
            parts.append(tokens + np.uint64(base + start))
            self.token_count += len(tokens)
            start = min(start + length + 1, last)
            total += length
        return total

    def _tokens(self, value: str, language: str) -> tuple[Array, int]:
        """Term numbers and places of a text in one number each, and its length.

        Names come again and again and are remembered; not to be written to.
        """
        known = self._names.get((value, language))
        if known is None:
            numbers, places, length = self._reader.analyse(value, language)
            tokens = numbers.astype(np.uint64) << np.uint64(TERM_SHIFT)
            tokens |= places
            known = tokens, length
            if len(value) <= LONGEST_NAME:
                self._names[value, language] = known
        return known

    def table(self) -> TokenTable:
        """Everything that was taken, sorted; the pool is empty afterwards."""
        text, meta = _drained(self._text), _drained(self._meta)
        seen = np.zeros(len(self._reader.table), bool)
        for tokens in (text, meta):
            mark_terms(tokens, seen)
        numbers = np.flatnonzero(seen).tolist()
        names = self._reader.table.terms
        terms = [names[number].encode("utf-8", "replace") for number in numbers]
        order = sorted(range(len(terms)), key=terms.__getitem__)
        new_number = np.zeros(len(seen), np.uint64)
        new_number[[numbers[at] for at in order]] = np.arange(len(order), dtype=np.uint64)
        return TokenTable(
            terms=[terms[at] for at in order],
            text=renumbered(text, new_number),
            meta=renumbered(meta, new_number),
            languages=list(self._languages),
            language_of=np.frombuffer(self._language_of, np.uint16),
            lengths=self.lengths,
        )


def _drained(parts: list[Array]) -> Array:
    """The parts in one array; each is let go as soon as it is copied."""
    tokens = np.empty(sum(map(len, parts)), np.uint64)
    end = len(tokens)
    while parts:
        part = parts.pop()
        tokens[end - len(part) : end] = part
        end -= len(part)
    return tokens


def mark_terms(tokens: Array, seen: Array) -> None:
    """Mark the terms that occur."""
    for begin in range(0, len(tokens), _PIECE):
        seen[tokens[begin : begin + _PIECE] >> np.uint64(TERM_SHIFT)] = True


def renumbered(tokens: Array, new_number: Array) -> Array:
    """The same array with other term numbers, sorted; it is changed where it stands."""
    shifted = new_number << np.uint64(TERM_SHIFT)
    for begin in range(0, len(tokens), _PIECE):
        piece = tokens[begin : begin + _PIECE]
        piece[:] = shifted.take(piece >> np.uint64(TERM_SHIFT)) | piece & TAIL_MASK
    tokens.sort()
    return tokens
