"""The search page: all fields as one form, and help with the query language."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.core.errors import InvalidInput
from archive.core.requests import viewer_in
from archive.core.viewer import Viewer
from catalog.browsing import languages_in_use
from catalog.filter_params import Params
from catalog.filters import WorkFilterSet
from catalog.finder import parse_text
from catalog.models import Kind, Tag
from catalog.vocabulary import language_names
from catalog.web.asked import AskedPart, Names, describe
from catalog.web.examples import HELP, SHORT
from catalog.web.listing import MarkedText, marked_text
from catalog.web.panel import AGES, ORDERINGS, SEARCHABLE

_TEXTS = ("q", "q_in", "title", "creator", "tag_text", *SEARCHABLE)
_STATES = ("words", "updated", "complete", "crossover", "single_chapter", "ordering", "language")
_CHOICES = ("rating__any", "category__any", "warning__not")


def search(request: HttpRequest) -> HttpResponse:
    """The same fields as the filter panel as one form; it leads to the list of works.

    What the address brings is filled in, so that a list can be refined here.
    """
    viewer = viewer_in(request)
    closed: dict[str, list[Tag]] = {}
    kinds = (Kind.RATING, Kind.WARNING, Kind.CATEGORY)
    for tag in Tag.objects.filter(kind__in=kinds, is_canonical=True).order_by("position", "name"):
        closed.setdefault(tag.kind, []).append(tag)
    kept, marked, problem = _kept(request, viewer)
    context = {
        "given": {name: _first(request, name) for name in (*_TEXTS, *_STATES)},
        "chosen": {name: request.GET.getlist(name) for name in _CHOICES},
        "hidden": _hidden(request),
        "kept": kept,
        "ratings": closed.get(Kind.RATING, []),
        "warnings": closed.get(Kind.WARNING, []),
        "categories": closed.get(Kind.CATEGORY, []),
        "languages": languages_in_use(viewer),
        "orderings": ORDERINGS,
        "ages": AGES,
        "searchable": SEARCHABLE,
        "examples": SHORT,
        "marked": marked,
        "problem": problem,
        "section": "search",
    }
    return render(request, "catalog/search.html", context, status=400 if problem else 200)


def search_help(request: HttpRequest) -> HttpResponse:
    """The query language with examples that run."""
    return render(request, "catalog/search_help.html", {"chapters": HELP, "section": "search"})


def _first(request: HttpRequest, name: str) -> str:
    return str(next(iter(request.GET.getlist(name)), ""))


def _hidden(request: HttpRequest) -> Params:
    """What the address asks beyond the fields of the form; of a field all but its first value."""
    hidden: Params = []
    for name, values in request.GET.lists():
        if name == "page" or name in _CHOICES:
            continue
        rest = values[1:] if name in (*_TEXTS, *_STATES) else values
        hidden += [(name, str(value)) for value in rest if value]
    return hidden


def _kept(
    request: HttpRequest, viewer: Viewer
) -> tuple[list[AskedPart], MarkedText | None, InvalidInput | None]:
    """What is kept of the list that is refined here, in words, or what is wrong with it.

    A fault of the text is marked at its place.
    """
    hidden = _hidden(request)
    if not request.GET:
        return [], None, None
    filters = WorkFilterSet(request.GET, viewer=viewer, strict=False)
    try:
        query = filters.to_query()
    except InvalidInput as error:
        return [], None, error
    names = Names(filters.answers.tags, language_names())
    _, fault = parse_text(query)
    parsed, _ = parse_text(replace(query, text=""))
    return describe(hidden, parsed, names), marked_text(query.text, fault), None
