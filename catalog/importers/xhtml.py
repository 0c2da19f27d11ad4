"""Turns the body of a foreign document into the plain HTML that works are made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote, urlsplit

from lxml import etree

from catalog.importers.markup import (
    Element,
    blank,
    classes,
    epub_types,
    has_text,
    hide,
    is_hidden_block,
    outer_html,
    text_of,
)
from catalog.importers.stylesheet import translated

_DROPPED = frozenset(
    {"script", "style", "link", "meta", "svg", "object", "iframe", "audio", "video", "canvas"}
    | {"form", "input", "button", "select", "textarea", "template", "embed", "base", "case"}
)
_UNWRAPPED = frozenset({"switch", "default", "hgroup", "main", "nav", "picture", "o", "st1"})
_UNWRAPPED_INLINE = frozenset({"picture", "o", "st1"})
_KEPT_ATTRIBUTES = frozenset(
    {"href", "src", "alt", "title", "lang", "dir", "class", "colspan", "rowspan", "start", "type"}
    | {"align", "reversed", "value", "scope", "datetime"}
)
_TYPE_CLASSES = {
    **dict.fromkeys(("poem", "verse", "hymn", "song"), "u-verse"),
    **dict.fromkeys(("letter", "telegram"), "u-letter"),
}
_WEB = frozenset({"http", "https", "mailto"})
_PRINT_MARKS = frozenset(
    {"pagebreak", "pagenum", "pageno", "page-number", "linenum", "lineno", "lnum", "linenumber"}
)
_NUMBER = re.compile(r"[\s\[({]*+(?:p(?:age|g)?\.?\s*+)?[0-9ivxlc]{0,6}[\s\])}]*+", re.IGNORECASE)
_BACK_LINKS = frozenset({"backlink"})
_LETTERLESS = re.compile(r"\W*")
_BOXES = frozenset({"div", "blockquote", "center", "header", "aside"})
_EMPTIED = ("p", "div", "figure", "figcaption", "header", "h1", "h2", "h3", "h4")
_PICTURES_SHOWN = 40
_PICTURE_CHARS = 4_000


@dataclass
class Cleaned:
    """What cleaning a piece of a document left out of it: pictures, by their descriptions."""

    pictures: list[str] = field(default_factory=list)
    picture_count: int = 0
    anchors: frozenset[str] = frozenset()
    _looked_at: dict[Element, bool] = field(default_factory=dict)

    def holds_text(self, element: Element) -> bool:
        """Whether an element holds text; looked at once, as a page may be a thousand pictures."""
        if element not in self._looked_at:
            self._looked_at[element] = has_text(element)
        return self._looked_at[element]


def clean_piece(
    piece: Element,
    meanings: dict[str, list[str]],
    *,
    anchors: frozenset[str] = frozenset(),
    web: bool = False,
) -> Cleaned:
    """Reduce a piece of a body to the markup that a work may hold.

    The piece itself is changed. Links to ``anchors`` of any piece stay, such as those of footnotes,
    and the anchors; other links into the file become text. Its pictures go (their descriptions are
    handed back), web links and, with ``web``, pictures from the web stay. ``meanings`` are those of
    the style sheet.
    """
    result = Cleaned(anchors=anchors)
    for element in list(piece.iterdescendants()):
        _clean_element(element, result, meanings, web=web)
    return result


def _clean_element(
    element: Element, result: Cleaned, meanings: dict[str, list[str]], *, web: bool
) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DROPPED:
        blank(element)
    elif tag == "math":
        blank(element, element.get("alttext") or text_of(element))
    elif tag == "img":
        _picture(element, result, web=web)
    elif tag == "a":
        _link(element, result.anchors)
    elif tag in _UNWRAPPED:
        hide(element, block=tag not in _UNWRAPPED_INLINE)
    else:
        _keep(element, meanings, result.anchors)


def add_meanings(body: Element, meanings: dict[str, list[str]]) -> None:
    """Give elements the classes of our closed set beside their own, by the style sheet."""
    for element in body.iter():
        names = classes(element) if isinstance(element.tag, str) else []
        meant = [name for own in names for name in meanings.get(own, ())]
        if meant:
            element.set("class", " ".join([*names, *dict.fromkeys(meant)]))


def empty_print_marks(body: Element) -> None:
    """Take out the numbers of printed pages and lines that many transcriptions have amid sentences.

    The elements stay, as the table of contents may point at them.
    """
    for element in body.iter("span", "div", "a", "p", "small", "td"):
        if not element.attrib:
            continue
        names = epub_types(element) | set(classes(element))
        if names & _PRINT_MARKS and _NUMBER.fullmatch(text_of(element)):
            for child in list(element):
                element.remove(child)
            element.text = None


def _keep(element: Element, meanings: dict[str, list[str]], anchors: frozenset[str]) -> None:
    if element.attrib:
        _keep_attributes(element, meanings, anchors)
    if element.tag in {"section", "article"}:
        element.tag = "div"
    if element.tag in {"div", "span"} and not element.attrib:
        _unwrap_idle(element)


def _keep_attributes(
    element: Element, meanings: dict[str, list[str]], anchors: frozenset[str]
) -> None:
    names = classes(element)
    styles = translated(names, meanings)
    styles += [_TYPE_CLASSES[name] for name in epub_types(element) if name in _TYPE_CLASSES]
    kept = {
        name: value
        for name, value in element.attrib.items()
        if (name in _KEPT_ATTRIBUTES and name != "class")
        or name == "style"
        or (name == "id" and value in anchors)
    }
    # One by one they cannot go: a broken namespace makes names that the library does not take back.
    element.attrib.clear()
    for name, value in kept.items():
        element.set(name, value)
    if styles:
        element.set("class", " ".join(dict.fromkeys(styles)))


def _unwrap_idle(element: Element) -> None:
    """A span without attributes says nothing; a div is needed where it separates text."""
    if element.tag == "span":
        hide(element)
    elif not (element.text or "").strip() and len(element):
        has_loose_text = any((child.tail or "").strip() for child in element)
        if not has_loose_text and all(child.tag in _BLOCKS for child in element):
            hide(element, block=True)


_BLOCKS = frozenset(
    {"p", "div", "section", "article", "blockquote", "ul", "ol", "dl", "table", "hr", "pre"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "figure", "header", "footer", "aside", "details"}
    | {"center", "address", "li", "dd", "dt", "tr", "td", "th", "tbody", "caption"}
)


def _link(element: Element, anchors: frozenset[str]) -> None:
    types = epub_types(element)
    address = (element.get("href") or "").strip()
    own = element.get("id") or element.get("name")
    if (address.startswith("#") and unquote(address[1:]) in anchors) or own in anchors:
        element.attrib.clear()
        if types & {"noteref"} and element.getparent().tag != "sup":
            element = _within_sup(element)
        if address.startswith("#") and unquote(address[1:]) in anchors:
            element.set("href", address)
        if own in anchors:
            element.set("id", own)
    elif types & _BACK_LINKS or (
        address.startswith("#") and _LETTERLESS.fullmatch(text_of(element))
    ):
        blank(element)
    elif urlsplit_scheme(address) in _WEB:
        title = element.get("title")
        element.attrib.clear()
        element.set("href", address)
        if title:
            element.set("title", title)
    elif types & {"noteref"} and element.getparent().tag != "sup":
        element.tag = "sup"
        element.attrib.clear()
    else:
        hide(element)


def _within_sup(link: Element) -> Element:
    """Make a link a raised mark; the link in it is handed back."""
    inner = etree.Element("a")
    inner.text, link.text = link.text, None
    inner.extend(list(link))
    link.append(inner)
    link.tag = "sup"
    return inner


def urlsplit_scheme(address: str) -> str:
    """The scheme of an address in lower case; "" when there is none or it cannot be read."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _picture(element: Element, result: Cleaned, *, web: bool) -> None:
    address = (element.get("src") or "").strip()
    description = " ".join((element.get("alt") or "").split())
    if web and urlsplit_scheme(address) == "https":
        element.attrib.clear()
        element.set("src", address)
        element.set("alt", description)
        return
    result.picture_count += 1
    if _stands_alone(element, result):
        # In place it would count as words of the author; it goes to the notes of the chapter.
        if description:
            result.pictures.append(description)
        blank(element)
    else:
        blank(element, description)


