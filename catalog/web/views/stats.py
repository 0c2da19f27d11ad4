"""The archive in numbers: charts drawn on the server, each with its table and as CSV."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from archive.core.errors import NotFound
from archive.core.said import say
from catalog.browsing import LENGTHS, works_by_length
from catalog.models import Kind
from catalog.statistics import archive_numbers, works_by_tag
from catalog.vocabulary import language_names
from catalog.web.charts import Chart, Row, lying, upright
from catalog.web.tables import csv_of, months

_KEEP_FOR = 60
_LANGUAGES_SHOWN = 20


def stats(request: HttpRequest) -> HttpResponse:
    """All charts, and how many tags there are."""
    charts, tags = _numbers()
    context = {"charts": charts, "tags": tags, "section": "stats"}
    return render(request, "catalog/stats.html", context)


def stats_csv(request: HttpRequest, name: str) -> HttpResponse:
    """The numbers of one chart as CSV."""
    charts, _ = _numbers()
    chart = next((chart for chart in charts if chart.name == name), None)
    if chart is None:
        raise NotFound(say("There is no chart {name!r}.", name=name[:40]))
    return csv_of(chart)


def _numbers() -> tuple[list[Chart], list[tuple[str, int, int]]]:
    """The charts and the numbers of tags, counted at most once a minute."""
    key = f"stats-{get_language()}"
    kept: tuple[list[Chart], list[tuple[str, int, int]]] | None = cache.get(key)
    if kept is None:
        kept = _count()
        cache.set(key, kept, _KEEP_FOR)
    return kept


def _count() -> tuple[list[Chart], list[tuple[str, int, int]]]:
    numbers = archive_numbers()
    works, words = gettext("Works"), gettext("Words")
    names = language_names()
    languages = [(names.get(code, code), sums.works) for code, sums in numbers.by_language.items()]
    ratings = [(name, count) for _, name, count in numbers.ratings]
    charts = [
        upright(
            "works-by-month",
            gettext("Works by month"),
            gettext("Month"),
            works,
            months({key: sums.works for key, sums in numbers.by_month.items()}),
        ),
        upright(
            "words-by-month",
            gettext("Words by month"),
            gettext("Month"),
            words,
            months({key: sums.words for key, sums in numbers.by_month.items()}),
        ),
        lying("ratings", gettext("Works by rating"), gettext("Rating"), works, ratings),
        lying(
            "warnings",
            gettext("Works by content warning"),
            gettext("Content warning"),
            works,
            works_by_tag(Kind.WARNING),
        ),
        lying(
            "categories",
            gettext("Works by category"),
            gettext("Category"),
            works,
            works_by_tag(Kind.CATEGORY),
        ),
        lying("lengths", gettext("Works by length"), words, works, _lengths()),
        lying(
            "languages",
            gettext("Works by language"),
            gettext("Language"),
            works,
            languages[:_LANGUAGES_SHOWN],
        ),
    ]
    tags = [
        (gettext(str(kind.label)), numbers.tags[kind]["total"], numbers.tags[kind]["canonical"])
        for kind in Kind
    ]
    kinds = [(label, total) for label, total, _ in tags]
    charts.append(lying("tags", gettext("Tags by kind"), gettext("Kind"), gettext("Tags"), kinds))
    return charts, tags


def _lengths() -> list[Row]:
    labels = []
    for low, high in zip((0, *LENGTHS), (*LENGTHS, None), strict=True):
        start = number_format(low, force_grouping=True)
        end = number_format(high - 1, force_grouping=True) if high else ""
        labels.append(f"{start}–{end}" if end else f"{start}+")
    return list(zip(labels, works_by_length(), strict=True))
