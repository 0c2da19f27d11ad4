"""The importer for plain text: recognises title, byline, labels, chapters and the end."""

from collections.abc import Sequence

from archive.core.said import counted, say
from archive.core.wordcount import count_words
from catalog.importers.base import (
    ImportedChapter,
    ImportedWork,
    ImportLimits,
    ImportRefused,
    stem_title,
)
from catalog.importers.encoding import decode
from catalog.importers.signatures import looks_like_text
from catalog.importers.text_chapters import find_sections
from catalog.importers.text_contents import find_contents
from catalog.importers.text_ending import Ending, read_ending
from catalog.importers.text_front import place_front
from catalog.importers.text_gutenberg import GutenbergHeader, cut_gutenberg
from catalog.importers.text_head import Head, read_head
from catalog.importers.text_headings import undecorated
from catalog.importers.text_html import blocks_html, heading_html, paragraphs_html
from catalog.importers.text_labels import Label
from catalog.importers.text_layout import find_blocks
from catalog.importers.text_mail import cut_mail_header
from catalog.importers.text_meta import (
    Stated,
    add_note,
    apply_labels,
    joined_html,
    language_code,
    note_lines,
)
from catalog.importers.text_model import Role, Section, Text
from catalog.importers.text_opening import read_opening

_MAX_DIFFERENCE = 0.1


