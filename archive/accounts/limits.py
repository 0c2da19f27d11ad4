"""How often one client may register or ask for a new password."""

import hashlib

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from archive.core.client_address import client_network
from archive.core.counters import Rule, count, take_back
from archive.core.errors import TooMany


def admit(request: HttpRequest, *scopes: str, key: str = "") -> None:
    """Count a request under ``ACCOUNT_LIMITS``: by address, or by ``key`` where one is given.

    Raises TooMany once a limit is passed.
    """
    counts = count(_rules(request, scopes, key))
    over = [entry for entry in counts if entry.is_exceeded]
    if over:
        raise TooMany(
            gettext("This was asked too often. Wait a while, then try again."),
            code="throttled",
            retry_after=max(entry.reset for entry in over),
        )


def dismiss(request: HttpRequest, *scopes: str) -> None:
    """What was counted by address came to nothing and shall not count."""
    take_back(_rules(request, scopes, ""))


def _rules(request: HttpRequest, scopes: tuple[str, ...], key: str) -> list[Rule]:
    who = client_network(request)
    if key:
        who = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    limits = settings.ACCOUNT_LIMITS
    return [Rule(scope, who, *limits[scope]) for scope in scopes if scope in limits]
