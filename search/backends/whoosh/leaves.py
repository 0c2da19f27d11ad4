"""Single words, phrases, prefixes and fuzzy words in one segment: works and strengths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.querytext.nodes import Fuzzy, Phrase, Prefix, Text
from search.analysis.query import QueryForms, QueryPart, QueryPrefix, query_prefix
from search.backends.matching import fields_asked
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.counting import FieldCounter, packed_places
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.snapshot import View
from search.backends.whoosh.vocabulary import near_terms, prefix_span
from search.backends.words import asked_unit, asked_word, asks_something, near_form

Match = tuple[Array, Array]
"""Ordinals, rising, and a strength for each."""

NOTHING: Match = (np.empty(0, np.uint16), np.empty(0, np.int32))


@dataclass(frozen=True)
class _Asked:
    """A part of a phrase: its offset, and what may stand there."""

    offset: int
    forms: QueryForms | None
    beginning: str = ""


class LeafFinder:
    """Finds text nodes; ``bases`` are the languages that the index has works in."""

    def __init__(self, bases: Sequence[str], scope: str) -> None:
        self._bases = bases
        self._scope = scope

    def find(self, view: View, node: Text) -> Match:
        """The living works of a segment that match."""
        if not asks_something(node):
            raise ValueError("There is nothing to look for.")
        if not len(view.opened.terms):
            return NOTHING
        docs, strengths = self._find(view.opened, node)
        if view.alive is None:
            return docs, strengths
        kept = view.alive[docs]
        return docs[kept], strengths[kept]

    def _find(self, opened: Opened, node: Text) -> Match:
        names = fields_asked(node.field, self._scope)
        is_everywhere = node.field is None and self._scope == "all"
        if isinstance(node, Prefix):
            return self._prefix(opened, query_prefix(node.text), names)
        if isinstance(node, Fuzzy) and (near := near_form(node)):
            return _of_spans(opened, names, near_terms(opened, near))
        forms = asked_word(node, self._bases)
        if forms is None:
            return self._sequences(opened, node, names)
        if isinstance(node, Phrase):
            folded = QueryForms((forms.folded,), ())
            forms = folded
        if is_everywhere:
            return word_everywhere(opened, forms)
        return _word_in_fields(opened, forms, names)

    def _prefix(self, opened: Opened, asked: QueryPrefix, names: Iterable[str]) -> Match:
        if not asked.parts:
            return _of_spans(opened, names, [prefix_span(opened, asked.prefix)])
        sequence = [_Asked(part.offset, part.forms) for part in asked.parts]
        sequence.append(_Asked(asked.offset, None, asked.prefix))
        return self._places(opened, [sequence], names)

    def _sequences(self, opened: Opened, node: Text, names: Iterable[str]) -> Match:
        alternatives = asked_unit(node, self._bases).alternatives
        in_any_form = not isinstance(node, Phrase)
        return self._places(
            opened,
            [[_asked(part, in_any_form=in_any_form) for part in a] for a in alternatives],
            names,
        )

    def _places(self, opened: Opened, sequences: list[list[_Asked]], names: Iterable[str]) -> Match:
        counter = FieldCounter(opened, names)
        counts: Array | int = 0
        for group in counter.groups():
            begins = [_begins(opened, group, sequence) for sequence in sequences]
            places = begins[0] if len(begins) == 1 else np.unique(np.concatenate(begins))
            counts = counts + counter.of_places(group, places)
        return _matching(counter.impacts(np.asarray(counts)), 2)


def _asked(part: QueryPart, *, in_any_form: bool) -> _Asked:
    forms = part.forms if in_any_form else QueryForms((part.forms.folded,), ())
    return _Asked(part.offset, forms)


def _matching(strengths: Array, factor: int) -> Match:
    docs = np.flatnonzero(strengths).astype(np.uint16)
    return docs, strengths[docs].astype(np.int32) * factor


def word_everywhere(opened: Opened, forms: QueryForms) -> Match:
    """A word over all fields, from the prepared lists."""
    folded = opened.list_of(forms.folded.encode())
    stems = [_stem_list(opened, base, terms, forms.folded) for base, terms in forms.by_language]
    lists = [found for found in (folded, *stems) if found is not None]
    very = forms.exact[:-1]
    if not lists:
        return NOTHING
    if len(lists) == 1 and folded is not None and not very:
        docs, strengths = folded
        return docs, strengths.astype(np.int32) * 2
    in_any_form = _best(opened.works, lists)
    exact = [opened.list_of(term.encode()) for term in very] if very else [folded]
    both = in_any_form + _best(opened.works, [found for found in exact if found is not None])
    docs = np.flatnonzero(in_any_form).astype(np.uint16)
    return docs, both[docs]


def _stem_list(
    opened: Opened, base: str, terms: tuple[str, ...], folded: str
) -> tuple[Array, Array] | None:
    """The works in this language with any word of the stem; None when nothing comes on top."""
    if base not in opened.bases:
        return None
    plain, stem = terms
    found = opened.list_of(stem.encode())
    if found is not None or plain == folded:
        return found
    # No other form of the stem occurs here, and its list was not worth having.
    alone = opened.list_of(plain.encode())
    spoken = opened.is_in(base)
    if alone is None or spoken is None:
        return alone
    docs, strengths = alone
    kept = spoken[docs]
    return docs[kept], strengths[kept]


def _best(works: int, lists: list[tuple[Array, Array]]) -> Array:
    """The greatest impact in each work."""
    best = np.zeros(works, np.int32)
    for docs, strengths in lists:
        best[docs] = np.maximum(best[docs], strengths)
    return best


def _word_in_fields(opened: Opened, forms: QueryForms, names: Iterable[str]) -> Match:
    counter = FieldCounter(opened, names)

    def strengths(terms: Iterable[str]) -> Array:
        return counter.impacts(counter.of_terms([opened.terms.find(t.encode()) for t in terms]))

    folded = strengths([forms.folded])
    in_any_form = folded.copy()
    for base, terms in forms.by_language:
        if base in opened.bases:
            found = strengths(terms)
            spoken = opened.is_in(base)
            if spoken is not None:
                found[~spoken] = 0
            np.maximum(in_any_form, found, out=in_any_form)
    exact = folded
    if forms.exact[:-1]:
        exact = np.maximum.reduce([strengths([term]) for term in forms.exact[:-1]])
    docs = np.flatnonzero(in_any_form).astype(np.uint16)
    return docs, in_any_form[docs].astype(np.int32) + exact[docs]


def _of_spans(opened: Opened, names: Iterable[str], spans: Sequence[tuple[int, int]]) -> Match:
    counter = FieldCounter(opened, names)
    return _matching(counter.impacts(counter.of_spans(spans)), 2)


def _begins(opened: Opened, group: str, sequence: list[_Asked]) -> Array:
    """Where all parts stand at their offsets, as ordinal and place, rising."""
    numbered = [(asked, _numbers(opened, asked)) for asked in sequence]
    among = _holding_all(opened, group, [numbers for _, numbers in numbered])
    if not among.any():
        return np.empty(0, np.int64)
    found = sorted(
        (_occurrences(opened, group, numbers, among) - asked.offset for asked, numbers in numbered),
        key=len,
    )
    begins = found[0]
    for places in found[1:]:
        begins = _common(begins, places)
    return begins


_Numbers = list[tuple[int, int, str]]


def _numbers(opened: Opened, asked: _Asked) -> _Numbers:
    """Ranges of term numbers, each with the language it is restricted to, or none."""
    if asked.forms is None:
        return [(*prefix_span(opened, asked.beginning), "")]
    wanted = [(asked.forms.folded, "")]
    for base, terms in asked.forms.by_language:
        if base in opened.bases:
            wanted += [(term, base) for term in terms if term != asked.forms.folded]
    numbers = [(opened.terms.find(term.encode()), base) for term, base in wanted]
    return [(number, number + 1, base) for number, base in numbers if number >= 0]


def _holding_all(opened: Opened, group: str, parts: list[_Numbers]) -> Array:
    """Which works hold something of every part."""
    start, docs = opened[f"{group}.start"], opened[f"{group}.docs"]
    among = np.ones(opened.works, bool)
    for numbers in parts:
        here = np.zeros(opened.works, bool)
        for low, high, _ in numbers:
            here[docs[int(start[low]) : int(start[high])]] = True
        among &= here
    return among


def _occurrences(opened: Opened, group: str, numbers: _Numbers, among: Array) -> Array:
    found = []
    for low, high, base in numbers:
        spoken = opened.is_in(base) if base else None
        works = among if spoken is None else among & spoken
        found += [packed_places(opened, group, number, works) for number in range(low, high)]
    if len(found) == 1:
        return found[0]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _common(few: Array, many: Array) -> Array:
    if not len(many):
        return many
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    common: Array = few[many[at] == few]
    return common
