"""Atom (RFC 4287) with pages (RFC 5005): works and their new chapters for feed readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.utils.translation import gettext, gettext_lazy

from archive.core.said import counted, translated
from catalog.exporters.xhtml import to_xhtml
from catalog.web.feeds.model import Feed, Publication, Site
from catalog.web.feeds.opds1 import stable_id
from catalog.web.feeds.xmltext import Element, add, document, root, stamp, xhtml_div

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_KIND_LABELS = {
    "fandom": gettext_lazy("Fandoms"),
    "rating": gettext_lazy("Rating"),
    "warning": gettext_lazy("Content warnings"),
    "category": gettext_lazy("Categories"),
    "relationship": gettext_lazy("Relationships"),
    "character": gettext_lazy("Characters"),
    "freeform": gettext_lazy("Other tags"),
}


@dataclass(frozen=True)
class NewChapter:
    """A chapter as the feed of its work tells of it; ``path`` is that of its page."""

    path: str
    title: str
    posted: datetime
    words: int
    summary_html: str = ""


def write_feed(feed: Feed, site: Site, *, page: str, subtitle: str) -> bytes:
    """A feed of works; ``page`` is the list for people.

    The id of an entry is the work's own; its ``updated`` is the date of the newest chapter, so that
    a reader tells a new chapter from an old work.
    """
    top = _begun(feed, site, page=page, subtitle=subtitle)
    if feed.paging is not None:
        for rel, path in feed.paging.paths.items():
            add(top, "link", rel=rel, type="application/atom+xml", href=site.to(path))
    for publication in feed.publications:
        _add_entry(top, publication, site)
    return document(top)


def write_chapters(
    feed: Feed, work: Publication, chapters: Sequence[NewChapter], site: Site
) -> bytes:
    """The feed of one work: an entry for each chapter, which keeps the address of its page as id."""
    top = _begun(feed, site, page=work.page, subtitle=work.summary)
    for chapter in chapters:
        entry = add(top, "entry", lang=work.language)
        add(entry, "id", stable_id(site, chapter.path))
        add(entry, "title", chapter.title, type="text")
        add(entry, "published", stamp(chapter.posted))
        add(entry, "updated", stamp(chapter.posted))
        for creator in work.creators:
            add(add(entry, "author"), "name", creator.text)
        add(entry, "link", rel="alternate", type="text/html", href=f"{site.base}{chapter.path}")
        summary = to_xhtml(chapter.summary_html, base_url=site.base)
        xhtml_div(entry, "content", f"{summary}<p>{_words(chapter.words)}</p>")
    return document(top)


def _begun(feed: Feed, site: Site, *, page: str, subtitle: str) -> Element:
    """What every feed begins with; its entries are still to be added."""
    top = root("feed")
    add(top, "id", stable_id(site, feed.path))
    add(top, "title", feed.title, type="text")
    if subtitle:
        add(top, "subtitle", subtitle, type="text")
    add(top, "updated", stamp(feed.updated))
    add(add(top, "author"), "name", site.name)
    add(top, "icon", f"{site.base}/static/archive/mark.svg")
    add(top, "generator", "Undercroft", uri=f"{site.base}/about/")
    add(top, "link", rel="self", type="application/atom+xml", href=site.to(feed.path))
    add(top, "link", rel="alternate", type="text/html", href=page)
    return top


def _add_entry(top: Element, each: Publication, site: Site) -> None:
    entry = add(top, "entry", lang=each.language)
    add(entry, "id", each.identifier)
    add(entry, "title", each.title, type="text")
    add(entry, "published", stamp(each.published))
    add(entry, "updated", stamp(each.updated))
    for creator in each.creators:
        add(add(entry, "author"), "name", creator.text)
    add(entry, "link", rel="alternate", type="text/html", href=each.page)
    if each.news_page:
        add(entry, "link", rel="related", type="text/html", href=each.news_page, title=each.news)
    for subject in each.subjects:
        scheme = f"{site.base}/tagtypes/{subject.kind}"
        add(entry, "category", scheme=scheme, term=subject.name, label=subject.name)
    if each.summary:
        add(entry, "summary", each.summary, type="text")
    xhtml_div(entry, "content", _content(each, site))


def _content(each: Publication, site: Site) -> str:
    """What a blurb says, as XHTML."""
    by = escape(", ".join(name.text for name in each.creators))
    parts = [f"<p>{by}</p>" if by else ""]
    if each.news:
        parts.append(f'<p><a href="{escape(each.news_page)}">{escape(each.news)}</a></p>')
    parts.append(to_xhtml(each.summary_html, base_url=site.base))
    rows = []
    for kind, label in _KIND_LABELS.items():
        names = each.of_kind(kind)
        if names:
            rows.append(f"<li>{escape(str(label))}: {escape(', '.join(names))}</li>")
    part = gettext("Part {position} of {title}")
    rows += [
        f"<li>{escape(part.format(position=p.position, title=p.title))}</li>" for p in each.series
    ]
    state = gettext("complete") if each.is_complete else gettext("in progress")
    chapters = gettext("{} chapters").format(each.chapters)
    rows.append(f"<li>{_words(each.words)}, {escape(chapters)}, {escape(state)}</li>")
    return "".join([*parts, f"<ul>{''.join(rows)}</ul>"])


def _words(number: int) -> str:
    """So many words, in the language of the feed."""
    return escape(translated(counted("{n:,} word", "{n:,} words", n=number)))
