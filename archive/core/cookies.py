"""Cookies that pages keep in a browser: bound to this very host where the site has https."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

LOOK, BLOCKED, ADULT, LANGUAGE = "look", "blocked", "view_adult", "django_language"
_NAMES = (LOOK, BLOCKED, ADULT, LANGUAGE)
# The reading page's script changes this one too.
_FOR_SCRIPT = frozenset({LOOK})
_YEAR = 365 * 24 * 3600


def cookie_name(name: str) -> str:
    """The name of a cookie in the browser: with ``__Host-`` before it where the site has https."""
    return f"{settings.COOKIE_PREFIX}{name}"


def cookie_of(request: HttpRequest, name: str) -> str:
    """What the browser keeps, or an empty text."""
    return str(request.COOKIES.get(cookie_name(name), ""))


def keep_cookie(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Let the browser keep a value for a year; an empty one makes it forget."""
    if not value:
        response.delete_cookie(cookie_name(name), samesite="Lax")
        return
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=_YEAR,
        samesite="Lax",
        httponly=name not in _FOR_SCRIPT,
        secure=bool(settings.COOKIE_PREFIX) or request.is_secure(),
    )


class BareCookiesMiddleware:
    """Moves cookies of the time before the prefix to their new names, once for each browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.COOKIE_PREFIX:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as if the browser had kept them so; what has its new name already stays."""
        bare = {name: str(request.COOKIES[name]) for name in _NAMES if name in request.COOKIES}
        if not bare:
            return self.get_response(request)
        for name, value in bare.items():
            request.COOKIES.setdefault(cookie_name(name), value)
        response = self.get_response(request)
        for name, value in bare.items():
            if cookie_name(name) not in response.cookies:
                keep_cookie(request, response, name, request.COOKIES.get(cookie_name(name), value))
            response.delete_cookie(name, samesite="Lax")
        return response
