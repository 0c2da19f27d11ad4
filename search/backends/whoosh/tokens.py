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
_TAIL = (1 << TERM_SHIFT) - 1
_PIECE = 300_000
DOC_MASK = np.uint64((1 << DOC_BITS) - 1)
PLACE_MASK = np.uint64((1 << PLACE_BITS) - 1)
TAIL_MASK = np.uint64(_TAIL)


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
        # Tokens of names, which are few for each field: lists are quicker than little arrays.
        self._text_names = array("Q")
        self._meta_names = array("Q")
        self._names: dict[tuple[str, str], tuple[list[int], int]] = {}
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
        texts, names = self._text, self._text_names
        base, last = doc << PLACE_BITS, _LAST_TEXT_PLACE
        if name != "text":
            texts, names, last = self._meta, self._meta_names, _LAST_PLACE
            base |= META_CODES[name] << CODE_SHIFT
        start = total = 0
        for value in values:
            room, begin = last - start, base + start
            if len(value) <= LONGEST_NAME:
                few, length = self._name_tokens(value, language)
                if length > room:
                    few = [token for token in few if token & _TAIL < room]
                names.extend([token + begin for token in few])
                self.token_count += len(few)
            else:
                tokens, length = self._tokens(value, language)
                if length > room:
                    tokens = tokens[(tokens & TAIL_MASK) < np.uint64(room)]
                texts.append(tokens + np.uint64(begin))
                self.token_count += len(tokens)
            if length:
                start = min(start + length + 1, last)
                total += length
        return total

    def _tokens(self, value: str, language: str) -> tuple[Array, int]:
        """Term numbers and places of a text in one number each, and its length."""
        numbers, places, length = self._reader.analyse(value, language)
        tokens = numbers.astype(np.uint64) << np.uint64(TERM_SHIFT)
        tokens |= places
        return tokens, length

    def _name_tokens(self, value: str, language: str) -> tuple[list[int], int]:
        """The same for a name, remembered; not to be written to."""
        known = self._names.get((value, language))
        if known is None:
            numbers, places, length = self._reader.analyse_name(value, language)
            pairs = zip(numbers, places, strict=True)
            known = [number << TERM_SHIFT | place for number, place in pairs], length
            self._names[value, language] = known
        return known

    def table(self) -> TokenTable:
        """Everything that was taken, sorted; the pool is empty afterwards."""
        text = _drained(self._text, self._text_names)
        meta = _drained(self._meta, self._meta_names)
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


def _drained(parts: list[Array], names: "array[int]") -> Array:
    """The parts and the tokens of names in one array; each is let go as soon as it is copied."""
    parts.append(np.array(names, np.uint64))
    del names[:]
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
