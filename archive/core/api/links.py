"""Addresses in answers: absolute, as the client that asks reaches the archive."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

_PLACE = 987_654_321


class HasPage(Protocol):
    """A model with a page of its own."""

    def get_absolute_url(self) -> str:
        """The path of the page."""


class Links:
    """Makes addresses for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.base = request.build_absolute_uri("/").rstrip("/")
        self.path = request.path

    def api(self, name: str, *ids: int) -> str:
        """The address of an API view by its name."""
        return f"{self.base}{_pattern(f'api:{name}', len(ids)).format(*ids)}"

    def web(self, name: str, *ids: int) -> str:
        """The address of a page by its name: as ``page``, for many rows in little time."""
        return f"{self.base}{_pattern(name, len(ids)).format(*ids)}"

    def page(self, row: HasPage) -> str:
        """The page of an object for people."""
        return f"{self.base}{row.get_absolute_url()}"

    def here(self, params: Iterable[tuple[str, str]]) -> str:
        """This address with other parameters."""
        query = urlencode(list(params))
        return f"{self.base}{self.path}{'?' + query if query else ''}"


class SiteLinks(Links):
    """Makes addresses without a request: those of the site itself."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.path = ""


@lru_cache(maxsize=512)
def _pattern(name: str, count: int) -> str:
    """The path of a view with places for its ids; reversing each one costs far more."""
    ids = [_PLACE + place for place in range(count)]
    path = reverse(name, args=ids).replace("{", "{{").replace("}", "}}")
    for pk in ids:
        path = path.replace(str(pk), "{}", 1)
    return path
