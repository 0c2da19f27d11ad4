"""Counts the facets of a whole result."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from catalog.workquery import WorkQuery
from search.backends.facets import (
    FacetValue,
    as_state,
    asked_facets,
    best_values,
    selected_values,
)
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.layout import FLAGS
from search.backends.whoosh.ordering import Ranked
from search.backends.whoosh.snapshot import Snapshot, View

_COMPLETE = FLAGS.index("complete")


def count_facets(
    query: WorkQuery, snapshot: Snapshot, parts: list[Ranked]
) -> dict[str, list[tuple[FacetValue, int]]]:
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
    counts = np.zeros(len(table.ids), np.int64)
    for part in parts:
        counts[table.numbers[part.number]] += _direct_counts(part)
    found: dict[str, dict[FacetValue, int]] = {}
    for kind in kinds:
        among = table.of_kind(kind)
        chosen = among[_most(counts[among], size)]
        found[kind] = dict(zip(table.ids[chosen].tolist(), counts[chosen].tolist(), strict=True))
    for tag in wanted:
        number = table.number_of(tag)
        if number >= 0 and table.kind_names[table.kinds[number]] in found:
            found[table.kind_names[table.kinds[number]]][tag] = int(counts[number])
    return found


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
    rows = view["direct.rows"]
    if len(part.docs) < view.works:
        rows = rows.take(part.docs, axis=0)
    counts = np.bincount(rows.ravel(), minlength=tags + 1)[:tags]
    over = view["direct.over_docs"]
    if len(over):
        counts = counts + _overflow(view, part.docs, tags)
    return counts


def _overflow(view: View, docs: Array, tags: int) -> Array:
    mask = np.zeros(view.works, bool)
    mask[docs] = True
    chosen = mask[view["direct.over_docs"]]
    return np.bincount(view["direct.over_tags"][chosen], minlength=tags)
