"""Which tags, attributes, classes and addresses the text of a work may hold."""

import html
import re
import unicodedata
from functools import lru_cache

from archive.core.html_anchors import clean_name

VOID_TAGS = frozenset({"br", "col", "hr", "img", "wbr"})
FORMATTING_TAGS = frozenset(
    {"a", "b", "code", "em", "i", "s", "small", "strong", "u"},
)
ALLOWED_TAGS = (
    VOID_TAGS
    | FORMATTING_TAGS
    | {"abbr", "address", "article", "aside", "bdi", "bdo", "blockquote", "caption", "cite"}
    | {"colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "ins", "kbd", "li", "mark", "ol"}
    | {"p", "pre", "q", "rp", "rt", "ruby", "samp", "section", "span", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "ul", "var"}
)
# Elements that go with everything in them. Of the first group the content is not markup.
RAW_TAGS = frozenset(
    {"script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "textarea", "title"}
    | {"plaintext"}
)
DROPPED_TAGS = RAW_TAGS | {
    *("svg", "math", "form", "object", "applet", "template", "select", "button", "canvas"),
    *("audio", "video", "frameset", "map", "datalist", "dialog", "portal"),
}
# Older elements and what stands for them today: (tag, class).
REPLACED_TAGS = {
    "center": ("div", "u-center"),
    "font": ("span", ""),
    "big": ("span", "u-large"),
    "strike": ("s", ""),
    "tt": ("code", ""),
    "acronym": ("abbr", ""),
    "dir": ("ul", ""),
    "main": ("div", ""),
    "nav": ("div", ""),
    "hgroup": ("div", ""),
}
CLASSES = frozenset(
    {"u-left", "u-center", "u-right", "u-justify", "u-indent", "u-verse", "u-letter"}
    | {"u-small", "u-large", "u-smallcaps", "u-italic", "u-bold", "u-underline", "u-strike"}
    | {"u-break"}
)
# An "id" is kept as an anchor, under a name of its own; see archive.core.html_anchors.
_GLOBAL_ATTRIBUTES = frozenset({"class", "dir", "id", "lang", "title"})
_OWN_ATTRIBUTES = {
    "a": {"href"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope", "abbr"},
    "time": {"datetime"},
}
ATTRIBUTES: dict[str, set[str]] = {
    tag: set(_GLOBAL_ATTRIBUTES | _OWN_ATTRIBUTES.get(tag, set())) for tag in ALLOWED_TAGS
}
_VALUES = {
    "abbr": re.compile(r"[^\x00-\x1f]{1,255}"),
    "alt": re.compile(r".*", re.DOTALL),
    "colspan": re.compile(r"[1-9][0-9]{0,2}"),
    "datetime": re.compile(r"[0-9TZ:.+\- ]{4,40}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "height": re.compile(r"[1-9][0-9]{0,3}"),
    "lang": re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,5}"),
    "open": re.compile(r"(?:open)?"),
    "reversed": re.compile(r"(?:reversed)?"),
    "rowspan": re.compile(r"[1-9][0-9]{0,2}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "span": re.compile(r"[1-9][0-9]{0,2}"),
    "start": re.compile(r"-?[0-9]{1,6}"),
    "title": re.compile(r"[^\x00]{1,1000}", re.DOTALL),
    "type": re.compile(r"[1aAiI]"),
    "value": re.compile(r"-?[0-9]{1,6}"),
    "width": re.compile(r"[1-9][0-9]{0,3}"),
}
_URL_ATTRIBUTES = frozenset({"href", "cite", "src"})
_LINK = re.compile(
    r"https?://[^\s/?#\\\"'<>]+(?:[/?#].*)?|mailto:[^\s<>\"']+@[^\s<>\"']+|/(?![/\\]).*|#.*",
    re.IGNORECASE | re.DOTALL,
)
_IMAGE = re.compile(r"https://[^\s/?#\\\"'<>]+(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
_STYLES = (
    (re.compile(r"text-align\s*:\s*(left|center|right|justify)", re.IGNORECASE), "u-{}"),
    (re.compile(r"font-style\s*:\s*(italic|oblique)", re.IGNORECASE), "u-italic"),
    (re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE), "u-bold"),
    (re.compile(r"font-variant\s*:\s*(small-caps)", re.IGNORECASE), "u-smallcaps"),
    (re.compile(r"text-decoration[a-z-]*\s*:[^;]*?(underline)", re.IGNORECASE), "u-underline"),
    (re.compile(r"text-decoration[a-z-]*\s*:[^;]*?(line-through)", re.IGNORECASE), "u-strike"),
)
_STYLE_CHARS = 1_000


@lru_cache(maxsize=1_024)
def clean_url(value: str, *, image: bool = False) -> str | None:
    """The address without hidden characters when it is of an allowed kind, else None.

    Links go to http, https and mailto addresses or, within this site, start with ``/`` or ``#``;
    images come by https only.
    """
    bare = "".join(
        char
        for char in value.strip()
        if char == " " or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}
    )
    pattern = _IMAGE if image else _LINK
    if not pattern.fullmatch(bare.replace(" ", "")):
        return None
    return bare.replace(" ", "%20")


def clean_attribute(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute as it may stand, or None when the attribute has to go."""
    if name == "rel":
        return value
    if name not in ATTRIBUTES.get(tag, ()):
        return None
    if name in _URL_ATTRIBUTES:
        return clean_url(value, image=name == "src")
    if name == "class":
        return " ".join(known_classes(value.split())) or None
    if name == "id":
        return clean_name(value)
    pattern = _VALUES[name]
    value = value if name in {"alt", "title", "abbr"} else value.strip()
    return value if pattern.fullmatch(value) else None


def known_classes(names: list[str]) -> list[str]:
    """The names that belong to the closed set, each once, in order."""
    return [name for name in dict.fromkeys(names) if name in CLASSES]


def classes_of_presentation(align: str, style: str) -> list[str]:
    """The classes that keep what ``align`` and ``style`` attributes meant to say."""
    found = []
    if align.lower() in {"left", "center", "right", "justify"}:
        found.append(f"u-{align.lower()}")
    for pattern, name in _STYLES:
        match = pattern.search(html.unescape(style[:_STYLE_CHARS]))
        if match:
            found.append(name.format(match.group(1).lower()))
    return found
