"""Makes the HTML of members and files safe to show, and plain text into HTML and back."""

import html
import re
from functools import cache

import nh3

from archive.core.errors import InvalidInput
from archive.core.html_anchors import settle_anchors
from archive.core.html_policy import ALLOWED_TAGS, ATTRIBUTES, clean_attribute
from archive.core.html_scan import normalise_markup
from archive.core.said import say

SANITISER_VERSION = 3
"""Stored beside the HTML; raise it when the rules change.

Since 2, anchors of footnotes are kept; since 3, also those that another text of the work leads to.
"""

SAFE_SINCE = 1
"""The first version whose HTML may be shown as it is; raise it when the rules become stricter."""

BODY_MAX_CHARS = 500_000
_PASSES = 6
# A link whose address nh3 could not parse; the scan takes such links away.
_IDLE_LINK = '<a rel="nofollow noopener">'
_REL = "nofollow noopener"

# Stand-ins for escaped characters on their way through nh3: no characters, so never in a text.
_STAND_INS = (("&amp;", "\ufdd0"), ("&lt;", "\ufdd1"), ("&gt;", "\ufdd2"))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdd2]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_AFTER_PRE = re.compile(r"(<pre(?: [^<>]*)?>)\n+")
_BLOCK = (
    "address|article|aside|blockquote|caption|dd|details|div|dl|dt|figcaption|figure|footer|"
    "h[1-6]|header|hr|li|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?: [^<>]*+)?>\s*+")
_CELL_END = re.compile(r"</t[dh]>\s*")
_RUBY_HINT = re.compile(r"<r[tp](?: [^<>]*+)?>[^<>]*+</r[tp]>")
_ANY_TAG = re.compile(r"<[^<>]*+>")
_PARAGRAPH_END = re.compile(r"\n[ \t\u00a0\u3000]*\n\s*")


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED_TAGS),
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=clean_attribute,
        strip_comments=True,
        link_rel=_REL,
        url_schemes={"http", "https", "mailto"},
    )


def sanitise(source: str, *, max_chars: int = BODY_MAX_CHARS) -> str:
    """Safe, well-formed HTML of the given HTML; sanitising it again changes nothing.

    Raises InvalidInput with the codes ``html.too_long``, ``html.too_deep`` and
    ``html.too_many_tags``, each naming the limit and what was given.
    """
    if len(source) > max_chars:
        raise InvalidInput(
            say(
                "The text has {given:,} characters of HTML; at most {max_chars:,} are allowed.",
                given=len(source),
                max_chars=max_chars,
            ),
            code="html.too_long",
            extra={"limit": max_chars, "given": len(source)},
        )
    safe = _clean(normalise_markup(_drawable(source)))
    for _ in range(_PASSES):
        # What the tree builder writes is not always what it reads back as: formatting across
        # tables, attribute order. A later pass settles it; the first almost always has.
        again = _clean(safe)
        if again == safe and _IDLE_LINK not in safe:
            return safe
        safe = _clean(normalise_markup(again))
    return safe


def sanitise_again(stored: str) -> str:
    """HTML of an older sanitiser by the rules of today; empty where they refuse it altogether."""
    try:
        return sanitise(stored, max_chars=max(len(stored), BODY_MAX_CHARS))
    except InvalidInput:
        return ""


def _drawable(source: str) -> str:
    """Without control characters and halves of characters; line ends of one kind."""
    text = _CONTROLS.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATES.sub("\ufffd", text)


def _clean(markup: str) -> str:
    # nh3 0.3.8 takes quadratic time over the ampersands of one text, so stand-ins go through.
    for escaped, stand_in in _STAND_INS:
        markup = markup.replace(escaped, stand_in)
    cleaned = _cleaner().clean(markup)
    for escaped, stand_in in _STAND_INS:
        cleaned = cleaned.replace(stand_in, escaped)
    # Parsers swallow the first line end in "pre", one more at each pass.
    return settle_anchors(_AFTER_PRE.sub(r"\1", cleaned).strip())


def text_of(safe: str) -> str:
    """The plain text of sanitised HTML: blank lines between blocks, line ends for ``br``."""
    # Plain replacements where they do: a novel has a million characters, and patterns that begin
    # with white space are tried at each of them.
    text = safe if "<pre" in safe else safe.replace("\n", " ")
    text = _single_spaces(_RUBY_HINT.sub("", text))
    text = text.replace(" <br>", "<br>").replace("<br> ", "<br>").replace("<br>", "\n")
    text = _BLOCK_TAG.sub("\n\n", _CELL_END.sub(" ", text))
    text = _single_spaces(html.unescape(_ANY_TAG.sub("", text)))
    text = "\n".join([line.strip(" ") for line in text.split("\n")])
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _single_spaces(text: str) -> str:
    for blank in "\t\r\f\v":
        text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def paragraphs_from_text(text: str) -> str:
    """HTML of plain text: a blank line begins a paragraph, a single line end is a break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    paragraphs = (part.strip() for part in _PARAGRAPH_END.split(text))
    return "\n".join(
        f"<p>{html.escape(part, quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
        for part in paragraphs
        if part
    )
