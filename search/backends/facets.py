"""Facets: how often each tag, language and state occurs in a result."""

from collections import Counter
from collections.abc import Iterable, Mapping

from catalog.documents import Document
from catalog.workquery import WorkQuery

FacetValue = int | str


def asked_facets(query: WorkQuery) -> list[str]:
    """The facets of a query, each once."""
    return list(dict.fromkeys(query.facets))


def selected_values(query: WorkQuery, facet: str, kinds: Mapping[int, str]) -> list[FacetValue]:
    """The values of this facet that the query itself names; ``kinds`` knows the kind of a tag."""
    if facet == "language":
        return list(query.languages)
    if facet == "complete":
        return [as_state(wanted) for name, wanted in query.flags if name == "complete"]
    tags = [*query.tags, *(tag for group in query.tags_any for tag in group)]
    return [tag.id for tag in tags if kinds.get(tag.id) == facet]


def as_state(value: object) -> str:
    """A flag as the value of a facet."""
    return "true" if value else "false"


def best_values(
    counts: Mapping[FacetValue, int], selected: Iterable[FacetValue], size: int
) -> list[tuple[FacetValue, int]]:
    """The most frequent values, ties in rising order, and behind them the selected others."""
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [item for item in best if item[1] > 0][:size]
    there = {value for value, _ in shown}
    others = dict.fromkeys(value for value in selected if value not in there)
    return shown + [(value, counts.get(value, 0)) for value in others]


def count_facets(
    query: WorkQuery, documents: list[Document], kinds: Mapping[int, str]
) -> dict[str, list[tuple[FacetValue, int]]]:
    """The facets of a query over these documents, one by one."""
    facets = {}
    for facet in asked_facets(query):
        counts: Counter[FacetValue] = Counter()
        for document in documents:
            counts.update(_values(document, facet))
        selected = selected_values(query, facet, kinds)
        facets[facet] = best_values(counts, selected, query.facet_size)
    return facets


def _values(document: Document, facet: str) -> list[FacetValue]:
    if facet == "language":
        return [document.language] if document.language else []
    if facet == "complete":
        return [as_state(document.flags["complete"])]
    return [tag for tag in set(document.direct_tags) if document.tag_kinds.get(tag) == facet]
