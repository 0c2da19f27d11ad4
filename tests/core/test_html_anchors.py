"""Anchors of footnotes: kept under names that are never the page's own, led to from other texts."""

import re

import pytest

from archive.core.html import sanitise
from archive.core.html_anchors import AnchorPlaces, PlacedText, anchors_at, leads_out

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
        ('<p id="fn1">led to from elsewhere</p>', '<p id="u-fn1">led to from elsewhere</p>'),
        ('<p id="main">x</p><a href="#x">y</a>', f'<p id="u-main">x</p><a href="#x" {REL}>y</a>'),
        (
            '<a name="n1">note</a><a href="#n1">1</a>',
            f'<a id="u-n1" {REL}>note</a><a href="#u-n1" {REL}>1</a>',
        ),
        (
            '<a name="own">t</a><a href="#else">1</a>',
            f'<a id="u-own" {REL}>t</a><a href="#else" {REL}>1</a>',
        ),
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
def test_anchors_stay_once_each_under_a_name_of_their_own(given: str, safe: str):
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


def test_a_link_leads_to_the_nearest_text_that_has_its_anchor():
    note = sanitise('<p id="n">note</p>')
    places = AnchorPlaces(
        [
            PlacedText(note, "work-1-notes"),
            PlacedText(note, "chapter-5-end-notes", 5),
            PlacedText(note, "chapter-6", 6, "/works/1/chapters/6/"),
            PlacedText(sanitise('<p id="far">f</p>'), "chapter-6", 6, "/works/1/chapters/6/"),
        ]
    )
    link = sanitise('<p><a href="#n">1</a></p>')
    assert 'href="#u-chapter-5-end-notes-n"' in places.lead_on(link, 5)
    assert 'href="#u-work-1-notes-n"' in places.lead_on(link, 7)
    far = sanitise('<a href="#far">2</a>')
    assert 'href="/works/1/chapters/6/#u-chapter-6-far"' in places.lead_on(far, 5)


def test_a_link_whose_anchor_two_other_chapters_have_or_none_is_text():
    note = sanitise('<p id="n">note</p>')
    places = AnchorPlaces([PlacedText(note, "chapter-5", 5), PlacedText(note, "chapter-6", 6)])
    safe = sanitise(
        '<p><a href="#n">1</a> <a href="#no">2</a> <a href="https://a.example/">3</a></p>'
    )
    led = places.lead_on(safe, 7)
    assert led == f'<p><a {REL}>1</a> <a {REL}>2</a> <a href="https://a.example/" {REL}>3</a></p>'


def test_links_that_stay_in_their_text_are_left_alone():
    safe = sanitise('<p id="a">x <a href="#a">1</a> href="#b" <a href="/#c">2</a></p>')
    assert leads_out(safe) == frozenset()
    assert AnchorPlaces([]).lead_on(safe, 1) == safe
    assert leads_out(sanitise('<a href="#fu%C3%9F">1</a>')) == {"u-fuß"}
