"""OPDS 1.2: feeds and entries as Atom, after https://specs.opds.io/opds-1.2."""

from html import escape
from uuid import NAMESPACE_URL, uuid5

from catalog.exporters.xhtml import to_xhtml
from catalog.web.feeds.model import OPEN_ACCESS, Feed, Publication, Shelf, Site
from catalog.web.feeds.xmltext import Element, add, document, root, stamp, xhtml_div

NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
ENTRY = "application/atom+xml;type=entry;profile=opds-catalog"
OPENSEARCH = "application/opensearchdescription+xml"
FACET = "http://opds-spec.org/facet"
_SUMMARY_CHARS = 500


def feed_type(feed: Feed) -> str:
    """The media type of a feed."""
    return ACQUISITION if feed.holds_works else NAVIGATION


def write_feed(feed: Feed, site: Site) -> bytes:
    """A navigation or acquisition feed."""
    top = root("feed")
    own = site.to(feed.path)
    add(top, "id", stable_id(site, feed.path))
    add(top, "title", feed.title)
    add(top, "updated", stamp(feed.updated))
    author = add(top, "author")
    add(author, "name", site.name)
    add(author, "uri", f"{site.base}/")
    add(top, "icon", f"{site.base}/static/archive/mark.svg")
    add(top, "link", rel="self", type=feed_type(feed), href=own)
    add(top, "link", rel="start", type=NAVIGATION, href=site.to(""), title=site.name)
    if feed.up is not None:
        add(top, "link", rel="up", type=NAVIGATION, href=site.to(feed.up))
    _add_search(top, site)
    _add_paging(top, feed, site)
    for group in feed.facets:
        for choice in group.links:
            given = {"rel": FACET, "type": ACQUISITION, "href": site.to(choice.path)}
            given |= {"title": choice.title, "opds__facetGroup": group.title}
            if choice.is_active:
                given["opds__activeFacet"] = "true"
            if choice.count is not None:
                given["thr__count"] = str(choice.count)
            add(top, "link", **given)
    for shelf in feed.shelves:
        _add_shelf(top, shelf, feed, site)
    for publication in feed.publications:
        _fill_entry(add(top, "entry"), publication, site, is_complete=False)
    return document(top)


def write_entry(publication: Publication, site: Site) -> bytes:
    """The complete entry of one work as a document of its own."""
    top = root("entry")
    _fill_entry(top, publication, site, is_complete=True)
    return document(top)


def write_search(site: Site) -> bytes:
    """The OpenSearch description of the catalogue."""
    template = escape(f"{site.to('works/')}?q={{searchTerms}}&page={{startPage?}}")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"  <ShortName>{escape(site.name[:16])}</ShortName>\n"
        f"  <Description>{escape(site.name)}</Description>\n"
        "  <InputEncoding>UTF-8</InputEncoding>\n  <OutputEncoding>UTF-8</OutputEncoding>\n"
        f'  <Url type="{ACQUISITION}" template="{template}"/>\n'
        "</OpenSearchDescription>\n"
    ).encode()


def stable_id(site: Site, path: str) -> str:
    """An id for a feed that stays the same from day to day."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{site.base}/opds/{path}')}"


def _add_search(top: Element, site: Site) -> None:
    """Both ways in which readers look for it: the description, and a template of our own."""
    add(top, "link", rel="search", type=OPENSEARCH, href=site.to("search.xml"))
    template = f"{site.to('works/')}?q={{searchTerms}}"
    add(top, "link", rel="search", type="application/atom+xml", href=template)


def _add_paging(top: Element, feed: Feed, site: Site) -> None:
    paging = feed.paging
    if paging is None:
        return
    add(top, "opensearch:totalResults", str(paging.total))
    add(top, "opensearch:itemsPerPage", str(paging.size))
    add(top, "opensearch:startIndex", str(paging.start))
    for rel, path in paging.paths.items():
        add(top, "link", rel=rel, type=feed_type(feed), href=site.to(path))


def _add_shelf(top: Element, shelf: Shelf, feed: Feed, site: Site) -> None:
    entry = add(top, "entry")
    add(entry, "id", stable_id(site, shelf.path))
    add(entry, "title", shelf.title)
    add(entry, "updated", stamp(feed.updated))
    add(entry, "content", shelf.summary or shelf.title, type="text")
    given = {"type": ACQUISITION if shelf.holds_works else NAVIGATION}
    given |= {"rel": shelf.rel, "href": site.to(shelf.path)}
    if shelf.count is not None:
        given["thr__count"] = str(shelf.count)
    add(entry, "link", **given)


def _fill_entry(entry: Element, publication: Publication, site: Site, *, is_complete: bool) -> None:
    add(entry, "id", publication.identifier)
    add(entry, "title", publication.title)
    add(entry, "updated", stamp(publication.modified))
    add(entry, "published", stamp(publication.published))
    for creator in publication.creators:
        author = add(entry, "author")
        add(author, "name", creator.text)
        if creator.path:
            add(author, "uri", site.to(creator.path))
    add(entry, "dc:language", publication.language)
    add(entry, "dc:publisher", publication.publisher)
    add(entry, "dc:identifier", publication.identifier)
    add(entry, "dc:issued", f"{publication.published:%Y-%m-%d}")
    add(entry, "dc:extent", f"{publication.words:,} words, {publication.chapters} chapters")
    for place in publication.series:
        add(entry, "dc:isPartOf", f"{place.title} #{place.position}")
    for subject in publication.subjects:
        scheme = f"{site.base}/tagtypes/{subject.kind}"
        add(entry, "category", scheme=scheme, term=subject.name, label=subject.name)
    if publication.summary:
        add(entry, "summary", _cut(publication.summary), type="text")
    if is_complete and publication.summary_html:
        inner = to_xhtml(publication.summary_html, base_url=site.base)
        xhtml_div(entry, "content", inner)
    _add_entry_links(entry, publication, site, is_complete=is_complete)


def _add_entry_links(
    entry: Element, publication: Publication, site: Site, *, is_complete: bool
) -> None:
    place = f"works/{publication.id}"
    own = site.to(f"{place}/")
    add(entry, "link", rel="self" if is_complete else "alternate", type=ENTRY, href=own)
    add(entry, "link", rel="alternate", type="text/html", href=publication.page)
    for rel, size in (("", ""), ("/thumbnail", "?width=200")):
        href = site.to(f"{place}/cover.png{size}")
        add(entry, "link", rel=f"http://opds-spec.org/image{rel}", type="image/png", href=href)
    for extension, media_type in site.formats:
        href = site.to(f"{place}/download.{extension}")
        add(entry, "link", rel=OPEN_ACCESS, type=media_type, href=href)
    for creator in publication.creators:
        if creator.path:
            href = site.to(creator.path)
            add(entry, "link", rel="related", type=ACQUISITION, href=href, title=creator.text)
    for series in publication.series:
        href = site.to(series.path)
        add(entry, "link", rel="related", type=ACQUISITION, href=href, title=series.title)


def _cut(text: str) -> str:
    return text if len(text) <= _SUMMARY_CHARS else f"{text[: _SUMMARY_CHARS - 1].rstrip()}…"
