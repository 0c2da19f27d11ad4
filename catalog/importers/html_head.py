"""Finds title, names and labels at the top of an HTML document and takes them out of its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.importers.base import ImportedWork
from catalog.importers.markup import HEADINGS, Element, drop, text_of
from catalog.importers.text_head import Head, read_head
from catalog.importers.text_meta import apply_labels
from catalog.importers.text_model import Role, Text
from catalog.importers.xhtml import urlsplit_scheme

_MAX_BLOCKS = 60
_TITLE_CHARS = 500
_MAX_BLOCK_CHARS = 1_500
_LEAVES = frozenset({"p", "li", "dt", "dd", "td", "div", "center", "pre", "caption", *HEADINGS})
_AUTHOR = frozenset({"author", "dc.creator", "dcterms.creator", "article:author", "book:author"})
_TITLE = ("og:title", "dc.title", "dcterms.title", "twitter:title")
_SUMMARY = ("description", "og:description", "dc.description")
_SITE_TAIL = re.compile(r"\s+(?:[|»·•]|::|—)\s+[^|»·•]{2,60}$")
_BY = re.compile(r"(?P<title>.+?),? by (?P<author>[^,|]{1,60})", re.IGNORECASE)


@dataclass
class _Block:
    element: Element
    first: int
    last: int


def read_meta(root: Element, work: ImportedWork) -> None:
    """Fill title, creators, language, summary and source from the head of the document."""
    meta = _meta(root)
    for name in _AUTHOR:
        for value in meta.get(name, []):
            if value not in work.creators and not urlsplit_scheme(value):
                work.creators.append(value)
    work.language = work.language or _language(root, meta)
    work.title = work.title or _title(root, meta, work)
    summary = next((meta[name][0] for name in _SUMMARY if name in meta), "")
    if summary and not work.summary_html and len(summary) <= 1_250:
        work.summary_html = f"<p>{summary.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    work.source_url = work.source_url or _source(root, meta)


def _meta(root: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("http-equiv") or ""
        value = " ".join((element.get("content") or "").split())
        if name and value:
            found.setdefault(name.lower(), []).append(value)
    return found


def _language(root: Element, meta: dict[str, list[str]]) -> str:
    for value in (
        root.get("lang"),
        root.get("xml:lang"),
        *meta.get("content-language", []),
        *meta.get("dc.language", []),
    ):
        if value and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", value.strip()):
            return str(value).strip().replace("_", "-")
    return ""


def _title(root: Element, meta: dict[str, list[str]], work: ImportedWork) -> str:
    named = next((meta[name][0] for name in _TITLE if name in meta), "")
    element = root.find(".//title")
    whole = "" if element is None else " ".join("".join(element.itertext()).split())
    whole = whole[:_TITLE_CHARS]
    heads = [text_of(head) for head in root.iter("h1") if text_of(head)]
    if len(heads) == 1 and len(heads[0]) <= 255:
        return _without_linked_name(root, heads[0], work)
    title = named[:_TITLE_CHARS] or _SITE_TAIL.sub("", whole)
    found = _BY.fullmatch(title)
    if found and not work.creators:
        work.creators.append(found["author"].strip())
        return found["title"].strip()
    return title


def _without_linked_name(root: Element, title: str, work: ImportedWork) -> str:
    """The only heading of the first level, without "by" and the name that it links to."""
    head = next(head for head in root.iter("h1") if text_of(head))
    names = [text_of(link) for link in head.iter("a") if text_of(link)]
    before, by, after = title.rpartition(" by ")
    if not by or not names or not before or after != ", ".join(names):
        return title
    work.creators += [name for name in names if name not in work.creators]
    return before.strip()


def _source(root: Element, meta: dict[str, list[str]]) -> str:
    canonical = [
        link.get("href", "") for link in root.iter("link") if "canonical" in link.get("rel", "")
    ]
    for address in (*canonical, *meta.get("og:url", [])):
        if urlsplit_scheme(address) in {"http", "https"}:
            return str(address)
    return ""


def take_head(body: Element, work: ImportedWork) -> None:
    """Read title page and labels at the top of the text; what they said is taken out of it."""
    lines: list[str] = []
    blocks: list[_Block] = []
    for element in _top_blocks(body):
        first = len(lines)
        lines += [*lines_of(element), ""]
        blocks.append(_Block(element, first, len(lines) - 1))
    # The reader never takes the last line of a file, as a head alone is no story.
    text = Text.of("\n".join([*lines, "The story begins here and goes on for a while."]))
    head = read_head(text, Head(work.title, list(work.creators)))
    if head.guessed_title and not work.title:
        head.title = ""
    if not (head.creators or head.labels or work.title):
        return
    apply_labels(work, head.labels)
    work.title = work.title or head.title
    work.creators = work.creators or head.creators
    for block in blocks:
        roles = {text.roles[row] for row in range(block.first, block.last)} - {Role.BLANK}
        if roles == {Role.HEAD} and block.element.getparent() is not None:
            drop(block.element)


def _top_blocks(body: Element) -> Iterator[Element]:
    """The first blocks that hold text themselves, until one that is a paragraph of prose."""
    count = 0
    for element in body.iter():
        if element.tag not in _LEAVES or not text_of(element):
            continue
        if any(child.tag in _LEAVES and text_of(child) for child in element.iterdescendants()):
            continue
        if count >= _MAX_BLOCKS or len(text_of(element)) > _MAX_BLOCK_CHARS:
            return
        count += 1
        yield element


def lines_of(element: Element) -> list[str]:
    """The text of an element, a line for each ``br`` and each block in it."""
    joined = "".join(
        part if part == "\n" else part.replace("\n", " ") for part in _in_order(element)
    )
    return [" ".join(line.split()) for line in joined.split("\n")]


def _in_order(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "a" and (child.get("href") or "").startswith("mailto:"):
            yield child.tail or ""
            continue
        if child.tag in {"b", "strong"} and text_of(child).endswith(":"):
            yield "\n"  # the next label on one line with others
        is_line = child.tag == "br" or child.tag in _LEAVES
        if is_line:
            yield "\n"
        if isinstance(child.tag, str):
            yield from _in_order(child)
        if is_line and child.tag != "br":
            yield "\n"
        yield child.tail or ""