class TextImporter:
    """Plain text in any encoding, the way people have it. Pure: no database, no network."""

    name = "text"

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the bytes are text and not another format that is written in text."""
        return looks_like_text(data, filename)

    def read(self, data: bytes, filename: str, limits: ImportLimits) -> Sequence[ImportedWork]:
        """The one work in the file. Raises ImportRefused."""
        decoded = decode(data, limits=limits)
        work = read_text(decoded.text, filename, limits=limits)
        work.encoding = decoded.encoding
        work.notices[:0] = decoded.notices
        return [work]


def read_text(text: str, filename: str = "", *, limits: ImportLimits | None = None) -> ImportedWork:
    """The work in a decoded text. Raises ImportRefused (``import.no_text``, ``import.too_large``)."""
    return _Reading(text, filename, limits or ImportLimits()).work()


def _title_of(section: Section, position: int, count: int) -> str:
    """The title of a chapter; its number where that is not its place, as after a prologue."""
    if section.title or count == 1 or section.number in {None, position} or not section.headings:
        return section.title
    label = undecorated(section.headings[0].single).rstrip(".:")
    return label.capitalize() if label.isupper() and len(label) > 7 else label


class _Reading:
    """One text on its way to a work; the steps run once, in the order of ``work``."""

    def __init__(self, text: str, filename: str, limits: ImportLimits) -> None:
        self.text = Text.of(text)
        self.filename = filename
        self.limits = limits
        self.result = ImportedWork(format="text")
        self.stated = Stated()

    def work(self) -> ImportedWork:
        header = cut_gutenberg(self.text)
        subject = cut_mail_header(self.text)
        head = read_head(self.text, self._known(header))
        self.stated = apply_labels(self.result, head.labels)
        sections = self._sections(head)
        self._check(sections)
        self._chapters(sections, head)
        if subject:
            head.title = head.title or subject.title
            head.creators = head.creators or subject.creators
            self.result.notices.append(say("The header of the message was left out."))
        self.result.creators = head.creators
        self._title(head, sections)
        self._count(head, sections)
        self._check_words(self.stated.words)
        return self.result

    def _known(self, header: GutenbergHeader | None) -> Head | None:
        """What a Project Gutenberg header says, as a head to go on from."""
        if header is None:
            return None
        self.result.notices.append(
            say(
                "The header and footer of Project Gutenberg were left out (eBook {number}).",
                number=header.number,
            )
            if header.number
            else say("The header and footer of Project Gutenberg were left out.")
        )
        self.result.language = language_code(header.language)
        self.result.complete = True
        remarks = [f"{name}: {value}" for name, value in header.others]
        return Head(header.title, list(header.creators), remarks=remarks)

    def _sections(self, head: Head) -> list[Section]:
        contents = find_contents(self.text)
        if contents.found:
            self.result.notices.append(
                say("The table of contents was left out; its entries are the chapters.")
            )
        blocks = find_blocks(self.text)
        front, sections = find_sections(blocks, contents.headings, head.title)
        for section in sections:
            for block in [*section.headings, *section.above, *section.inner, *section.trailing]:
                self.text.mark(block.rows, Role.HEADING)
        notes, sections = place_front(self.text, front, sections, head)
        if head.remarks or notes:
            extra = joined_html(note_lines(head.remarks), blocks_html(notes))
            self.result.notes_html = joined_html(extra, self.result.notes_html)
        if notes:
            self.result.notices.append(say("What stands before the first chapter is in the notes."))
        return sections

    def _check(self, sections: list[Section]) -> None:
        self.limits.check_chapters(len(sections))
        if not any(not block.is_break for section in sections for block in section.blocks):
            raise ImportRefused(
                say("The file has a head (title, names, labels) but no text of a story."),
                code="import.no_text",
            )

    def _chapters(self, sections: list[Section], head: Head) -> None:
        last = Ending()
        for position, section in enumerate(sections, start=1):
            chapter = ImportedChapter(title=_title_of(section, position, len(sections)))
            if section.headings:
                read_opening(self.text, section, chapter, head)
            last = read_ending(self.text, section)
            for label in last.labels:
                self._end_note(chapter, label, is_only=len(sections) == 1)
            above = [heading_html(block.text, 2) for block in section.above]
            body = blocks_html(section.blocks, section.inner)
            chapter.body_html = joined_html(*above, body)
            self.result.chapters.append(chapter)
        if last.continues_in is not None:
            self.result.complete = False
            self.result.continues_in = last.continues_in
            if (self.result.expected_chapters or 0) <= len(sections):
                self.result.expected_chapters = None
        elif last.has_end and self.result.complete is None:
            self.result.complete = True
        for section in sections:
            for block in section.trailing:
                self.result.notices.append(
                    say(
                        "The heading “{title}” at the end has no text and was left out.",
                        title=block.text,
                    )
                )

    def _end_note(self, chapter: ImportedChapter, label: Label, *, is_only: bool) -> None:
        if label.key == "disclaimer":
            add_note(self.result, label)
            return
        html = paragraphs_html(label.paragraphs)
        if is_only:
            self.result.end_notes_html = joined_html(self.result.end_notes_html, html)
        else:
            chapter.end_notes_html = joined_html(chapter.end_notes_html, html)

    def _title(self, head: Head, sections: list[Section]) -> None:
        result = self.result
        result.title = head.title
        if head.guessed_title:
            result.notices.append(
                say("The first line, “{title}”, was taken as the title.", title=head.title)
            )
        if result.title:
            return
        titles = [section.title for section in sections if section.title]
        if len(sections) == 1 and titles:
            result.title = titles[0]
            result.notices.append(
                say("The file names no title; that of its only chapter was taken.")
            )
            return
        result.title = stem_title(self.filename) or "Untitled"
        result.notices.append(
            say(
                "The file names no title; “{title}” was taken from the file name.",
                title=result.title,
            )
        )

    def _count(self, head: Head, sections: list[Section]) -> None:
        """Expected chapters and completeness from "Part 1 of 3" and the like."""
        result = self.result
        numbers = [section.number for section in sections if section.number is not None]
        totals = [section.total for section in sections if section.total]
        total = totals[-1] if totals else head.total
        if total and result.expected_chapters is None and total >= len(sections):
            result.expected_chapters = total
            if result.complete is None and total > len(sections):
                result.complete = False
        self._check_count(len(sections))
        first = numbers[0] if numbers else head.number
        if first is not None and first > 1 and len(sections) == 1:
            result.notices.append(
                say("The file calls itself part {first} of the story.", first=first)
            )
        if result.complete and result.expected_chapters is None:
            result.expected_chapters = len(result.chapters)

    def _check_count(self, found: int) -> None:
        """What the labels say about the number of chapters against what was found."""
        result = self.result
        expected = result.expected_chapters
        if expected is None or found >= expected:
            return
        if result.complete and self.stated.chapters == expected:
            result.notices.append(
                counted(
                    "The file says that it is complete with {expected} chapters; {n} was "
                    "recognised.",
                    "The file says that it is complete with {expected} chapters; {n} were "
                    "recognised.",
                    n=found,
                    expected=expected,
                )
            )
            result.expected_chapters = None
        else:
            result.complete = False

    def _check_words(self, stated: int | None) -> None:
        if not stated:
            return
        found = sum(count_words(chapter.body_html) for chapter in self.result.chapters)
        if abs(found - stated) > stated * _MAX_DIFFERENCE:
            self.result.notices.append(
                say(
                    "The file states {stated:,} words, but {found:,} were counted; something may "
                    "be missing.",
                    stated=stated,
                    found=found,
                )
            )
