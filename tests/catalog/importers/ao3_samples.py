"""Downloads and pages in the shape of the Archive of Our Own, written for tests."""

SITE = "https://archiveofourown.org"


def links(*names):
    return ", ".join(f'<a href="{SITE}/tags/x">{name}</a>' for name in names)


def header(*rows):
    """A definition list of a preface; rows are pairs of label and HTML."""
    return '<dl class="tags">' + "".join(f"<dt>{a}:</dt><dd>{b}</dd>" for a, b in rows) + "</dl>"


ROWS = (
    ("Rating", links("Teen And Up Audiences")),
    ("Archive Warnings", links("No Archive Warnings Apply", "Underage")),
    ("Categories", links("F/F", "Gen")),
    ("Fandoms", links("Sherlock Holmes &amp; Related Fandoms", "Arsène Lupin - Maurice Leblanc")),
    ("Relationships", links("Holmes/Lupin", "Holmes &amp; Watson")),
    ("Characters", links("Sherlock Holmes")),
    ("Additional Tags", links("Slow Burn", "<b>Bold</b> tag", "A | B")),
    ("Language", "Français"),
    ("Stats", "Published: 2019-05-01 Updated: 2020-06-02 Words: 1,234 Chapters: 2/?"),
)
PROSE = "<p>The fog lay over the city, and nobody saw who came in by the window.</p>"


def chapter(number, heading, *, before="", after="", text=PROSE):
    return (
        f'<div class="meta group"><h2 class="heading">{heading}</h2>{before}</div>'
        f'<div class="userstuff">{text}</div>'
        + (f'<div class="meta" id="endnotes{number}">{after}</div>' if after else "")
    )


def section(label, text):
    return f'<p>{label}</p><blockquote class="userstuff"><p>{text}</p></blockquote>'


def download(
    rows=ROWS, chapters="", *, byline=f'by <a rel="author" href="{SITE}/users/a">ann</a>', **parts
):
    """The HTML of a download of today."""
    chapters = chapters or chapter(1, "Chapter 1: One") + chapter(2, "Chapter 2")
    return (
        "<!DOCTYPE html><html><head><title>A Title - ann - Fandom</title></head><body>"
        '<div id="preface"><h2 class="toc-heading">Preface</h2><p class="message"><b>A Title</b>'
        f'<br/>Posted originally on the <a href="{SITE}/">Archive of Our Own</a> at '
        f'<a href="http://archiveofourown.org/works/77">works/77</a>.</p><div class="meta">'
        f'{header(*rows)}<h1>A Title</h1><div class="byline">{byline}</div>'
        f'{parts.get("front", "")}</div></div><div id="chapters" class="userstuff">{chapters}</div>'
        '<div id="afterword"><h2 class="toc-heading">Afterword</h2>'
        f'<div class="meta">{parts.get("back", "")}</div><p class="message">Please <a '
        f'href="{SITE}/works/77/comments/new">comment</a>!</p></div></body></html>'
    )
