"""Strict readers of feeds: what the published schemas of Atom, OPDS 1.2 and OPDS 2.0 demand."""

import json
import re
from typing import Any

from lxml import etree

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/terms/",
    "opds": "http://opds-spec.org/2010/catalog",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "x": "http://www.w3.org/1999/xhtml",
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_URI = re.compile(r"(?:https?://[^\s<>{}|\\^`\"]+|urn:uuid:[0-9a-f-]{36})\Z")
_TEMPLATE = re.compile(r"https?://\S+\{(?:searchTerms|\?query,title,author)\}\Z")
_FEED_ONCE = ("id", "title", "updated", "subtitle", "icon", "generator")
_ENTRY_ONCE = ("id", "title", "updated", "published", "summary", "content")
_FEED_CHILDREN = {*_FEED_ONCE, "author", "link", "entry", "category"}
_ENTRY_CHILDREN = {*_ENTRY_ONCE, "author", "link", "category"}
_LINK_ATTRIBUTES = {"href", "rel", "type", "title", "hreflang", "length"}


def read_atom(body: bytes) -> Any:
    """The root of a valid Atom feed or entry document (RFC 4287)."""
    root = etree.fromstring(body)
    local = etree.QName(root).localname
    assert etree.QName(root).namespace == NS["a"]
    (_check_feed if local == "feed" else _check_entry)(root)
    return root


def _check_feed(feed: Any) -> None:
    _check_children(feed, _FEED_CHILDREN, _FEED_ONCE)
    for name in ("id", "title", "updated"):
        assert len(feed.findall(f"a:{name}", NS)) == 1, name
    assert len(feed.xpath("a:link[@rel='self']", namespaces=NS)) == 1
    has_author = feed.find("a:author", NS) is not None
    ids = [entry.findtext("a:id", None, NS) for entry in feed.findall("a:entry", NS)]
    assert len(ids) == len(set(ids)), "ids of entries are unique"
    for entry in feed.findall("a:entry", NS):
        assert has_author or entry.find("a:author", NS) is not None
        _check_entry(entry)


def _check_entry(entry: Any) -> None:
    _check_children(entry, _ENTRY_CHILDREN, _ENTRY_ONCE)
    for name in ("id", "title", "updated"):
        assert len(entry.findall(f"a:{name}", NS)) == 1, name
    content = entry.find("a:content", NS)
    if content is None or content.get("src"):
        assert entry.xpath("a:link[@rel='alternate']", namespaces=NS)
    if content is not None and content.get("type") == "xhtml":
        (div,) = content
        assert etree.QName(div) == etree.QName(NS["x"], "div")


def _check_children(parent: Any, allowed: set[str], once: tuple[str, ...]) -> None:
    names = [
        etree.QName(child).localname for child in parent if etree.QName(child).namespace == NS["a"]
    ]
    assert set(names) <= allowed
    assert not [name for name in once if names.count(name) > 1]
    assert _URI.match(parent.findtext("a:id", "", NS))
    for name in ("updated", "published"):
        for moment in parent.findall(f"a:{name}", NS):
            assert _MOMENT.match(moment.text or "")
    for author in parent.findall("a:author", NS):
        assert author.findtext("a:name", "", NS).strip()
    for category in parent.findall("a:category", NS):
        assert category.get("term")
        assert _URI.match(category.get("scheme"))
    seen = set()
    for link in parent.findall("a:link", NS):
        _check_link(link)
        key = (link.get("rel"), link.get("type"), link.get("href"))
        assert key not in seen, key
        seen.add(key)


def _check_link(link: Any) -> None:
    plain = {name for name in link.attrib if not name.startswith("{")}
    assert plain <= _LINK_ATTRIBUTES
    href = link.get("href")
    assert _URI.match(href) or (link.get("rel") == "search" and _TEMPLATE.match(href)), href
    assert link.get("type")


def read_opds1(body: bytes, *, kind: str) -> Any:
    """The root of a valid OPDS 1.2 feed of this kind."""
    root = read_atom(body)
    one = lambda rel: root.xpath(f"a:link[@rel='{rel}']", namespaces=NS)  # noqa: E731
    assert f"kind={kind}" in one("self")[0].get("type")
    assert len(one("start")) == 1
    for entry in root.findall("a:entry", NS):
        acquisitions = entry.xpath(
            "a:link[starts-with(@rel, 'http://opds-spec.org/acquisition')]", namespaces=NS
        )
        if kind == "navigation":
            assert len(entry.findall("a:link", NS)) == 1
            assert not acquisitions
        else:
            assert acquisitions
    active = root.xpath("a:link[@opds:activeFacet]", namespaces=NS)
    groups = [link.get(f"{{{NS['opds']}}}facetGroup") for link in active]
    assert len(groups) == len(set(groups)), "one active facet in a group at most"
    for link in root.xpath("a:link[@rel='http://opds-spec.org/facet']", namespaces=NS):
        assert link.get("title")
        assert link.get(f"{{{NS['opds']}}}facetGroup")
    return root


def read_opds2(body: bytes) -> Any:
    """A valid OPDS 2.0 feed."""
    feed = json.loads(body)
    assert set(feed) <= {"metadata", "links", "navigation", "publications", "groups", "facets"}
    assert feed["metadata"]["title"]
    assert {"navigation", "publications", "groups"} & set(feed)
    assert [link for link in feed["links"] if link.get("rel") == "self"]
    _check_links(feed["links"])
    for name in ("numberOfItems", "itemsPerPage", "currentPage"):
        assert isinstance(feed["metadata"].get(name, 1), int)
    assert _MOMENT.match(feed["metadata"]["modified"])
    for row in feed.get("navigation", ()):
        assert row["title"]
    _check_links(feed.get("navigation", ()))
    for each in feed.get("publications", ()):
        check_publication(each)
    for group in feed.get("groups", ()):
        assert group["metadata"]["title"]
        _check_links(group["links"])
        for each in group["publications"]:
            check_publication(each)
    for facet in feed.get("facets", ()):
        assert facet["metadata"]["title"]
        assert facet["links"]
        _check_links(facet["links"])
        assert len([link for link in facet["links"] if link.get("rel") == "self"]) <= 1
    return feed


def check_publication(each: Any) -> None:
    """One publication with what the schema demands of it."""
    metadata = each["metadata"]
    assert metadata["@type"] == "http://schema.org/Book"
    assert metadata["title"]
    assert _URI.match(metadata["identifier"])
    assert metadata["readingProgression"] in ("ltr", "rtl")
    assert _MOMENT.match(metadata["modified"])
    assert all(author["name"] for author in metadata["author"])
    for subject in metadata["subject"]:
        assert subject["name"]
        assert _URI.match(subject["scheme"])
    rels = [link.get("rel", "") for link in each["links"]]
    assert "self" in rels
    assert any(rel.startswith("http://opds-spec.org/acquisition") for rel in rels)
    _check_links(each["links"])
    assert each["images"]
    _check_links(each["images"])


def _check_links(links: Any) -> None:
    for link in links:
        assert link["type"]
        assert _URI.match(link["href"]) or link.get("templated"), link["href"]
