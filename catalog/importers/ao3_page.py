"""Reads saved pages of the Archive of Our Own: a work with one, all or some of its chapters."""

import re

from archive.core.said import counted, say
from catalog.importers.ao3_fields import (
    CHAPTER_NUMBER,
    SITE,
    absolute_links,
    read_byline,
    read_header,
    read_series,
    read_stats,
    set_completeness,
    work_url,
)
from catalog.importers.base import ImportedChapter, ImportedWork, ImportRefused
from catalog.importers.markup import Element, drop, inner_html, outer_html, text_of

_SITE_NAME = "Archive of Our Own"
_PLACE = re.compile(r"chapter-(\d+)$")


def is_page(root: Element) -> bool:
    """Whether a document is a page of that site."""
    title = text_of(root.find(".//head/title")) or _title(root)
    return root.find(".//div[@id='main']") is not None and _SITE_NAME in title


def _title(root: Element) -> str:
    element = root.find(".//title")
    return "" if element is None else " ".join("".join(element.itertext()).split())


def read_page(root: Element) -> ImportedWork:
    """The work on the page. Raises ImportRefused ``import.no_text`` for pages without a work."""
    header = _first(root, "dl", "work")
    chapters = root.find(".//div[@id='chapters']")
    if header is None or chapters is None:
        raise ImportRefused(_why_not(root), code="import.no_text")
    for landmark in list(root.iter("h3", "h4")):
        if "landmark" in landmark.get("class", "").split():
            drop(landmark)
    work = ImportedWork(format="html", source_url=_source(root))
    absolute_links(root)
    _read_meta(header, work)
    skin = root.find(".//div[@id='workskin']")
    _read_preface(root if skin is None else skin, work)
    _read_chapters(chapters, work)
    return work


def _first(element: Element, tag: str, *names: str) -> Element | None:
    """The first element in document order with this tag and all of these classes."""
    for found in element.iter(tag):
        if set(names) <= set(found.get("class", "").split()):
            return found
    return None


def _why_not(root: Element) -> str:
    main = root.find(".//div[@id='main']")
    said = text_of(main)
    if "only available to registered users" in said:
        return say(
            "The page asks to log in: the work is for members only and its text is not here."
        )
    if "will be revealed soon" in said:
        return say("The page holds a work that is not revealed yet; its text is not here.")
    if "404" in main.get("class", ""):
        return say("The page says that the work does not exist (404).")
    return say(
        "The page of {site_name} holds no text of a work: “{title}”.",
        site_name=_SITE_NAME,
        title=_title(root)[:120],
    )


def _read_meta(header: Element, work: ImportedWork) -> None:
    stats = _first(header, "dl", "stats")
    read_header(header, work)
    series = _first(header, "dd", "series")
    if series is not None:
        work.series = read_series(series)
    if stats is not None:
        values = {label_class(term): text_of(term) for term in stats.iter("dd")}
        finished = f"Updated: {values.get('status', '')}"
        read_stats(f"Published: {values.get('published', '')} {finished}", work)
        posted, _, expected = values.get("chapters", "1/1").replace(",", "").partition("/")
        if posted.isdigit() and (expected.isdigit() or expected == "?"):
            set_completeness(work, int(posted), expected)


def label_class(element: Element) -> str:
    """The first class of an element, which names the statistic."""
    return str((element.get("class", "").split() or [""])[0])


def _read_preface(skin: Element, work: ImportedWork) -> None:
    preface = _first(skin, "div", "preface", "group")
    if preface is None:
        return
    title = _first(preface, "h2", "title")
    work.title = text_of(title)
    work.restricted = title is not None and any(
        image.get("title") == "Restricted" for image in title.iter("img")
    )
    byline = _first(preface, "h3", "byline")
    if byline is not None:
        read_byline(byline, work)
    work.summary_html = _module(preface, "summary")
    work.notes_html = _module(preface, "notes")
    end_notes = skin.find(".//div[@id='work_endnotes']")
    if end_notes is not None:
        work.end_notes_html = _quotes(end_notes)


def _module(element: Element, name: str) -> str:
    module = _first(element, "div", name, "module")
    if module is None or "end" in module.get("class", "").split():
        return ""
    related = _first(module, "ul", "associations")
    return _quotes(module) + ("" if related is None else outer_html(related))


def _quotes(element: Element) -> str:
    return "".join(inner_html(quote) for quote in element.findall("blockquote"))


def _source(root: Element) -> str:
    for element in root.iter("a", "form"):
        address = element.get("href") or element.get("action") or ""
        if address.startswith(("/works/", f"{SITE}/works/")) and work_url(address):
            return work_url(address)
    return ""


def _read_chapters(container: Element, work: ImportedWork) -> None:
    numbered = [
        (element, _PLACE.match(element.get("id", "")))
        for element in container.findall("div")
        if "chapter" in element.get("class", "").split()
    ]
    if not numbered:
        text = _first(container, "div", "userstuff")
        work.chapters = [ImportedChapter(body_html=inner_html(container if text is None else text))]
        return
    for element, place in numbered:
        work.chapters.append(_chapter(element, int(place[1]) if place else 0))
    if work.expected_chapters != len(numbered):
        work.complete = False
        for chapter, (_, place) in zip(work.chapters, numbered, strict=True):
            chapter.number = int(place[1]) if place else None
        first = numbered[0][1]
        shown = (
            say("chapter {number}", number=first[1])
            if first and len(numbered) == 1
            else counted("{n} chapter", "{n} chapters", n=len(numbered))
        )
        work.notices.append(
            say(
                "The page holds {shown} of {expected} only; save the entire work to import "
                "all of it.",
                shown=shown,
                expected=work.expected_chapters or "?",
            )
        )


def _chapter(element: Element, number: int) -> ImportedChapter:
    heading = _first(element, "h3", "title")
    title = text_of(heading)
    found = CHAPTER_NUMBER.match(title)
    if found and int(found[1]) == number:
        title = title[found.end() :]
    text = next(
        (child for child in element.iter("div") if "userstuff" in child.get("class", "").split()),
        None,
    )
    end = _first(element, "div", "end", "notes", "module")
    return ImportedChapter(
        title=title,
        body_html="" if text is None else inner_html(text),
        summary_html=_module(element, "summary"),
        notes_html=_module(element, "notes"),
        end_notes_html="" if end is None else _quotes(end),
    )
