"""Errors of the API as problem documents (RFC 9457), whatever raised them."""

import logging
import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from archive.core.errors import DomainError, FieldError, TryLater

PROBLEM_TYPE = "application/problem+json"
_LOG = logging.getLogger("archive.api")
_BUSY_SECONDS = 5
_BUSY = "The archive is busy; try again in a few seconds."

_CODES: tuple[tuple[type[exceptions.APIException], str], ...] = (
    (exceptions.ParseError, "request.malformed"),
    (exceptions.AuthenticationFailed, "auth.invalid"),
    (exceptions.NotAuthenticated, "auth.required"),
    (exceptions.PermissionDenied, "permission.denied"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method.not_allowed"),
    (exceptions.NotAcceptable, "format.not_acceptable"),
    (exceptions.UnsupportedMediaType, "format.unsupported"),
    (exceptions.Throttled, "throttled"),
)


class TooLarge(exceptions.APIException):
    """The body of the request is larger than the archive reads (413)."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body of the request is too large."
    default_code = "request.too_large"


class ProblemResponse(Response):
    """A problem document; browsable pages show it inside their frame."""

    @property
    def rendered_content(self) -> Any:
        """As any response, under the media type of problems where it is JSON."""
        if getattr(self.accepted_renderer, "format", "") == "json":
            self.content_type = PROBLEM_TYPE
        return super().rendered_content


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """A problem document; ``code`` is the contract, ``detail`` a sentence for people."""
    body: dict[str, object] = {
        "type": f"urn:undercroft:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": [error.as_dict() for error in errors],
    }
    return body | {name: value for name, value in (extra or {}).items() if name not in body}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: a request refused before any view saw it, such as one for a foreign host."""
    if _is_api(request):
        return _plain(HTTPStatus.BAD_REQUEST, "request.malformed", "The request is not for us.")
    if isinstance(exception, TooManyFilesSent):
        problem_shown = {"detail": _too_many_files()}
        page = loader.render_to_string("problem.html", {"problem": problem_shown}, request)
        return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)
    return defaults.bad_request(request, exception)


def _too_many_files() -> str:
    return gettext(
        "More than {most} files were sent at once; send at most {most}, or a zip that holds them all."
    ).format(most=settings.DATA_UPLOAD_MAX_NUMBER_FILES)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: what went wrong in a page, or outside of any view.

    A database that cannot be reached is not a fault of the archive's: 503, and when to come back.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _busy(request)
    if _is_api(request):
        detail = "Something went wrong here; it has been noted."
        return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "server.error", detail)
    return defaults.server_error(request)


def _busy(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        response = _plain(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", _BUSY)
    else:
        # Without the request: nothing on the page may ask the database who is reading.
        page = loader.render_to_string("503.html")
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(_BUSY_SECONDS)
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _plain(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse(problem(status, code, detail), status=status, content_type=PROBLEM_TYPE)


def problem_handler(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to anything an API view raised; what nobody foresaw is logged and a 500."""
    if isinstance(error, DomainError):
        return _domain(error)
    if isinstance(error, exceptions.ValidationError):
        return _validation(error)
    if isinstance(error, exceptions.APIException):
        return _rest(error)
    known = _django(error)
    if known is not None:
        return known
    request = context.get("request")
    got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    _LOG.error("Unforeseen error in the API", exc_info=error)
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "server.error",
        "Something went wrong here; it has been noted. Nothing was changed.",
    )


def field_errors_of(detail: Any, path: str = "") -> list[FieldError]:
    """The errors of a serializer, each with its path such as ``chapters[2].body``."""
    if isinstance(detail, Mapping):
        found: list[FieldError] = []
        for name, inner in detail.items():
            found += field_errors_of(inner, _joined(path, name))
        return found
    if isinstance(detail, list):
        found = []
        for place, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            found += field_errors_of(inner, f"{path}[{place}]" if nested else path)
        return found
    code = getattr(detail, "code", "invalid")
    return [FieldError(path, code if "." in code else f"field.{code}", str(detail))]


def _joined(path: str, name: object) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else str(name)


def _answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    extra: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = problem(status, code, detail, errors=errors, extra=extra)
    return ProblemResponse(body, status=status, headers=dict(headers or {}))


def _domain(error: DomainError) -> Response:
    headers = {}
    if isinstance(error, TryLater):
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return _answer(
        error.status,
        error.code,
        error.detail,
        errors=error.errors,
        extra=error.extra,
        headers=headers,
    )


def _validation(error: exceptions.ValidationError) -> Response:
    errors = field_errors_of(error.detail)
    first = errors[0]
    detail = f"{first.field}: {first.detail}" if first.field else first.detail
    if len(errors) > 1:
        detail += f" (and {len(errors) - 1} more, see errors)"
    return _answer(HTTPStatus.BAD_REQUEST, "request.invalid", detail, errors=errors)


def _rest(error: exceptions.APIException) -> Response:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), error.default_code)
    headers: dict[str, str] = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait))
    return _answer(error.status_code, code, str(error.detail), headers=headers)


def _django(error: Exception) -> Response | None:
    """The answer to an error of Django that a caller can cause, None for any other."""
    if isinstance(error, Http404):
        return _answer(HTTPStatus.NOT_FOUND, "not_found", str(error) or "There is nothing here.")
    if isinstance(error, PermissionDenied):
        return _answer(HTTPStatus.FORBIDDEN, "permission.denied", "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return _answer(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request.too_large", TooLarge.default_detail
        )
    if isinstance(error, TooManyFilesSent):
        return _answer(HTTPStatus.BAD_REQUEST, "import.too_many_files", _too_many_files())
    if isinstance(error, SuspiciousOperation | BadRequest):
        return _answer(
            HTTPStatus.BAD_REQUEST, "request.malformed", "The request cannot be understood."
        )
    if isinstance(error, OperationalError | InterfaceError):
        _LOG.error("The database cannot be reached", exc_info=error)
        return _answer(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "unavailable",
            _BUSY,
            headers={"Retry-After": str(_BUSY_SECONDS)},
        )
    return None
