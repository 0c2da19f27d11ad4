"""OPDS 1.2 below /opds/ and OPDS 2.0 below /opds/v2/: the same catalogue in two languages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext

from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.viewer import Viewer
from catalog.exporters.cover import PNG_WIDTH
from catalog.people import find_creator, works_in_order
from catalog.reading import get_series, get_work
from catalog.services.exporting import check_format, cover_of_work, download_work, etag_of
from catalog.web.feeds import opds1, opds2, shelves
from catalog.web.feeds.lists import Asked, ask_works, works_feed
from catalog.web.feeds.model import Feed, Site
from catalog.web.feeds.publications import publications_of
from catalog.web.feeds.serving import (
    authentication_document,
    feed_response,
    feed_view,
    site_of,
)
from catalog.web.views.downloads import send
from catalog.workquery import WorkQuery

_WIDTHS = (200, 400)
ROOTS = {1: "/opds/", 2: "/opds/v2/"}
_SEARCH_NAMES = {"query": "q", "author": "creator"}


@feed_view()
def start(request: HttpRequest, version: int) -> HttpResponse:
    """The root of the catalogue."""
    site = site_of(request, ROOTS[version])
    feed = shelves.root_feed(viewer_in(request), site.base, site.name, with_groups=version == 2)
    return _respond(request, feed, version)


@feed_view()
def works(request: HttpRequest, version: int) -> HttpResponse:
    """Works by any parameters of the works list, with facets."""
    return _works(request, request.GET, version)


@feed_view()
def search(request: HttpRequest, version: int) -> HttpResponse:
    """Works by the names that OPDS 2.0 has for the fields of a search."""
    given = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        given.setlist(_SEARCH_NAMES.get(name, name), [value for value in values if value])
    return _works(request, given, version)


@feed_view()
def series(request: HttpRequest, version: int, series_id: int) -> HttpResponse:
    """The works of a series in their order."""
    viewer, site = viewer_in(request), site_of(request, ROOTS[version])
    found = get_series(series_id, viewer)
    given = request.GET.copy()
    asked = ask_works(given, viewer, WorkQuery(series=(found.pk,)))
    if not asked.query.ordering and not asked.query.has_text:
        rows = works_in_order(found, viewer).matching(asked.query).for_blurb()
        start = asked.query.offset
        asked.page.works[:] = rows[start : start + asked.query.page_size]
    kept = [pair for pair in asked.params if pair != ("series", str(found.pk))]
    in_series = Asked(asked.query, kept, asked.page)
    path = f"series/{found.pk}/"
    feed = works_feed(in_series, viewer, base=site.base, path=path, title=found.title, up="series/")
    return _respond(request, feed, version)


@feed_view()
def work(request: HttpRequest, version: int, work_id: int) -> HttpResponse:
    """The complete entry of one work."""
    viewer, site = viewer_in(request), site_of(request, ROOTS[version])
    found = get_work(work_id, viewer)
    (each,) = publications_of([found], viewer, site.base)
    if version == 1:
        return feed_response(request, opds1.write_entry(each, site), opds1.ENTRY, each.modified)
    body = opds2.write_publication(each, site)
    return feed_response(request, body, opds2.PUBLICATION, each.modified)


@feed_view("download")
def download(request: HttpRequest, version: int, work_id: int, extension: str) -> HttpResponse:
    """A work as a file, for readers that sign in by Basic."""
    viewer = viewer_in(request)
    check_format(extension)
    found = get_work(work_id, viewer)
    etag = etag_of(found, extension, viewer)
    return send(request, etag, found.modified_at, lambda: download_work(work_id, extension, viewer))


@feed_view(is_counted=False)
def cover(request: HttpRequest, version: int, work_id: int) -> HttpResponse:
    """The cover of a work, at least ``width`` pixels wide up to the size that books have.

    A few widths alone are drawn, so that nobody can have a new one drawn with each request. Where
    no font has the letters of the title the answer is a drawing.
    """
    viewer = viewer_in(request)
    asked = request.GET.get("width", "")
    wanted = int(asked) if is_id(asked) else PNG_WIDTH
    width = next((each for each in _WIDTHS if each >= wanted), PNG_WIDTH)
    made = cover_of_work(get_work(work_id, viewer), viewer, width)
    response = feed_response(request, made.body, made.media_type, None)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@feed_view()
def listing(request: HttpRequest, version: int, name: str) -> HttpResponse:
    """Fandoms, creators, series or languages."""
    viewer = viewer_in(request)
    data = [(key, str(value)) for key, value in request.GET.items() if value]
    makers: dict[str, Callable[[], Feed]] = {
        "fandoms": lambda: shelves.fandoms_feed(data),
        "creators": lambda: shelves.creators_feed(data, viewer),
        "series": lambda: shelves.series_list_feed(data, viewer),
        "languages": lambda: shelves.languages_feed(viewer),
    }
    return _respond(request, makers[name](), version)


@feed_view()
def shelf(request: HttpRequest, version: int) -> HttpResponse:
    """The saved searches of whoever signs in."""
    return _respond(request, shelves.own_feed(viewer_in(request)), version)


@feed_view()
def description(request: HttpRequest, version: int) -> HttpResponse:
    """The OpenSearch description."""
    body = opds1.write_search(site_of(request, ROOTS[1]))
    return feed_response(request, body, opds1.OPENSEARCH, None)


@feed_view()
def authentication(request: HttpRequest, version: int) -> HttpResponse:
    """How to sign in."""
    body = authentication_document(site_of(request, ROOTS[1]))
    return feed_response(request, body, opds2.AUTHENTICATION, None)


def _works(request: HttpRequest, data: QueryDict, version: int) -> HttpResponse:
    viewer, site = viewer_in(request), site_of(request, ROOTS[version])
    asked = ask_works(data, viewer, facets=True)
    feed = works_feed(
        asked, viewer, base=site.base, path="works/", title=_title(asked, viewer), up=""
    )
    return _respond(request, feed, version)


def _title(asked: Asked, viewer: Viewer) -> str:
    """What the list is of."""
    parts = [asked.words] if asked.words else []
    query = asked.query
    if len(query.creators) == 1:
        parts.insert(0, find_creator(query.creators[0], viewer).name)
    if len(query.series) == 1:
        parts.insert(0, get_series(query.series[0], viewer).title)
    return ", ".join(parts) or gettext("Works")


def _respond(request: HttpRequest, feed: Feed, version: int) -> HttpResponse:
    site: Site = site_of(request, ROOTS[version])
    if version == 1:
        body, media_type = opds1.write_feed(feed, site), opds1.feed_type(feed)
    else:
        body, media_type = opds2.write_feed(feed, site), opds2.FEED
    return feed_response(request, body, media_type, feed.updated)
