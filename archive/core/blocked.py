"""Tags that a guest never wants to see: their ids in a cookie of this browser."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

from archive.core.cookies import BLOCKED, cookie_of, keep_cookie
from archive.core.parameters import is_id

MOST = 200
"""As many as an account keeps; so many ids of twelve digits still fit into a cookie."""


def blocked_of(request: HttpRequest) -> tuple[int, ...]:
    """The ids in the cookie, each once and in order; what is no id is passed over."""
    parts = cookie_of(request, BLOCKED).split(".")
    return tuple(dict.fromkeys(int(part) for part in parts[:MOST] if is_id(part)))


def remember_blocked(request: HttpRequest, response: HttpResponse, ids: Iterable[int]) -> None:
    """Keep the ids for a year; without any the cookie goes."""
    keep_cookie(request, response, BLOCKED, ".".join(str(pk) for pk in dict.fromkeys(ids)))
