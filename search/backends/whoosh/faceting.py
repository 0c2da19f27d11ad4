"""Counts the facets of a whole result."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from catalog.workquery import WorkQuery
from search.backends.facets import (
    FacetValue,
    as_state,
    asked_facets,
    best_values,
    selected_values,
)
from search.backends.whoosh.arrays import Array, distinct, where_any
from search.backends.whoosh.layout import FLAGS
from search.backends.whoosh.ordering import Ranked
from search.backends.whoosh.snapshot import Snapshot, TagTable, View

_COMPLETE = FLAGS.index("complete")

_FEW_TAGS = 4096
"""Of a segment with no more of them all tags that occur are looked at."""


Facets: TypeAlias = dict[str, list[tuple[FacetValue, int]]]


@dataclass(frozen=True, slots=True)
class KeptFacets:
    """The facets of one query, which are remembered until the next commit."""

    counts: Facets

    @property
    def nbytes(self) -> int:
        """About what they and the query take in memory."""
        return 2000 + 200 * sum(map(len, self.counts.values()))


def count_facets(query: WorkQuery, snapshot: Snapshot, parts: list[Ranked]) -> Facets:
    """The facets that a query asks for."""
    asked = asked_facets(query)
    kinds = [facet for facet in asked if facet not in {"language", "complete"}]
    selected = [*query.tags, *(tag for group in query.tags_any for tag in group)]
    known = {tag.id: snapshot.kind_of(tag.id) for tag in selected}
    counts: dict[str, dict[FacetValue, int]] = {}
    if kinds:
        counts = _tag_counts(snapshot, parts, kinds, known, query.facet_size)
    if "language" in asked:
        counts["language"] = _languages(parts)
    if "complete" in asked:
        counts["complete"] = _states(parts)
    return {
        facet: best_values(counts[facet], selected_values(query, facet, known), query.facet_size)
        for facet in asked
    }


def _languages(parts: list[Ranked]) -> Counter[FacetValue]:
    counts: Counter[FacetValue] = Counter()
    for part in parts:
        numbers = np.bincount(part.view["work.language"][part.docs])
        for number in np.flatnonzero(numbers).tolist():
            code = part.view.opened.languages[number]
            if code:
                counts[code] += int(numbers[number])
    return counts


def _states(parts: list[Ranked]) -> Counter[FacetValue]:
    counts: Counter[FacetValue] = Counter()
    for part in parts:
        complete = int((part.view["work.flags"][part.docs] >> _COMPLETE & 1).sum())
        counts[as_state(value=True)] += complete
        counts[as_state(value=False)] += len(part.docs) - complete
    return counts


def _tag_counts(
    snapshot: Snapshot, parts: list[Ranked], kinds: list[str], wanted: Iterable[int], size: int
) -> dict[str, dict[FacetValue, int]]:
    """By kind the most frequent direct tags, and those that are wanted anyway."""
    table = snapshot.tags
    counts = [_direct_counts(part) for part in parts]
    named = [table.number_of(tag) for tag in wanted]
    numbers = [np.array([number for number in named if number >= 0], np.int64)]
    if parts:
        numbers += _candidates(table, parts, counts, kinds, size)
    among = distinct(np.concatenate(numbers))
    totals = _totals(table.ids.take(among), parts, counts)
    kind_of = table.kinds.take(among)
    found: dict[str, dict[FacetValue, int]] = {}
    for kind in kinds:
        places = np.flatnonzero(kind_of == table.kind_number(kind))
        chosen = places[_most(totals[places], size)]
        ids = table.ids[among[chosen]]
        found[kind] = dict(zip(ids.tolist(), totals[chosen].tolist(), strict=True))
    for number in numbers[0].tolist():
        name = table.kind_names[table.kinds[number]]
        if name in found:
            found[name][int(table.ids[number])] = int(totals[among.searchsorted(number)])
    return found


def _candidates(
    table: TagTable, parts: list[Ranked], counts: list[Array], kinds: list[str], size: int
) -> list[Array]:
    """The numbers of all tags that may be among the most frequent of their kind.

    What stands last among those of one segment cannot be less frequent in all of them, and a tag
    that reaches this number in the sum has its share of it in one segment at least.
    """
    least: dict[str, int] = {}
    found = []
    for part, own in sorted(zip(parts, counts, strict=True), key=lambda pair: -len(pair[0].docs)):
        numbers = table.numbers[part.number]
        if len(own) <= _FEW_TAGS:
            found.append(numbers.take(where_any(own)))
            continue
        for kind in kinds:
            places = table.places_of(part.number, kind)
            some = own.take(places)
            if kind not in least:
                least[kind] = max(-(-_last_of_most(some, size) // len(parts)), 1)
            found.append(numbers.take(places.take((some >= least[kind]).nonzero()[0])))
    return found


def _last_of_most(counts: Array, size: int) -> int:
    """How large the last of the ``size`` largest counts is; 0 where there are fewer."""
    if len(counts) < size:
        return 0
    least = int(counts.max())
    while least:
        # A guess that leaves few to be put in order; popularity falls steeply.
        least //= 4
        large = counts.compress(counts > least)
        if len(large) >= size:
            return int(np.partition(large, len(large) - size)[len(large) - size])
    return 0


def _totals(ids: Array, parts: list[Ranked], counts: list[Array]) -> Array:
    """How often these tags occur in all parts together."""
    totals = np.zeros(len(ids), np.int64)
    for part, own in zip(parts, counts, strict=True):
        known = part.view.opened.tag_ids
        if len(known):
            at = known.searchsorted(ids)
            at[at == len(known)] = 0
            totals += np.where(known.take(at) == ids, own.take(at), 0)
    return totals


def _most(counts: Array, size: int) -> Array:
    """Where the largest counts stand, earlier ones first among equals."""
    if len(counts) > 4 * size:
        least = max(int(np.partition(counts, len(counts) - size)[len(counts) - size]), 1)
        places = np.flatnonzero(counts >= least)
    else:
        places = np.flatnonzero(counts)
    best: Array = places[np.argsort(-counts[places], kind="stable")][:size]
    return best


def _direct_counts(part: Ranked) -> Array:
    """How often each tag number of the segment occurs directly on the works."""
    view = part.view
    tags = len(view.opened.tag_ids)
    if len(part.docs) * 2 <= view.live_count:
        return _counted(view, part.docs, tags)
    # Most works of the segment are among them: what the others have is taken off the whole.
    others = np.ones(view.works, bool) if view.alive is None else view.alive.copy()
    others[part.docs] = False
    whole = view.direct_counts[:tags]
    docs = np.flatnonzero(others)
    return whole - _counted(view, docs, tags) if len(docs) else whole


def _counted(view: View, docs: Array, tags: int) -> Array:
    numbers = view["direct.rows"].take(docs, axis=0).ravel()
    over = view["direct.over_docs"]
    if len(over):
        mask = np.zeros(view.works, bool)
        mask[docs] = True
        numbers = np.concatenate((numbers, view["direct.over_tags"].compress(mask.take(over))))
    return np.bincount(numbers, minlength=tags + 1)[:tags]
