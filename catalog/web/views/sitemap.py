"""What search engines may know of: works that everybody may see, tags that they stand under."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from archive.core.errors import NotFound
from archive.core.said import say
from archive.core.viewer import ANONYMOUS
from catalog.models import Tag, Work

ROWS = 20_000
"""How many ids one file covers."""
_PARTS = 1_000_000


@dataclass(frozen=True)
class Entry:
    """An address, and the day on which it changed last."""

    address: str
    changed: object = None


def index(request: HttpRequest) -> HttpResponse:
    """The files of the sitemap."""
    works = Work.objects.listed_to(ANONYMOUS).aggregate(last=Max("pk"))["last"] or 0
    tags = Tag.objects.canonical().filter(works_count__gt=0).aggregate(last=Max("pk"))["last"] or 0
    files = [
        settings.BASE_URL + reverse("sitemap-part", args=[what, part])
        for what, last in (("works", works), ("tags", tags))
        for part in range(1, -(-last // ROWS) + 1)
    ]
    return _xml(request, "catalog/sitemap_index.xml", {"files": files})


def part(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """One file: the works or tags of a range of ids."""
    ids = {"pk__gt": (number - 1) * ROWS, "pk__lte": number * ROWS}
    if what not in ("works", "tags") or not 1 <= number <= _PARTS:
        raise NotFound(
            say("There is no part {what} {number} of the sitemap.", what=what, number=number)
        )
    entries: Iterable[Entry]
    if what == "works":
        works = Work.objects.listed_to(ANONYMOUS).filter(**ids).order_by("pk")
        entries = [
            Entry(settings.BASE_URL + reverse("work", args=[pk]), changed)
            for pk, changed in works.values_list("pk", "updated_at")
        ]
    else:
        tags = Tag.objects.canonical().filter(works_count__gt=0, **ids).order_by("pk")
        entries = [
            Entry(settings.BASE_URL + tag.get_absolute_url()) for tag in tags.only("pk", "name")
        ]
    return _xml(request, "catalog/sitemap.xml", {"entries": entries})


def _xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
