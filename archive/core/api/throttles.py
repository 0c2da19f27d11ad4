"""Limits on how often the API may be asked, told in the headers of every answer."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import Throttled

from archive.core.client_address import client_network
from archive.core.counters import Count, Rule, count
from archive.core.viewer import Viewer


def rules_for(request: HttpRequest, viewer: Viewer, scopes: Iterable[str]) -> list[Rule]:
    """The rules of ``settings.RATES`` that apply; a scope that is off or unknown has none.

    Guests are counted by address, everybody else by account, however many keys it has.
    """
    key = f"user:{viewer.user_id}"
    if viewer.is_anonymous:
        key = f"net:{client_network(request)}"
    rules = []
    for scope in scopes:
        rate = settings.RATES.get(scope)
        if rate is not None:
            rules.append(Rule(scope, key, limit=rate[0], seconds=rate[1]))
    return rules


def count_request(request: HttpRequest, viewer: Viewer, scopes: Iterable[str]) -> list[Count]:
    """Count a request under its rules."""
    return count(rules_for(request, viewer, scopes))


def refuse_if_exceeded(counts: Sequence[Count]) -> None:
    """Raise Throttled when any rule is exceeded."""
    exceeded = [entry for entry in counts if entry.is_exceeded]
    if exceeded:
        worst = max(exceeded, key=lambda entry: entry.reset)
        raise Throttled(
            wait=worst.reset,
            detail=f"At most {worst.rule.limit:,} requests in {worst.rule.seconds:,} seconds are "
            f"allowed ({worst.rule.scope}).",
        )


def add_rate_headers(response: HttpResponse, counts: Sequence[Count]) -> None:
    """Tell the tightest of the rules: its limit, what is left, and in how many seconds it resets."""
    if not counts:
        return
    tightest = min(counts, key=lambda entry: (entry.remaining, -entry.reset))
    response.headers["RateLimit-Limit"] = str(tightest.rule.limit)
    response.headers["RateLimit-Remaining"] = str(tightest.remaining)
    response.headers["RateLimit-Reset"] = str(tightest.reset)
    response.headers["RateLimit-Policy"] = ", ".join(
        f"{entry.rule.limit};w={entry.rule.seconds}" for entry in counts
    )
