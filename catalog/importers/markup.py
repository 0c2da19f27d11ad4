"""Safe reading of XML and HTML into one kind of tree, and small tools for such trees.

Elements carry plain names (``p``, not the name with its namespace), whatever they were read from.
"""

import html
import re
from html import entities
from typing import Any

from lxml import etree

from archive.core.said import say
from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.encoding import decode

Element = Any

EPUB_TYPE = "epub-type"
_FOREIGN_ATTRIBUTES = {
    "{http://www.idpf.org/2007/ops}type": "epub-type",
    "{http://www.w3.org/XML/1998/namespace}lang": "lang",
}
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.I
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?P<subset>\[)?[^>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_META_BYTES = 4096
_DOCTYPE_CHARS = 4096
_TAG_NAME = re.compile(r"[A-Za-z][\w.-]{0,60}")
MAX_TAGS = 400_000
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def decode_markup(data: bytes, limits: ImportLimits | None = None) -> tuple[str, str, list[str]]:
    """Text, encoding and notices of an HTML or XML file: by its own declaration, else by guess."""
    declared = _declared(data)
    if declared:
        try:
            return decode(data, declared, limits=limits)
        except ImportRefused as refusal:
            if refusal.code != "import.encoding":
                raise
    decoded = decode(data, limits=limits)
    notices = list(decoded.notices)
    if declared:
        notices.append(
            say(
                "The file says that it is in {declared}, but it was read as {encoding}.",
                declared=declared,
                encoding=decoded.encoding,
            )
        )
    return decoded.text, decoded.encoding, notices


def _declared(data: bytes) -> str:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return ""
    found = _XML_ENCODING.search(data[:300]) or _META_CHARSET.search(data[:_META_BYTES])
    name = found.group(1).decode("ascii").lower() if found else ""
    # As browsers do: what calls itself Latin-1 is Windows-1252; and a file whose declaration can
    # be read byte by byte is not UTF-16.
    if name in {"iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii", "iso8859-1"}:
        return "windows-1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "latin-1"
    return "" if name.startswith(("utf-16", "utf-32", "utf16")) else name


def parse_xml(
    data: bytes, name: str, *, tags: int = 0, limits: ImportLimits | None = None
) -> Element:
    """The root of an XML file, namespaces kept. Raises ImportRefused.

    ``name`` is the name of the file, for messages; ``tags`` the most it may hold, MAX_TAGS unless said.
    """
    text = _xml_text(data, name, tags, limits)
    try:
        return etree.fromstring(text.encode("utf-8"), _xml_parser())
    except etree.XMLSyntaxError as error:
        code = "import.hostile" if "depth" in str(error) else "import.broken"
        raise ImportRefused(
            say("“{name}” is not well-formed XML: {error}.", name=name, error=str(error)), code=code
        ) from error


def _xml_parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _xml_text(data: bytes, name: str, tags: int, limits: ImportLimits | None) -> str:
    text, _, _ = decode_markup(data, limits)
    check_tags(text, tags)
    text = _XML_DECLARATION.sub("", text, count=1)
    doctype = _DOCTYPE.search(text[:_DOCTYPE_CHARS])
    if doctype:
        if doctype["subset"]:
            raise ImportRefused(
                say(
                    "“{name}” defines its own entities or elements in a DOCTYPE; such files are "
                    "refused, as they can read other files or fill the memory.",
                    name=name,
                ),
                code="import.hostile",
            )
        text = text[: doctype.start()] + text[doctype.end() :]
    return _ENTITY.sub(_as_number, text)


def _as_number(match: re.Match[str]) -> str:
    """Named characters of HTML by number, as XML knows five names alone."""
    name = match[1]
    if name in _XML_ENTITIES:
        return match[0]
    value = entities.html5.get(f"{name};")
    return html.escape(match[0]) if value is None else "".join(f"&#{ord(char)};" for char in value)


def parse_xhtml(data: bytes, name: str) -> Element:
    """The root of a content document with plain names; read as HTML where it is not XML."""
    try:
        root = parse_xml(data, name)
    except ImportRefused as refusal:
        if refusal.code != "import.broken":
            raise
        return parse_html(decode_markup(data)[0])
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
            _plain_attributes(element)
    etree.cleanup_namespaces(root)
    return root


def _plain_attributes(element: Element) -> None:
    """What an attribute of another vocabulary says in plain names, where it says anything here."""
    for name in list(element.attrib):
        if name.startswith("{"):
            value = element.attrib.pop(name)
            plain = _FOREIGN_ATTRIBUTES.get(name)
            if plain and plain not in element.attrib:
                element.set(plain, value)


def check_tags(text: str, allowed: int = 0) -> None:
    """Refuse a document with more tags than any book has, before they fill the memory."""
    allowed = allowed or MAX_TAGS
    count = text.count("<")
    if count > allowed:
        raise ImportRefused(
            say(
                "The file holds {count:,} tags; at most {allowed:,} are allowed.",
                count=count,
                allowed=allowed,
            ),
            code="import.hostile",
            extra={"given": count, "allowed": allowed},
        )


def parse_html(text: str) -> Element:
    """The root of an HTML document. Raises ImportRefused for one without a single element."""
    check_tags(text)
    text = _XML_DECLARATION.sub("", text, count=1)
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ImportRefused(say("The file holds no text."), code="import.no_text") from error
    if root is None:
        raise ImportRefused(say("The file holds no text."), code="import.no_text")
    if any("depth" in entry.message for entry in parser.error_log.filter_from_fatals()):
        raise ImportRefused(
            say("The file nests its tags more than 256 deep; that is refused."),
            code="import.hostile",
        )
    for element in root.iter():
        if isinstance(element.tag, str) and ":" in element.tag:
            name = element.tag.rpartition(":")[2]
            element.tag = name if _TAG_NAME.fullmatch(name) else "span"
    return root


def body_of(root: Element) -> Element:
    """The body of a document, or the root when there is none."""
    body = root if root.tag == "body" else root.find(".//body")
    return root if body is None else body


def inner_html(element: Element) -> str:
    """The HTML of everything inside an element."""
    parts = [html.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, method="html", encoding="unicode") for child in element]
    return _without_hidden("".join(parts)).strip()


