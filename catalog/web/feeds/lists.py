"""Lists of works as feeds: the parameters of the works list in, publications and facets out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy, ngettext

from archive.core.paging import check_within
from archive.core.viewer import Viewer
from catalog.filter_params import Params, without
from catalog.filters import WorkFilterSet
from catalog.finder import FacetValue, WorkPage, find_works, parse_text
from catalog.vocabulary import language_names
from catalog.web.asked import Names, describe
from catalog.web.feeds.model import FacetGroup, FacetLink, Feed, Paging
from catalog.web.feeds.publications import publications_of
from catalog.workquery import WorkQuery

_FACETS = {
    "fandom": gettext_lazy("Fandoms"),
    "rating": gettext_lazy("Ratings"),
    "warning": gettext_lazy("Content warnings"),
    "category": gettext_lazy("Categories"),
    "relationship": gettext_lazy("Relationships"),
    "character": gettext_lazy("Characters"),
    "freeform": gettext_lazy("Other tags"),
    "language": gettext_lazy("Languages"),
    "complete": gettext_lazy("State"),
}
_ORDERINGS = {
    "-updated": gettext_lazy("Newest chapter first"),
    "-published": gettext_lazy("Newest work first"),
    "-kudos": gettext_lazy("Most kudos first"),
    "-words": gettext_lazy("Longest first"),
    "words": gettext_lazy("Shortest first"),
    "title": gettext_lazy("By title"),
}
_STATES = {"true": gettext_lazy("Complete"), "false": gettext_lazy("In progress")}
_FACET_SIZE = 8


@dataclass(frozen=True)
class Asked:
    """A list of works: what was asked, the same in words, and what was found."""

    query: WorkQuery
    params: Params
    page: WorkPage
    words: str = ""


def ask_works(
    data: QueryDict | Mapping[str, Any],
    viewer: Viewer,
    base: WorkQuery | None = None,
    *,
    facets: bool = False,
    newest_first: bool = False,
) -> Asked:
    """Find what an address asks for; texts are read as far as they can be understood.

    Raises InvalidInput for parameters that are unknown or unusable, NotFound past the last page.
    """
    filters = WorkFilterSet(data, viewer=viewer, base=base, strict=False)
    query = filters.to_query()
    wanted = replace(
        query,
        facets=tuple(_FACETS) if facets else (),
        facet_size=_FACET_SIZE,
        highlight=False,
        ordering=query.ordering or ("-updated" if newest_first else ""),
    )
    page = find_works(wanted, viewer)
    check_within(filters.page, page.total)
    params = without(filters.to_params(), "facets", "facet_size", "highlight")
    return Asked(wanted, params, page, _in_words(filters, query, params))


def _in_words(filters: WorkFilterSet, query: WorkQuery, params: Params) -> str:
    """What was asked, as a title; creators and series have names that their own views know."""
    parsed, _ = parse_text(query)
    names = Names(filters.answers.tags, language_names())
    parts = describe(without(params, "creator_id", "series"), parsed, names)
    signs = {"not": gettext("not {}"), "or": gettext("or {}")}
    return ", ".join(signs.get(part.relation, "{}").format(part.text) for part in parts)


def works_feed(asked: Asked, viewer: Viewer, *, base: str, path: str, title: str, up: str) -> Feed:
    """One page of a list of works at a path of the catalogue."""
    page, query = asked.page, asked.query
    notices = list(page.notices)
    if page.left_out:
        notices.append(
            ngettext(
                "{n} work is left out because of tags you block.",
                "{n} works are left out because of tags you block.",
                page.left_out,
            ).format(n=page.left_out)
        )
    return Feed(
        path=address(path, asked.params),
        title=title,
        up=up,
        publications=publications_of(page.works, viewer, base),
        holds_works=True,
        facets=_facet_groups(asked, path),
        paging=paging(path, asked.params, page.total, query.page_size, query.page),
        notices=notices,
    )


def paging(path: str, params: Params, total: int, size: int, number: int) -> Paging:
    """The pages of a list of ``total`` rows."""
    last = max(1, -(-total // size))
    rest = without(params, "page")

    def at(page: int) -> str:
        return address(path, [*rest, ("page", str(page))] if page > 1 else rest)

    paths = {"first": at(1), "last": at(last)}
    if number > 1:
        paths["previous"] = at(min(number - 1, last))
    if number < last:
        paths["next"] = at(number + 1)
    return Paging(total, size, number, paths)


def address(path: str, params: Params) -> str:
    """A path with parameters."""
    return f"{path}?{urlencode(params)}" if params else path


def _facet_groups(asked: Asked, path: str) -> list[FacetGroup]:
    groups = [_order_group(asked, path)] if asked.page.total > 1 else []
    for kind, label in _FACETS.items():
        values = asked.page.facets.get(kind, [])
        if values and not _tells_nothing(values, asked.page.total):
            groups.append(_facet_group(asked, path, kind, str(label), values))
    return groups


def _tells_nothing(values: list[FacetValue], total: int) -> bool:
    """Whether all works share the only value, which was not asked for."""
    return len(values) == 1 and not values[0].selected and values[0].count == total


def _facet_group(
    asked: Asked, path: str, kind: str, label: str, values: list[FacetValue]
) -> FacetGroup:
    """One choice of each kind at a time, as the specification has it; the first takes it back."""
    name = kind if kind in ("language", "complete") else "tag"
    codes = [str(value.id) if value.id is not None else value.value for value in values]
    chosen = [code for code, value in zip(codes, values, strict=True) if value.selected]
    taken = {(name, code) for code in chosen}
    rest = [pair for pair in asked.params if pair not in taken and pair[0] != "page"]
    links = []
    if chosen:
        links.append(FacetLink(gettext("All"), address(path, rest)))
    for code, value in zip(codes, values, strict=True):
        title = str(_STATES[code]) if kind == "complete" else value.name
        links.append(
            FacetLink(
                title,
                address(path, [*rest, (name, code)]),
                value.count,
                is_active=bool(chosen) and code == chosen[0],
            )
        )
    return FacetGroup(label, links)


def _order_group(asked: Asked, path: str) -> FacetGroup:
    rest = without(asked.params, "ordering", "page")
    order = asked.query.ordering or ("" if asked.query.has_text else "-updated")
    choices = dict(_ORDERINGS)
    if asked.query.has_text:
        choices = {"relevance": gettext_lazy("Best match first"), **choices}
        order = order or "relevance"
    links = [
        FacetLink(str(title), address(path, [*rest, ("ordering", name)]), is_active=name == order)
        for name, title in choices.items()
    ]
    return FacetGroup(gettext("Order"), links)
