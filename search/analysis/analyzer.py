"""Text analysis of documents: the tokens of a text in its language, with their places."""

import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from search.analysis.classes import ASCII_TOKENS, token_pattern
from search.analysis.pieces import Piece, Shape, index_terms, shape_of
from search.analysis.stem import base_language

ANALYSER_VERSION = "1"
"""Raised with every change that gives a text other terms; an index of another must be rebuilt."""


@lru_cache(maxsize=1)
def analyser_version() -> str:
    """The version of everything that the terms of a text depend on."""
    stemmers = version("snowballstemmer")
    return f"{ANALYSER_VERSION}/unicode-{unicodedata.unidata_version}/snowball-{stemmers}"


class Token(NamedTuple):
    """One form of a word at its place.

    ``text`` is the folded form, ``very`` keeps accents, ``stem`` is the folded stem; ``terms`` is
    what the index holds for it. ``start`` and ``end`` are the place in the text as given.
    ``is_part`` is false for the joined form of a compound, which stands beside its parts.
    """

    text: str
    very: str
    stem: str
    terms: tuple[str, ...]
    position: int
    start: int
    end: int
    is_part: bool


LONGEST_CACHED = 40
"""Longer tokens hardly come twice; kept, they would fill the memory."""


@lru_cache(maxsize=100_000)
def _cached_shape(token: str, language: str) -> Shape:
    return shape_of(token, language)


def shape_in(token: str, language: str) -> Shape:
    """The shape of a token, remembered if it is likely to come again."""
    if len(token) > LONGEST_CACHED:
        return shape_of(token, language)
    return _cached_shape(token, language)


def raw_tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a text as they stand in it."""
    pattern = ASCII_TOKENS if text.isascii() else token_pattern()
    return pattern.finditer(text)


def token_at(piece: Piece, terms: tuple[str, ...], position: int, begin: int) -> Token:
    """The token of a piece in a text: ``position`` and ``begin`` are those of the whole token."""
    return Token(
        piece.folded,
        piece.very,
        piece.stem,
        terms,
        position + piece.offset,
        begin + piece.start,
        begin + piece.end,
        piece.is_part,
    )


class Analyzer:
    """Analyses texts of one language; instances hold no state but the language."""

    def __init__(self, language: str) -> None:
        self.language = base_language(language)

    def tokens(self, text: str) -> Iterator[Token]:
        """All forms of all words, in the order of their first position."""
        position = 0
        for match in raw_tokens(text):
            shape = shape_in(match[0], self.language)
            for piece in shape.pieces:
                yield token_at(piece, piece.terms(self.language), position, match.start())
            position += shape.width

    def find(self, text: str, wanted: AbstractSet[str]) -> Iterator[Token]:
        """The tokens that have one of the wanted index terms: what to mark in a text.

        Much faster than ``tokens``: each different word of the text is looked at once.
        """
        known: dict[str, tuple[int, tuple[Piece, ...]]] = {}
        position = 0
        for match in raw_tokens(text):
            width, pieces = known.get(match[0]) or self._wanted(match[0], wanted, known)
            for piece in pieces:
                yield token_at(piece, piece.terms(self.language), position, match.start())
            position += width

    def _wanted(
        self, token: str, wanted: AbstractSet[str], known: dict[str, tuple[int, tuple[Piece, ...]]]
    ) -> tuple[int, tuple[Piece, ...]]:
        shape = shape_in(token, self.language)
        pieces = tuple(
            piece for piece in shape.pieces if not wanted.isdisjoint(piece.terms(self.language))
        )
        known[token] = shape.width, pieces
        return shape.width, pieces

    def terms(self, text: str) -> tuple[list[str], list[int]]:
        """Every index term of the text and its position; ``bulk`` does the same faster."""
        terms: list[str] = []
        positions: list[int] = []
        position = 0
        for match in raw_tokens(text):
            shape = shape_in(match[0], self.language)
            for term, offset in index_terms(shape, self.language):
                terms.append(term)
                positions.append(position + offset)
            position += shape.width
        return terms, positions