def outer_html(element: Element) -> str:
    """The HTML of an element with its tag, without the text behind it."""
    return _without_hidden(
        etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    )


# Tags that are not written. Moving the content of thousands of elements into their parents would
# take quadratic time; giving them another name takes none.
_HIDDEN_INLINE = "hidden-inline"
_HIDDEN_BLOCK = "hidden-block"


def hide(element: Element, *, block: bool = False) -> None:
    """Let an element write what is in it, but not itself."""
    element.attrib.clear()
    element.tag = _HIDDEN_BLOCK if block else _HIDDEN_INLINE


def is_hidden_block(element: Element) -> bool:
    """Whether an element is a block that only writes what is in it."""
    return bool(element.tag == _HIDDEN_BLOCK)


def blank(element: Element, text: str = "") -> None:
    """Let an element write this text alone."""
    element.clear(keep_tail=True)
    element.tag = _HIDDEN_INLINE
    element.text = text


def _without_hidden(written: str) -> str:
    for tag in (_HIDDEN_INLINE, _HIDDEN_BLOCK):
        written = written.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return written


def text_of(element: Element) -> str:
    """The text of an element on one line; ``br`` and the ends of blocks are spaces."""
    if element is None:
        return ""
    parts: list[str] = []
    _gather(element, parts)
    return " ".join("".join(parts).split())


def has_text(element: Element) -> bool:
    """Whether an element holds any text but white space."""
    return any(not part.isspace() for part in element.itertext() if part)


def text_length(element: Element) -> int:
    """How many characters of text an element holds, white space included; fast."""
    return sum(map(len, element.itertext()))


_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font"}
    | {"i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr", _HIDDEN_INLINE}
)


def _gather(element: Element, parts: list[str]) -> None:
    if element.tag in {"script", "style", "head", "title"}:
        return
    parts.append(element.text or "")
    for child in element:
        inline = child.tag in _INLINE
        parts.append("" if inline else " ")
        if isinstance(child.tag, str):
            _gather(child, parts)
        parts.append("" if inline else " ")
        parts.append(child.tail or "")


def drop(element: Element) -> None:
    """Take an element out with all that is in it; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        _hand_over(element, element.tail)
        parent.remove(element)


def unwrap(element: Element) -> None:
    """Take the tags of an element away; what is in it stays in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    tail = element.tail
    _hand_over(element, element.text)
    children = list(element)
    element.tail = None
    parent[at : at + 1] = children
    if not tail:
        return
    if children:
        children[-1].tail = (children[-1].tail or "") + tail
    elif at > 0:
        parent[at - 1].tail = (parent[at - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def _hand_over(element: Element, text: str | None) -> None:
    """Append text to what stands before an element."""
    if not text:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent = element.getparent()
        parent.text = (parent.text or "") + text


def classes(element: Element) -> list[str]:
    """The class names of an element."""
    return (element.get("class") or "").split()


def epub_types(element: Element) -> set[str]:
    """What an EPUB says an element is, without the prefixes of vocabularies."""
    value = element.get(EPUB_TYPE) or element.get("epub:type") or ""
    role = (element.get("role") or "").removeprefix("doc-")
    return {name.rpartition(":")[2] for name in value.split()} | ({role} if role else set())
