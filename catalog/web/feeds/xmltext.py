"""Small help for writing XML: elements by prefix, text without what XML forbids."""

from datetime import UTC, datetime
from typing import Any

from lxml import etree

from catalog.exporters.xhtml import xml_text

Element = Any  # an lxml element, whose stubs know little of namespaces

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES: dict[Any, str] = {
    None: ATOM,
    "dc": "http://purl.org/dc/terms/",
    "opds": "http://opds-spec.org/2010/catalog",
    "opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "thr": "http://purl.org/syndication/thread/1.0",
}
XHTML = "http://www.w3.org/1999/xhtml"


def name_of(tag: str) -> str:
    """``dc:language`` or ``title`` as lxml names it."""
    prefix, _, local = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix or None]}}}{local}"


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A child element; attributes with a prefix are written ``opds__facetGroup``."""
    child = etree.SubElement(parent, name_of(tag))
    if text:
        child.text = xml_text(text)
    for name, value in attributes.items():
        child.set(_attribute(name), xml_text(value))
    return child


def root(tag: str) -> Element:
    """A document's root with every namespace declared once."""
    return etree.Element(name_of(tag), nsmap=NAMESPACES)


def document(element: Element) -> bytes:
    """UTF-8 bytes with an XML declaration."""
    written: bytes = etree.tostring(
        element, encoding="utf-8", xml_declaration=True, pretty_print=True
    )
    return written


def stamp(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def xhtml_div(parent: Element, tag: str, inner: str) -> Element:
    """A content element that holds well-formed XHTML."""
    holder = add(parent, tag, type="xhtml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    holder.append(etree.fromstring(f'<div xmlns="{XHTML}">{inner}</div>', parser))
    return holder


def _attribute(name: str) -> str:
    if "__" in name:
        prefix, _, local = name.partition("__")
        return f"{{{NAMESPACES[prefix]}}}{local}"
    return "{http://www.w3.org/XML/1998/namespace}lang" if name == "lang" else name.rstrip("_")
