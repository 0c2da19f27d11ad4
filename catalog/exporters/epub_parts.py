"""The documents inside an EPUB: cover, preface, chapters, afterword, the first page of a book."""

from html import escape
from typing import Protocol
from urllib.parse import urlencode

from archive.core.html_anchors import anchors_at
from catalog.exporters.content import ExportBook, ExportChapter, ExportSeries, ExportWork
from catalog.exporters.cover import CoverText
from catalog.exporters.xhtml import to_xhtml, xml_escaped

STYLE = """body { margin: 5%; line-height: 1.5; }
h1, h2 { text-align: center; line-height: 1.2; }
.byline { text-align: center; font-style: italic; }
dl.tags dt { font-weight: bold; margin-top: .5em; }
dl.tags dd { margin-left: 1em; }
blockquote { margin: 1em 1.5em; }
hr { border: 0; border-top: 1px solid; width: 30%; margin: 2em auto; }
.message { font-size: .9em; overflow-wrap: break-word; }
.notes { border-left: 2px solid; padding-left: 1em; font-size: .9em; margin: 1.5em 0; }
.notes > p:first-child { margin-bottom: 0; }
.notes > blockquote { margin: 0; }
.u-center { text-align: center; }
.u-right { text-align: right; }
.u-left { text-align: left; }
.u-justify { text-align: justify; }
.u-indent { text-indent: 1.5em; }
.u-small { font-size: .85em; }
.u-large { font-size: 1.2em; }
.u-smallcaps { font-variant: small-caps; }
.u-italic { font-style: italic; }
.u-bold { font-weight: bold; }
.u-underline { text-decoration: underline; }
.u-strike { text-decoration: line-through; }
.contents { list-style: none; padding: 0; text-align: center; }
.cover { margin: 0; padding: 0; text-align: center; }
.cover img { max-width: 100%; max-height: 98vh; }
.u-verse, .u-letter { margin: 1em 2em; }
"""
_XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
    'lang="{language}" xml:lang="{language}" dir="{direction}">\n'
    '<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
    "<body{kind}>\n{body}\n</body>\n</html>\n"
)


class Context(Protocol):
    """What a page takes its language from."""

    @property
    def language(self) -> str:
        """A BCP 47 code."""

    @property
    def direction(self) -> str:
        """ltr or rtl."""


class Posted(Protocol):
    """What has a page in the archive."""

    @property
    def url(self) -> str:
        """The address of the page."""

    @property
    def publisher(self) -> str:
        """The name of the archive."""


def page(context: Context, title: str, body: str, kind: str = "") -> str:
    """One XHTML document of the book."""
    return _XHTML.format(
        language=escape(context.language or "und"),
        direction=context.direction or "ltr",
        title=xml_escaped(title) or "…",
        kind=f' epub:type="{kind}"' if kind else "",
        body=body,
    )


def posted_at(of: Posted) -> str:
    """Where the work is, as a paragraph."""
    url = xml_escaped(of.url)
    return (
        f'<p class="message">Posted at {xml_escaped(of.publisher)}: <a href="{url}">{url}</a></p>'
    )


def tag_links(work: ExportWork, kind: str) -> str:
    """The names of a kind, each a link to the works of the archive that have it too."""
    links = []
    for name in work.tags.get(kind, ()):
        value = f"name:{name}" if name.isdecimal() else name
        address = escape(f"{work.base_url}/works/?{urlencode({kind: value})}")
        links.append(f'<a href="{address}">{xml_escaped(name)}</a>')
    return ", ".join(links)


def header_rows(work: ExportWork) -> list[tuple[str, str]]:
    """Labels and values of the header: typed tags, language, series, stats; markup is escaped."""
    rows = [(label, tag_links(work, kind)) for kind, label in work.kind_labels()]
    if work.language_name:
        rows.append(("Language", xml_escaped(work.language_name)))
    if work.series:
        rows.append(("Series", ", ".join(map(_place, work.series))))
    rows.append(("Stats", xml_escaped(work.stats())))
    return rows


