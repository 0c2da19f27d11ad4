"""Footnotes and links in downloads: they lead where they led, once each, in one file too."""

import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

from catalog.exporters.content import ExportChapter
from catalog.exporters.epub import book_to_epub, to_epub
from catalog.exporters.epub_parts import chapter_page
from catalog.exporters.notes import without_lost_links
from catalog.exporters.page import to_html
from catalog.exporters.xhtml import to_xhtml
from catalog.importers.base import ImportLimits
from catalog.importers.epub import EpubImporter
from tests.catalog.exporters.books import clean
from tests.catalog.exporters.test_files import WORK
from tests.catalog.exporters.test_outside_readers import book

NOTE = clean(
    '<p>Rain<sup><a href="#n1" id="m1">1</a></sup>. <a href="/works/5/">Before</a></p>'
    '<ol><li id="n1">Much. <a href="#m1">↩</a></li></ol>'
)
TWO = replace(
    WORK,
    chapters=(ExportChapter(1, "One", NOTE, "", NOTE, NOTE), ExportChapter(2, "Two", NOTE)),
)


def anchors(text):
    return re.findall(r'\bid="([^"]+)"', text)


def led_to(text):
    return set(re.findall(r'href="#([^"]+)"', text))


def test_notes_of_an_epub_lead_to_their_place_in_the_page():
    page = chapter_page(TWO, TWO.chapters[0])
    assert len(anchors(page)) == len(set(anchors(page))) == 6
    assert led_to(page) == set(anchors(page))
    assert page.count('epub:type="noteref"') == page.count('epub:type="footnote"') == 3


def test_notes_of_all_chapters_stand_in_one_page():
    page = to_html(TWO).decode()
    assert len(anchors(page)) == len(set(anchors(page)))
    assert led_to(page) <= set(anchors(page))
    assert {"u-7-1-n1", "u-7-2-n1", "u-7-1-n-m1"} <= led_to(page)
    assert f'href="{WORK.base_url}/works/5/"' in page
    assert '<a href="#chapter-7-2">' in page


def test_a_work_of_one_chapter_has_no_contents():
    assert "<nav>" not in to_html(replace(WORK, chapters=WORK.chapters[:1])).decode()


def test_links_whose_place_was_mended_away_are_text():
    page = to_xhtml('<p><a href="#u-a">x</a><a href="#u-b">y</a></p><p id="u-b">z</p>', base_url="")
    assert page == '<p><a>x</a><a href="#u-b">y</a></p><p id="u-b">z</p>'


MARK = clean('<p>Rain<sup><a href="#n9" id="m9">9</a></sup>, <a href="#nowhere">no</a>.</p>')
KEPT = clean('<ol><li id="n9">Much. <a href="#m9">↩</a> <a href="#w">work</a></li></ol>')
FILES = ("preface.xhtml", "chapter-0001.xhtml", "chapter-0002.xhtml", "afterword.xhtml")
APART = replace(
    WORK,
    chapters=(ExportChapter(1, "One", MARK), ExportChapter(2, "Notes", "<p>t</p>", "", KEPT)),
    end_notes_html=clean('<p id="w">W <a href="#m9">back</a></p>'),
)


def test_links_into_other_chapters_name_file_and_anchor_in_an_epub():
    with ZipFile(BytesIO(to_epub(APART))) as packed:
        files = {name: packed.read(f"OEBPS/{name}").decode() for name in FILES}
    linked = [
        (name, *address.split("#"))
        for name, text in files.items()
        for address in re.findall(r'href="([^":]*#[^"]+)"', text)
    ]
    assert linked == [
        ("chapter-0001.xhtml", "chapter-0002.xhtml", "u-n-n9"),
        ("chapter-0002.xhtml", "chapter-0001.xhtml", "u-m9"),
        ("chapter-0002.xhtml", "afterword.xhtml", "u-w"),
        ("afterword.xhtml", "chapter-0001.xhtml", "u-m9"),
    ]
    assert all(name in anchors(files[file]) for _, file, name in linked)
    assert "<a>no</a>" in files["chapter-0001.xhtml"]
    assert 'epub:type="noteref"' in files["chapter-0001.xhtml"]


def test_links_into_other_chapters_lead_to_their_place_in_one_page():
    page = to_html(APART).decode()
    assert len(anchors(page)) == len(set(anchors(page)))
    assert {"u-7-2-n-n9", "u-7-1-m9", "u-7-e-w"} <= led_to(page) <= set(anchors(page))


def test_links_to_an_anchor_that_the_book_lost_in_mending_are_text():
    files = {
        "a.xhtml": '<a href="b.xhtml#u-x">1</a> <a href="b.xhtml#u-y">2</a>',
        "b.xhtml": ' id="u-y"',
    }
    assert without_lost_links(files)["a.xhtml"] == '<a>1</a> <a href="b.xhtml#u-y">2</a>'


def test_a_book_of_works_keeps_the_links_of_each_work_in_it():
    with ZipFile(BytesIO(book_to_epub(replace(book(), works=(WORK, APART))))) as packed:
        text = packed.read("OEBPS/w02-chapter-0001.xhtml").decode()
    assert 'href="w02-chapter-0002.xhtml#u-n-n9"' in text


def test_links_between_chapters_survive_a_download_that_comes_back():
    (back,) = EpubImporter().read(to_epub(APART), "back.epub", ImportLimits())
    first, second = back.chapters
    mark = re.search(r'href="#([^"]+)" id="([^"]+)"', clean(first.body_html))
    assert f'id="{mark[1]}"' in clean(second.notes_html)
    assert f'href="#{mark[2]}"' in clean(second.notes_html)
