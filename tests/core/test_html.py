"""The sanitiser's rules one by one, and the ways between text and HTML."""

import contextlib

import pytest

from archive.core.errors import InvalidInput
from archive.core.html import paragraphs_from_text, sanitise, text_of
from tests.timing import least_seconds


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b><i>y</i>"),
        ("AT&T &copy 3 < 4 <3 </3", "AT&amp;T © 3 &lt; 4 &lt;3 &lt;/3"),
        ("<script>bad()</script>ok", "ok"),
        ("<style>p{}</style>ok", "ok"),
        ("<form><p>in</p></form>ok", "ok"),
        ("<svg><p>in</p></svg>ok", "ok"),
        ("<noscript><p>in</p></noscript>ok", "ok"),
        ("<xmp><p>in</p></xmp>ok", "ok"),
        ("<iframe src=x>in</iframe>ok", "ok"),
        ("<object>in<object>deeper</object>in</object>ok", "ok"),
        ("<math><mi>x</mi></math>ok", "ok"),
        ('<p id="a" data-x="1" onclick="x()">t</p>', '<p id="u-a">t</p>'),
        ('<p class="u-center evil">t</p>', '<p class="u-center">t</p>'),
        ("<center>t</center>", '<div class="u-center">t</div>'),
        ('<p align="right">t</p>', '<p class="u-right">t</p>'),
        (
            '<span style="font-style: italic; color: red">t</span>',
            '<span class="u-italic">t</span>',
        ),
        ("<font color=red>t</font>", "<span>t</span>"),
        ("<tt>t</tt><strike>u</strike>", "<code>t</code><s>u</s>"),
        ("<blink>t</blink>", "t"),
        ("<!-- c --><!DOCTYPE html><?xml x?><![CDATA[y]]>t", "t"),
        ("<a name=x>t</a>", '<a id="u-x" rel="nofollow noopener">t</a>'),
        (
            '<a href="https://a.example/?x=1&copy=2">t</a>',
            '<a href="https://a.example/?x=1&amp;copy=2" rel="nofollow noopener">t</a>',
        ),
        (
            '<a href="/works/1" target=_blank>t</a>',
            '<a href="/works/1" rel="nofollow noopener">t</a>',
        ),
        (
            '<a href="mailto:a@b.example">t</a>',
            '<a href="mailto:a@b.example" rel="nofollow noopener">t</a>',
        ),
        ('<a href="//evil.example">t</a>', "t"),
        ('<a href="/\\evil.example">t</a>', "t"),
        ('<a href="jav&#10;ascript:x()">t</a>', "t"),
        ('<a href="page.html">t</a>', "t"),
        ('<img src="https://i.example/a.png">', '<img src="https://i.example/a.png" alt="">'),
        ('<img src="http://i.example/a.png" alt="a <cat>">', "a &lt;cat&gt;"),
        ('<img src="data:image/png;base64,xx" alt="a cat">', "a cat"),
        ("<pre>\n\n  x\n</pre>", "<pre>  x\n</pre>"),
        ("<ruby>漢<rt>かん</ruby>", "<ruby>漢<rt>かん</rt></ruby>"),
        ("<details><summary>s</summary>t</details>", "<details><summary>s</summary>t</details>"),
        ('<p xml:lang="fr" dir=rtl>t</p>', '<p lang="fr" dir="rtl">t</p>'),
        ('<ol start="3"><li value=x>t', '<ol start="3"><li>t</li></ol>'),
        ("a\x00b\x08c\ud800", "abc\ufffd"),
        ("", ""),
    ],
)
def test_rule(given, safe):
    assert sanitise(given) == safe
    assert sanitise(safe) == safe


def test_three_hundred_unclosed_paragraphs_are_no_depth():
    assert sanitise("<p>x" * 300).count("</p>") == 300


