"""Addresses of the feeds; those of the catalogue stand with and without the slash at the end."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from archive.core import converters
from catalog.web.feeds import atom_views, opds_views

__all__ = ["converters", "urlpatterns"]


def _both(whole: str, view: Any, name: str, given: dict[str, Any]) -> Iterator[URLPattern]:
    """An address with the slash, and without: a redirect would lose the reader's credentials."""
    yield path(whole, view, given, name=name)
    if whole.endswith("/"):
        yield path(whole.removesuffix("/"), view, given)


def _catalogue(version: int) -> Iterator[URLPattern]:
    root = opds_views.ROOTS[version].lstrip("/")
    name = "opds" if version == 1 else "opds2"
    views: list[tuple[str, Any, str, dict[str, str]]] = [
        ("", opds_views.start, name, {}),
        ("works/", opds_views.works, f"{name}-works", {}),
        ("works/<rowid:work_id>/", opds_views.work, f"{name}-work", {}),
        (
            "works/<rowid:work_id>/download.<slug:extension>",
            opds_views.download,
            f"{name}-download",
            {},
        ),
        ("works/<rowid:work_id>/cover.png", opds_views.cover, f"{name}-cover", {}),
        ("search/", opds_views.search, f"{name}-search", {}),
        ("series/<rowid:series_id>/", opds_views.series, f"{name}-series", {}),
        ("shelf/", opds_views.shelf, f"{name}-shelf", {}),
        ("auth/", opds_views.authentication, f"{name}-auth", {}),
        *(
            (f"{what}/", opds_views.listing, f"{name}-{what}-list", {"name": what})
            for what in ("fandoms", "creators", "series", "languages")
        ),
    ]
    for route, view, each, given in views:
        yield from _both(f"{root}{route}", view, each, {"version": version, **given})


urlpatterns = [
    *_catalogue(2),
    *_catalogue(1),
    path("opds/search.xml", opds_views.description, {"version": 1}, name="opds-description"),
    path("feeds/works.atom", atom_views.works, name="feed-works"),
    path("feeds/works/<rowid:work_id>.atom", atom_views.work, name="feed-work"),
    path("feeds/tags/<rowid:tag_id>.atom", atom_views.tag, name="feed-tag"),
    path("feeds/creators/<rowid:creator_id>.atom", atom_views.creator, name="feed-creator"),
    path("feeds/series/<rowid:series_id>.atom", atom_views.series, name="feed-series"),
]