def _stands_alone(element: Element, result: Cleaned) -> bool:
    """Whether a picture is the only content of its block."""
    at = element
    while (parent := at.getparent()) is not None and parent.tag in {
        "a",
        "span",
        "p",
        "div",
        "center",
    }:
        if result.holds_text(parent):
            return False
        at = parent
        if parent.tag in {"p", "div", "center"}:
            return True
    return parent is None or parent.tag in {"figure", "body", "section", "article", "td"}


def pictures_html(pictures: list[str]) -> str:
    """The descriptions of pictures that were left out, as a note; "" without any."""
    shown: list[str] = []
    for text in pictures[:_PICTURES_SHOWN]:
        if sum(map(len, shown)) + len(text) <= _PICTURE_CHARS:
            shown.append(text)
    if not shown:
        return ""
    items = "".join(f"<li>{escape(text, quote=False)}</li>" for text in shown)
    return f"<p>Pictures left out of this chapter:</p><ul>{items}</ul>"


def drop_empty_blocks(piece: Element) -> None:
    """Take out paragraphs, headings and figures in which nothing is left."""
    for element in reversed(list(piece.iterdescendants(*_EMPTIED))):
        if not has_text(element) and not _shows_something(element):
            blank(element)


def _shows_something(element: Element) -> bool:
    """Whether an element without words is drawn: a line, a break, a picture, a no-break space."""
    has_mark = next(element.iter("hr", "img", "br", "table"), None) is not None
    return has_mark or "\u00a0" in "".join(element.itertext())


def split_by_size(pieces: list[str], limit: int) -> Iterator[str]:
    """Join HTML blocks to texts of at most ``limit`` characters, a longer block alone."""
    part: list[str] = []
    size = 0
    for piece in pieces:
        if part and size + len(piece) > limit:
            yield "\n".join(part)
            part, size = [], 0
        part.append(piece)
        size += len(piece) + 1
    if part:
        yield "\n".join(part)


def blocks_of(piece: Element, limit: int) -> list[str]:
    """The HTML of each block of a piece; text and inline tags between blocks as paragraphs.

    A box that is longer than the limit gives the blocks in it.
    """
    blocks: list[str] = []
    loose = [escape(piece.text or "", quote=False)]
    for child in piece:
        if is_hidden_block(child) or child.tag in _BLOCKS:
            blocks += _paragraph(loose)
            blocks += _block(child, limit)
            loose = []
        else:
            loose.append(outer_html(child))
        loose.append(escape(child.tail or "", quote=False))
    return blocks + _paragraph(loose)


def _block(child: Element, limit: int) -> list[str]:
    written = "" if is_hidden_block(child) else outer_html(child)
    if not written or (len(written) > limit and child.tag in _BOXES):
        return blocks_of(child, limit)
    return [written]


def _paragraph(loose: list[str]) -> list[str]:
    text = "".join(loose).strip()
    return [f"<p>{text}</p>"] if text else []
