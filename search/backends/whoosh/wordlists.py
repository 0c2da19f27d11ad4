"""Where a word stands in one segment, in any of its forms, and how strongly."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from search.analysis.query import QueryForms
from search.backends.scoring import ANY_FORM, FULL
from search.backends.whoosh.arrays import Array, distinct, where_any
from search.backends.whoosh.counting import FieldCounter
from search.backends.whoosh.opened import List, Opened

_FEW = 16
"""With fewer entries than a part so large of the works, sorting them is quicker than a table."""


@dataclass(slots=True)
class Match:
    """Ordinals, rising, and a strength for each, which is ``strengths`` times ``factor``.

    ``table``, where it is to be had quickly, gives ``strengths`` by ordinal, 0 elsewhere.
    """

    docs: Array
    strengths: Array
    factor: int = 1
    table: Callable[[], Array] | None = None

    @property
    def nbytes(self) -> int:
        """What it takes in memory besides the map of the file."""
        return 1000 + sum(
            array.nbytes for array in (self.docs, self.strengths) if array.base is None
        )


NOTHING = Match(np.empty(0, np.uint16), np.empty(0, np.uint8))


class Word:
    """One word with all its forms."""

    def __init__(self, forms: QueryForms) -> None:
        self._forms = forms
        self._folded = forms.folded.encode()
        self._very = [term.encode() for term in forms.exact[:-1]]
        self._stems = [
            (base, terms[0].encode(), terms[1].encode()) for base, terms in forms.by_language
        ]

    def everywhere(self, opened: Opened) -> Match:
        """Over all fields, from the prepared lists; remembered."""
        return opened.matches.get(self._forms, lambda: self._everywhere(opened))

    def _everywhere(self, opened: Opened) -> Match:
        folded = opened.list_of(self._folded)
        lists = [] if folded is None else [folded]
        for stem in self._stems:
            if stem[0] in opened.spoken:
                found = self._stem_list(opened, *stem)
                if found is not None:
                    lists.append(found)
        if not lists:
            return NOTHING
        if len(lists) == 1 and folded is not None and not self._very:
            match = Match(*folded, FULL)
        else:
            very = [found for term in self._very if (found := opened.list_of(term)) is not None]
            match = _united(
                opened.works, lists, very if self._very else lists[: folded is not None]
            )
        match.table = partial(opened.tables.get, self._forms, partial(_spread, opened.works, match))
        return match

    def _stem_list(self, opened: Opened, base: str, plain: bytes, stem: bytes) -> List | None:
        """The works in this language with any word of the stem; None when it adds nothing."""
        found = opened.list_of(stem)
        if found is not None or plain == self._folded:
            return found
        # No other form of the stem occurs in this segment: the word that is the stem stands alone.
        alone = opened.list_of(plain)
        spoken = opened.is_in(base)
        if alone is None or spoken is None:
            return alone
        docs, strengths = alone
        kept = spoken.take(docs)
        return docs.compress(kept), strengths.compress(kept)

    def in_fields(self, opened: Opened, names: tuple[str, ...]) -> Match:
        """In some fields, counted place by place."""
        counter = FieldCounter(opened, names)
        find = opened.terms.find
        folded = counter.of_terms([find(self._folded)])
        lists = [folded]
        for base, plain, stem in self._stems:
            if base in opened.spoken:
                lists.append(counter.of_terms([find(plain), find(stem)], opened.is_in(base)))
        very = [counter.of_terms([find(term)]) for term in self._very]
        return _united(opened.works, lists, very if self._very else [folded])


def _united(works: int, lists: list[List], exact: list[List]) -> Match:
    """The greatest impact of any form in each work, and on top of it that of the very form."""
    if sum(len(docs) for docs, _ in lists) * _FEW < works:
        docs = distinct(np.concatenate([docs for docs, _ in lists])).astype(np.uint16, copy=False)
        both = ANY_FORM * _greatest(len(docs), lists, docs) + _greatest(len(docs), exact, docs)
        return Match(docs, both)
    in_any_form = _greatest(works, lists)
    both = ANY_FORM * in_any_form + _greatest(works, exact)
    docs = where_any(in_any_form).astype(np.uint16)
    return Match(docs, both.take(docs))


def _greatest(size: int, lists: list[List], among: Array | None = None) -> Array:
    """The greatest impact by work, or for each of some works that hold all of the lists."""
    best = np.zeros(size, np.uint16)
    for number, (docs, strengths) in enumerate(lists):
        at = docs.astype(np.intp) if among is None else among.searchsorted(docs)
        best[at] = np.maximum(best.take(at), strengths) if number else strengths
    return best


def _spread(works: int, match: Match) -> Array:
    table = np.zeros(works, match.strengths.dtype)
    table[match.docs.astype(np.intp)] = match.strengths
    return table
