"""XHTML for e-readers: well-formed, within the content model, with every word kept."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.core.html import sanitise
from catalog.exporters.xhtml import to_xhtml

BASE = "https://archive.example"


def xhtml(source):
    return to_xhtml(sanitise(source), base_url=BASE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One &amp; two<br>three</p>", "<p>One &amp; two<br/>three</p>"),
        ("loose <b>text</b><p>block</p>tail", "<p>loose <b>text</b></p><p>block</p><p>tail</p>"),
        ('<p><a href="/works/1/">x</a></p>', f'<p><a href="{BASE}/works/1/">x</a></p>'),
        ("<ul>loose<li>one</li></ul>", "<ul><li>loose</li><li>one</li></ul>"),
        ("<li>orphan</li>", "<div>orphan</div>"),
        ("<ruby>x</ruby>", "<p><span>x</span></p>"),
        ("<h2>One<p>two</p></h2>", "<h2>One</h2><p>two</p>"),
        ("<dl><dd>only</dd></dl>", "<div><div>only</div></div>"),
        ("<details>text</details>", "<details><summary>…</summary>text</details>"),
        ('<p><img src="https://x.example/a.png" alt="A cat"></p>', "<p><span>A cat</span></p>"),
    ],
)
def test_markup_is_made_to_fit(source, expected):
    got = re.sub(r' (rel|lang|xml:lang|xmlns:\w+)="[^"]*"', "", xhtml(source))
    assert got.replace("\n", "") == expected


def test_addresses_that_lead_nowhere_lose_their_link():
    assert "href" not in xhtml('<p><a href="#note">x</a></p>')
    assert 'href="https://x.example/a%20b"' in xhtml('<p><a href="https://x.example/a b">x</a></p>')


TAGS = st.sampled_from(
    [
        "p",
        "b",
        "i",
        "em",
        "strong",
        "div",
        "span",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "caption",
        "h1",
        "h3",
        "blockquote",
        "pre",
        "details",
        "summary",
        "figure",
        "figcaption",
        "ruby",
        "rt",
        "a",
        "br",
        "hr",
        "sub",
        "sup",
        "q",
        "section",
        "bdo",
        "center",
    ]
)


@st.composite
def fragments(draw):
    """Token soup: opened and closed in any order."""
    parts = []
    for number in range(draw(st.integers(1, 25))):
        tag = draw(TAGS)
        parts.append(draw(st.sampled_from([f"<{tag}>", f"</{tag}>", f" word{number} "])))
    return "".join(parts)


@settings(max_examples=300, deadline=None)
@given(fragments())
def test_any_markup_becomes_well_formed_and_keeps_its_words(source):
    result = xhtml(source)
    tree = etree.fromstring(f"<div>{result}</div>")
    words = re.findall(r"word\d+", sanitise(source))
    kept = re.findall(r"word\d+", "".join(tree.itertext()))
    assert sorted(kept) == sorted(words)
    phrasing_only = {"p", "h1", "h3", "pre", "b", "i", "em", "strong", "span", "sub", "sup", "q"}
    blocks = {"p", "div", "ul", "ol", "li", "dl", "table", "h1", "h3", "blockquote", "pre", "hr"}
    for element in tree.iter():
        if element.tag in phrasing_only:
            assert not {child.tag for child in element} & blocks, result
        if element.tag in ("ul", "ol"):
            assert {child.tag for child in element} == {"li"}, result
        if element.tag == "li":
            assert element.getparent().tag in ("ul", "ol"), result
