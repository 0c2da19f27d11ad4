"""Analysis at indexing speed: a whole text to arrays of term numbers and positions.

The tokens of a text are looked up together; the terms of one are worked out when it is first met.
What is known of all tokens lies in flat arrays, so that the rest is numpy.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis.classes import (
    APOSTROPHES,
    ASCII_JOINERS,
    ASCII_TOKENS,
    JOINERS,
    cluster_pattern,
    token_pattern,
    unspaced_pattern,
)
from search.analysis.fold import TURKIC
from search.analysis.pieces import index_terms, plain_terms, shape_of
from search.analysis.slots import TokenSlots
from search.analysis.stem import base_language

Ids = npt.NDArray[np.uint32]
_Array = npt.NDArray[Any]
_MAX_ENTRIES = 500_000
_MAX_ENTRY_TERMS = 4_000_000
_TYPOGRAPHY = (
    *(("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"')),
    *(("—", " "), ("–", " "), ("…", " "), ("\u00a0", " "), ("\u2009", " "), ("\u200a", " ")),
    *(("\u202f", " "), ("\ufeff", " "), ("\u2060", ""), ("\u00ad", "")),
)
# Beside a sign that may join words these decide what is one token, so they cannot just be left out.
_INVISIBLE_AT_JOINER = re.compile(
    "[{0}][\u2060\u00ad]|[\u2060\u00ad][{0}]".format(re.escape(JOINERS + APOSTROPHES))
)
# What is no letter, digit or joiner ends a word; joiners at its border are dealt with once a word.
_ASCII_LETTERS = "".join(
    chr(code) for code in range(128) if chr(code).isalnum() or chr(code) in ASCII_JOINERS
)
_ASCII_BORDERS = "".join(chr(code) if chr(code) in _ASCII_LETTERS else " " for code in range(128))
_SHORT = 2000
"""Up to so many characters one look-up after the other is quicker than all at once."""
# Keys for the letters of an unspaced script: the first and the second of a pair.
_FIRST, _SECOND = "\0", "\1"


class TermTable:
    """Numbers for terms, in the order they are met; shared by the analysers of one build."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self.terms: list[str] = []

    def __len__(self) -> int:
        return len(self.terms)

    def id_of(self, term: str) -> int:
        """The number of a term, a new one if need be."""
        known = self._ids.get(term)
        if known is None:
            known = self._ids[term] = len(self.terms)
            self.terms.append(term)
        return known


class _Entries(dict[str, int]):
    """Numbers for tokens, with the terms of each; an unknown token is worked out when asked for.

    Entry ``n`` takes ``widths[n]`` positions and has the terms from ``firsts[n]`` on, ``counts[n]``
    of them, in ``term_ids`` and ``offsets``.
    """

    def __init__(self, language: str, table: TermTable) -> None:
        super().__init__()
        self.language = language
        self.table = table
        # Elsewhere the small letter of an ASCII letter is one as well.
        self._is_plain = language not in TURKIC
        self.widths: _Array = np.zeros(4096, np.uint32)
        self.counts: _Array = np.zeros(4096, np.intp)
        self.firsts: _Array = np.zeros(4096, np.intp)
        self.term_ids: _Array = np.zeros(16384, np.uint32)
        self.offsets: _Array = np.zeros(16384, np.uint32)
        self.used = 0
        self.known = 0

    def __missing__(self, token: str) -> int:
        if self._is_plain and token.isascii() and token.isalnum():
            small = token.lower()
            if small != token:
                number = self[token] = self[small]
                return number
            return self._add(token, [(term, 0) for term in plain_terms(token, self.language)], 1)
        bare = token.strip(ASCII_JOINERS)
        if bare != token and bare in self:
            number = self[token] = self[bare]
            return number
        if token[0] in {_FIRST, _SECOND}:
            at = int(token[0] == _SECOND)
            terms = index_terms(shape_of(token[1:], self.language), self.language)
            return self._add(token, [(term, 0) for term, offset in terms if offset == at], 1)
        found: list[tuple[str, int]] = []
        width = 0
        for match in ASCII_TOKENS.finditer(token) if token.isascii() else (token,):
            shape = shape_of(match if isinstance(match, str) else match[0], self.language)
            terms = index_terms(shape, self.language)
            found += [(term, offset + width) for term, offset in terms]
            width += shape.width
        return self._add(token, found, width)

    def _add(self, token: str, terms: Iterable[tuple[str, int]], width: int) -> int:
        number = self.known
        if number == len(self.widths):
            self.widths, self.counts, self.firsts = map(
                _doubled, (self.widths, self.counts, self.firsts)
            )
        first = self.used
        for term, offset in terms:
            if self.used == len(self.term_ids):
                self.term_ids, self.offsets = _doubled(self.term_ids), _doubled(self.offsets)
            self.term_ids[self.used] = self.table.id_of(term)
            self.offsets[self.used] = offset
            self.used += 1
        self.widths[number] = width
        self.counts[number] = self.used - first
        self.firsts[number] = first
        self[token] = number
        self.known += 1
        return number


