"""Numbers of charts as tables: months without a gap, and CSV that no spreadsheet runs."""

import csv
from collections.abc import Mapping

from django.http import HttpResponse

from catalog.web.charts import Chart, Row

MONTHS_SHOWN = 120
_ACTING = ("=", "+", "-", "@", "\t", "\r", "\n")


def months(numbers: Mapping[str, int]) -> list[Row]:
    """Every month from the first to the last that has a number, at most the last ten years."""
    if not numbers:
        return []
    year, month = (int(part) for part in min(numbers).split("-"))
    last = max(numbers)
    rows: list[Row] = []
    while (key := f"{year:04}-{month:02}") <= last:
        rows.append((key, numbers.get(key, 0)))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return rows[-MONTHS_SHOWN:]


def months_or_years(numbers: Mapping[str, int], most: int) -> list[Row]:
    """Every month as long as these are at most so many, else every year."""
    rows = months(numbers)
    if len(rows) <= most:
        return rows
    first, last = int(min(numbers)[:4]), int(max(numbers)[:4])
    sums = dict.fromkeys(range(first, last + 1), 0)
    for key, number in numbers.items():
        sums[int(key[:4])] += number
    return [(str(year), number) for year, number in sums.items()]


def csv_of(chart: Chart) -> HttpResponse:
    """The numbers of a chart as a file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chart.name}.csv"'
    writer = csv.writer(response)
    writer.writerow([guarded(chart.of), guarded(chart.unit)])
    writer.writerows([guarded(label), value] for label, value in chart.rows)
    return response


def guarded(cell: str) -> str:
    """A text that a spreadsheet takes for a text: what begins like a formula gets an apostrophe.

    After the advice of OWASP on CSV injection.
    """
    text = cell.lstrip(" \u00a0\u3000")
    # Full-width forms of the same signs are read as formulas too.
    is_acting = text.startswith((*_ACTING, "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    return f"'{cell}" if is_acting else cell
