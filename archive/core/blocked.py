"""Tags that a guest never wants to see: their ids in a cookie of this browser."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

from archive.core.parameters import is_id

COOKIE = "blocked"
MOST = 200
"""As many as an account keeps; so many ids of twelve digits still fit into a cookie."""
_YEAR = 365 * 24 * 3600


def blocked_of(request: HttpRequest) -> tuple[int, ...]:
    """The ids in the cookie, each once and in order; what is no id is passed over."""
    parts = request.COOKIES.get(COOKIE, "").split(".")
    return tuple(dict.fromkeys(int(part) for part in parts[:MOST] if is_id(part)))


def remember_blocked(response: HttpResponse, ids: Iterable[int], *, secure: bool) -> None:
    """Keep the ids for a year; without any the cookie goes."""
    value = ".".join(str(pk) for pk in dict.fromkeys(ids))
    if not value:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(COOKIE, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=secure)
