"""No attack comes out of the sanitiser alive, and sanitising twice changes nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.core.errors import InvalidInput
from archive.core.html import sanitise, text_of
from archive.core.html_policy import ALLOWED_TAGS, DROPPED_TAGS, REPLACED_TAGS
from tests.core.markup_checks import live_markup

NAMED = {"{NUL}": "\0", "{TAB}": "\t", "{LF}": "\n", "{CR}": "\r", "{FF}": "\f"}


def load_vectors():
    source = Path(__file__).with_name("data") / "xss_vectors.txt"
    for line in source.read_text("utf-8").splitlines():
        if not line.startswith("#") and line:
            for name, char in NAMED.items():
                line = line.replace(name, char)
            yield re.sub(r"\{U\+([0-9A-F]{4,6})\}", lambda found: chr(int(found[1], 16)), line)


VECTORS = list(load_vectors())
FRAMES = (
    "{}",
    "<p>before {} after</p>",
    '<p title="{}">x</p>',
    "<table><tr>{}</table>",
    "<b>{}",
)


def test_the_collection_is_large():
    assert len(set(VECTORS)) >= 300


@pytest.mark.parametrize("vector", VECTORS)
def test_vector_is_dead_and_stays_so(vector):
    for frame in FRAMES:
        safe = sanitise(frame.replace("{}", vector))
        assert live_markup(safe) == []
        assert sanitise(safe) == safe


def test_the_checker_sees_live_markup():
    """A checker that finds nothing would prove nothing."""
    live = [
        "<script>x</script>",
        '<p onclick="x()">',
        '<a href="javascript:x" rel="nofollow noopener">x</a>',
        '<a href="\u2003javascript:x" rel="nofollow noopener">x</a>',
        '<a href="https://a.example">x</a>',
        '<img src="http://a.example/" alt="">',
        "<!-- x -->",
        '<p class="btn">x</p>',
    ]
    assert all(live_markup(text) for text in live)


TAG_NAMES = sorted(
    (ALLOWED_TAGS - {"img"})
    | {"script", "style", "svg", "math", "form", "noscript", "foo", "center"}
)
PIECES = st.one_of(
    st.sampled_from([f"<{name}>" for name in TAG_NAMES]),
    st.sampled_from([f"</{name}>" for name in TAG_NAMES]),
    st.sampled_from(
        [
            *('<a href="https://a.example/?b&c">', "<a href=#x>", '<a href="javascript:x">'),
            *('<p class="u-center x" id=y>', '<i title="a">', '<b lang="fr" dir="rtl">'),
            *('<img src="https://a.example/i" alt="x">', "<img src=x onerror=y>", "<td colspan=2>"),
            *("<!--", "-->", "<![CDATA[", "]]>", "<", ">", "&", "&amp", "&lt;", "&#x6a", '"', "'"),
            *(
                "=",
                "/",
                "</",
                "<!",
                "<?",
                " ",
                "\n",
                "\n\n",
                "\0",
                "\ufdd0",
                "\ufdd1",
                "\ud800",
                "a",
                "漢",
            ),
        ]
    ),
    st.text(max_size=8),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("<a><table><a>")
@example("<b><p><b><p></b></b>x")
@example("<pre><br>\n\n\nx")
def test_any_fragment_comes_out_dead_and_settled(fragment):
    safe = sanitise(fragment)
    assert live_markup(safe) == []
    assert sanitise(safe) == safe
    assert not {"\ufdd0", "\ufdd1", "\ufdd2"} & set(safe)
    text_of(safe)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_plain_text_survives_word_for_word(text):
    words = "".join(char for char in text if char.isalnum())
    assert (
        "".join(char for char in text_of(sanitise(text)) if char.isalnum()) == words
        or "<" in text
        or "&" in text
    )


def nested(depth, inner):
    return "".join(f"<{name}>" for name in inner) * depth


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TAG_NAMES), min_size=1, max_size=4), st.integers(1, 400))
def test_deep_nesting_is_refused_or_bounded(inner, depth):
    try:
        safe = sanitise(nested(depth, inner))
    except InvalidInput as refusal:
        code = refusal.code
    else:
        code = ""
        assert sanitise(safe) == safe
    assert code in {"", "html.too_deep", "html.too_many_tags"}


def test_no_tag_is_both_kept_and_dropped():
    assert not ALLOWED_TAGS & DROPPED_TAGS
    assert {name for name, _ in REPLACED_TAGS.values()} <= ALLOWED_TAGS
