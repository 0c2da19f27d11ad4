"""Single words, phrases, prefixes and fuzzy words: works and strengths in one segment.

A node is prepared once for all segments; what comes out is a function of a segment.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from catalog.querytext.nodes import Fuzzy, Phrase, Prefix, Text
from search.analysis.query import QueryForms, query_prefix
from search.backends.deadline import Deadline
from search.backends.matching import fields_asked
from search.backends.scoring import FULL, TOP_IMPACT
from search.backends.whoosh.arrays import Array, edges_of, where_any
from search.backends.whoosh.counting import FieldCounter
from search.backends.whoosh.opened import List, Opened
from search.backends.whoosh.sequences import Part, places_of_any
from search.backends.whoosh.wordlists import NOTHING, Match, Word
from search.backends.words import asked_unit, asked_word, asks_something, near_form

Find: TypeAlias = Callable[[Opened, Deadline], Match]

ALL_FIELDS = fields_asked(None, "all")

_MANY = 4
"""With less than a quarter as many entries as works, sorting them is quicker than a table."""

_STRENGTH_BITS = 8
_STRENGTH_MASK = (1 << _STRENGTH_BITS) - 1


@lru_cache(maxsize=1024)
def prepare(node: Text, bases: tuple[str, ...], scope: str) -> Find | None:
    """How to find a node in a segment; None when there is nothing to look for.

    ``bases`` are the languages that the index has works in. Removed works are found as well.
    """
    if not asks_something(node):
        return None
    if node.field is None and scope == "all" and (forms := _plain_word(node, bases)):
        asked = Word(forms)
        return lambda opened, _: asked.everywhere(opened)
    names = fields_asked(node.field, scope)
    return _remembered((node, bases, names), _finder(node, bases, names))


def _remembered(key: Hashable, find: Find) -> Find:
    """The same, remembered in each segment unless the time was up before all was looked at.

    Who turns the page, filters or sorts asks for the same text again.
    """

    def found(opened: Opened, deadline: Deadline) -> Match:
        match = opened.matches.known(key)
        if match is None:
            match = find(opened, deadline)
            if not deadline.has_passed:
                opened.matches.keep(key, match)
        return match

    return found


def _finder(node: Text, bases: tuple[str, ...], names: tuple[str, ...]) -> Find:
    if isinstance(node, Prefix):
        return _prefix(node, names)
    if isinstance(node, Fuzzy) and (near := near_form(node)):
        return lambda opened, _: _of_spans(
            opened, names, [(at, at + 1) for at, _, _ in opened.vocabulary.near(near)]
        )
    forms = _plain_word(node, bases)
    if forms is None:
        return _sequences(node, bases, names)
    asked = Word(forms)
    return lambda opened, _: asked.in_fields(opened, names)


def _plain_word(node: Text, bases: tuple[str, ...]) -> QueryForms | None:
    """The forms of a node that is one word and wants neither more of it nor something like it."""
    if isinstance(node, Prefix) or (isinstance(node, Fuzzy) and near_form(node)):
        return None
    forms = asked_word(node, bases)
    return QueryForms((forms.folded,), ()) if forms and isinstance(node, Phrase) else forms


def _prefix(node: Prefix, names: tuple[str, ...]) -> Find:
    asked = query_prefix(node.text)
    if not asked.parts:
        return lambda opened, _: _of_spans(opened, names, [opened.vocabulary.span(asked.prefix)])
    parts = [Part.of(part, in_any_form=True) for part in asked.parts]
    parts.append(Part(asked.offset, beginning=asked.prefix))
    return lambda opened, deadline: _of_places(opened, names, [parts], deadline)


def _sequences(node: Text, bases: Sequence[str], names: tuple[str, ...]) -> Find:
    in_any_form = not isinstance(node, Phrase)
    sequences = [
        [Part.of(part, in_any_form=in_any_form) for part in alternative]
        for alternative in asked_unit(node, bases).alternatives
    ]
    return lambda opened, deadline: _of_places(opened, names, sequences, deadline)


def _of_spans(opened: Opened, names: tuple[str, ...], spans: Sequence[tuple[int, int]]) -> Match:
    """All terms within ranges of numbers: their impacts added up to the greatest there is."""
    spans = [span for span in spans if span[0] < span[1]]
    if not spans:
        return NOTHING
    if len(names) == len(ALL_FIELDS):
        docs, strengths = _listed(opened, spans)
    else:
        docs, strengths = FieldCounter(opened, names).of_each(spans)
    found, totals = _summed(docs, strengths, opened.works)
    return Match(found.astype(np.uint16), np.minimum(totals, TOP_IMPACT).astype(np.uint8), FULL)


def _summed(docs: Array, strengths: Array, works: int) -> List:
    """The strengths of each work added up; the works in rising order."""
    if len(docs) * _MANY > works:
        totals = np.zeros(works, np.uint32)
        # With these very types it takes half the time of bincount with weights.
        np.add.at(totals, docs.astype(np.intp), strengths.astype(np.uint32))
        found = where_any(totals)
        return found, totals.take(found)
    packed = docs.astype(np.int64) << _STRENGTH_BITS | strengths
    packed.sort()
    owners = packed >> _STRENGTH_BITS
    edges = edges_of(owners)
    if not len(edges):
        return owners, owners
    return owners.take(edges), np.add.reduceat(packed & _STRENGTH_MASK, edges)


def _listed(opened: Opened, spans: Sequence[tuple[int, int]]) -> List:
    """The prepared lists of all the terms, one behind the other."""
    start = opened["lists.start"]
    bounds = [(int(start[low]), int(start[high])) for low, high in spans]
    docs = [opened["lists.docs"][begin:end] for begin, end in bounds]
    strengths = [opened["lists.impacts"][begin:end] for begin, end in bounds]
    if len(bounds) == 1:
        return docs[0], strengths[0]
    return np.concatenate(docs), np.concatenate(strengths)


def _of_places(
    opened: Opened, names: tuple[str, ...], sequences: list[list[Part]], deadline: Deadline
) -> Match:
    counter = FieldCounter(opened, names)
    found = {group: places_of_any(opened, group, sequences, deadline) for group in counter.groups()}
    docs, strengths = counter.of_places(found)
    return Match(docs.astype(np.uint16), strengths, FULL)
