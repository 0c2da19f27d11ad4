"""The search page: all fields as one form, and help with the query language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.core.errors import InvalidInput
from archive.core.viewer import Viewer
from catalog.browsing import languages_in_use
from catalog.filters import WorkFilterSet
from catalog.models import Kind, Tag
from catalog.web.examples import HELP, SHORT
from catalog.web.panel import AGES, ORDERINGS, SEARCHABLE

_TEXTS = ("q", "q_in", "title", "creator", "tag_text", *SEARCHABLE)
_STATES = ("words", "updated", "complete", "crossover", "single_chapter", "ordering", "language")
_CHOICES = ("rating__any", "category__any", "warning__not")


def search(request: HttpRequest) -> HttpResponse:
    """The same fields as the filter panel as one form; it leads to the list of works.

    What the address brings is filled in, so that a list can be refined here.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    closed: dict[str, list[Tag]] = {}
    kinds = (Kind.RATING, Kind.WARNING, Kind.CATEGORY)
    for tag in Tag.objects.filter(kind__in=kinds, is_canonical=True).order_by("position", "name"):
        closed.setdefault(tag.kind, []).append(tag)
    problem = _problem_of(request, viewer)
    drawn = {*_TEXTS, *_STATES, *_CHOICES, "page"}
    context = {
        "given": {name: request.GET.get(name, "") for name in (*_TEXTS, *_STATES)},
        "chosen": {name: request.GET.getlist(name) for name in _CHOICES},
        "hidden": [
            (name, value)
            for name, values in request.GET.lists()
            if name not in drawn
            for value in values
        ],
        "ratings": closed.get(Kind.RATING, []),
        "warnings": closed.get(Kind.WARNING, []),
        "categories": closed.get(Kind.CATEGORY, []),
        "languages": languages_in_use(viewer),
        "orderings": ORDERINGS,
        "ages": AGES,
        "searchable": SEARCHABLE,
        "examples": SHORT,
        "problem": problem,
        "section": "search",
    }
    return render(request, "catalog/search.html", context, status=400 if problem else 200)


def search_help(request: HttpRequest) -> HttpResponse:
    """The query language with examples that run."""
    return render(request, "catalog/search_help.html", {"chapters": HELP, "section": "search"})


def _problem_of(request: HttpRequest, viewer: Viewer) -> InvalidInput | None:
    if not request.GET:
        return None
    try:
        WorkFilterSet(request.GET, viewer=viewer, strict=False).to_query()
    except InvalidInput as error:
        return error
    return None
