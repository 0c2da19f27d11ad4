"""Footnotes and links in downloads: they lead where they led, once each, in one file too."""

import re
from dataclasses import replace

from catalog.exporters.content import ExportChapter
from catalog.exporters.epub_parts import chapter_page
from catalog.exporters.page import to_html
from catalog.exporters.xhtml import to_xhtml
from tests.catalog.exporters.books import clean
from tests.catalog.exporters.test_files import WORK

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
