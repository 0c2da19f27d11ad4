"""The query side of text analysis: which terms of the index a word of a query stands for."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from search.analysis.analyzer import raw_tokens, shape_in
from search.analysis.fold import fold_term
from search.analysis.pieces import STEM, VERY, Piece
from search.analysis.stem import base_language, has_stemmer

DEFAULT_LANGUAGES = ("en",)


class QueryForms(NamedTuple):
    """The terms of one word.

    ``exact`` ends with the folded form, before which the very form stands if it has accents.
    ``stems`` are the terms of other forms; together with the folded form they find every work.

    ``by_language`` is the precise meaning, for an engine that knows the language of each work: in
    works of that language its terms cover each occurrence in any form exactly once, in works of
    all other languages the folded form does. (``die`` is a form of ``dies`` in English alone.)
    """

    exact: tuple[str, ...]
    stems: tuple[str, ...]
    by_language: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def folded(self) -> str:
        """The term for phrases: without case and accents, but not stemmed."""
        return self.exact[-1]


class QueryPart(NamedTuple):
    """One word of a unit, ``offset`` positions behind its first."""

    forms: QueryForms
    offset: int


class QueryUnit(NamedTuple):
    """What a word or a phrase of a query consists of.

    ``parts`` must stand at their offsets from one another; any of ``joined`` alone does as well,
    where the unit has a form of its own: ``armrest`` for arm-rest. A unit such as M/M is its
    joined form only. Without parts there is nothing to look for.
    """

    parts: tuple[QueryPart, ...]
    joined: tuple[QueryForms, ...] = ()

    @property
    def alternatives(self) -> tuple[tuple[QueryPart, ...], ...]:
        """Sequences of which any one will do."""
        singles = tuple((QueryPart(forms, 0),) for forms in self.joined)
        return (self.parts, *singles) if self.parts else singles


def query_forms(word: str, languages: Sequence[str] = DEFAULT_LANGUAGES) -> QueryForms | None:
    """The terms of a single word; None when there is none, or more than one."""
    unit = query_unit(word, languages)
    if len(unit.parts) == 1:
        return unit.parts[0].forms
    return unit.joined[0] if unit.joined and not unit.parts else None


def query_unit(text: str, languages: Sequence[str] = DEFAULT_LANGUAGES) -> QueryUnit:
    """What the text of a Word consists of; ``languages`` are those that the index has works in."""
    return _unit(text, _usable(languages))


def query_phrase(text: str, languages: Sequence[str] = DEFAULT_LANGUAGES) -> QueryUnit:
    """What the text of a Phrase consists of: parts only, of which ``folded`` counts."""
    unit = _unit(text, _usable(languages))
    if unit.parts:
        return QueryUnit(unit.parts)
    return unit


class QueryPrefix(NamedTuple):
    """What the text of a Prefix consists of: words, then the beginning of one right behind them.

    ``offset`` is the place of ``prefix`` among the parts.
    """

    parts: tuple[QueryPart, ...]
    prefix: str
    offset: int


def query_prefix(text: str) -> QueryPrefix:
    """The folded beginning of a word, with whole words before it in a compound."""
    unit = _unit(text, ())
    if unit.parts:
        *before, last = unit.parts
        return QueryPrefix(tuple(before), last.forms.folded, last.offset)
    if unit.joined:
        return QueryPrefix((), unit.joined[0].folded, 0)
    return QueryPrefix((), fold_term(text), 0)


def _usable(languages: Sequence[str]) -> tuple[str, ...]:
    bases = dict.fromkeys(map(base_language, languages))
    return tuple(sorted(base for base in bases if has_stemmer(base)))


@lru_cache(maxsize=4096)
def _unit(text: str, languages: tuple[str, ...]) -> QueryUnit:
    parts: list[QueryPart] = []
    joined: list[QueryForms] = []
    position = 0
    tokens = [match[0] for match in raw_tokens(text)]
    for token in tokens:
        shapes = {language: shape_in(token, language) for language in languages or ("",)}
        first = next(iter(shapes.values()))
        for index, piece in enumerate(first.pieces):
            siblings = {language: shape.pieces[index] for language, shape in shapes.items()}
            if piece.is_part:
                parts.append(QueryPart(_forms(siblings), position + piece.offset))
            elif len(tokens) == 1 and piece.end - piece.start == len(token) and first.width > 1:
                joined.append(_forms(siblings))
        position += first.width
    is_unit = len(joined) == 1 and not joined[0].folded.isalnum()
    return QueryUnit(() if is_unit else tuple(parts), tuple(joined))


def _forms(pieces: dict[str, Piece]) -> QueryForms:
    """The terms of one piece, whose form is the same in all languages but its stem is not."""
    first = next(iter(pieces.values()))
    very = dict.fromkeys(
        VERY + piece.very for piece in pieces.values() if piece.very != piece.folded
    )
    by_language = tuple(
        (language, (piece.stem, f"{STEM}{language}:{piece.stem}"))
        for language, piece in pieces.items()
        if language and piece.is_word
    )
    stems = dict.fromkeys(term for _, terms in by_language for term in terms)
    stems.pop(first.folded, None)
    return QueryForms((*very, first.folded), tuple(stems), by_language)
