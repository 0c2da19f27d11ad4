"""Cuts the body of a document into pieces at headings or anchors and finds their titles."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from catalog.importers.markup import HEADINGS, Element, drop, epub_types, text_of, unwrap
from catalog.importers.text_headings import parse_heading
from catalog.importers.titles import TITLE_MAX, joined, key

_CONTAINERS = frozenset(
    {"div", "section", "article", "header", "main", "center", "span", "body", "font", "a", "aside"}
)
_TITLE_TYPES = frozenset({"title", "subtitle", "fulltitle", "ordinal", "label", "bridgehead"})
_FEWEST = 2
_SUBSTANTIAL = 1_500
_HEADING_CHARS = 1_000


@dataclass
class Piece:
    """A part of a document; an opening is what stands before the first chapter in it."""

    content: Element
    is_opening: bool = False


def split_at(body: Element, starts: Sequence[Element]) -> list[Piece]:
    """Move the content of a body into pieces that begin at these elements, in document order.

    What stands before the first start is a piece too, the first, even when it is empty. Containers
    around the starts are dissolved.
    """
    points: set[Element] = set()
    for start in _beginnings(starts):
        # A start inside the piece of an earlier one would take that piece apart.
        if not any(around in points for around in (start, *start.iterancestors())):
            points.add(_bring_up(body, start))
    pieces = [Piece(etree.Element("div"), is_opening=True)]
    pieces[0].content.text = body.text
    body.text = None
    for child in list(body):
        if child in points:
            pieces.append(Piece(etree.Element("div")))
        pieces[-1].content.append(child)
    return pieces


def _beginnings(starts: Sequence[Element]) -> list[Element]:
    """The starts, with the first element in it for one that encloses others."""
    around = {ancestor for start in starts for ancestor in start.iterancestors()}
    found = []
    for start in starts:
        while start in around and len(start):
            start = start[0]
        found.append(start)
    return found


def _bring_up(body: Element, start: Element) -> Element:
    """Make the start, or what must stay whole around it, a child of the body."""
    whole = start
    for around in start.iterancestors():
        if around is body:
            break
        if around.tag not in _CONTAINERS:
            whole = around
    while (parent := whole.getparent()) is not None and parent is not body:
        unwrap(parent)
    return whole


def chapter_headings(body: Element) -> list[Element]:
    """The headings at which a document divides into chapters; empty when it is one.

    They are of the highest level that has at least two headings with much text under them, or with
    any text and the form of a chapter: "Chapter 3", "2. The Fall", "Epilogue".
    """
    headings = [heading for heading in body.iter(*HEADINGS) if text_of(heading)]
    for level in HEADINGS[:4]:
        wanted = [heading for heading in headings if heading.tag == level]
        if len(wanted) < 2:
            continue
        sizes = text_sizes(body, wanted)
        if sum(size >= _SUBSTANTIAL for size in sizes) >= _FEWEST:
            return wanted
        said = [_says_chapter(head) for head, size in zip(wanted, sizes, strict=True) if size]
        if sum(said) >= _FEWEST:
            return wanted
    return []


def _says_chapter(head: Element) -> bool:
    return parse_heading(text_of(head)) is not None


def text_sizes(body: Element, starts: Iterable[Element]) -> list[int]:
    """How many characters of text follow each of these elements, up to the next of them."""
    wanted = set(starts)
    sizes: list[int] = []
    for element in body.iter():
        if element in wanted:
            sizes.append(0)
        elif sizes and isinstance(element.tag, str):
            sizes[-1] += len(element.text or "")
        if sizes and element.tail:
            sizes[-1] += len(element.tail)
    return sizes


def take_title(piece: Element, label: str) -> str:
    """The title of a piece; the headings at its top that say no more than the title are dropped.

    ``label`` is what the table of contents calls it, "" when it is not there.
    """
    heads = _leading_headings(piece)
    if not heads:
        return label
    if not label:
        return _drop_titles(heads[: _title_length(heads)])
    wanted = key(label)
    taken = []
    for head in heads:
        if key(text_of(head)) and key(text_of(head)) in wanted:
            taken.append(head)
        else:
            break
    if taken:
        _drop_titles(taken)
        return label
    return _drop_titles(heads[:1]) if wanted in key(text_of(heads[0])) else label


def _title_length(heads: Sequence[Element]) -> int:
    """A number alone and the heading right under it are one title."""
    first = heads[0]
    if len(heads) > 1 and joined([text_of(first), "x"]) != f"{text_of(first)} x":
        return 2
    return 1


def _drop_titles(heads: Sequence[Element]) -> str:
    parts: list[str] = []
    for head in heads:
        parts += [text_of(part) for part in head] if head.tag == "hgroup" else [text_of(head)]
    title = joined(parts)
    if len(title) <= TITLE_MAX:
        for head in heads:
            drop(head)
    return title


def _leading_headings(piece: Element) -> list[Element]:
    """The headings before any other text of a piece, in order."""
    found: list[Element] = []
    _walk(piece, found.append)
    return found


def _walk(element: Element, found: Callable[[Element], None]) -> bool:
    """Hand over headings until other text comes; whether it came."""
    if (element.text or "").strip():
        return True
    for child in element:
        if not isinstance(child.tag, str) or child.tag in {"script", "style", "img", "br", "hr"}:
            pass
        elif _is_heading(child):
            found(child)
        elif _walk(child, found):
            return True
        if (child.tail or "").strip():
            return True
    return False


def _is_heading(element: Element) -> bool:
    if element.tag in HEADINGS or element.tag == "hgroup":
        return 0 < len(text_of(element)) <= _HEADING_CHARS
    return bool(epub_types(element) & _TITLE_TYPES) and element.tag in {"p", "div"}


def is_only_headings(piece: Element) -> bool:
    """Whether a piece holds nothing but headings: the page of a part or volume."""
    found: list[Element] = []
    return not _walk(piece, found.append) and bool(found)
