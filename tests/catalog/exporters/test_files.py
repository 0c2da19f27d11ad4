"""Works as files: complete, equal for equal works, and read back by our own importers."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from lxml import etree

from catalog.exporters.content import ExportChapter, ExportSeries, ExportWork
from catalog.exporters.epub import to_epub
from catalog.exporters.page import to_html
from catalog.exporters.plain import markdown_of, to_markdown, to_text
from catalog.importers.registry import read_file

WORK = ExportWork(
    id=7,
    identifier="0b0f5a1e-58c1-4d7f-9a3c-3f3a5d1f7a11",
    url="https://archive.example/works/7/",
    base_url="https://archive.example",
    publisher="Undercroft",
    title="The Lamp & the <Stairs>",
    creators=("Ada", "Öz"),
    language="en",
    language_name="English",
    direction="ltr",
    tags={
        "rating": ("Teen",),
        "warning": ("No Archive Warnings Apply",),
        "fandom": ("Dracula", "Oz"),
        "freeform": ("Fluff & Angst",),
    },
    chapters=(
        ExportChapter(1, "Down", "<p>First <em>words</em> of it.</p><hr><p>More.</p>"),
        ExportChapter(2, "", "<p>Second chapter, with eighty-four thousand leagues.</p>"),
    ),
    series=(ExportSeries("Towers", 2, "https://archive.example/series/1/"),),
    summary_html="<p>About a lamp.</p>",
    notes_html="<p>For B.</p>",
    end_notes_html="<p>Thanks.</p>",
    word_count=12,
    chapters_shown="2/?",
    continues_in="The Cellar",
    published_at=datetime(2024, 1, 2, 12, tzinfo=UTC),
    updated_at=datetime(2024, 3, 4, 12, tzinfo=UTC),
    changed_at=datetime(2024, 3, 4, 12, tzinfo=UTC),
)
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def files(data):
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}, packed.infolist()


def test_epub_is_deterministic_and_begins_with_its_type():
    assert to_epub(WORK) == to_epub(WORK)
    _, entries = files(to_epub(WORK))
    assert (entries[0].filename, entries[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_epub_says_who_what_and_which_series():
    content, _ = files(to_epub(WORK))
    package = etree.fromstring(content["OEBPS/content.opf"])
    texts = lambda path: package.xpath(f"//{path}/text()", namespaces=OPF)  # noqa: E731
    assert texts("dc:title") == [WORK.title]
    assert texts("dc:creator") == ["Ada", "Öz"]
    assert texts("dc:subject")[0] == "Fanworks"
    assert "Fluff & Angst" in texts("dc:subject")
    assert texts("opf:meta[@property='belongs-to-collection']") == ["Towers"]
    assert package.xpath("//opf:meta[@name='calibre:series_index']/@content", namespaces=OPF) == [
        "2"
    ]
    assert texts("dc:identifier[@id='uid']") == [f"urn:uuid:{WORK.identifier}"]


def test_every_document_is_well_formed_and_listed():
    content, _ = files(to_epub(WORK))
    package = etree.fromstring(content["OEBPS/content.opf"])
    listed = {f"OEBPS/{href}" for href in package.xpath("//opf:item/@href", namespaces=OPF)}
    present = set(content) - {"mimetype", "META-INF/container.xml", "OEBPS/content.opf"}
    assert listed == present
    for name, data in content.items():
        if name.endswith((".xhtml", ".ncx", ".svg", ".opf")):
            etree.fromstring(data)


def test_right_to_left_works_turn_their_pages_that_way():
    content, _ = files(to_epub(replace(WORK, direction="rtl", language="ar")))
    assert b'page-progression-direction="rtl"' in content["OEBPS/content.opf"]
    assert b'dir="rtl"' in content["OEBPS/chapter-0001.xhtml"]


def test_hostile_names_stay_text():
    names = replace(WORK, title="<script>x</script>", creators=("</title>&amp;",))
    assert b"<script>" not in to_html(names)
    content, _ = files(to_epub(names))
    for name, data in content.items():
        if name.endswith((".xhtml", ".opf", ".svg", ".ncx")):
            assert b"<script>" not in data
            etree.fromstring(data)


def test_text_comes_back_through_our_own_importer():
    (work,) = read_file(to_text(WORK), "lamp.txt")
    assert (work.title, work.creators) == (WORK.title, ["Ada", "Öz"])
    assert work.chapters[0].title == "Down"
    assert len(work.chapters) == 2
    assert "eighty-four thousand" in work.chapters[1].body_html
    assert work.tags["fandom"] == ["Dracula", "Oz"]
    assert work.series[0].title == "Towers"


def test_epub_comes_back_with_chapters_and_text():
    (work,) = read_file(to_epub(WORK), "lamp.epub")
    assert work.title == WORK.title
    assert work.creators == ["Ada", "Öz"]
    assert any("eighty-four" in chapter.body_html for chapter in work.chapters)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one <em>two</em> <b>three</b></p>", "one *two* **three**"),
        ("<p>a<br>b</p>", "a  \nb"),
        ("<blockquote><p>x</p><p>y</p></blockquote>", "> x\n>\n> y"),
        ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"),
        ("<ol><li>x</li></ol>", "1. x"),
        ("<h2>T</h2><hr>", "### T\n\n* * *"),
        ("<p>1. no list</p>", r"1\. no list".replace("1\\.", "\\1.")),
        ("<p>a*b_c</p>", r"a\*b\_c"),
        ('<p><a href="https://x.example/">l</a></p>', "[l](https://x.example/)"),
    ],
)
def test_markdown(html, expected):
    assert markdown_of(html) == expected


def test_markdown_file_has_a_heading_for_each_chapter():
    text = to_markdown(WORK).decode()
    assert text.startswith("# The Lamp & the \\<Stairs\\>")
    assert "## Chapter 1: Down" in text
    assert "## Chapter 2" in text