def cover_page(context: Context, image: str, text: CoverText) -> str:
    """The page that shows the cover."""
    alt = xml_escaped(", ".join(filter(None, (text.title, text.byline))))
    body = f'<div class="cover"><img src="{image}" alt="{alt}"/></div>'
    return page(context, "Cover", body, "cover")


def preface(work: ExportWork) -> str:
    """Title, byline, typed tags, stats, summary and notes."""
    listed = "".join(f"<dt>{label}:</dt><dd>{value}</dd>\n" for label, value in header_rows(work))
    body = [
        f'<section id="preface"><h1>{xml_escaped(work.title)}</h1>',
        _byline(work.byline),
        posted_at(work),
        f'<dl class="tags">\n{listed}</dl>',
        _quoted("Summary", anchors_at(work.summary_html, "s"), work.base_url),
        _quoted("Notes", work.notes_html, work.base_url),
        "</section>",
    ]
    return page(work, "Preface", "\n".join(part for part in body if part), "frontmatter")


def chapter_page(work: ExportWork, chapter: ExportChapter) -> str:
    """One chapter with its notes."""
    title, names = work.heading_of(chapter)
    body = [
        f'<section><h2 class="{names}">{xml_escaped(title)}</h2>',
        _quoted("Chapter Summary", anchors_at(chapter.summary_html, "s"), work.base_url),
        _quoted("Chapter Notes", anchors_at(chapter.notes_html, "n"), work.base_url),
        f'<div class="userstuff">{to_xhtml(chapter.html, base_url=work.base_url)}</div>',
        _quoted("Chapter End Notes", anchors_at(chapter.end_notes_html, "e"), work.base_url),
        "</section>",
    ]
    return page(work, title, "\n".join(part for part in body if part), "bodymatter")


def afterword(work: ExportWork) -> str:
    """End notes and where the work is from."""
    body = ['<section id="afterword"><h2>Afterword</h2>']
    body.append(_quoted("End Notes", work.end_notes_html, work.base_url))
    if work.continues_in:
        body.append(f"<p>To be continued in “{xml_escaped(work.continues_in)}”.</p>")
    if work.source_url:
        body.append(f"<p>First published at {xml_escaped(work.source_url)}</p>")
    body.append(
        f'<p class="message">Comments and kudos reach the creator at '
        f'<a href="{xml_escaped(work.url)}">{xml_escaped(work.url)}</a></p></section>'
    )
    return page(work, "Afterword", "\n".join(part for part in body if part), "backmatter")


def book_page(book: ExportBook, context: Context) -> str:
    """The first page of a book of works: what it holds, and where it is from."""
    rows = "\n".join(
        f'<li><a href="w{number:02}-preface.xhtml">{xml_escaped(work.title)}</a><br/>'
        f"<small>{xml_escaped(_by(work.byline))}{work.word_count:,} words</small></li>"
        for number, work in enumerate(book.works, start=1)
    )
    body = [
        f'<section id="book"><h1>{xml_escaped(book.title)}</h1>',
        _byline(book.byline),
        posted_at(book),
        _quoted("Summary", book.summary_html, book.base_url),
        f'<ul class="contents">\n{rows}</ul></section>',
    ]
    return page(context, book.title, "\n".join(part for part in body if part), "frontmatter")


def _byline(names: str) -> str:
    return f'<p class="byline">by {xml_escaped(names)}</p>' if names else ""


def _by(names: str) -> str:
    return f"by {names}, " if names else ""


def _place(place: ExportSeries) -> str:
    title = xml_escaped(place.title)
    linked = f'<a href="{xml_escaped(place.url)}">{title}</a>' if place.url else title
    return f"Part {place.position} of {linked}"


def _quoted(label: str, safe: str, base_url: str) -> str:
    inner = to_xhtml(safe, base_url=base_url)
    if not inner:
        return ""
    return f'<div class="notes"><p><b>{label}</b></p><blockquote>{inner}</blockquote></div>'
