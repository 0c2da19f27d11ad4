"""Works as one HTML file that reads and prints well without anything else."""

from html import escape

from catalog.exporters.content import ExportChapter, ExportWork
from catalog.exporters.epub_parts import posted_at

_STYLE = """:root{color-scheme:light dark}
body{max-width:38rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,serif}
h1,h2{text-align:center;line-height:1.2}.byline{text-align:center;font-style:italic}
dl.tags dt{font-weight:bold;margin-top:.4rem}dl.tags dd{margin-inline-start:1rem}
.notes{border-inline-start:3px solid;padding-inline-start:1rem;font-size:.95em}
hr{border:0;border-top:1px solid;width:30%;margin:2rem auto}.meta.group{margin-top:4rem}
.u-center{text-align:center}.u-right{text-align:right}.u-smallcaps{font-variant:small-caps}
@media print{body{max-width:none;margin:0;font-size:11pt}.meta.group{break-before:page}}"""


def to_html(work: ExportWork) -> bytes:
    """The work as UTF-8 HTML: preface, chapters, afterword."""
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(work.language or "und")}" dir="{work.direction or "ltr"}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{escape(_full_title(work))}</title>",
        f'<meta name="author" content="{escape(work.byline)}">',
        f'<link rel="canonical" href="{escape(work.url)}">',
        f"<style>{_STYLE}</style></head>",
        f'<body>\n{_preface(work)}\n<div id="chapters" class="userstuff">',
        *(_chapter(work, chapter) for chapter in work.chapters),
        f"</div>\n{_afterword(work)}\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode()


def _full_title(work: ExportWork) -> str:
    fandoms = work.tags.get("fandom", ())
    shown = ", ".join(fandoms) if 0 < len(fandoms) <= 3 else "Multifandom" if fandoms else ""
    return " - ".join(part for part in (work.title, work.byline, shown) if part)


def _preface(work: ExportWork) -> str:
    rows = [(f"{label}:", ", ".join(map(escape, names))) for label, names in work.tag_rows()]
    if work.language_name:
        rows.append(("Language:", escape(work.language_name)))
    if work.series:
        places = (
            f'Part {place.position} of <a href="{escape(place.url)}">{escape(place.title)}</a>'
            for place in work.series
        )
        rows.append(("Series:", ", ".join(places)))
    rows.append(("Stats:", escape(work.stats())))
    listed = "\n".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows)
    return "\n".join(
        part
        for part in (
            '<div id="preface">',
            posted_at(work),
            f'<div class="meta"><dl class="tags">\n{listed}\n</dl>',
            f"<h1>{escape(work.title)}</h1>",
            f'<div class="byline">by {escape(work.byline)}</div>',
            _quoted("Summary", work.summary_html),
            _quoted("Notes", work.notes_html),
            "</div></div>",
        )
        if part
    )


def _chapter(work: ExportWork, chapter: ExportChapter) -> str:
    heading = work.title if work.is_single and not chapter.title else chapter.heading
    return "\n".join(
        part
        for part in (
            f'<div class="meta group"><h2 class="heading">{escape(heading)}</h2>',
            _quoted("Chapter Summary", chapter.summary_html),
            _quoted("Chapter Notes", chapter.notes_html),
            "</div>",
            f'<div class="userstuff">{chapter.html}</div>',
            _quoted("Chapter End Notes", chapter.end_notes_html),
        )
        if part
    )


def _afterword(work: ExportWork) -> str:
    more = f"<p>To be continued in “{escape(work.continues_in)}”.</p>" if work.continues_in else ""
    source = escape(work.source_url)
    origin = f'<p>First published at <a href="{source}">{source}</a></p>' if source else ""
    return f'<div id="afterword">{_quoted("End Notes", work.end_notes_html)}{more}{origin}</div>'


def _quoted(label: str, html: str) -> str:
    if not html:
        return ""
    return (
        f'<div class="notes"><p>{label}</p><blockquote class="userstuff">{html}</blockquote></div>'
    )
