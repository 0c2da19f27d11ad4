"""Sanitised HTML as XHTML that keeps the content model of HTML, so that e-readers accept it."""

import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from lxml import etree, html

Element = Any  # an lxml element; its stubs know neither tails nor tree surgery

_XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PHRASING = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
_PHRASING_ONLY = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "summary", "dt"]) | (
    _PHRASING - {"a", "del", "ins"}
)
_ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "col": {"span"},
    "colgroup": {"span"},
}
_GLOBAL = frozenset({"class", "dir", "id", "lang", "title"})
_OPS = "http://www.idpf.org/2007/ops"
_EPUB_TYPE = f"{{{_OPS}}}type"
etree.register_namespace("epub", _OPS)
# Files of the book itself, which no author can name: the sanitiser takes no such address.
_OWN_FILE = re.compile(r"(?:w[0-9]+-)?(?:chapter-[0-9]+|preface|afterword)\.xhtml#.+")
_TABLE_PARTS = frozenset({"caption", "colgroup", "thead", "tbody", "tfoot", "tr"})
_WITHIN = {
    "li": ({"ul", "ol"}, "div"),
    "dt": ({"dl"}, "p"),
    "dd": ({"dl"}, "div"),
    "figcaption": ({"figure"}, "div"),
    "summary": ({"details"}, "p"),
    "rt": ({"ruby"}, "span"),
    "rp": ({"ruby"}, "span"),
}


def xml_text(text: str) -> str:
    """The text without characters that no XML document may hold."""
    return _XML_ILLEGAL.sub("", text)


def xml_escaped(text: str) -> str:
    """Plain text as it stands in XML, also between quotation marks."""
    return escape(xml_text(text))


def to_xhtml(safe: str, *, base_url: str) -> str:
    """Well-formed XHTML of sanitised HTML: relative links made absolute, images as their text.

    Links to anchors of the same text stay, and marks of footnotes are called so.
    """
    if not safe.strip():
        return ""
    root = html.fragment_fromstring(xml_text(safe), create_parent="div")
    for element in list(root.iter(etree.Element))[1:]:
        _mend(element, base_url)
    for element in reversed(list(root.iter(etree.Element))[1:]):
        _fit(element)
    _wrap_loose_text(root)
    _settle_anchors(root)
    text = etree.tostring(root, encoding="unicode", method="xml", with_tail=False)
    return text[text.index(">") + 1 : text.rindex("<")].strip() if len(root) or root.text else ""


def _settle_anchors(root: Element) -> None:
    """Keep the links within the text whose anchors are still there after the mending."""
    links = [link for link in root.iter("a") if "href" in link.attrib]
    there: dict[str, Element] = {}
    for element in root.iter(etree.Element):
        name = element.get("id")
        if name and there.setdefault(name, element) is not element:
            del element.attrib["id"]
    for link in links:
        address = link.get("href")
        is_mark = any(around.tag == "sup" for around in (*link, *link.iterancestors()))
        if _OWN_FILE.fullmatch(address) and is_mark:
            link.set(_EPUB_TYPE, "noteref")
        if not address.startswith("#"):
            continue
        note = there.get(unquote(address[1:]))
        if note is None:
            del link.attrib["href"]
        elif is_mark:
            link.set(_EPUB_TYPE, "noteref")
            if note.tag in {"li", "p", "div", "aside"}:
                note.set(_EPUB_TYPE, "footnote")


def _mend(element: Element, base_url: str) -> None:
    """Attributes and addresses of one element."""
    if element.tag == "img":
        element.text = element.get("alt") or ""
        element.tag = "span"
        element.attrib.clear()
        return
    if element.tag == "time":
        # Without its attribute, which is not kept, it may hold nothing but a date in figures.
        element.tag = "span"
    allowed = _ATTRIBUTES.get(element.tag, frozenset()) | _GLOBAL
    for name in list(element.attrib):
        if name not in allowed:
            del element.attrib[name]
    if element.tag == "a" and "href" in element.attrib:
        address = _address(element.get("href") or "", base_url)
        if address:
            element.set("href", address)
        else:
            del element.attrib["href"]
    language = element.attrib.pop("lang", None)
    if language:
        element.set("lang", language)
        element.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    if element.tag == "bdo" and element.get("dir") not in ("ltr", "rtl"):
        element.tag = "span"


def _address(href: str, base_url: str) -> str:
    """An absolute address that is a valid URI, or ""."""
    if href.startswith("#") or _OWN_FILE.fullmatch(href):
        return href
    if href.startswith("/"):
        href = base_url + href
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").encode("idna").decode() if parts.netloc else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme in ("http", "https") and host:
        quoted = quote(href, safe=":/?#@!$&'()*+,;=%~-._")
        return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quoted)
    if parts.scheme == "mailto":
        return quote(href, safe=":@?&=.,+-_%")
    return ""


