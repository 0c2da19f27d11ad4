"""A list of works with its filter panel, from the address to what the template draws."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.core.errors import FieldError, InvalidInput
from archive.core.paging import check_within
from archive.core.viewer import Viewer
from catalog.filters import WorkFilterSet
from catalog.finder import FacetValue, WorkPage, find_works
from catalog.models import Language
from catalog.web.asked import AskedPart, describe
from catalog.web.cards import WorkCard, cards_of
from catalog.workquery import FACET_KINDS, WorkQuery

_FACET_LABELS = {
    "rating": "Ratings",
    "warning": "Warnings",
    "category": "Categories",
    "fandom": "Fandoms",
    "relationship": "Relationships",
    "character": "Characters",
    "freeform": "Other tags",
    "language": "Languages",
}
_OPEN_FACETS = ("rating", "warning", "category", "fandom")
ORDERINGS = (
    ("", "Best match, or newest"),
    ("-updated", "Newest chapter first"),
    ("-published", "Newest work first"),
    ("published", "Oldest work first"),
    ("title", "Title"),
    ("creator", "Creator"),
    ("-words", "Longest first"),
    ("words", "Shortest first"),
    ("-kudos", "Most kudos"),
    ("-bookmarks", "Most bookmarks"),
    ("-comments", "Most comments"),
    ("-hits", "Most hits"),
)


@dataclass
class PanelValue:
    """One value of a facet in the panel; ``state`` is in, out or empty."""

    value: str
    name: str
    count: int
    state: str = ""


@dataclass
class PanelFacet:
    """One facet of the panel with the names of its two parameters."""

    kind: str
    label: str
    include: str
    exclude: str
    values: list[PanelValue]
    is_open: bool


@dataclass
class Listing:
    """What the list page draws."""

    filters: WorkFilterSet
    params: list[tuple[str, str]]
    page: WorkPage | None = None
    cards: list[WorkCard] = field(default_factory=list)
    facets: list[PanelFacet] = field(default_factory=list)
    asked: list[AskedPart] = field(default_factory=list)
    problem: InvalidInput | None = None
    given: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many works there are."""
        return self.page.total if self.page else 0

    @property
    def pages(self) -> list[tuple[int | None, str]]:
        """Page numbers with their addresses; None stands for a gap."""
        if self.page is None:
            return []
        query = self.page.query
        last = max(1, -(-self.page.total // query.page_size))
        near = {1, 2, last - 1, last, *range(query.page - 2, query.page + 3)}
        numbers = sorted(number for number in near if 1 <= number <= last)
        rows: list[tuple[int | None, str]] = []
        for number in numbers if last > 1 else []:
            if rows and number - (rows[-1][0] or 0) > 1:
                rows.append((None, ""))
            rows.append((number, self.address(page=number)))
        return rows

    @property
    def query_string(self) -> str:
        """The list without its page number: for feeds, the API and the next search."""
        return urlencode([(name, value) for name, value in self.params if name != "page"])

    def address(self, *, page: int) -> str:
        """The query string of another page of the list."""
        rest = [(name, value) for name, value in self.params if name != "page"]
        return "?" + urlencode([*rest, ("page", str(page))] if page > 1 else rest)


def make_listing(request: HttpRequest, base: WorkQuery | None = None) -> Listing:
    """Find what the address asks for; a fault in it is kept beside an empty list."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    filters = WorkFilterSet(request.GET, viewer=viewer, base=base, strict=False)
    given = {name: value for name, value in request.GET.items() if value}
    try:
        query = filters.to_query()
        params = filters.to_params()
        if base is not None:
            params = _without_base(params, base)
        page = find_works(
            replace(query, facets=FACET_KINDS, highlight=query.has_text, lenient=True), viewer
        )
    except InvalidInput as error:
        return Listing(filters, list(given.items()), problem=error, given=given)
    check_within(filters.page, page.total)
    listing = Listing(filters, params, page, given=given)
    listing.cards = cards_of(page.works, viewer, page.snippets)
    listing.facets = _facets(query, page, filters)
    listing.asked = describe(params, filters.answers.tags, _language_names(query))
    return listing


def render_listing(
    request: HttpRequest, template: str, listing: Listing, context: dict[str, object]
) -> HttpResponse:
    """The page of a list; 400 when the address could not be understood."""
    context = {"listing": listing, "orderings": ORDERINGS, **context}
    return render(request, template, context, status=400 if listing.problem else 200)


def errors_of(problem: InvalidInput) -> Iterable[FieldError]:
    """The faults to list, the whole sentence when there are no parts."""
    return problem.errors or [FieldError("", problem.code, problem.detail)]


def _without_base(params: list[tuple[str, str]], base: WorkQuery) -> list[tuple[str, str]]:
    fixed = {("exact_tag" if tag.exact else "tag", str(tag.id)) for tag in base.tags}
    fixed |= {("series", str(pk)) for pk in base.series}
    fixed |= {("creator_id", str(pk)) for pk in base.creators}
    return [pair for pair in params if pair not in fixed]


def _facets(query: WorkQuery, page: WorkPage, filters: WorkFilterSet) -> list[PanelFacet]:
    wanted = {tag.id for tag in query.tags}
    unwanted = {tag.id for tag in query.tags_not}
    rows = []
    for kind, label in _FACET_LABELS.items():
        if kind == "language":
            values = _language_values(query, page.facets.get(kind, []))
        else:
            values = _tag_values(kind, page.facets.get(kind, []), wanted, unwanted, filters)
        if not values:
            continue
        is_open = kind in _OPEN_FACETS or any(value.state for value in values)
        rows.append(PanelFacet(kind, label, kind, f"{kind}__not", values, is_open))
    return rows


def _tag_values(
    kind: str,
    found: list[FacetValue],
    wanted: set[int],
    unwanted: set[int],
    filters: WorkFilterSet,
) -> list[PanelValue]:
    values = [
        PanelValue(str(f.id), f.name, f.count, _state(f.id in wanted, f.id in unwanted))
        for f in found
    ]
    shown = {value.value for value in values}
    for pk, tag in filters.answers.tags.items():
        if tag.kind == kind and str(pk) not in shown and pk in wanted | unwanted:
            values.append(PanelValue(str(pk), tag.name, 0, _state(pk in wanted, pk in unwanted)))
    return values


def _language_values(query: WorkQuery, found: list[FacetValue]) -> list[PanelValue]:
    return [
        PanelValue(
            f.value,
            f.name,
            f.count,
            _state(f.value in query.languages, f.value in query.languages_not),
        )
        for f in found
    ]


def _state(wanted: bool, unwanted: bool) -> str:  # noqa: FBT001  two facts, not switches
    return "out" if unwanted else "in" if wanted else ""


def _language_names(query: WorkQuery) -> dict[str, str]:
    codes = {*query.languages, *query.languages_not}
    if not codes:
        return {}
    return dict(Language.objects.filter(pk__in=codes).values_list("code", "native_name"))