def test_unclosed_italics_in_every_paragraph_are_no_depth():
    assert sanitise("<p><i>x</p>" * 300).count("<p>") == 300


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<div>" * 101, "html.too_deep"),
        ("<b>" * 101, "html.too_deep"),
        ("<ul><li>" * 60, "html.too_deep"),
        ("<div><!--</div>-->" * 101, "html.too_deep"),
        ("<div><table><tr><td></div>" * 40, "html.too_deep"),
        ('<div><p title="</div>">' * 101, "html.too_deep"),
        ("<br>" * 50_001, "html.too_many_tags"),
        ("x" * 500_001, "html.too_long"),
    ],
)
def test_too_much_is_refused_with_limit_and_amount(text, code):
    with pytest.raises(InvalidInput) as caught:
        sanitise(text)
    assert caught.value.code == code
    limit, given = caught.value.extra["limit"], caught.value.extra["given"]
    assert isinstance(limit, int)
    assert isinstance(given, int)
    assert given > limit
    assert f"{limit:,}" in caught.value.detail


def test_a_hundred_levels_are_accepted():
    assert sanitise("<div>" * 100 + "x" + "</div>" * 100).count("<div>") == 100


HOSTILE = [
    "<" * 500_000,
    "&" * 500_000,
    "&a" * 250_000,
    "<a " * 166_000,
    '<a b="' * 83_000 + '>"',
    "<!--" * 125_000,
    "<![" * 166_000,
    "<script " * 60_000,
    "<p>" * 49_999,
    "<table><b>" * 10_000,
    "</p>" * 49_999,
    "<a href='" + "x" * 490_000 + "'>",
    "<svg>" * 49_000,
    "<p " + "x=1 " * 120_000 + ">",
    '<img alt="' + "&amp;" * 99_000 + '">',
]


def _cost(text: str, *, enough: float) -> float:
    def try_it() -> None:
        with contextlib.suppress(InvalidInput):
            sanitise(text)

    return least_seconds(try_it, enough=enough)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_costs_no_more_than_linear_time(text):
    assert _cost(text, enough=3) < 3


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_costs_less_than_half_a_second(text):
    assert _cost(text, enough=0.5) < 0.5


def test_text_of_breaks_at_blocks_and_lines():
    safe = "<h2>T</h2>\n<p>one\ntwo</p><p>a<br>b</p><ul><li>x</li><li>y</li></ul><p>R&amp;D</p>"
    assert text_of(safe) == "T\n\none two\n\na\nb\n\nx\n\ny\n\nR&D"


def test_text_of_keeps_inline_words_together():
    assert text_of("<p><b>W</b>ord <ruby>漢<rt>かん</rt></ruby></p>") == "Word 漢"


def test_paragraphs_and_line_breaks_of_plain_text():
    given = "\r\nOne <b>\r\ntwo\r\n\r\n \r\nThree\n"
    assert paragraphs_from_text(given) == "<p>One &lt;b&gt;<br>\ntwo</p>\n<p>Three</p>"
    assert text_of(paragraphs_from_text(given)) == "One <b>\ntwo\n\nThree"


def test_text_of_has_single_spaces_and_every_kind_of_line_end_is_one():
    assert text_of("<p>one\t \f  two   three</p>") == "one two three"
    assert text_of(paragraphs_from_text("one\rtwo\r\rthree\r\nfour")) == "one\ntwo\n\nthree\nfour"


@pytest.mark.slow
def test_text_of_reads_a_novel_in_no_time():
    """The indexer does it for every work; patterns that begin with white space took half a second."""
    novel = "<p>It was a quiet night, and nobody\nspoke of it &amp; more.<br>No.</p>\n" * 25_000
    text = text_of(novel)
    assert least_seconds(lambda: text_of(novel), enough=0.25) < 0.25
    assert text.startswith("It was a quiet night, and nobody spoke of it & more.\nNo.\n\nIt was")


@pytest.mark.slow
def test_a_long_chapter_is_sanitised_within_a_tenth_of_a_second():
    line = (
        '<p class="c" style="text-align:left">He said <em>“no”</em> &amp; left the <a '
        'href="https://x.example/a?b=1&c=2">house</a> by the door, and it rained all night.</p>\n'
    )
    chapter = line * (335_000 // len(line))
    assert least_seconds(lambda: sanitise(chapter), enough=0.1, tries=5) < 0.1
