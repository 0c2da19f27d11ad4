"""Reads downloads of the Archive of Our Own, HTML or the documents of an EPUB, of every age.

What a part is shows in its tags and labels, not in files or ids: the converter that made the EPUBs
renames classes and cuts the text anywhere.
"""

import re
from collections.abc import Sequence

from catalog.importers.ao3_fields import (
    CHAPTER_NUMBER,
    absolute_links,
    is_header,
    read_byline,
    read_header,
    work_url,
)
from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.importers.markup import Element, classes, drop, inner_html, outer_html, text_of

_SECTIONS = {
    "summary": "summary_html",
    "notes": "notes_html",
    "end notes": "end_notes_html",
    "chapter summary": "summary_html",
    "chapter notes": "notes_html",
    "chapter end notes": "end_notes_html",
}
_POSTED = re.compile(r"[Pp]osted originally on .{1,80}?\bworks/\d+")
_INSPIRED = "Works inspired by this one"
_PREFACE, _TEXT, _AFTERWORD = range(3)


def is_download(bodies: Sequence[Element]) -> bool:
    """Whether these documents are a download: a header of tags and a link to the work's page."""
    front = bodies[:3]
    header = any(is_header(element) for body in front for element in body.iter("dl"))
    return header and any(_names_work(message) for body in front for message in body.iter("p"))


def _names_work(message: Element) -> bool:
    """Whether a paragraph says where the work was posted, by a link or, edited, in plain words."""
    text = text_of(message)
    if "message" not in classes(message) and "osted originally" not in text:
        return False
    linked = any(work_url(link.get("href", "")) for link in message.iter("a"))
    return linked or bool(_POSTED.search(text))


def read_download(bodies: Sequence[Element], work: ImportedWork) -> None:
    """Fill the work from the documents of a download in reading order."""
    known = list(work.creators)
    work.tags, work.creators, work.notes_html, work.summary_html = {}, [], "", ""
    work.source_url = ""
    reader = _Reader(work)
    for body in bodies:
        absolute_links(body)
        _drop_landmarks(body)
        reader.visit(body, inside_text=False)
    reader.finish()
    work.creators = work.creators or known


def _drop_landmarks(body: Element) -> None:
    """Take out the headings for screen readers, which downloads of 2010 have like the pages."""
    for landmark in [head for head in body.iter("h3", "h4") if "landmark" in classes(head)]:
        drop(landmark)


class _Reader:
    """Walks the documents and remembers where in the work it is."""

    def __init__(self, work: ImportedWork) -> None:
        self.work = work
        self.place = _PREFACE
        self.pending = ""
        self.texts: list[list[str]] = []

    def visit(self, element: Element, *, inside_text: bool) -> None:
        """Take in an element that is a part of the work, or look into it."""
        if not isinstance(element.tag, str) or self._take(element, inside_text=inside_text):
            return
        inside_text = inside_text or self._is_container(element)
        for child in element:
            self.visit(child, inside_text=inside_text)

    def _take(self, element: Element, *, inside_text: bool) -> bool:
        names = classes(element)
        tag = element.tag
        if tag == "dl" and self.place == _PREFACE and is_header(element):
            read_header(element, self.work)
        elif tag in {"h1", "h2"} or (tag == "h3" and "title" in names):
            self._heading(element, names)
        elif "byline" in names:
            if not self.work.chapters:
                read_byline(element, self.work)
        elif tag == "p" and "message" in names:
            self._message(element)
        elif self._label(element):
            self.pending = self._label(element)
        elif tag == "blockquote" and self.pending:
            self._section(element)
        elif tag == "div" and self._is_text(element, inside_text=inside_text):
            self._text(element)
        else:
            return self._take_rest(element, names)
        return True

    def _take_rest(self, element: Element, names: list[str]) -> bool:
        if element.tag in {"ul", "dl"} and self._is_related(element):
            self._related(element)
            return True
        if element.get("id") in {"endnotes", "work_endnotes"}:
            self.place = _AFTERWORD
        return "endnote-link" in names

    def _is_related(self, element: Element) -> bool:
        if text_of(element.find("dt")).startswith(_INSPIRED):
            self.place = _AFTERWORD
        return self.place != _TEXT

    def _is_text(self, element: Element, *, inside_text: bool) -> bool:
        marked = any(name.startswith("userstuff") for name in classes(element))
        return marked and (inside_text or not self._is_container(element))

    @staticmethod
    def _is_container(element: Element) -> bool:
        """Whether an element holds the chapters, headings and all, and is not one of them."""
        if element.tag != "div":
            return False
        if element.get("id") == "chapters":
            return True
        if not any(name.startswith("userstuff") for name in classes(element)):
            return False
        return any({"heading", "toc-heading"} & set(classes(head)) for head in element.iter("h2"))

    def _heading(self, element: Element, names: list[str]) -> None:
        text = text_of(element)
        self.pending = ""
        if element.tag == "h1" or (element.tag == "h2" and "title" in names):
            self.work.title = text or self.work.title
        elif text == "Preface":
            self.place = _PREFACE
        elif text == "Afterword":
            self.place = _AFTERWORD
        elif "toc-heading" in names:
            self.place = _TEXT
        else:
            self._begin_chapter(text)

    def _begin_chapter(self, heading: str) -> None:
        self.place = _TEXT
        number = len(self.work.chapters) + 1
        found = CHAPTER_NUMBER.match(heading)
        title = heading[found.end() :] if found and int(found[1]) == number else heading
        self.work.chapters.append(ImportedChapter(title=title))
        self.texts.append([])

    def _message(self, element: Element) -> None:
        for link in element.iter("a"):
            self.work.source_url = self.work.source_url or work_url(link.get("href", ""))
        if _POSTED.search(text_of(element)):
            self.work.source_url = self.work.source_url or work_url(text_of(element))
        bold = element.find("b")
        if bold is not None and not self.work.title:
            self.work.title = text_of(bold)

    def _label(self, element: Element) -> str:
        if element.tag not in {"p", "h3", "h4"} or len(element) > 1:
            return ""
        label = text_of(element).rstrip(":").lower()
        return label if label in _SECTIONS else ""

    def _section(self, element: Element) -> None:
        if self.pending == "end notes":
            self.place = _AFTERWORD
        of_chapter = self.pending.startswith("chapter") or self.place == _TEXT
        name = _SECTIONS[self.pending]
        if self.place == _AFTERWORD and name == "notes_html":
            name = "end_notes_html"
        target = self.work.chapters[-1] if of_chapter and self.work.chapters else self.work
        setattr(target, name, getattr(target, name) + inner_html(element))
        self.pending = ""

    def _text(self, element: Element) -> None:
        """The text of a chapter, or the rest of one that the converter cut."""
        if not text_of(element):
            return
        if not self.work.chapters:
            self._begin_chapter("")
        self.texts[-1].append(inner_html(element))

    def _related(self, element: Element) -> None:
        """Translations, inspirations and the like: said in the notes, as the file has them."""
        if text_of(element):
            name = "notes_html" if self.place == _PREFACE else "end_notes_html"
            setattr(self.work, name, getattr(self.work, name) + outer_html(element))

    def finish(self) -> None:
        """Give each chapter its text; one without any is none."""
        for chapter, texts in zip(self.work.chapters, self.texts, strict=True):
            chapter.body_html = "\n".join(texts)
        self.work.chapters = [chapter for chapter in self.work.chapters if chapter.body_html]
