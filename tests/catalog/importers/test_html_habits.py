"""Pages and Markdown as people have them: short chapters, bold headings, a typed page, footnotes."""

import pytest
from lxml import etree

from archive.core.html import sanitise
from catalog.importers.registry import read_file
from catalog.importers.xhtml import clean_piece

PROSE = "<p>He opened the <i>door</i> and looked out.</p><p>“Are you coming?” she said.</p>"
TEXT = "He opened the *door* and looked out.\n\n“Are you coming?” she said.\n"


def read(text, name):
    (work,) = read_file(text.encode(), name)
    return work


def page(body, title="Rain"):
    return read(
        f"<html lang=en><head><title>{title}</title></head><body>{body}</body></html>", "x.html"
    )


def titles(work):
    return [chapter.title for chapter in work.chapters]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("<h2>Chapter 1: Dark</h2>", "<h2>Chapter 2: Light</h2>", ["Dark", "Light"]),
        ("<h2>1. Dark by Ann</h2>", "<h2>2. Light by Ann</h2>", ["Dark", "Light"]),
        ("<h3>I</h3>", "<h3>II</h3>", ["", ""]),
        ("<p><b>Chapter One</b></p>", "<p><b>Chapter Two</b></p>", ["", ""]),
        ("<p align=center>I.</p>", "<p align=center>II.</p>", ["", ""]),
        ("<h2>第一章　雨</h2>", "<h2>第二章</h2>", ["雨", ""]),
        ("<h2>פרק 1</h2>", "<h2>פרק 2</h2>", ["", ""]),
    ],
)
def test_short_chapters_of_a_page(first, second, expected):
    work = page(f"<h1>Rain</h1><p>by Ann</p>{first}{PROSE}{second}{PROSE}<footer>Mine</footer>")
    assert (work.title, work.creators, titles(work)) == ("Rain", ["Ann"], expected)
    assert all("Mine" not in chapter.body_html for chapter in work.chapters)


def test_headings_under_one_title_divide_a_short_page_that_is_no_site():
    body = f"<h1>Rain</h1><h2>Dark</h2>{PROSE}<h2>Light</h2>{PROSE}"
    assert titles(page(body)) == ["Dark", "Light"]
    assert len(titles(page(f"{body}<form><input></form>"))) == 1


def test_title_with_a_linked_name_and_labels_side_by_side():
    work = page(
        "<h1>The Lamp by <a href='/u/1'>Ada</a></h1><p><b>Rated:</b> PG <b>Characters:</b> Spike, Buffy"
        f"<br><b>Fandom:</b> Oz</p>{PROSE}",
        title="The Lamp by Ada",
    )
    assert (work.title, work.creators) == ("The Lamp", ["Ada"])
    assert work.tags == {"rating": ["PG"], "character": ["Spike", "Buffy"], "fandom": ["Oz"]}


def test_a_page_of_the_nineties_and_one_of_a_word_processor():
    work = page(
        "<CENTER><H2>Rain</H2>by Ann Smith<BR><A HREF='mailto:a@x.example'>mail</A></CENTER><HR>"
        "Rating: PG<BR>Fandom: Buffy<BR><BR>He opened the door.<BR><BR>He was <I>not</I> there."
    )
    assert (work.creators, work.tags) == (["Ann Smith"], {"rating": ["PG"], "fandom": ["Buffy"]})
    work = page(f"<p class=MsoTitle>Rain</p><p class=MsoNormal>by Ada Reader<o:p></o:p></p>{PROSE}")
    assert work.creators == ["Ada Reader"]


def test_a_typed_page_is_read_as_the_text_it_is():
    work = page(
        "<pre>\nRain\nby Ann\n\nChapter 1\n\nHe opened the door and looked out at the rain, which had\n"
        "not stopped.\n\nChapter 2\n\nThe end of the rain came late.\n</pre>"
    )
    assert (work.title, work.creators, titles(work), work.format) == (
        "Rain",
        ["Ann"],
        ["", ""],
        "html",
    )


def test_footnotes_keep_their_links_from_another_chapter_too():
    work = page(
        f"<h1>Rain</h1><h2>Chapter 1</h2><p>It rained<a href='#fn1' id='ref1'><sup>1</sup></a>.</p>"
        f"<ol><li id=fn1>Much. <a href='#ref1'>↩</a></li></ol><h2>Chapter 2</h2>{PROSE}"
        "<p>See <a href='#fn1'>there</a>.</p>"
    )
    first, second = (sanitise(chapter.body_html) for chapter in work.chapters)
    assert '<a href="#u-fn1" id="u-ref1"' in first
    assert '<li id="u-fn1">Much. <a href="#u-ref1"' in first
    assert "↩" in first
    assert '<a href="#fn1"' in second


def test_footnotes_of_markdown_lead_to_their_notes_and_back():
    work = read("# Rain\n\nIt rained[^a] and[^a] rained[^b].\n\n[^a]: Much.\n[^b]: More.\n", "x.md")
    html = sanitise(work.chapters[0].body_html)
    assert html.count('href="#u-note-1"') == 2
    assert html.count('id="u-mark-1"') == 1
    assert '<p id="u-note-2"><a href="#u-mark-2"' in html


def test_markdown_with_a_mistake_in_its_metadata():
    work = read(
        f'---\ntitle: The Lamp: a story: of\ntags:\n  - Fluff\n  - "A: B"\n---\n{TEXT}', "x.md"
    )
    assert (work.title, work.tags) == ("The Lamp: a story: of", {"freeform": ["Fluff", "A: B"]})
    assert "line by line" in work.notices[0]


def test_summaries_of_metadata_are_markdown():
    work = read(f"---\ntitle: T\nsummary: It goes *out*.\n---\n{TEXT}", "x.md")
    assert work.summary_html.strip() == "<p>It goes <em>out</em>.</p>"


def test_markdown_with_parts_on_the_level_of_the_title():
    work = read(
        f"# Frame\n\n*Ann Other*\n\n# Part One\n\n## Chapter 1\n\n{TEXT}\n# Part Two\n\n## Chapter 2\n\n{TEXT}",
        "x.md",
    )
    assert (work.title, work.creators, titles(work)) == ("Frame", ["Ann Other"], ["", ""])
    assert "Part Two" in work.chapters[1].body_html


def test_markdown_without_any_marks():
    work = read(f"The Lamp\nby Ada\n\n1.\n\n{TEXT}\n2.\n\n{TEXT}", "x.md")
    assert (work.title, work.creators, titles(work)) == ("The Lamp", ["Ada"], ["", ""])


def test_an_attribute_of_a_broken_namespace_goes_like_any_other():
    root = etree.fromstring(
        '<div xmlns:x="http://x.example/{y}"><p x:odd="1" align="center" class="a">Rain</p></div>',
        etree.XMLParser(recover=True),
    )
    clean_piece(root, {})
    assert etree.tostring(root[0]).decode().endswith('align="center">Rain</p>')
