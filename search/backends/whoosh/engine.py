"""Runs one search over one state of the index."""

import random
from collections.abc import Sequence, Set
from operator import attrgetter

from catalog.querytext.nodes import Everything, Node, ParsedQuery
from catalog.workquery import WorkQuery
from search.backends.base import Hits
from search.backends.deadline import Deadline
from search.backends.matching import condition, order_of
from search.backends.whoosh.faceting import Facets, KeptFacets, count_facets
from search.backends.whoosh.filters import Filters
from search.backends.whoosh.ordering import Ranked, best_ids
from search.backends.whoosh.snapshot import Snapshot
from search.backends.whoosh.tree import Scored, TreeEvaluator

_counted_by = attrgetter(
    *("tags", "tags_any", "tags_not", "tags_blocked", "languages", "languages_not", "ranges"),
    *("dates", "flags", "series", "creators", "facets", "facet_size", "text_scope"),
)
"""What facets depend on in a query, but for its texts, which are in the tree."""

DEADLINE_SECONDS = 0.55
"""The step under way then is still done; facets, snippets and suggestions come after it."""


class Engine:
    """Searches a snapshot for one audience."""

    def __init__(
        self,
        snapshot: Snapshot,
        audience: Set[str],
        without: Sequence[int],
        seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._snapshot = snapshot
        self._audience = audience
        self._hidden = without
        self._without = snapshot.without(without)
        self._deadline = Deadline(seconds)

    def search(self, query: WorkQuery, parsed: ParsedQuery) -> Hits:
        """One page of hits with what goes with it."""
        root = condition(query, parsed)
        parts, left_out = self._matching(query, root)
        name, falls = order_of(query, parsed, root)
        ids = best_ids(parts, name, falls=falls, begin=query.offset, count=query.page_size)
        return Hits(
            ids=ids,
            total=sum(len(part.docs) for part in parts),
            facets=self._facets(query, root, parts) if query.facets else {},
            left_out=left_out,
            partial=self._deadline.has_passed,
        )

    def _facets(self, query: WorkQuery, root: Node, parts: list[Ranked]) -> Facets:
        """The facets, remembered unless the time was up: the next page has the same."""
        key = (_counted_by(query), root, frozenset(self._audience), frozenset(self._hidden))
        known = self._snapshot.facets.known(key)
        if known is None:
            known = KeptFacets(count_facets(query, self._snapshot, parts))
            if not self._deadline.has_passed:
                self._snapshot.facets.keep(key, known)
        return {facet: list(counts) for facet, counts in known.counts.items()}

    def random(self, query: WorkQuery, parsed: ParsedQuery, limit: int) -> list[int]:
        """Some hits by chance."""
        parts, _ = self._matching(query, condition(query, parsed))
        total = sum(len(part.docs) for part in parts)
        chosen = sorted(random.sample(range(total), min(limit, total)))
        ids: list[int] = []
        begin = 0
        for part in parts:
            end = begin + len(part.docs)
            docs = part.docs[[at - begin for at in chosen if begin <= at < end]]
            ids += part.view.opened.ids[docs].tolist()
            begin = end
        random.shuffle(ids)
        return ids

    def _matching(self, query: WorkQuery, root: Node) -> tuple[list[Ranked], int]:
        evaluator = TreeEvaluator(self._snapshot, query.text_scope, self._deadline)
        found = None if isinstance(root, Everything) else evaluator.find(root)
        filters = Filters(query)
        parts = []
        left_out = 0
        for at, view in enumerate(self._snapshot.views):
            part = None if found is None else found[at]
            if isinstance(part, Scored) and not len(part.docs):
                continue
            passed = filters.apply(view, part, view.open_to(self._audience), self._without[at])
            left_out += passed.left_out
            if len(passed.found.docs):
                parts.append(Ranked(view, at, passed.found))
        return parts, left_out
