"""A list of works with its filter panel, from the address to what the template draws."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.core.errors import InvalidInput
from archive.core.paging import check_within
from archive.core.requests import viewer_in
from archive.core.viewer import Viewer
from catalog.blocking import Reason, reasons_of
from catalog.filter_params import Params
from catalog.filters import WorkFilterSet
from catalog.finder import WorkPage, find_works, parse_text
from catalog.people import creators_listed, series_listed
from catalog.querytext import QuerySyntaxError
from catalog.vocabulary import language_names
from catalog.web.asked import AskedPart, Names, describe, text_address
from catalog.web.cards import WorkCard, cards_of
from catalog.web.pages import PageLinks, page_links
from catalog.web.panel import FACETS, MORE, Panel, make_panel
from catalog.workquery import FACET_KINDS, WorkQuery


@dataclass(frozen=True)
class MarkedText:
    """What was typed, cut at the place that could not be understood."""

    before: str
    fault: str
    after: str
    reason: str
    column: int


@dataclass
class Listing:
    """What a list page draws: the works, what was asked, the panel, or what was wrong."""

    text: str
    panel: Panel
    page: WorkPage | None = None
    cards: list[WorkCard] = field(default_factory=list)
    asked: list[AskedPart] = field(default_factory=list)
    suggestions: list[tuple[str, str]] = field(default_factory=list)
    marked: MarkedText | None = None
    pages: PageLinks | None = None
    problem: InvalidInput | None = None
    api: str = ""
    with_blocked: str = ""
    reasons: list[Reason] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many works there are."""
        return self.page.total if self.page else 0

    @property
    def notices(self) -> list[str]:
        """What the reader should know; a fault of the text is shown at its place instead."""
        if self.page is None:
            return []
        reason = self.marked.reason if self.marked else ""
        return [notice for notice in self.page.notices if notice != reason]


def make_listing(request: HttpRequest, base: WorkQuery | None = None) -> Listing:
    """Find what the address asks for; a fault in it is kept beside an empty list."""
    viewer = viewer_in(request)
    given = request.GET.copy()
    more = _long_facet(given.pop("more", []))
    filters = WorkFilterSet(given, viewer=viewer, base=base, strict=False)
    try:
        query = filters.to_query()
        size = MORE if more else query.facet_size
        asked = replace(query, facets=FACET_KINDS, facet_size=size, highlight=query.has_text)
        page = find_works(asked, viewer)
    except InvalidInput as error:
        return _refused(request, error)
    check_within(filters.page, page.total)
    whole = filters.to_params()
    params = _without_base(whole, base or WorkQuery())
    parsed, _ = parse_text(query)
    names = Names(filters.answers.tags, language_names(), _called(params, viewer))
    return Listing(
        text=query.text,
        panel=make_panel(asked, page, params, names, more),
        page=page,
        cards=cards_of(page.works, viewer, page.snippets),
        asked=describe(params, parsed, names),
        suggestions=[(text, text_address(params, text)) for text in page.did_you_mean],
        marked=marked_text(query.text, page.error),
        pages=page_links(query.page, page.total, query.page_size, params),
        api=_address([pair for pair in whole if pair[0] != "page"]),
        with_blocked=_address([*params, ("include_blocked", "true")]),
        reasons=reasons_of(page, viewer),
    )


def render_listing(
    request: HttpRequest, template: str, listing: Listing, context: dict[str, object]
) -> HttpResponse:
    """The page of a list; 400 when the address could not be understood."""
    context = {"listing": listing, "panel": listing.panel, **context}
    return render(request, template, context, status=400 if listing.problem else 200)


def _refused(request: HttpRequest, error: InvalidInput) -> Listing:
    """An empty list that keeps what was typed."""
    given = {name: str(value) for name, value in request.GET.items() if value and name != "page"}
    text = given.get("q", "")
    return Listing(text=text, panel=Panel(given=given), problem=error)


def _long_facet(asked: Sequence[object]) -> str:
    """The kind of the facet that is to be shown at length, or an empty text."""
    return next((kind for kind in FACETS if kind in asked), "")


def marked_text(text: str, error: QuerySyntaxError | None) -> MarkedText | None:
    """The text cut at the place of a fault; None without one."""
    if error is None:
        return None
    start, end = error.position, error.position + max(1, error.length)
    return MarkedText(text[:start], text[start:end], text[end:], error.reason, start + 1)


def _address(params: Params) -> str:
    return "?" + urlencode(params)


def _called(params: Params, viewer: Viewer) -> dict[str, dict[str, str]]:
    """The names of the series and creators that were asked for by their ids, as far as known."""
    ids = {
        name: [value for key, value in params if key == name] for name in ("series", "creator_id")
    }
    found: dict[str, dict[str, str]] = {}
    if ids["series"]:
        rows = series_listed(viewer).filter(pk__in=ids["series"])
        found["series"] = {str(row.pk): row.title for row in rows}
    if ids["creator_id"]:
        creators = creators_listed(viewer).filter(pk__in=ids["creator_id"])
        found["creator_id"] = {str(row.pk): row.name for row in creators}
    return found


def _without_base(params: Params, base: WorkQuery) -> Params:
    """What the address itself says, without what the page stands for."""
    fixed = {("exact_tag" if tag.exact else "tag", str(tag.id)) for tag in base.tags}
    fixed |= {("series", str(pk)) for pk in base.series}
    fixed |= {("creator_id", str(pk)) for pk in base.creators}
    return [pair for pair in params if pair not in fixed]
