"""Anchors of footnotes: kept where a link of the same text names them, and never the page's own."""

import re

import pytest

from archive.core.html import sanitise
from archive.core.html_anchors import anchors_at

REL = 'rel="nofollow noopener"'


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        (
            '<p>A<a href="#fn1" id="ref1">1</a></p><p id="fn1">N <a href="#ref1">back</a></p>',
            (
                f'<p>A<a href="#u-fn1" id="u-ref1" {REL}>1</a></p>'
                f'<p id="u-fn1">N <a href="#u-ref1" {REL}>back</a></p>'
            ),
        ),
        ('<p id="fn1">nothing leads here</p>', "<p>nothing leads here</p>"),
        ('<p id="main">x</p><a href="#x">y</a>', f'<p>x</p><a href="#x" {REL}>y</a>'),
        (
            '<a name="n1">note</a><a href="#n1">1</a>',
            f'<a id="u-n1" {REL}>note</a><a href="#u-n1" {REL}>1</a>',
        ),
        ('<a name="lost">t</a><a href="#else">1</a>', f't<a href="#else" {REL}>1</a>'),
        (
            '<p id="a">first</p><p id="a">second</p><a href="#a">1</a>',
            f'<p id="u-a">first</p><p>second</p><a href="#u-a" {REL}>1</a>',
        ),
        (
            '<p id="a">x</p><p id="u-a">y</p><a href="#a">1</a>',
            f'<p id="u-a">x</p><p>y</p><a href="#u-a" {REL}>1</a>',
        ),
        (
            '<p id="fußnote">x</p><a href="#fu%C3%9Fnote">1</a>',
            f'<p id="u-fußnote">x</p><a href="#u-fu%C3%9Fnote" {REL}>1</a>',
        ),
        ('<p id="a b">x</p><a href="#a b">1</a>', f'<p>x</p><a href="#a%20b" {REL}>1</a>'),
        (
            '&lt;p id="a"&gt; <p id="a">x</p><a href="#a">1</a>',
            f'&lt;p id="a"&gt; <p id="u-a">x</p><a href="#u-a" {REL}>1</a>',
        ),
    ],
)
def test_an_anchor_stays_where_a_link_of_the_text_names_it(given: str, safe: str):
    assert sanitise(given) == safe
    assert sanitise(safe) == safe


@pytest.mark.parametrize("name", ["main", "results", "filters", "chapter-1", "summary", "notes"])
def test_no_anchor_has_the_name_of_a_part_of_the_page(name: str):
    safe = sanitise(f'<p id="{name}">x</p><a href="#{name}">1</a>')
    assert all(found.startswith("u-") for found in re.findall(r'id="([^"]*)"', safe))
    assert f'href="#u-{name}"' in safe


def test_anchors_of_several_texts_on_one_page_differ_and_their_links_follow():
    safe = sanitise('<p id="fn1">x id="u-fn1"</p><a href="#fn1">1</a> <a href="#else">2</a>')
    first, second = anchors_at(safe, "12"), anchors_at(safe, "13-notes")
    assert 'id="u-12-fn1"' in first
    assert 'href="#u-12-fn1"' in first
    assert 'id="u-13-notes-fn1"' in second
    assert 'href="#u-13-notes-fn1"' in second
    assert 'x id="u-fn1"' in first
    assert 'href="#else"' in first
    assert anchors_at("<p>no anchor</p>", "12") == "<p>no anchor</p>"
