"""Limits of pages that cost more than others: the same rates as the API's, told in a page."""

from collections.abc import Iterable

from django.http import HttpRequest

from archive.core.api.throttles import count_request
from archive.core.counters import Count
from archive.core.errors import TooMany
from archive.core.said import say
from archive.core.viewer import Viewer


def count_or_refuse(request: HttpRequest, viewer: Viewer, scopes: Iterable[str]) -> list[Count]:
    """Count a request under ``settings.RATES``. Raises TooMany."""
    counts = count_request(request, viewer, scopes)
    exceeded = [entry for entry in counts if entry.is_exceeded]
    if exceeded:
        worst = max(exceeded, key=lambda entry: entry.reset)
        raise TooMany(
            say(
                "At most {limit:,} requests in {seconds:,} seconds are allowed ({scope}); try again in {reset:,} seconds.",
                limit=worst.rule.limit,
                seconds=worst.rule.seconds,
                scope=worst.rule.scope,
                reset=worst.reset,
            ),
            retry_after=worst.reset,
        )
    return counts
