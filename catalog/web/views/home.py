"""The home page and the pages about the archive itself."""

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.core.viewer import Viewer
from catalog.browsing import media_shelves, newest_works, popular_tags
from catalog.models import Kind, Work
from catalog.web.cards import cards_of


def home(request: HttpRequest) -> HttpResponse:
    """One search box, fandoms by medium, what is new, the archive in numbers."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    numbers = Work.objects.listed_to(viewer).aggregate(
        works=Count("pk"), words=Sum("word_count"), chapters=Sum("chapter_count")
    )
    context = {
        "numbers": numbers,
        "shelves": media_shelves(12),
        "freeforms": popular_tags(Kind.FREEFORM, 30),
        "cards": cards_of(newest_works(viewer, 6), viewer),
    }
    return render(request, "catalog/home.html", context)


def about(request: HttpRequest) -> HttpResponse:
    """What this archive is."""
    return render(request, "catalog/about.html", {})


def opensearch(request: HttpRequest) -> HttpResponse:
    """The description that lets a browser search this site."""
    return render(
        request,
        "catalog/opensearch.xml",
        {"base_url": settings.BASE_URL},
        content_type="application/opensearchdescription+xml",
    )


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: works and tags, not the endless lists of filters."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /account/", "Disallow: /*?*"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
