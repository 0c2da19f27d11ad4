"""The files inside an EPUB: package document, contents, preface, chapters, cover."""

from html import escape

from catalog.exporters.content import ExportChapter, ExportWork
from catalog.exporters.xhtml import to_xhtml

STYLE = """body { margin: 5%; line-height: 1.5; }
h1, h2 { text-align: center; line-height: 1.2; }
.byline { text-align: center; font-style: italic; }
dl.tags dt { font-weight: bold; margin-top: .5em; }
dl.tags dd { margin-left: 1em; }
blockquote { margin: 1em 1.5em; }
hr { border: 0; border-top: 1px solid; width: 30%; margin: 2em auto; }
.notes { border-left: 2px solid; padding-left: 1em; font-size: .9em; }
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
.u-verse, .u-letter { margin: 1em 2em; }
"""
_XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
    'lang="{language}" xml:lang="{language}" dir="{direction}">\n'
    '<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
    "<body{kind}>\n{body}\n</body>\n</html>\n"
)


def page(work: ExportWork, title: str, body: str, kind: str = "") -> str:
    """One XHTML document of the book."""
    return _XHTML.format(
        language=escape(work.language or "und"),
        direction=work.direction or "ltr",
        title=escape(title),
        kind=f' epub:type="{kind}"' if kind else "",
        body=body,
    )


def posted_at(work: ExportWork) -> str:
    """Where the work is, as a paragraph."""
    url = escape(work.url)
    return f'<p class="message">Posted at {escape(work.publisher)}: <a href="{url}">{url}</a></p>'


def preface(work: ExportWork) -> str:
    """Title, byline, typed tags, stats, summary and notes."""
    rows = [(label, ", ".join(names)) for label, names in work.tag_rows()]
    if work.language_name:
        rows.append(("Language", work.language_name))
    if work.series:
        places = [f"Part {place.position} of {place.title}" for place in work.series]
        rows.append(("Series", ", ".join(places)))
    rows.append(("Stats", work.stats()))
    listed = "".join(
        f"<dt>{escape(label)}:</dt><dd>{escape(value)}</dd>\n" for label, value in rows
    )
    body = [
        f'<section id="preface"><h1>{escape(work.title)}</h1>',
        f'<p class="byline">by {escape(work.byline)}</p>',
        posted_at(work),
        f'<dl class="tags">\n{listed}</dl>',
        _quoted("Summary", work.summary_html, work.base_url),
        _quoted("Notes", work.notes_html, work.base_url),
        "</section>",
    ]
    return page(work, "Preface", "\n".join(part for part in body if part), "frontmatter")


def chapter_page(work: ExportWork, chapter: ExportChapter) -> str:
    """One chapter with its notes."""
    title = work.title if work.is_single and not chapter.title else chapter.heading
    body = [
        f"<section><h2>{escape(title)}</h2>",
        _quoted("Chapter Summary", chapter.summary_html, work.base_url),
        _quoted("Chapter Notes", chapter.notes_html, work.base_url),
        f'<div class="userstuff">{to_xhtml(chapter.html, base_url=work.base_url)}</div>',
        _quoted("Chapter End Notes", chapter.end_notes_html, work.base_url),
        "</section>",
    ]
    return page(work, title, "\n".join(part for part in body if part), "bodymatter")


def afterword(work: ExportWork) -> str:
    """End notes and where the work is from."""
    body = ['<section id="afterword"><h2>Afterword</h2>']
    body.append(_quoted("End Notes", work.end_notes_html, work.base_url))
    if work.continues_in:
        body.append(f"<p>To be continued in “{escape(work.continues_in)}”.</p>")
    if work.source_url:
        body.append(f"<p>First published at {escape(work.source_url)}</p>")
    body.append(
        f'<p class="message">Comments and kudos reach the creator at '
        f'<a href="{escape(work.url)}">{escape(work.url)}</a></p></section>'
    )
    return page(work, "Afterword", "\n".join(part for part in body if part), "backmatter")


def cover(work: ExportWork) -> str:
    """A cover drawn from title, byline and first fandom."""
    fandom = next(iter(work.tags.get("fandom", ())), "")
    lines = _wrapped(work.title, 18)[:6]
    top = 620 - 60 * len(lines)
    title = "".join(
        f'<text x="600" y="{top + 130 * place}" font-size="104" text-anchor="middle" '
        f'font-family="serif" fill="#f5ecd9">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 1800" width="1200" height="1800">'
        '<rect width="1200" height="1800" fill="#2a2320"/>'
        '<path d="M120 1800V700a480 480 0 0 1 960 0v1100M300 1800V760a300 300 0 0 1 600 0v1040" '
        'fill="none" stroke="#7c2d2d" stroke-width="36"/>'
        f"{title}"
        '<text x="600" y="1480" font-size="64" text-anchor="middle" font-family="serif" '
        f'font-style="italic" fill="#d8a25e">{escape(_cut(work.byline, 30))}</text>'
        '<text x="600" y="1600" font-size="44" text-anchor="middle" font-family="sans-serif" '
        f'fill="#aaa292">{escape(_cut(fandom, 44))}</text></svg>\n'
    )


def _quoted(label: str, safe: str, base_url: str) -> str:
    inner = to_xhtml(safe, base_url=base_url)
    if not inner:
        return ""
    return f'<div class="notes"><p><b>{label}</b></p><blockquote>{inner}</blockquote></div>'


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [_cut(line, width + 8) for line in lines]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
