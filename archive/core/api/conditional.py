"""Conditional requests: what a client has already, and what it believes to change."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_etags

from archive.core.errors import DomainError

_SEEN_SECONDS = 86_400
_STAMP = re.compile(r'\A(?:W/)?"(?P<kind>[a-z]+)(?P<id>\d+)\.(?P<version>\d+)(?:\.[^"]*)?"\Z')


def make_etag(kind: str, pk: int, version: int, *parts: object) -> str:
    """A strong tag such as ``"work12.5.9f3c1e02"``: the object, its version, the representation.

    ``parts`` are everything else that the bytes of the answer depend on.
    """
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]
    return f'"{kind}{pk}.{version}.{digest}"'


class PreconditionUnmet(DomainError):
    """The condition of the request does not hold (412)."""

    status = 412
    default_code = "precondition.failed"


def not_modified(
    request: HttpRequest, etag: str, modified_at: datetime | None
) -> HttpResponse | None:
    """The 304 for a client that has this representation, None to answer in full.

    Raises PreconditionUnmet.
    """
    stamp = int(modified_at.timestamp()) if modified_at else None
    response = get_conditional_response(request, etag=etag, last_modified=stamp)
    if response is not None and response.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise PreconditionUnmet(f"The present ETag is {etag}, which the request does not name.")
    return response


def stamp(response: HttpResponse, etag: str, modified_at: datetime | None) -> None:
    """Put the validators on an answer."""
    response.headers["ETag"] = etag
    if modified_at is not None:
        response.headers["Last-Modified"] = http_date(modified_at.timestamp())


def seen_since(request: HttpRequest, etag: str) -> datetime:
    """Since when this address has been seen to answer with this tag; now where nobody knows.

    The ``Last-Modified`` of what keeps no time itself, such as a tag with all that stands around
    it. Never too early, because whatever differs from the last answer counts from now on.
    """
    now = timezone.now()
    if request.META.get("QUERY_STRING"):
        # Addresses with parameters are too many to be remembered.
        return now
    key = "api:seen:" + hashlib.sha256(request.build_absolute_uri().encode()).hexdigest()
    kept = cache.get(key)
    if kept is not None and kept[0] == etag:
        since: datetime = kept[1]
        return since
    cache.set(key, (etag, now), _SEEN_SECONDS)
    return now


def expected_version(
    request: HttpRequest, kind: str, pk: int, current: Callable[[], int | None]
) -> int | None:
    """The version of an object that ``If-Match`` expects, for a service to insist on.

    None where any will do. ``current`` finds the present version, None for no object; it is asked
    only when several tags are given. The mark of weakness is overlooked: compression on the way
    adds it, and the version is as sure as before. Raises PreconditionUnmet for tags that are none
    of ours.
    """
    header = request.META.get("HTTP_IF_MATCH", "").strip()
    if not header or header == "*":
        return None
    matches = filter(None, map(_STAMP.match, parse_etags(header)))
    versions = {int(m["version"]) for m in matches if (m["kind"], int(m["id"])) == (kind, pk)}
    if len(versions) > 1:
        versions &= {current()}
    if not versions:
        raise PreconditionUnmet(f"If-Match names no present version of this {kind}.")
    return versions.pop()
