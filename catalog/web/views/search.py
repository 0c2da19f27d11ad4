"""The search page: all fields as one form, and help with the query language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import Kind, Language, Tag
from catalog.web.listing import ORDERINGS

EXAMPLES = (
    ("washcloth lamp", "both words, anywhere in a work"),
    ("“the door behind the shelves”", "these words in this order"),
    ("lamp OR lantern -candle", "either of two, without a third"),
    ("lant*", "words that begin so"),
    ("Basment~", "one letter may be wrong"),
    ("title:violin creator:marginalia", "words in one field"),
    ("character:watson -relationship:holmes", "words of tag names"),
    ("words:>1000 updated:<2years", "numbers and dates"),
    ("language:de complete:true sort:words", "state and order"),
)


def search(request: HttpRequest) -> HttpResponse:
    """The same fields as the filter panel as one form; it leads to the list of works."""
    closed = Tag.objects.filter(kind__in=(Kind.RATING, Kind.WARNING, Kind.CATEGORY))
    by_kind: dict[str, list[Tag]] = {}
    for tag in closed.order_by("position", "name"):
        by_kind.setdefault(tag.kind, []).append(tag)
    context = {
        "ratings": by_kind.get(Kind.RATING, []),
        "warnings": by_kind.get(Kind.WARNING, []),
        "categories": by_kind.get(Kind.CATEGORY, []),
        "languages": Language.objects.filter(works__status="posted").distinct(),
        "orderings": ORDERINGS,
        "examples": EXAMPLES,
        "section": "search",
    }
    return render(request, "catalog/search.html", context)


def search_help(request: HttpRequest) -> HttpResponse:
    """The query language with examples that run."""
    return render(request, "catalog/search_help.html", {"examples": EXAMPLES, "section": "search"})
