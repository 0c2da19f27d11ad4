"""DomainError on pages: the sign-in form, a 404, or a page that says what went wrong."""

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from archive.core.errors import (
    DomainError,
    InvalidInput,
    NotFound,
    SignInRequired,
    TryLater,
)
from archive.core.said import say


class DomainErrorMiddleware:
    """Turns a DomainError that leaves a page view into the answer a person can use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """A 400 for a NUL in the query of a page, which PostgreSQL would refuse with an error.

        The API names the parameter and so looks for itself.
        """
        if "%00" not in request.META.get("QUERY_STRING", "") or request.path.startswith("/api/"):
            return None
        detail = say("The address holds a NUL character (%00), which is not allowed.")
        return self.process_exception(request, InvalidInput(detail, code="parameter.invalid"))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a DomainError; None leaves any other error to Django."""
        if not isinstance(error, DomainError):
            return None
        if isinstance(error, NotFound):
            raise Http404(error.detail)
        if isinstance(error, SignInRequired) and request.method in ("GET", "HEAD"):
            return redirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")
        response = render(request, "problem.html", {"problem": error}, status=error.status)
        if isinstance(error, TryLater):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
