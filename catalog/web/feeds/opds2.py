"""OPDS 2.0: feeds and publications as JSON, after https://drafts.opds.io/opds-2.0."""

import json
from typing import Any

from catalog.web.feeds.model import OPEN_ACCESS, Feed, Publication, Site
from catalog.web.feeds.xmltext import stamp

FEED = "application/opds+json"
PUBLICATION = "application/opds-publication+json"
AUTHENTICATION = "application/opds-authentication+json"
BASIC = "http://opds-spec.org/auth/basic"
_THUMBNAIL_WIDTH = 200
_COVER = (1000, 1500)


def write_feed(feed: Feed, site: Site) -> bytes:
    """A feed with whatever it holds: navigation, publications, groups, facets."""
    links = [_link("self", feed.path, site), _link("start", "", site, title=site.name)]
    if feed.up is not None:
        links.append(_link("up", feed.up, site))
    links.append(
        {
            "rel": "search",
            "href": f"{site.to('search/')}{{?query,title,author}}",
            "type": FEED,
            "templated": True,
        }
    )
    metadata: dict[str, Any] = {"title": feed.title, "modified": stamp(feed.updated)}
    if feed.notices:
        metadata["description"] = " ".join(feed.notices)
    if feed.paging is not None:
        metadata["numberOfItems"] = feed.paging.total
        metadata["itemsPerPage"] = feed.paging.size
        metadata["currentPage"] = feed.paging.number
        links += [_link(rel, path, site) for rel, path in feed.paging.paths.items()]
    body: dict[str, Any] = {"metadata": metadata, "links": links}
    if feed.shelves or not feed.holds_works:
        body["navigation"] = _navigation(feed, site)
    if feed.holds_works:
        body["publications"] = [publication(each, site) for each in feed.publications]
    if feed.groups:
        body["groups"] = [
            {
                "metadata": {"title": title},
                "links": [_link("self", path, site)],
                "publications": [publication(each, site) for each in rows],
            }
            for title, path, rows in feed.groups
            if rows
        ]
    if feed.facets:
        body["facets"] = _facets(feed, site)
    return _bytes(body)


def write_publication(each: Publication, site: Site) -> bytes:
    """One publication as a document of its own."""
    return _bytes(publication(each, site))


def write_authentication(site: Site, *, title: str, description: str, labels: Any) -> bytes:
    """How to sign in, after Authentication for OPDS 1.0."""
    return _bytes(
        {
            "id": site.to("auth/"),
            "title": title,
            "description": description,
            "links": [
                {"rel": "help", "href": f"{site.base}/account/", "type": "text/html"},
                {"rel": "register", "href": f"{site.base}/account/", "type": "text/html"},
            ],
            "authentication": [{"type": BASIC, "labels": labels}],
        }
    )


def publication(each: Publication, site: Site) -> dict[str, Any]:
    """One publication."""
    place = f"works/{each.id}"
    return {
        "metadata": _metadata(each, site),
        "links": [
            {"rel": "self", "href": site.to(f"{place}/"), "type": PUBLICATION},
            {"rel": "alternate", "href": each.page, "type": "text/html"},
            *(
                {"rel": OPEN_ACCESS, "href": site.to(f"{place}/download.{ext}"), "type": kind}
                for ext, kind in site.formats
            ),
        ],
        "images": [
            {
                "href": site.to(f"{place}/cover.png"),
                "type": "image/png",
                "width": _COVER[0],
                "height": _COVER[1],
            },
            {
                "href": site.to(f"{place}/cover.png?width={_THUMBNAIL_WIDTH}"),
                "type": "image/png",
                "width": _THUMBNAIL_WIDTH,
                "height": _THUMBNAIL_WIDTH * _COVER[1] // _COVER[0],
            },
        ],
    }


def _metadata(each: Publication, site: Site) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "@type": "http://schema.org/Book",
        "identifier": each.identifier,
        "title": each.title,
        "author": [
            {"name": name.text, "links": [_link("", name.path, site)]}
            if name.path
            else {"name": name.text}
            for name in each.creators
        ],
        "language": each.language,
        "readingProgression": each.direction,
        "publisher": each.publisher,
        "published": f"{each.published:%Y-%m-%d}",
        "modified": stamp(each.modified),
        "subject": [
            {
                "name": subject.name,
                "scheme": f"{site.base}/tagtypes/{subject.kind}",
                "code": subject.code,
                "links": [_link("", subject.path, site)],
            }
            for subject in each.subjects
        ],
    }
    if each.summary:
        metadata["description"] = each.summary
    if each.series:
        metadata["belongsTo"] = {
            "series": [
                {
                    "name": place.title,
                    "position": place.position,
                    "links": [_link("", place.path, site)],
                }
                for place in each.series
            ]
        }
    return metadata


def _navigation(feed: Feed, site: Site) -> list[dict[str, Any]]:
    rows = []
    for shelf in feed.shelves:
        row: dict[str, Any] = {"title": shelf.title, "href": site.to(shelf.path), "type": FEED}
        row["rel"] = shelf.rel
        if shelf.count is not None:
            row["properties"] = {"numberOfItems": shelf.count}
        rows.append(row)
    return rows


def _facets(feed: Feed, site: Site) -> list[dict[str, Any]]:
    groups = []
    for group in feed.facets:
        links = []
        for choice in group.links:
            link: dict[str, Any] = {
                "href": site.to(choice.path),
                "type": FEED,
                "title": choice.title,
            }
            if choice.is_active:
                link["rel"] = "self"
            if choice.count is not None:
                link["properties"] = {"numberOfItems": choice.count}
            links.append(link)
        groups.append({"metadata": {"title": group.title}, "links": links})
    return groups


def _link(rel: str, path: str, site: Site, title: str = "") -> dict[str, Any]:
    link: dict[str, Any] = {"href": site.to(path), "type": FEED}
    if rel:
        link["rel"] = rel
    if title:
        link["title"] = title
    return link


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
