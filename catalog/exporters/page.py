"""Works and books of works as one HTML file that reads and prints well without anything else."""

import re
from html import escape

from archive.core.html_anchors import anchors_at
from catalog.exporters.content import ExportBook, ExportChapter, ExportWork
from catalog.exporters.epub_parts import header_rows, posted_at
from catalog.exporters.notes import led_on_page

# The one form in which the sanitiser writes tags.
_LOCAL = re.compile(r'(<a(?: [a-z]+="[^"]*")*? href=")/(?!/)')
_STYLE = """:root{color-scheme:light dark}
body{max-width:38rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,serif}
h1,h2{text-align:center;line-height:1.2}.byline{text-align:center;font-style:italic}
.message{text-align:center;font-size:.9em;overflow-wrap:anywhere}
dl.tags dt{font-weight:bold;margin-top:.4rem}dl.tags dd{margin-inline-start:1rem}
@media(min-width:30rem){dl.tags{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;
font-size:.95em}dl.tags dt,dl.tags dd{margin:0}}
.notes{border-inline-start:3px solid;padding-inline-start:1rem;font-size:.95em;margin:1.5rem 0}
.notes>p:first-child{font-weight:bold;margin:0}.notes>blockquote{margin:0}
hr{border:0;border-top:1px solid;width:30%;margin:2rem auto}.meta.group{margin-top:4rem}
img{max-width:100%;height:auto}.contents{padding:0;list-style:none}.work{margin-top:6rem}
.u-center{text-align:center}.u-right{text-align:right}.u-left{text-align:left}
.u-justify{text-align:justify}.u-indent{text-indent:1.5em}.u-small{font-size:.85em}
.u-large{font-size:1.2em}.u-smallcaps{font-variant:small-caps}.u-italic{font-style:italic}
.u-bold{font-weight:bold}.u-underline{text-decoration:underline}
.u-strike{text-decoration:line-through}.u-verse,.u-letter{margin:1em 2em}
@page{margin:2cm}
@media print{body{max-width:none;margin:0;font-size:11pt}.meta.group,.work{break-before:page}
h1,h2{break-after:avoid}p{orphans:2;widows:2}a{color:inherit;text-decoration:none}}"""


def to_html(work: ExportWork) -> bytes:
    """The work as UTF-8 HTML: preface, chapters, afterword."""
    head = _head(_full_title(work), work.byline, work.url, work.language, work.direction)
    return f"{head}<body>\n{_work(work)}\n</body>\n</html>\n".encode()


def book_to_html(book: ExportBook) -> bytes:
    """Several works as one UTF-8 HTML file, each on pages of its own."""
    language = next(iter(book.languages), "")
    head = _head(_joined(book.title, book.byline), book.byline, book.url, language, book.direction)
    rows = "\n".join(
        f'<li><a href="#work-{work.id}">{escape(work.title)}</a>'
        f"{escape(f' by {work.byline}') if work.byline else ''}, {work.word_count:,} words</li>"
        for work in book.works
    )
    front = [
        f'<div id="book"><h1>{escape(book.title)}</h1>',
        _byline(book.byline),
        posted_at(book),
        _quoted("Summary", book.summary_html),
        f'<ol class="contents">\n{rows}\n</ol></div>',
    ]
    works = [
        f'<div class="work" id="work-{work.id}" lang="{escape(work.language or "und")}" '
        f'dir="{work.direction or "ltr"}">\n{_work(work)}\n</div>'
        for work in book.works
    ]
    body = "\n".join(part for part in [*front, *works] if part)
    return f"{head}<body>\n{body}\n</body>\n</html>\n".encode()


def _head(title: str, author: str, url: str, language: str, direction: str) -> str:
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(language or "und")}" dir="{direction or "ltr"}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title>",
            f'<meta name="author" content="{escape(author)}">',
            f'<link rel="canonical" href="{escape(url)}">',
            f"<style>{_STYLE}</style></head>\n",
        ]
    )


