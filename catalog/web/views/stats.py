"""The archive in numbers: charts drawn on the server, each with its table and as CSV."""

import csv
from collections.abc import Mapping

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext

from archive.core.errors import NotFound
from catalog.browsing import LENGTHS, works_by_length
from catalog.models import Kind
from catalog.statistics import Sums, archive_numbers
from catalog.vocabulary import language_names
from catalog.web.charts import Chart, Row, lying, upright

_KEEP_FOR = 60
_MONTHS_SHOWN = 120
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
        raise NotFound(f"There is no chart {name[:40]!r}.")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chart.name}.csv"'
    writer = csv.writer(response)
    writer.writerow([chart.of, chart.unit])
    writer.writerows(chart.rows)
    return response


def _numbers() -> tuple[list[Chart], list[tuple[str, int, int]]]:
    """The charts and the numbers of tags, counted at most once a minute."""
    kept: tuple[list[Chart], list[tuple[str, int, int]]] | None = cache.get("stats")
    if kept is None:
        kept = _count()
        cache.set("stats", kept, _KEEP_FOR)
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
            _months(numbers.by_month, words=False),
        ),
        upright(
            "words-by-month",
            gettext("Words by month"),
            gettext("Month"),
            words,
            _months(numbers.by_month, words=True),
        ),
        lying("ratings", gettext("Works by rating"), gettext("Rating"), works, ratings),
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
        (str(kind.label), numbers.tags[kind]["total"], numbers.tags[kind]["canonical"])
        for kind in Kind
    ]
    return charts, tags


def _months(by_month: Mapping[str, Sums], *, words: bool) -> list[Row]:
    """Every month from the first to the last with works, at most the last ten years."""
    if not by_month:
        return []
    first, last = min(by_month), max(by_month)
    year, month = (int(part) for part in first.split("-"))
    rows: list[Row] = []
    while f"{year:04}-{month:02}" <= last:
        key = f"{year:04}-{month:02}"
        sums = by_month.get(key, Sums())
        rows.append((key, sums.words if words else sums.works))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return rows[-_MONTHS_SHOWN:]


def _lengths() -> list[Row]:
    labels = []
    for low, high in zip((0, *LENGTHS), (*LENGTHS, None), strict=True):
        start = number_format(low, force_grouping=True)
        end = number_format(high - 1, force_grouping=True) if high else ""
        labels.append(f"{start}–{end}" if end else f"{start}+")
    return list(zip(labels, works_by_length(), strict=True))
