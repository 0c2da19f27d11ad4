"""Pages of lists: the envelope with its count and the ways to the pages beside."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from archive.core.api.links import Links
from archive.core.paging import PageRequest, check_within


def fetch_page(rows: QuerySet, page: PageRequest) -> tuple[list[Any], int]:
    """The rows of a page and how many there are on all. Raises NotFound past the last page."""
    total = rows.count()
    check_within(page, total)
    return list(rows[page.offset : page.offset + page.size]), total


def page_links(
    request: HttpRequest, links: Links, page: PageRequest, total: int
) -> dict[str, str | None]:
    """``next`` and ``previous``: this very address with another page."""
    given = [
        (name, value) for name, values in request.GET.lists() for value in values if name != "page"
    ]

    def at(number: int) -> str:
        return links.here([*given, ("page", str(number))] if number > 1 else given)

    has_next = page.number * page.size < total
    return {
        "next": at(page.number + 1) if has_next else None,
        "previous": at(page.number - 1) if page.number > 1 else None,
    }


def enveloped(
    request: HttpRequest,
    links: Links,
    page: PageRequest,
    total: int,
    results: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """A page of a list as it is sent."""
    return {"count": total, **page_links(request, links, page, total), "results": list(results)}
