"""Cuts header, licence and credits from an HTML book of Project Gutenberg."""

import re
from html import escape

from archive.core.said import say
from catalog.importers.base import ImportedWork
from catalog.importers.markup import Element, drop, text_of
from catalog.importers.text_gutenberg import GutenbergHeader, cut_gutenberg
from catalog.importers.text_model import Text

_START = re.compile(r"\*\*\*\s*START OF (?:THE|THIS) PROJECT GUTENBERG", re.IGNORECASE)
_END = re.compile(
    r"\*\*\*\s*END OF (?:THE|THIS) PROJECT GUTENBERG|^[ \t]{0,40}End of (?:the |this )?Project Gutenberg",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCKS = ("pre", "p", "div", "section", "h1", "h2", "h3", "center")
_BOILERPLATE = frozenset({"pg-boilerplate", "pgheader", "pg-header", "pg-footer"})
_MARKER_CHARS = 30_000
_SITE = "https://www.gutenberg.org/ebooks/"


def cut_boilerplate(body: Element, work: ImportedWork) -> bool:
    """Take out what Project Gutenberg put around the book, and read its header; whether it was one.

    The text of a book is not touched when no marker is found.
    """
    header_text = _cut_marked(body) or _cut_between(body)
    if not header_text:
        return False
    header = cut_gutenberg(Text.of(header_text + "\nText.")) or GutenbergHeader()
    work.title = header.title or work.title
    work.creators = header.creators or work.creators
    work.language = header.language or work.language
    if header.number:
        work.source_url = f"{_SITE}{header.number}"
    notes = "".join(f"<p>{name}: {escape(value, quote=False)}</p>" for name, value in header.others)
    work.notes_html = notes + work.notes_html
    work.notices.append(say("The header and footer of Project Gutenberg were left out."))
    return True


def _cut_marked(body: Element) -> str:
    """Files of recent years mark their boilerplate; the text of the header, or ""."""
    marked = [
        element
        for element in body.iter("section", "div")
        if _BOILERPLATE & {*(element.get("class") or "").split(), element.get("id") or ""}
    ]
    header = ""
    for element in marked:
        header = header or _plain(element)
        if element.getparent() is not None:
            drop(element)
    return header


def _cut_between(body: Element) -> str:
    """Older files have a line of asterisks; the text of the header, or ""."""
    start = _marker(body, _START)
    if start is None:
        return ""
    header = _plain(start) if start.tag == "pre" else ""
    header = f"{_drop_before(body, start)}\n{header or _plain(start)}"
    drop(start)
    end = _marker(body, _END)
    if end is not None:
        _drop_after(body, end)
        drop(end)
    return header


def _marker(body: Element, pattern: re.Pattern[str]) -> Element | None:
    """The innermost block whose text holds the marker and not much else."""
    found = None
    for element in body.iter(*_BLOCKS):
        text = "".join(element.itertext())
        if len(text) <= _MARKER_CHARS and pattern.search(text):
            inner = [child for child in element.iter(*_BLOCKS) if child is not element]
            if not any(pattern.search("".join(child.itertext())) for child in inner):
                found = found if found is not None else element
    return found


def _drop_before(body: Element, element: Element) -> str:
    """Take out everything before an element and hand back its text."""
    text = []
    at = element
    while at is not body and (parent := at.getparent()) is not None:
        text.append(parent.text or "")
        parent.text = None
        for sibling in list(at.itersiblings(preceding=True)):
            text.append(_plain(sibling))
            parent.remove(sibling)
        at = parent
    return "\n".join(reversed(text))


def _drop_after(body: Element, element: Element) -> None:
    at = element
    while at is not body and (parent := at.getparent()) is not None:
        at.tail = None
        for sibling in list(at.itersiblings()):
            parent.remove(sibling)
        at = parent


def _plain(element: Element) -> str:
    """The text with the line ends of the source, a line for each block."""
    if element.tag == "pre":
        return "".join(element.itertext())
    blocks = list(element.iter("p", "pre", "div", "li"))
    return "\n".join(text_of(block) for block in blocks) or text_of(element)
