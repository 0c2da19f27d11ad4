"""Counts the facets of a whole result."""

from collections import Counter

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
    counts = _tag_counts(parts, kinds, query.facet_size) if kinds else {}
    if "language" in asked:
        counts["language"] = _languages(parts)
    if "complete" in asked:
        counts["complete"] = _states(parts)
    known = snapshot.tag_kinds if kinds and (query.tags or query.tags_any) else {}
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
    parts: list[Ranked], kinds: list[str], size: int
) -> dict[str, dict[FacetValue, int]]:
    """All counts of direct tags, by kind."""
    found: dict[str, Counter[FacetValue]] = {kind: Counter() for kind in kinds}
    for part in parts:
        if not len(part.docs):
            continue
        numbers = _direct_counts(part)
        of_kind = part.view["tag.kinds"]
        names = part.view.opened.kinds
        used = np.flatnonzero(numbers)
        for kind in kinds:
            if kind not in names:
                continue
            chosen = used[of_kind[used] == names.index(kind)]
            ids = part.view.opened.tag_ids[chosen].tolist()
            counts = numbers[chosen].tolist()
            if found[kind]:
                found[kind].update(dict(zip(ids, counts, strict=True)))
            else:
                found[kind] = Counter(dict(zip(ids, counts, strict=True)))
    return {kind: dict(counts) for kind, counts in found.items()}


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
