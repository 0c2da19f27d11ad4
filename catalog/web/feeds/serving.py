"""How feeds are served: who asks, how often, in which headers; readers sign in with an API key."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from archive.accounts.services import find_api_key
from archive.accounts.viewers import viewer_of
from archive.core.api.throttles import add_rate_headers
from archive.core.errors import SignInRequired
from archive.core.requests import set_viewer, viewer_in
from archive.core.viewer import ANONYMOUS
from catalog.services.exporting import formats
from catalog.web.feeds import opds2
from catalog.web.feeds.model import Site
from catalog.web.rates import count_or_refuse

AUTH_DOCUMENT = "http://opds-spec.org/auth/document"
_P = ParamSpec("_P")
View = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def feed_view(*scopes: str, is_counted: bool = True) -> Callable[[View[_P]], Any]:
    """Makes a view that reads a key (Basic or Bearer), is counted and answers GET and HEAD alone.

    ``scopes`` are limits besides those of everybody. Covers are not counted: a reader fetches one
    for each entry of a list. A wrong key, and what guests may not see, is a
    401 with a challenge, never a redirect to a form that no e-reader could fill in.
    """

    def decorate(view: View[_P]) -> Any:
        @wraps(view)
        def answer(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
            try:
                _sign_in(request)
                asked = _scopes(request, scopes) if is_counted else []
                counts = count_or_refuse(request, viewer_in(request), asked)
                response = view(request, *args, **kwargs)
            except SignInRequired as error:
                return _challenge(request, error.detail)
            add_rate_headers(response, counts)
            return _finish(request, response)

        return csrf_exempt(require_safe(answer))

    return decorate


def site_of(request: HttpRequest, root: str) -> Site:
    """The archive as this client reaches it."""
    return Site(
        name=settings.SITE_NAME,
        base=request.build_absolute_uri("/").rstrip("/"),
        root=root,
        formats=[
            (extension, form.media_type.partition(";")[0]) for extension, form in formats().items()
        ],
        is_guest=viewer_in(request).is_anonymous,
    )


def feed_response(
    request: HttpRequest, body: bytes, media_type: str, changed: datetime | None
) -> HttpResponse:
    """The feed, or 304 for a reader that has these very bytes."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    seconds = int(changed.timestamp()) if changed else None
    unchanged = get_conditional_response(request, etag=etag, last_modified=seconds)
    response = unchanged or HttpResponse(body, content_type=media_type)
    response.headers["ETag"] = etag
    if seconds is not None:
        response.headers["Last-Modified"] = http_date(seconds)
    return response


def _sign_in(request: HttpRequest) -> None:
    """Put the owner of the key on the request. Raises SignInRequired for a wrong one."""
    given = request.headers.get("Authorization", "")
    if not given:
        return
    row = find_api_key(_key_in(given))
    if row is None:
        set_viewer(request, ANONYMOUS)  # a session does not help here
        count_or_refuse(request, ANONYMOUS, ["anon"])
        raise SignInRequired(gettext("This API key is unknown, expired or revoked."))
    set_viewer(request, viewer_of(row.user, row.scopes))


def _key_in(header: str) -> str:
    """The key of a Bearer header, or the password of a Basic one; "" where there is none."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    return text.partition(":")[2].strip()


def _scopes(request: HttpRequest, more: tuple[str, ...]) -> list[str]:
    if not viewer_in(request).is_anonymous:
        return ["key", *more]
    is_search = any(request.GET.get(name) for name in ("q", "query"))
    return ["anon", *(["search_anon"] if is_search else []), *more]


def _challenge(request: HttpRequest, detail: str) -> HttpResponse:
    """A 401 that names the ways to sign in."""
    site = site_of(request, "/opds/")
    body = authentication_document(site, detail)
    response = HttpResponse(body, content_type=opds2.AUTHENTICATION, status=401)
    realm = settings.SITE_NAME.encode("ascii", "replace").decode().replace('"', "")
    response.headers["WWW-Authenticate"] = f'Basic realm="{realm}", charset="UTF-8"'
    response.headers["Link"] = (
        f'<{site.to("auth/")}>; rel="{AUTH_DOCUMENT}"; type="{opds2.AUTHENTICATION}"'
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def authentication_document(site: Site, detail: str = "") -> bytes:
    """How to sign in."""
    return opds2.write_authentication(
        site,
        title=site.name,
        description=detail
        or gettext("Sign in with your user name and one of your API keys as password."),
        labels={"login": gettext("User name"), "password": gettext("API key")},
    )


def _finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The headers that every feed carries."""
    patch_vary_headers(response, ("Authorization", "Cookie"))
    is_public = viewer_in(request).is_anonymous
    response.headers.setdefault(
        "Cache-Control", "public, no-cache" if is_public else "private, no-cache"
    )
    if is_public:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