def _work(work: ExportWork) -> str:
    work = led_on_page(work)
    chapters = "\n".join(_chapter(work, chapter) for chapter in work.chapters)
    return (
        f"{_preface(work)}\n"
        f'<div id="chapters" class="userstuff">\n{chapters}\n</div>\n{_afterword(work)}'
    )


def _full_title(work: ExportWork) -> str:
    fandoms = work.tags.get("fandom", ())
    shown = ", ".join(fandoms) if 0 < len(fandoms) <= 3 else "Multifandom" if fandoms else ""
    return _joined(work.title, work.byline, shown)


def _joined(*parts: str) -> str:
    return " - ".join(filter(None, parts))


def _byline(names: str) -> str:
    return f'<div class="byline">by {escape(names)}</div>' if names else ""


def _preface(work: ExportWork) -> str:
    listed = "\n".join(f"<dt>{label}:</dt><dd>{value}</dd>" for label, value in header_rows(work))
    return "\n".join(
        part
        for part in (
            '<div id="preface">',
            f"<h1>{escape(work.title)}</h1>",
            _byline(work.byline),
            posted_at(work),
            f'<div class="meta"><dl class="tags">\n{listed}\n</dl>',
            _quoted("Summary", _rooted(work, anchors_at(work.summary_html, f"{work.id}-s"))),
            _quoted("Notes", _rooted(work, anchors_at(work.notes_html, f"{work.id}-n"))),
            "</div></div>",
            _contents(work),
        )
        if part
    )


def _contents(work: ExportWork) -> str:
    """The chapters by name, each a link; nothing for a work of one."""
    if len(work.chapters) < 2:
        return ""
    rows = "\n".join(
        f'<li><a href="#{_anchor(work, chapter)}">{escape(work.heading_of(chapter)[0])}</a></li>'
        for chapter in work.chapters
    )
    return f'<nav><p><b>Contents</b></p><ol class="contents">\n{rows}\n</ol></nav>'


def _anchor(work: ExportWork, chapter: ExportChapter) -> str:
    return f"chapter-{work.id}-{chapter.position}"


def _chapter(work: ExportWork, chapter: ExportChapter) -> str:
    heading, names = work.heading_of(chapter)
    anchor = _anchor(work, chapter)
    place = anchor.removeprefix("chapter-")

    def own(html: str, part: str = "") -> str:
        return _rooted(work, anchors_at(html, f"{place}{part}"))

    return "\n".join(
        part
        for part in (
            f'<div class="meta group"><h2 class="{names}" id="{anchor}">{escape(heading)}</h2>',
            _quoted("Chapter Summary", own(chapter.summary_html, "-s")),
            _quoted("Chapter Notes", own(chapter.notes_html, "-n")),
            "</div>",
            f'<div class="userstuff">{own(chapter.html)}</div>',
            _quoted("Chapter End Notes", own(chapter.end_notes_html, "-e")),
        )
        if part
    )


def _rooted(work: ExportWork, html: str) -> str:
    """Sanitised HTML whose links into the archive lead there from a file too."""
    if 'href="/' not in html:
        return html
    return _LOCAL.sub(lambda found: f"{found[1]}{escape(work.base_url)}/", html)


def _afterword(work: ExportWork) -> str:
    more = f"<p>To be continued in “{escape(work.continues_in)}”.</p>" if work.continues_in else ""
    end_notes = _rooted(work, anchors_at(work.end_notes_html, f"{work.id}-e"))
    source = escape(work.source_url)
    origin = f'<p>First published at <a href="{source}">{source}</a></p>' if source else ""
    return (
        f'<div id="afterword"><h2 class="toc-heading">Afterword</h2>'
        f"{_quoted('End Notes', end_notes)}{more}{origin}</div>"
    )


def _quoted(label: str, html: str) -> str:
    if not html:
        return ""
    return (
        f'<div class="notes"><p>{label}</p><blockquote class="userstuff">{html}</blockquote></div>'
    )
