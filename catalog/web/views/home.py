"""The home page and the pages about the archive itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from archive.core.requests import viewer_in
from catalog.browsing import holdings, languages_in_use, media_shelves, news, popular_tags
from catalog.models import Kind
from catalog.reading import byline_of
from catalog.web import metadata
from catalog.web.cards import OtherWork, cards_of

_SHELVES = 8
_DISALLOWED = ("/admin/", "/account/", "/drafts/", "/works/*/post/", "/*?*")


def home(request: HttpRequest) -> HttpResponse:
    """One search box, fandoms by medium, what is new, the archive in numbers."""
    viewer = viewer_in(request)
    new = news(viewer, updated=5, published=8)
    context = {
        "numbers": holdings(viewer),
        "shelves": media_shelves(6)[:_SHELVES],
        "freeforms": popular_tags(Kind.FREEFORM, 30),
        "updated": cards_of(new.updated, viewer),
        "published": [OtherWork(work, byline_of(work, viewer)) for work in new.published],
        "metadata": metadata.script(metadata.of_site()),
        "section": "home",
    }
    return render(request, "catalog/home.html", context)


def about(request: HttpRequest) -> HttpResponse:
    """What this archive is."""
    return render(request, "catalog/about.html", {})


def languages(request: HttpRequest) -> HttpResponse:
    """The languages of the works."""
    viewer = viewer_in(request)
    context = {"languages": languages_in_use(viewer), "section": "languages"}
    return render(request, "catalog/languages.html", context)


def opensearch(request: HttpRequest) -> HttpResponse:
    """The description that lets a browser search this site."""
    description = gettext("Search the works of {}").format(settings.SITE_NAME)
    return render(
        request,
        "catalog/opensearch.xml",
        {"base_url": settings.BASE_URL, "description": description},
        content_type="application/opensearchdescription+xml",
    )


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: works and tags, not the endless lists of filters."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _DISALLOWED)]
    lines.append(f"Sitemap: {settings.BASE_URL}/sitemap.xml")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
