"""``request.viewer``: who is looking, worked out once a request and only when asked for."""

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from archive.accounts.second_factor import is_factor_missing
from archive.accounts.viewers import guest_of, viewer_of
from archive.core.requests import set_viewer
from archive.core.viewer import Viewer

_MEMBER_SCOPES = frozenset({"read", "write"})


class ViewerMiddleware:
    """Puts a lazy ``viewer`` on each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with ``request.viewer`` in place."""
        viewer = SimpleLazyObject(lambda: session_viewer(request))
        set_viewer(request, viewer)  # type: ignore[arg-type]  # it stands for a Viewer
        return self.get_response(request)


class AccountLanguageMiddleware:
    """Shows pages in the language of the account where this browser has not chosen another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language; without a session or with a choice nothing is looked up."""
        is_asked = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not is_asked and settings.SESSION_COOKIE_NAME in request.COOKIES:
            language = getattr(request.user, "language", "")
            if language and translation.check_for_language(language):
                translation.activate(language)
                request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def session_viewer(request: HttpRequest) -> Viewer:
    """The viewer of a session, or a guest; staff is a member until the second factor is shown."""
    viewer = viewer_of(request.user)
    if viewer.is_anonymous:
        return guest_of(request)
    if (viewer.roles or viewer.is_superuser) and is_factor_missing(request):
        return replace(viewer, roles=frozenset(), is_superuser=False, scopes=_MEMBER_SCOPES)
    return viewer
