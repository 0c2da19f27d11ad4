"""Decides which documents of an EPUB are chapters, where they begin and what they are called."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from archive.core.said import say
from catalog.importers.base import ImportedWork
from catalog.importers.epub_package import Item, Package, TocEntry, styles_of
from catalog.importers.links import join_links
from catalog.importers.markup import (
    Element,
    body_of,
    drop,
    epub_types,
    has_text,
    text_length,
    text_of,
)
from catalog.importers.parts import Part, finish_chapters
from catalog.importers.sections import (
    Piece,
    chapter_headings,
    is_only_headings,
    split_at,
    take_title,
    text_sizes,
)
from catalog.importers.stylesheet import meaning_of_classes
from catalog.importers.xhtml import empty_print_marks

_SKIPPED_TYPES = frozenset(
    {"titlepage", "halftitlepage", "halftitle", "imprint", "colophon", "copyright-page", "cover"}
    | {"toc", "toc-brief", "loi", "lot", "loa", "lov", "landmarks", "page-list", "frontispiece"}
)
# The whole name of a file says what it is in books that do not say it in their markup.
_SKIPPED_NAMES = re.compile(
    r"(?:[a-z]?\d*[_-])?(?:cover(?:page)?|title[_-]?page|half[_-]?title(?:[_-]?page)?|imprint|"
    r"colophon|un?copyright|copyright(?:[_-]?page)?|nav|toc(?:[_-]?page)?|contents|toc[_-]?brief|"
    r"log[_-]?page)"
)
_SKIPPED_WORDS = 600
_ENDNOTE_TYPES = frozenset({"endnotes", "rearnotes", "footnotes"})
_DIVISIONS = frozenset({"part", "volume", "division"})
_SMALL_FRONT = frozenset({"dedication", "epigraph"})
_SMALL_FRONT_WORDS = 60
_DIVISION_WORDS = 60
_SPLIT_TEXT = 12_000
_HUGE_TEXT = 150_000
_LONG_PIECE = 60_000
_MOST = 0.6


@dataclass
class _Document:
    """One document of the reading order with the lines of the contents that point into it."""

    item: Item
    body: Element
    types: set[str]
    entries: list[TocEntry] = field(default_factory=list)
    title: str = ""

    @property
    def label(self) -> str:
        """What the contents call the whole document."""
        whole = [entry for entry in self.entries if not entry.fragment]
        chosen = whole or self.entries[:1]
        return chosen[0].label if chosen else ""


def read_chapters(package: Package, work: ImportedWork) -> None:
    """Fill the work's chapters, its front notes and its notices."""
    meanings = meaning_of_classes(styles_of(package))
    parts: list[Part] = []
    contents: list[tuple[str, Element]] = []
    for document in documents(package, work.notices):
        found = list(_parts(document))
        parts += found
        contents += [(document.item.path, part.content) for part in found]
    join_links(contents)
    finish_chapters(parts, work, meanings)


def documents(package: Package, notices: list[str]) -> Iterator[_Document]:
    """The documents of the reading order that hold text, title pages and the like left out."""
    by_path: dict[str, list[TocEntry]] = {}
    for entry in package.toc:
        by_path.setdefault(entry.path, []).append(entry)
    for item in package.spine:
        if "nav" in item.properties:
            continue
        root = package.document(item)
        body = body_of(root)
        for element in list(body.iter("script", "style")):
            drop(element)
        empty_print_marks(body)
        document = _Document(item, body, _types(body), by_path.get(item.path, []))
        document.title = text_of(root.find(".//title"))
        if not has_text(body) or _is_skipped(document):
            continue
        if item.path in package.auxiliary and not document.types & _ENDNOTE_TYPES:
            notices.append(
                say(
                    "“{document}” is outside of the book's reading order and was left out.",
                    document=document.label or posixpath.basename(item.path),
                )
            )
            continue
        yield document


def _types(body: Element) -> set[str]:
    """What the body, and the one section in it when there is one, say that they are."""
    sections = [child for child in body if child.tag in {"section", "article", "nav", "div"}]
    types = epub_types(body)
    if len(sections) == 1:
        types |= epub_types(sections[0])
    return types


def _is_skipped(document: _Document) -> bool:
    if document.types & _SKIPPED_TYPES:
        return True
    stem = posixpath.splitext(posixpath.basename(document.item.path))[0].lower()
    named = _SKIPPED_NAMES.fullmatch(stem) is not None
    return named and len(text_of(document.body).split()) <= _SKIPPED_WORDS


def _parts(document: _Document) -> Iterator[Part]:
    starts = _starts(document)
    if not starts:
        yield _single(document)
        return
    for number, piece in enumerate(split_at(document.body, [start for start, _ in starts])):
        label = starts[number - 1][1] if number else ""
        if has_text(piece.content):
            yield _part(piece, label, document)


def _single(document: _Document) -> Part:
    is_small = document.types & _SMALL_FRONT
    if is_small and len(text_of(document.body).split()) <= _SMALL_FRONT_WORDS:
        return Part(document.body, "", kind="front")
    return _part(Piece(document.body), document.label, document)


def _part(piece: Piece, label: str, document: _Document) -> Part:
    is_division = bool(document.types & _DIVISIONS) or is_only_headings(piece.content)
    is_opening = piece.is_opening and not label
    may_open = is_division or is_opening
    if may_open and len(text_of(piece.content).split()) <= _DIVISION_WORDS:
        return Part(piece.content, label, kind="division")
    if document.types & _ENDNOTE_TYPES:
        return Part(piece.content, take_title(piece.content, label) or "Endnotes", kind="notes")
    return Part(piece.content, take_title(piece.content, label))


def _starts(document: _Document) -> list[tuple[Element, str]]:
    """Where the chapters of a document begin that holds several, with their titles.

    The contents decide: at their outermost level that has two places here and leaves no piece with
    most of a long text. What stands below an entry of the whole document are its sections. Without
    contents the headings decide.
    """
    if document.types & _ENDNOTE_TYPES or text_length(document.body) < _SPLIT_TEXT:
        return []
    found = _anchored(document)
    whole = [entry.depth for entry in document.entries if not entry.fragment]
    size = text_length(document.body)
    best: list[tuple[Element, str]] = []
    for depth in sorted({entry.depth for _, entry in found}):
        if whole and depth > min(whole) and size <= _HUGE_TEXT:
            break
        level = [(element, entry.label) for element, entry in found if entry.depth <= depth]
        sizes = text_sizes(document.body, [element for element, _ in level])
        if len(level) < 2 or sum(sizes) < size / 2:
            continue
        best = level
        if max(sizes) < max(size * _MOST, _LONG_PIECE):
            break
    if found or document.entries:
        return best
    return [(heading, "") for heading in chapter_headings(document.body)]


def _anchored(document: _Document) -> list[tuple[Element, TocEntry]]:
    """The places that the contents name, in document order, each once."""
    places: dict[str, Element] = {}
    order: dict[str, int] = {}
    for at, element in enumerate(document.body.iter()):
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name:
                places.setdefault(name, element)
                order.setdefault(name, at)
    named = [entry for entry in document.entries if entry.fragment in places]
    named.sort(key=lambda entry: order[entry.fragment])
    return [
        (places[fragment], next(group))
        for fragment, group in groupby(named, key=lambda entry: entry.fragment)
    ]
