"""Every address of the site, made from the routes, with values that lead somewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

_VALUES = {"int": "1", "slug": "some-name", "str": "epub", "path": "a", "uuid": "0" * 32}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """A route and an address that it takes."""

    name: str
    path: str


def addresses() -> list[Address]:
    """Pages, admin, API and feeds; converters of our own are filled with a number."""
    return sorted(set(_walk(get_resolver(), "/", "")), key=lambda address: address.path)


def _walk(resolver: URLResolver, path: str, space: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = path + _fill(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, here, f"{space}{pattern.namespace or ''}:")
        elif isinstance(pattern, URLPattern):
            yield Address(f"{space}{pattern.name}", here)


def _fill(route: str) -> str:
    plain = _PART.sub(lambda found: _VALUES.get(found[1] or "str", "1"), route)
    # Patterns of the framework that are regular expressions: anchors and named groups.
    plain = re.sub(r"\(\?P<\w+>[^)]*\)|\\Z|[\^$?]", "", plain)
    return plain.replace("\\.", ".").replace("\\", "")
