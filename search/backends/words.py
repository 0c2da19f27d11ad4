"""What the engines need of text analysis: the words of documents, and of the parts of a query."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np

from catalog.documents import Document
from catalog.querytext.nodes import Fuzzy, Phrase, Prefix, Text
from search.analysis.bulk import BulkAnalyzer, Ids, TermTable
from search.analysis.query import (
    QueryForms,
    QueryUnit,
    query_forms,
    query_phrase,
    query_prefix,
    query_unit,
)
from search.analysis.stem import base_language
from search.backends.scoring import TAG_KINDS

FIRST_FOLDED = "\x03"
"""Folded forms sort behind this; stems and very forms, which have a sign in front, before it."""

_MANY_TERMS = 250_000
"""A term with the tokens that lead to it takes some 400 bytes; to learn it again 10 microseconds."""

_MANY_TOKENS = 200_000
"""So many tokens are remembered over all languages, each with some 150 bytes."""

_MANY_NAMES = 20_000
LONGEST_NAME = 64
"""Names of tags and creators come again and again: texts up to this length are remembered."""

Name: TypeAlias = tuple[list[int], list[int], int]
"""Term numbers and places of a short text, and how many places there are."""

_NOTHING = (np.empty(0, np.uint32), np.empty(0, np.uint32), 0)


class WordReader:
    """Analyses the texts of many documents; not to be shared between threads."""

    def __init__(self) -> None:
        self.table = TermTable()
        self._analysers: dict[str, BulkAnalyzer] = {}
        self._names: dict[tuple[str, str], Name] = {}

    def analyse(self, text: str, language: str) -> tuple[Ids, Ids, int]:
        """Term numbers, their places, and how many places there are; not to be written to."""
        return self._analyser(base_language(language)).analyse(text) if text else _NOTHING

    def analyse_name(self, text: str, language: str) -> Name:
        """The same for a short text, remembered; not to be written to."""
        base = base_language(language)
        known = self._names.get((text, base))
        if known is None:
            if len(self._names) >= _MANY_NAMES:
                self._names.clear()
            known = self._names[text, base] = self._analyser(base).analyse_name(text)
        return known

    def _analyser(self, base: str) -> BulkAnalyzer:
        # The one used last stands last.
        analyser = self._analysers.pop(base, None) or BulkAnalyzer(base, self.table)
        self._analysers[base] = analyser
        return analyser

    def forget_if_many(self) -> None:
        """Start anew when the vocabulary has grown large; numbers given before are void.

        Of many tokens in several languages those of the languages used last are kept.
        """
        tokens = sum(map(len, self._analysers.values()))
        while tokens > _MANY_TOKENS and len(self._analysers) > 1:
            oldest = next(iter(self._analysers))
            tokens -= len(self._analysers.pop(oldest))
        if len(self.table) > _MANY_TERMS:
            self.table = TermTable()
            self._analysers = {}
            self._names = {}


def text_fields(document: Document) -> list[tuple[str, Sequence[str]]]:
    """The texts of a document by field; the values of one field never run into each other."""
    fields: list[tuple[str, Sequence[str]]] = [
        ("title", [document.title]),
        ("creator", document.creators),
        ("series", document.series),
        ("summary", [document.summary]),
        ("notes", [document.notes]),
        ("text", [part for chapter in document.chapters for part in chapter]),
    ]
    return fields + [(kind, document.tag_names.get(kind, ())) for kind in TAG_KINDS]


def bases_of(languages: Iterable[str]) -> tuple[str, ...]:
    """The languages as analysis knows them, each once, sorted."""
    return tuple(sorted(set(map(base_language, languages))))


def asked_unit(node: Text, languages: Sequence[str]) -> QueryUnit:
    """What a word or phrase consists of in the languages that the index has works in."""
    if isinstance(node, Phrase):
        return query_phrase(node.text, languages)
    return query_unit(node.text, languages)


def asked_word(node: Text, languages: Sequence[str]) -> QueryForms | None:
    """The forms of a node that is a single word."""
    alternatives = asked_unit(node, languages).alternatives
    is_single = len(alternatives) == 1 and len(alternatives[0]) == 1
    return alternatives[0][0].forms if is_single else None


def asks_something(node: Text) -> bool:
    """Whether there is anything to look for."""
    if isinstance(node, Prefix):
        asked = query_prefix(node.text)
        return bool(asked.prefix)
    return bool(asked_unit(node, ()).alternatives)


def near_form(node: Fuzzy) -> str | None:
    """The folded form a fuzzy word is compared with; None for a compound."""
    forms = asked_word(node, ())
    return forms.folded if forms else None


def folded_word(text: str) -> str:
    """The folded form of a single word; empty when it is none, or more than one."""
    forms = query_forms(text, ())
    return forms.folded if forms else ""


def is_folded(term: str) -> bool:
    """Whether a term of the index is a word as such, neither a stem nor a very form."""
    return term >= FIRST_FOLDED
