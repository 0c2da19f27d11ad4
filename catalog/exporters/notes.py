"""Links from one text of a work into another, as to a note in a later chapter, in downloads."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from archive.core.html_anchors import AnchorPlaces, PlacedText
from catalog.exporters.content import ExportChapter, ExportWork

# The name of a field with the mark of its place: in one text of a chapter, or of the work.
CHAPTER_PARTS = {"summary_html": "s", "notes_html": "n", "html": "", "end_notes_html": "e"}
WORK_PARTS = {"summary_html": "s", "notes_html": "n", "end_notes_html": "e"}

_ID = re.compile(r'\bid="([^"]*)"')
_FILE_LINK = re.compile(r' href="([\w-]+\.xhtml)#([^"]*)"')

Place = Callable[[ExportChapter | None, str], tuple[str, str]]


def led_on_page(work: ExportWork) -> ExportWork:
    """The work, for one page: links from text to text lead to the anchors there."""

    def place(chapter: ExportChapter | None, part: str) -> tuple[str, str]:
        mark = (CHAPTER_PARTS if chapter else WORK_PARTS)[part]
        number = f"{chapter.position}" if chapter else ""
        return "-".join(filter(None, (str(work.id), number, mark))), ""

    return _led_on(work, place)


def led_on_in_files(work: ExportWork, prefix: str = "") -> ExportWork:
    """The work, for the files of an EPUB: links from text to text name file and anchor."""

    def place(chapter: ExportChapter | None, part: str) -> tuple[str, str]:
        if chapter:
            return CHAPTER_PARTS[part], f"{prefix}{chapter_file(chapter)}"
        if part == "end_notes_html":
            return "", f"{prefix}afterword.xhtml"
        return "s" if part == "summary_html" else "", f"{prefix}preface.xhtml"

    return _led_on(work, place)


def chapter_file(chapter: ExportChapter) -> str:
    """The name of the file of a chapter."""
    return f"chapter-{chapter.position:04}.xhtml"


def without_lost_links(files: dict[str, str]) -> dict[str, str]:
    """XHTML by file name, links to anchors that mending has taken away made text."""
    if not any(_FILE_LINK.search(body) for body in files.values()):
        return files
    ids = {name: {_plain(found) for found in _ID.findall(body)} for name, body in files.items()}

    def link(match: re.Match[str]) -> str:
        return match[0] if _plain(match[2]) in ids.get(match[1], ()) else ""

    return {name: _FILE_LINK.sub(link, body) for name, body in files.items()}


def _plain(name: str) -> str:
    return unescape(unquote(name))


def _led_on(work: ExportWork, place: Place) -> ExportWork:
    places = AnchorPlaces(_texts(work, place))
    return replace(
        work,
        summary_html=places.lead_on(work.summary_html, 0),
        notes_html=places.lead_on(work.notes_html, 0),
        end_notes_html=places.lead_on(work.end_notes_html, 0),
        chapters=tuple(_chapter_led_on(chapter, places) for chapter in work.chapters),
    )


def _chapter_led_on(chapter: ExportChapter, places: AnchorPlaces) -> ExportChapter:
    group = chapter.position
    return replace(
        chapter,
        summary_html=places.lead_on(chapter.summary_html, group),
        notes_html=places.lead_on(chapter.notes_html, group),
        html=places.lead_on(chapter.html, group),
        end_notes_html=places.lead_on(chapter.end_notes_html, group),
    )


def _texts(work: ExportWork, place: Place) -> Iterator[PlacedText]:
    for part in WORK_PARTS:
        name, page = place(None, part)
        yield PlacedText(getattr(work, part), name, 0, page)
    for chapter in work.chapters:
        for part in CHAPTER_PARTS:
            name, page = place(chapter, part)
            yield PlacedText(getattr(chapter, part), name, chapter.position, page)
