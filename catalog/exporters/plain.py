"""Works and books of works as plain text and as Markdown, in shapes that our importer reads."""

import re
from collections.abc import Callable, Iterator
from textwrap import fill, indent
from typing import Any, ClassVar

from lxml import html

from archive.core.html import text_of
from catalog.exporters.content import ExportBook, ExportWork

_WIDTH = 78
_INDENT = 4
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d+[.)])(\s)", re.MULTILINE)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
    ]
)


def to_text(work: ExportWork) -> bytes:
    """UTF-8 text: labels, then the chapters, lines of at most 78 characters."""
    lines = [f"{label}: {value}" for label, value in _labels(work)]
    parts = ["\n".join(lines), *_sections(work, _plain)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def to_markdown(work: ExportWork) -> bytes:
    """UTF-8 CommonMark: a heading for each chapter, emphasis and quotes kept."""
    labels = "  \n".join(f"**{label}:** {_escaped(value)}" for label, value in _labels(work)[1:])
    parts = [f"# {_escaped(work.title)}", labels]
    parts += _sections(work, markdown_of, heading="## {}")
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def book_to_text(book: ExportBook) -> bytes:
    """Several works as UTF-8 text, one after the other under a list of them."""
    rows = [
        f"{n:>3}. {work.title}{f' by {work.byline}' if work.byline else ''}"
        for n, work in enumerate(book.works, start=1)
    ]
    front = [
        book.title,
        f"by {book.byline}" if book.byline else "",
        " ".join(text_of(book.summary_html).split()),
    ]
    head = "\n".join([*filter(None, front), "", *rows, "", book.url])
    works = [to_text(work).decode() for work in book.works]
    return f"\n\n{'=' * _WIDTH}\n\n".join([f"{head}\n", *works]).encode()


def book_to_markdown(book: ExportBook) -> bytes:
    """Several works as UTF-8 CommonMark, each under a heading of its own."""
    rows = [f"{n}. {_escaped(work.title)}" for n, work in enumerate(book.works, start=1)]
    front = [f"# {_escaped(book.title)}"]
    front += [f"by {_escaped(book.byline)}"] if book.byline else []
    front += [markdown_of(book.summary_html)] if book.summary_html else []
    works = [to_markdown(work).decode() for work in book.works]
    return "\n\n".join([*front, "\n".join(rows), "* * *", *works]).encode()


def _labels(work: ExportWork) -> list[tuple[str, str]]:
    rows = [("Title", work.title)]
    rows += [("Author", " & ".join(work.creators))] if work.creators else []
    rows += [(label, ", ".join(names)) for label, names in work.tag_rows()]
    rows += [("Language", work.language)] if work.language else []
    rows += [("Series", f"{place.title} #{place.position}") for place in work.series[:1]]
    if work.published_at:
        rows.append(("Published", f"{work.published_at:%Y-%m-%d}"))
    if work.updated_at:
        rows.append(("Updated", f"{work.updated_at:%Y-%m-%d}"))
    rows += [("Words", f"{work.word_count:,}"), ("Chapters", work.chapters_shown)]
    rows.append(("Status", "Complete" if work.is_complete else "In progress"))
    rows.append(("Source", work.source_url or work.url))
    summary = " ".join(text_of(work.summary_html).split())
    notes = " ".join(text_of(work.notes_html).split())
    rows += [("Summary", summary)] if summary else []
    rows += [("Notes", notes)] if notes else []
    return rows


def _sections(work: ExportWork, render: Callable[[str], str], heading: str = "{}") -> Iterator[str]:
    for chapter in work.chapters:
        yield heading.format(chapter.heading)
        for label, part in (("Summary", chapter.summary_html), ("Notes", chapter.notes_html)):
            if part:
                yield f"{label}: {' '.join(text_of(part).split())}"
        yield render(chapter.html)
        if chapter.end_notes_html:
            yield f"End Notes: {' '.join(text_of(chapter.end_notes_html).split())}"
    if work.end_notes_html:
        yield f"End Notes: {' '.join(text_of(work.end_notes_html).split())}"
    if work.continues_in:
        yield f"Continued in {work.continues_in}"


def _tree(safe: str) -> Any:
    return html.fragment_fromstring(safe or "<p></p>", create_parent="div")


def markdown_of(safe: str) -> str:
    """CommonMark of sanitised HTML; what it has no form for becomes its text."""
    return "\n\n".join(_Markdown().blocks(_tree(safe)))


def _plain(safe: str) -> str:
    return "\n\n".join(_Typed().blocks(_tree(safe)))


class _Markdown:
    """Writes a tree of sanitised HTML as blocks of CommonMark."""

    marks: ClassVar[dict[str, str]] = {"em": "*", "i": "*", "cite": "*", "strong": "**", "b": "**"}

    def blocks(self, element: Any) -> Iterator[str]:
        """The blocks of an element, inline runs between them as paragraphs."""
        run = self.text(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag in _BLOCKS:
                yield from self.paragraph(run)
                run = ""
                yield from self._block(child)
            elif isinstance(child.tag, str):
                run += self._inline(child)
            run += self.text(child.tail or "")
        yield from self.paragraph(run)

    def text(self, text: str) -> str:
        """Words of the story, so that none of their signs means markup."""
        return _escaped(text)

    def paragraph(self, run: str) -> Iterator[str]:
        """A run of inline content whose line breaks are NUL."""
        lines = [" ".join(line.split()) for line in run.split("\x00")]
        text = "  \n".join(lines).strip()
        if text:
            yield _LINE_START.sub(r"\1\\\2\3", text)

    def heading(self, level: int, text: str) -> str:
        """A heading inside a chapter."""
        return f"{'#' * min(6, level + 1)} {text}"

    def quote(self, element: Any) -> str:
        """A quotation."""
        inner = "\n\n".join(self.blocks(element))
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def link(self, text: str, address: str) -> str:
        """A link to the web."""
        return f"[{text}]({address})"

    def _block(self, element: Any) -> Iterator[str]:
        tag = element.tag
        if tag == "hr":
            yield "* * *"
        elif tag[0] == "h" and tag[1:].isdecimal():
            yield self.heading(int(tag[1:]), " ".join(self._inside(element).split()))
        elif tag == "blockquote":
            yield self.quote(element)
        elif tag in ("ul", "ol"):
            yield "\n".join(self._items(element))
        elif tag == "pre":
            yield "\n".join(f"    {line}" for line in element.text_content().split("\n"))
        elif tag == "tr":
            yield " | ".join(" ".join(self._inside(cell).split()) for cell in element)
        else:
            yield from self.blocks(element)

    def _items(self, element: Any) -> Iterator[str]:
        for number, item in enumerate(element.findall("li"), start=1):
            mark = f"{number}." if element.tag == "ol" else "-"
            inner = "\n\n".join(self.blocks(item)).replace("\n", "\n" + " " * (len(mark) + 1))
            yield f"{mark} {inner}"

    def _inside(self, element: Any) -> str:
        text = self.text(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                text += self._inline(child)
            text += self.text(child.tail or "")
        return text

    def _inline(self, element: Any) -> str:
        tag = element.tag
        if tag == "br":
            return "\x00"
        inside = self._inside(element)
        marks = self.marks.get(tag, "")
        if marks and inside.strip() and "\x00" not in inside:
            before = inside[: len(inside) - len(inside.lstrip())]
            after = inside[len(inside.rstrip()) :]
            return f"{before}{marks}{inside.strip()}{marks}{after}"
        if tag == "a" and element.get("href", "").startswith(("http://", "https://")):
            return self.link(inside, element.get("href"))
        if tag == "img":
            return self.text(element.get("alt") or "")
        return inside


class _Typed(_Markdown):
    """Writes it as people typed before there was markup: lines wrapped, _emphasis_, indents."""

    marks: ClassVar[dict[str, str]] = {"em": "_", "i": "_", "cite": "_", "strong": "*", "b": "*"}

    def __init__(self) -> None:
        self.width = _WIDTH

    def text(self, text: str) -> str:
        """The words as they are."""
        return text

    def paragraph(self, run: str) -> Iterator[str]:
        """Lines of at most the width; a line of verse goes on indented."""
        lines = [" ".join(line.split()) for line in run.split("\x00")]
        further = "    " if len(lines) > 1 else ""
        text = "\n".join(self._filled(line, further) for line in lines).strip("\n")
        if text:
            yield text

    def _filled(self, line: str, further: str) -> str:
        return fill(
            line,
            self.width,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def heading(self, level: int, text: str) -> str:
        """A line of its own."""
        return text

    def quote(self, element: Any) -> str:
        """Indented, so that it stays apart."""
        self.width -= _INDENT
        inner = "\n\n".join(self.blocks(element))
        self.width += _INDENT
        return indent(inner, " " * _INDENT)

    def link(self, text: str, address: str) -> str:
        """The words of a link, as its address would break the line."""
        return text


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