def _plain_typography(text: str) -> str:
    """The text with typewriter signs if that makes it ASCII, whose tokens are found faster."""
    if text.isascii() or _INVISIBLE_AT_JOINER.search(text):
        return text
    plain = text
    for sign, typed in _TYPOGRAPHY:
        plain = plain.replace(sign, typed)
    return plain if plain.isascii() else text


def _tokens(text: str) -> list[str]:
    """The tokens one after the other."""
    if text.isascii():
        return text.translate(_ASCII_BORDERS).split()
    tokens = token_pattern().findall(text)
    return _in_pairs(tokens) if unspaced_pattern().search(text) else tokens


def _in_pairs(tokens: list[str]) -> list[str]:
    """The tokens, with runs of unspaced scripts cut into keys of one position each.

    Whole runs hardly come twice, pairs of letters do.
    """
    is_run = unspaced_pattern().match
    clusters_of = cluster_pattern().findall
    keys: list[str] = []
    for token in tokens:
        clusters = clusters_of(token) if is_run(token) else ()
        if len(clusters) < 2:
            keys.append(token)
            continue
        keys += [f"{_FIRST}{first}{second}" for first, second in pairwise(clusters)]
        keys.append(f"{_SECOND}{clusters[-2]}{clusters[-1]}")
    return keys


def _doubled(array: _Array) -> _Array:
    return np.concatenate((array, np.zeros_like(array)))


class BulkAnalyzer:
    """Analyses many texts of one language; not to be shared between threads."""

    def __init__(self, language: str, table: TermTable) -> None:
        self.language = base_language(language)
        self.table = table
        self._forget()

    def __len__(self) -> int:
        """How many tokens it has learnt."""
        return len(self._entries)

    def _forget(self) -> None:
        self._entries = _Entries(self.language, self.table)
        self._slots = TokenSlots(_ASCII_LETTERS, self._entries.__getitem__)

    def analyse(self, text: str) -> tuple[Ids, Ids, int]:
        """Term numbers and positions, position by position, and how many positions there are."""
        entries = self._known()
        text = _plain_typography(text)
        if text.isascii() and len(text) > _SHORT:
            numbers = self._slots.numbers(text)
        else:
            tokens = _tokens(text)
            numbers = np.fromiter(map(entries.__getitem__, tokens), np.intp, len(tokens))
        widths = entries.widths.take(numbers)
        ends = np.cumsum(widths, dtype=np.uint32)
        length = int(ends[-1]) if len(ends) else 0
        counts = entries.counts.take(numbers)
        upto = np.cumsum(counts, dtype=np.intp)
        total = int(upto[-1]) if len(upto) else 0
        # Each token's terms stand side by side: count up from each token's first.
        shift = entries.firsts.take(numbers) - (upto - counts)
        if total == len(numbers) and (counts == 1).all():
            places, begins = shift + np.arange(total), ends - widths
        else:
            places, begins = np.arange(total) + shift.repeat(counts), (ends - widths).repeat(counts)
        return entries.term_ids.take(places), begins + entries.offsets.take(places), length

    def analyse_name(self, text: str) -> tuple[list[int], list[int], int]:
        """The same for a few words, one after the other, which takes no detour by arrays."""
        entries = self._known()
        numbers: list[int] = []
        positions: list[int] = []
        length = 0
        for token in _tokens(_plain_typography(text)):
            entry = entries[token]
            first = entries.firsts.item(entry)
            upto = first + entries.counts.item(entry)
            numbers += entries.term_ids[first:upto].tolist()
            positions += [length + offset for offset in entries.offsets[first:upto].tolist()]
            length += entries.widths.item(entry)
        return numbers, positions, length

    def _known(self) -> _Entries:
        """What is known of all tokens, which is forgotten before it fills the memory."""
        if len(self._entries) > _MAX_ENTRIES or self._entries.used > _MAX_ENTRY_TERMS:
            self._forget()
        return self._entries

    def terms(self, text: str) -> tuple[list[str], Ids]:
        """The same as arrays, with the terms themselves."""
        ids, positions, _ = self.analyse(text)
        terms = self.table.terms
        return [terms[number] for number in ids.tolist()], positions