def _fit(element: Element) -> None:
    """Make one element fit its parent and its children; children were seen before."""
    parent = element.getparent()
    tag = element.tag
    if tag in _WITHIN and parent.tag not in _WITHIN[tag][0]:
        element.tag = tag = _WITHIN[tag][1]
    if tag in _FITTERS:
        _FITTERS[tag](element)
    elif tag == "ruby" and element.find("rt") is None:
        element.tag = "span"
    if tag in _PHRASING_ONLY:
        for child in list(element):
            if isinstance(child.tag, str) and child.tag not in _PHRASING:
                _flatten(child)
    if tag == "a" and any(ancestor.tag == "a" for ancestor in element.iterancestors()):
        element.drop_tag()


def _flatten(block: Element) -> None:
    """A block inside something that takes text alone becomes a line of that text."""
    if block.tag in ("hr", "col"):
        block.tag = "br"
        block.attrib.clear()
        return
    for inner in list(block.iterdescendants()):
        if isinstance(inner.tag, str) and inner.tag not in _PHRASING:
            inner.tag = "span"
            inner.attrib.clear()
    block.tag = "span"
    line = etree.Element("br")
    if block.getprevious() is not None or (block.getparent().text or "").strip():
        block.addprevious(line)


def _fit_list(element: Element) -> None:
    _text_into_children(element, "li")
    for child in list(element):
        if child.tag != "li":
            _wrap(child, "li")
    if not len(element):
        element.tag = "div"


def _fit_definitions(element: Element) -> None:
    tags = [child.tag for child in element]
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    pairs = "".join({"dt": "t", "dd": "d"}.get(tag, "x") for tag in tags)
    if text.strip() or not re.fullmatch(r"(?:t+d+)+", pairs):
        element.tag = "div"
        for child in element:
            if child.tag in ("dt", "dd"):
                child.tag = "p" if child.tag == "dt" else "div"


def _fit_table(element: Element) -> None:
    for child in list(element):
        if child.tag not in _TABLE_PARTS:
            child.drop_tag()
    element.text = None
    for part in element.iter("table", "thead", "tbody", "tfoot", "tr", "colgroup"):
        part.text = None
        for child in part:
            child.tail = None
    rows = [child for child in element if child.tag == "tr"]
    if rows and any(child.tag == "tbody" for child in element):
        for row in rows:
            _wrap(row, "tbody")
    order = {"caption": 0, "colgroup": 1, "thead": 2, "tr": 3, "tbody": 3, "tfoot": 4}
    element[:] = sorted(element, key=lambda child: order.get(child.tag, 3))
    captions = element.findall("caption")
    for extra in captions[1:]:
        _flatten(extra)
        captions[0].append(extra)
    for tag in ("thead", "tfoot"):
        for extra in element.findall(tag)[1:]:
            extra.tag = "tbody"


def _fit_details(element: Element) -> None:
    summary = element.find("summary")
    if summary is None:
        summary = etree.Element("summary")
        summary.text = "…"
    else:
        summary.tail, tail = None, summary.tail
        summary.getparent().remove(summary)
        if tail:
            element.text = (element.text or "") + tail
    for extra in element.findall("summary"):
        extra.tag = "p"
    summary.tail, element.text = element.text, None
    element.insert(0, summary)


def _fit_figure(element: Element) -> None:
    captions = element.findall("figcaption")
    for caption in captions[:-1] if captions else []:
        caption.tag = "div"
    if (captions and (captions[-1].tail or "").strip()) or (
        captions and captions[-1].getnext() is not None
    ):
        captions[-1].tag = "div"


def _text_into_children(element: Element, tag: str) -> None:
    if (element.text or "").strip():
        first = etree.Element(tag)
        first.text, element.text = element.text, None
        element.insert(0, first)
    for child in list(element):
        if (child.tail or "").strip():
            after = etree.Element(tag)
            after.text, child.tail = child.tail, None
            child.addnext(after)


def _wrap(child: Element, tag: str) -> None:
    outer = etree.Element(tag)
    outer.tail, child.tail = child.tail, None
    child.getparent().replace(child, outer)
    outer.append(child)


def _wrap_loose_text(root: Element) -> None:
    """Text and phrasing that stand beside blocks, as paragraphs."""
    rebuilt: list[Element] = []
    line: Element | None = None

    def take(text: str | None) -> None:
        nonlocal line
        if not (text or "").strip() and line is None:
            return
        if line is None:
            line = etree.Element("p")
        if len(line):
            line[-1].tail = (line[-1].tail or "") + (text or "")
        else:
            line.text = (line.text or "") + (text or "")

    take(root.text)
    for child in list(root):
        tail, child.tail = child.tail, None
        if isinstance(child.tag, str) and child.tag in _PHRASING:
            if line is None:
                line = etree.Element("p")
            line.append(child)
        else:
            rebuilt += [line] if line is not None else []
            line = None
            rebuilt.append(child)
        take(tail)
    rebuilt += [line] if line is not None else []
    root.text = None
    root[:] = [element for element in rebuilt if _says_something(element)]


def _says_something(element: Element) -> bool:
    if element.tag != "p" or len(element):
        return True
    return bool((element.text or "").strip())


_FITTERS: dict[str, Callable[[Element], None]] = {
    "ul": _fit_list,
    "ol": _fit_list,
    "dl": _fit_definitions,
    "table": _fit_table,
    "details": _fit_details,
    "figure": _fit_figure,
}
