"""Reads Markdown: CommonMark with tables and struck text, metadata in a block or as labels on top."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from markdown_it import MarkdownIt

from archive.core.said import say
from catalog.importers.base import ImportedWork, ImportLimits, ImportRefused, stem_title
from catalog.importers.encoding import decode
from catalog.importers.footnotes import attach_notes, mark_of
from catalog.importers.front_matter import apply_front_matter, split_front_matter
from catalog.importers.manuscript import read_manuscript
from catalog.importers.markup import parse_html
from catalog.importers.signatures import identify
from catalog.importers.text_bylines import parse_byline
from catalog.importers.text_labels import parse_label

_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdwn", ".mdtxt", ".rmd"})
_BLOCK = re.compile(r"\ufeff?---\s*\n(?:[\w -]{1,40}:.*\n)", re.IGNORECASE)
_PROBE = 4_096
_HEAD_LINES = 80
_NOTE = re.compile(
    r"^\[\^([^\]\s]{1,40})\]:[ \t]*(.*(?:\n(?:[ ]{2,4}|\t)\S.*){0,50})$", re.MULTILINE
)
_LONE_NUMBER = re.compile(r"(?<=\n\n)(\d{1,3})\.(?=[ \t]*\n[ \t]*\n)")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,40})\]")


class MarkdownImporter:
    """Reader of one Markdown file as one work."""

    name = "markdown"

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the file is called Markdown, or a text that begins with a block of metadata."""
        if identify(data):
            return False
        suffix = PurePath(filename).suffix.lower()
        if suffix in _SUFFIXES:
            return True
        if suffix not in {"", ".txt", ".text"}:
            return False
        return (
            _BLOCK.match(data[:_PROBE].decode("utf-8", "replace").replace("\r\n", "\n")) is not None
        )

    def read(self, data: bytes, filename: str, limits: ImportLimits) -> Sequence[ImportedWork]:
        """The one work in the file. Raises ImportRefused."""
        decoded = decode(data, limits=limits)
        fields, text, notices = split_front_matter(decoded.text)
        work = ImportedWork(format="markdown", encoding=decoded.encoding)
        work.notices = [*decoded.notices, *notices]
        apply_front_matter(fields, work, _parser().render)
        text, notes = _without_footnotes(_without_comments(text))
        html = _parser().render(_with_label_lines(text))
        root = parse_html(f"<html><body>{html}</body></html>")
        read_manuscript(root, work)
        attach_notes(work, notes)
        work.title = work.title or stem_title(filename) or "Untitled"
        if not work.chapters:
            raise ImportRefused(say("The file holds no text of a story."), code="import.no_text")
        limits.check_chapters(len(work.chapters))
        return [work]


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _without_comments(text: str) -> str:
    """The text without comments of HTML; one that does not end is left as it stands."""
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join([*parts, text[at:]])


def _with_label_lines(text: str) -> str:
    """Lines of labels under each other stay lines, as people write them at the top of a file."""
    lines = text.split("\n")
    for row, line in enumerate(lines[:_HEAD_LINES]):
        following = lines[row + 1] if row + 1 < len(lines) else ""
        if line.strip() and following.strip() and not line.endswith(("  ", "\\")):
            label, below = parse_label(line), parse_label(following)
            if (label and below and not (label.is_weak and below.is_weak)) or (
                parse_byline(following) and not label
            ):
                lines[row] = line + "  "
    # "1." alone is the number of a chapter and no list.
    return _LONE_NUMBER.sub(r"\1\\.", "\n".join(lines))


def _without_footnotes(text: str) -> tuple[str, dict[int, str]]:
    """The text with numbers for its footnotes, and the HTML of the notes by number."""
    written = {match[1]: match[2] for match in _NOTE.finditer(text)}
    if not written:
        return text, {}
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        if match[1] not in written:
            return match[0]
        return mark_of(numbers.setdefault(match[1], len(numbers) + 1))

    text = _NOTE_MARK.sub(numbered, _NOTE.sub("", text))
    for name in written:
        numbers.setdefault(name, len(numbers) + 1)
    parser = _parser()
    notes = {
        number: parser.renderInline(" ".join(written[name].split()))
        for name, number in numbers.items()
    }
    return text, notes
