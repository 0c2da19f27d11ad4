"""Creators and series."""

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from archive.core.requests import viewer_in
from catalog.filter_params import Params
from catalog.filter_tags import blocked_refs
from catalog.people import (
    creators_listed,
    find_creator,
    numbers_of,
    series_listed,
    series_of_creator,
    works_in_order,
)
from catalog.reading import get_series
from catalog.web import metadata
from catalog.web.cards import cards_of
from catalog.web.listing import make_listing, render_listing
from catalog.web.pages import PageLinks, page_links, page_of
from catalog.workquery import WorkQuery

_PER_PAGE = 100
_BLURBS = 20
_SERIES_SHOWN = 50


def creators(request: HttpRequest) -> HttpResponse:
    """Creators by name."""
    viewer = viewer_in(request)
    text = request.GET.get("q", "")[:100]
    rows, links = _paged(request, creators_listed(viewer, text=text), _PER_PAGE, [("q", text)])
    context = {"rows": rows, "pages": links, "text": text, "section": "creators"}
    return render(request, "catalog/creators.html", context)


def creator(request: HttpRequest, creator_id: int) -> HttpResponse:
    """The works of a creator with the filter panel."""
    viewer = viewer_in(request)
    found = find_creator(creator_id, viewer)
    listing = make_listing(request, WorkQuery(creators=(found.pk,)))
    context = {
        "creator": found,
        "series": series_of_creator(found, viewer, _SERIES_SHOWN),
        "section": "creators",
    }
    return render_listing(request, "catalog/creator.html", listing, context)


def pseud(request: HttpRequest, creator_id: int, name: str) -> HttpResponse:
    """The creator, at an address of the shape that readers' download tools know."""
    return redirect("creator", creator_id, permanent=True)


def series_list(request: HttpRequest) -> HttpResponse:
    """Series by title."""
    viewer = viewer_in(request)
    text = request.GET.get("q", "")[:100]
    rows, links = _paged(request, series_listed(viewer, text=text), _PER_PAGE, [("q", text)])
    numbers = numbers_of([row.pk for row in rows], viewer)
    context = {
        "rows": [(row, numbers[row.pk]) for row in rows],
        "pages": links,
        "text": text,
        "section": "series",
    }
    return render(request, "catalog/series_list.html", context)


def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """A series with its works in order."""
    viewer = viewer_in(request)
    found = get_series(series_id, viewer)
    numbers = numbers_of([found.pk], viewer)[found.pk]
    works = works_in_order(found, viewer)
    shows_blocked = request.GET.get("include_blocked") == "true"
    if not shows_blocked:
        works = works.matching(WorkQuery(tags_blocked=blocked_refs(viewer)))
    asked = [("include_blocked", "true" if shows_blocked else "")]
    rows, links = _paged(request, works.for_blurb(), _BLURBS, asked)
    cards = cards_of(rows, viewer)
    context = {
        "series": found,
        "numbers": numbers,
        "metadata": metadata.script(metadata.of_series(found, cards)),
        "left_out": numbers.works - rows.paginator.count,
        "cards": cards,
        "pages": links,
        "section": "series",
    }
    return render(request, "catalog/series.html", context)


def _paged(
    request: HttpRequest, rows: QuerySet, size: int, asked: Params
) -> tuple[Page, PageLinks | None]:
    page = page_of(request, rows, size)
    return page, page_links(page.number, page.paginator.count, size, asked)
