"""ApiView: what every endpoint does before and after its own work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.core.api import conditional, once
from archive.core.api.links import Links
from archive.core.api.throttles import add_rate_headers, count_request, refuse_if_exceeded
from archive.core.counters import Count
from archive.core.errors import NotAllowed, NotFound, SignInRequired
from archive.core.parameters import ParameterForm
from archive.core.requests import SAFE_METHODS, set_viewer, viewer_in
from archive.core.viewer import ANONYMOUS, Viewer

EXPOSED = (
    "ETag, Last-Modified, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "RateLimit-Policy, Retry-After, Content-Disposition, Content-Range, Repr-Digest"
)
ASKABLE = "Accept, If-None-Match, If-Modified-Since, If-Range, Range"


class ApiView(APIView):
    """One address of the API.

    ``parameters`` names the query parameters of each method; any other is refused. ``scopes`` of a
    method are what a key needs for it: ``write``, ``wrangle``; a method without one is open.
    ``rates`` are further limits besides those of everybody. ``id_prefix`` stands before the names
    of operations where one view has several addresses. ``posts_long``: a POST works for longer than
    a transaction may; ``posts_secret``: its answer is not kept for a repeated request.
    """

    id_prefix = ""
    posts_long = False
    posts_secret = False
    parameters: ClassVar[Mapping[str, type[ParameterForm]]] = {}
    scopes: ClassVar[Mapping[str, str]] = {}
    rates: ClassVar[Mapping[str, Sequence[str]]] = {}
    params: dict[str, Any]

    @property
    def viewer(self) -> Viewer:
        """Who is looking."""
        return viewer_in(self.http)

    @property
    def user_id(self) -> int:
        """The account of a signed-in caller. Raises SignInRequired."""
        user_id = self.viewer.user_id
        if user_id is None:
            raise SignInRequired("Sign in, or send an API key.")
        return user_id

    @property
    def http(self) -> HttpRequest:
        """Django's own request."""
        request: HttpRequest = self.request._request
        return request

    @property
    def links(self) -> Links:
        """Addresses as this client reaches us."""
        return Links(self.http)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in English, whatever the pages speak: what programs read is the same everywhere."""
        with override("en"):
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find out who asks, count the request, check the rights and the parameters."""
        self.counts: list[Count] = []
        try:
            super().initial(request, *args, **kwargs)
        except AuthenticationFailed:
            set_viewer(self.http, ANONYMOUS)
            self._count(["anon"])
            raise
        except Exception:  # refused before it was counted; raised again
            if not self.counts:
                self._count(["anon"])
            raise
        self.require_scope(self.scopes.get(request.method or "", ""))
        self.params = self.read_parameters()
        if request.method == "POST" and once.META in self.http.META:
            self._act_once()

    def check_throttles(self, request: Request) -> None:
        """Count the request. Raises Throttled."""
        scopes = ["anon" if self.viewer.is_anonymous else "key"]
        method = request.method or ""
        if method not in SAFE_METHODS and not self.viewer.is_anonymous:
            scopes.append("write")
        self._count([*scopes, *self.rates.get(method, ())])

    def count_search(self) -> None:
        """Count a text search of a guest. Raises Throttled."""
        if self.viewer.is_anonymous:
            self._count(["search_anon"])

    def require_scope(self, scope: str) -> None:
        """Raise SignInRequired or NotAllowed unless the caller's key has the scope."""
        if not scope:
            return
        if self.viewer.is_anonymous:
            raise SignInRequired(f"Sign in, or send an API key with the scope `{scope}`.")
        if scope not in self.viewer.scopes:
            raise NotAllowed(f"This API key has no `{scope}` scope.", code="scope.missing")

    def read_parameters(self) -> dict[str, Any]:
        """The query parameters of this method. Raises InvalidInput with every fault."""
        form = self.parameters.get("GET" if self.is_read else self.request.method or "")
        form = form or ParameterForm
        if not self.http.META.get("QUERY_STRING"):
            return dict(_defaults(form))
        return form(self.request.query_params).checked()

    @property
    def is_read(self) -> bool:
        """Whether the method only reads."""
        return self.request.method in SAFE_METHODS

    def conditional(self, etag: str, modified_at: datetime | None) -> HttpResponse | None:
        """The 304 for a client that has this already; else the validators go on the answer."""
        self.validators = (etag, modified_at)
        return conditional.not_modified(self.http, etag, modified_at)

    def conditional_as_seen(self, etag: str) -> HttpResponse | None:
        """As ``conditional``, for what keeps no time of its changes: since it was seen like this."""
        return self.conditional(etag, conditional.seen_since(self.http, etag))

    def etag(self, kind: str, pk: int, version: int, *parts: object) -> str:
        """A tag that changes with whatever the answer to this request depends on."""
        renderer = getattr(self.request, "accepted_renderer", None)
        query = self.http.META.get("QUERY_STRING", "")
        return conditional.make_etag(
            kind,
            pk,
            version,
            getattr(renderer, "format", ""),
            query,
            self.links.base,
            *parts,
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what every answer carries, also those that are not the framework's own."""
        response = super().finalize_response(request, response, *args, **kwargs)
        add_rate_headers(response, getattr(self, "counts", []))
        validators = getattr(self, "validators", None)
        if validators is not None and response.status_code < 400:
            conditional.stamp(response, *validators)
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        self._add_cors(response)
        response.headers.setdefault("Cache-Control", self._cache_control())
        return response

    def _count(self, scopes: Sequence[str]) -> None:
        counts = count_request(self.http, self.viewer, scopes)
        self.counts += counts
        refuse_if_exceeded(counts)

    def _act_once(self) -> None:
        """Answer a repeated POST as the first time; the framework takes the handler after this."""
        self.post: Any = once.once(
            self.post,
            self.viewer,
            is_long=self.posts_long,
            keeps_body=not self.posts_secret,
            validators=lambda: getattr(self, "validators", None),
        )

    def _is_guest(self) -> bool:
        return "HTTP_AUTHORIZATION" not in self.http.META and self.viewer.is_anonymous

    def _add_cors(self, response: HttpResponse) -> None:
        """Anybody's page may read what guests may read; it never acts for a signed-in person."""
        if self.http.method not in SAFE_METHODS or not self._is_guest():
            return
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if self.http.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = ASKABLE
            response.headers["Access-Control-Max-Age"] = "86400"

    def _cache_control(self) -> str:
        return "public, no-cache" if self._is_guest() else "private, no-cache"


@lru_cache(maxsize=256)
def _defaults(form: type[ParameterForm]) -> dict[str, Any]:
    """The values of a request without parameters. Raises InvalidInput where one is needed."""
    return form(QueryDict()).checked()


class NoSuchAddress(ApiView):
    """Whatever is not there, as a problem document."""

    schema = None

    def read_parameters(self) -> dict[str, Any]:
        """Nothing: the address itself is wrong."""
        return {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send whoever left out the last slash to where he meant, method and body and all."""
        if self._lacks_slash(request.path):
            query = request.META.get("QUERY_STRING", "")
            response = HttpResponse(status=308)
            response.headers["Location"] = f"{request.path}/{'?' + query if query else ''}"
            return response
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The same for every method. Raises NotFound."""
        raise NotFound(f"There is nothing at {self.http.path[:200]}; /api/v1/ lists what there is.")

    get = post = put = patch = delete = http_method_not_allowed

    def _lacks_slash(self, path: str) -> bool:
        if path.endswith("/"):
            return False
        try:
            match = resolve(f"{path}/")
        except Resolver404:
            return False
        return getattr(match.func, "view_class", None) is not NoSuchAddress
