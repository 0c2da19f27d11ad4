"""Links to the pages of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from archive.core.paging import check_within, parse_page
from catalog.filter_params import Params


@dataclass(frozen=True)
class PageLinks:
    """The numbers to offer, None for a gap, each with its address; and the neighbours."""

    number: int
    last: int
    numbers: Sequence[tuple[int | None, str]]
    previous: str = ""
    next: str = ""


def page_links(number: int, total: int, size: int, params: Params) -> PageLinks | None:
    """The links of a list with ``total`` rows; None when everything is on one page."""
    last = max(1, -(-total // size))
    if last == 1:
        return None
    near = {1, 2, last - 1, last, *range(number - 2, number + 3)}
    rows: list[tuple[int | None, str]] = []
    for each in sorted(page for page in near if 1 <= page <= last):
        if rows and each - (rows[-1][0] or 0) > 1:
            rows.append((None, ""))
        rows.append((each, page_address(params, each)))
    return PageLinks(
        number=number,
        last=last,
        numbers=rows,
        previous=page_address(params, number - 1) if number > 1 else "",
        next=page_address(params, number + 1) if number < last else "",
    )


def page_address(params: Params, number: int) -> str:
    """The query string of another page of the same list."""
    rest = [(name, value) for name, value in params if name != "page" and value]
    return "?" + urlencode([*rest, ("page", str(number))] if number > 1 else rest)


def page_of(request: HttpRequest, rows: QuerySet, size: int) -> Page:
    """The page that an address asks for, by the one rule of all lists.

    Raises InvalidInput for what is no number from 1, NotFound for a page past the last one.
    """
    asked = parse_page(request.GET.get("page", ""), str(size))
    paginator = Paginator(rows, size)
    check_within(asked, paginator.count)
    return paginator.page(asked.number)
