"""Creators and series."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.core.viewer import Viewer
from catalog.browsing import creators_by_name, series_by_title
from catalog.reading import get_creator, get_series, series_numbers, series_works
from catalog.web.cards import cards_of
from catalog.web.listing import make_listing, render_listing
from catalog.web.pages import page_links, page_number
from catalog.workquery import WorkQuery


def creators(request: HttpRequest) -> HttpResponse:
    """Creators by name."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    text = request.GET.get("q", "")[:100]
    page = creators_by_name(viewer, text=text, page=page_number(request.GET.get("page", "")))
    context = {
        "rows": page,
        "pages": page_links(
            page.number, page.paginator.count, page.paginator.per_page, [("q", text)]
        ),
        "text": text,
        "section": "creators",
    }
    return render(request, "catalog/creators.html", context)


def creator(request: HttpRequest, creator_id: int) -> HttpResponse:
    """The works of a creator with the filter panel."""
    found = get_creator(creator_id)
    listing = make_listing(request, WorkQuery(creators=(found.pk,)))
    context = {"creator": found, "section": "creators"}
    return render_listing(request, "catalog/creator.html", listing, context)


def series_list(request: HttpRequest) -> HttpResponse:
    """Series by title."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    text = request.GET.get("q", "")[:100]
    page = series_by_title(viewer, text=text, page=page_number(request.GET.get("page", "")))
    context = {
        "rows": page,
        "pages": page_links(
            page.number, page.paginator.count, page.paginator.per_page, [("q", text)]
        ),
        "text": text,
        "section": "series",
    }
    return render(request, "catalog/series_list.html", context)


def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """A series with its works in order."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = get_series(series_id, viewer)
    works, words = series_numbers(found, viewer)
    context = {
        "series": found,
        "works_count": works,
        "word_count": words,
        "cards": cards_of(series_works(found, viewer), viewer),
        "section": "series",
    }
    return render(request, "catalog/series.html", context)
