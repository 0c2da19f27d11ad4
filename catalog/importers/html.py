"""Reads HTML files: AO3 downloads and pages, Project Gutenberg books, and any other document."""

import re
from collections.abc import Sequence

from archive.core.said import say
from catalog.importers.ao3 import is_download, read_download
from catalog.importers.ao3_page import is_page, read_page
from catalog.importers.base import ImportedWork, ImportLimits, ImportRefused, stem_title
from catalog.importers.encoding import check_size
from catalog.importers.html_document import read_document
from catalog.importers.manuscript import name_chapters
from catalog.importers.markup import (
    HEADINGS,
    Element,
    body_of,
    decode_markup,
    drop,
    parse_html,
    text_length,
    text_of,
)
from catalog.importers.parts import divide_long_chapters
from catalog.importers.sections import chapter_headings, text_sizes
from catalog.importers.text import read_text
from catalog.importers.titles import without_byline

_SNIFFED = 8_192
_FEWEST = 2
_TYPED_SHARE = 0.9
_DOCUMENT = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(rb"<(?:p|div|br|h[1-6]|center|table|title|meta)\b[^<>]*>", re.IGNORECASE)
_NAMES = (".html", ".htm", ".xhtml", ".xht")


class HtmlImporter:
    """Reader of one HTML file as one work."""

    name = "html"

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the file begins as an HTML document, or is called one and holds tags."""
        head = data[:_SNIFFED].replace(b"\0", b"")
        if head.startswith(b"PK\x03\x04"):
            return False
        named = filename.lower().endswith(_NAMES)
        return bool(_DOCUMENT.search(head) or (named and _ANY_TAG.search(head)))

    def read(self, data: bytes, filename: str, limits: ImportLimits) -> Sequence[ImportedWork]:
        """The work in the file. Raises ImportRefused."""
        check_size(data, limits)
        text, encoding, notices = decode_markup(data)
        work = _read(parse_html(text), filename)
        work.encoding = encoding
        work.notices[:0] = notices
        _check(work, limits)
        return [work]


def _read(root: Element, filename: str) -> ImportedWork:
    if is_page(root):
        page = read_page(root)
        divide_long_chapters(page)
        return page
    work = ImportedWork(format="html")
    body = body_of(root)
    if is_download([body]):
        read_download([body], work)
        divide_long_chapters(work)
    elif (typed := _typewritten(body)) is not None:
        work = read_text(typed, filename)
        work.format = "html"
    else:
        for footer in body.findall("footer"):
            drop(footer)
        name_chapters(body, chapter_headings)
        read_document(root, work, find_headings=_headings)
        for chapter in work.chapters:
            chapter.title = without_byline(chapter.title, work.creators)
    work.title = work.title or stem_title(filename)
    return work


def _headings(body: Element) -> list[Element]:
    """Where chapters begin: also all headings of the second level in a page with one title."""
    found = chapter_headings(body)
    if found or next(body.iter("form", "aside"), None) is not None:
        return found
    heads = [head for head in body.iter(*HEADINGS) if text_of(head)]
    # The title may be gone by now, being known.
    below = heads[1:] if heads and heads[0].tag == "h1" else heads
    if len(below) < _FEWEST or any(head.tag != "h2" for head in below):
        return []
    return below if all(text_sizes(body, below)) else []


def _typewritten(body: Element) -> str | None:
    """The lines of a page that is a plain text between ``pre``; None for any other page."""
    blocks = list(body.iter("pre"))
    whole = text_length(body)
    if len(blocks) != 1 or text_length(blocks[0]) < _TYPED_SHARE * whole:
        return None
    return "".join(blocks[0].itertext())


def _check(work: ImportedWork, limits: ImportLimits) -> None:
    if not work.chapters:
        raise ImportRefused(say("The file holds no text of a story."), code="import.no_text")
    limits.check_chapters(len(work.chapters))
