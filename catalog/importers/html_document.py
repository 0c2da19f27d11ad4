"""Reads an HTML document of any origin as one work, divided into chapters at its headings."""

from collections.abc import Callable, Iterator

from archive.core.html import text_of as plain_text
from archive.core.said import say
from archive.core.text import fold_name
from catalog.importers.base import ImportedWork
from catalog.importers.gutenberg_html import cut_boilerplate
from catalog.importers.html_head import read_meta, take_head
from catalog.importers.html_loose import wrap_loose_text
from catalog.importers.languages import guess_language
from catalog.importers.markup import (
    HEADINGS,
    Element,
    body_of,
    drop,
    has_text,
    text_length,
    text_of,
)
from catalog.importers.parts import Part, finish_chapters
from catalog.importers.sections import (
    chapter_headings,
    is_only_headings,
    split_at,
    take_title,
)
from catalog.importers.stylesheet import meaning_of_classes
from catalog.importers.text_headings import parse_heading
from catalog.importers.titles import joined, key
from catalog.importers.xhtml import empty_print_marks

_CONTENTS = frozenset(
    {"contents", "tableofcontents", "thecontents", "inhalt", "inhaltsverzeichnis", "indice"}
    | {"tabledesmatieres", "sommaire", "indicedecapitulos", "listofchapters", "chapters"}
)
_BY_WORDS = frozenset({"by", "par", "von", "por", "di", "door", "av"})
_MAIN_SHARE = 0.6
_MIN_LINKS = 3
_LINK_SHARE = 0.5
_OPENING_CHARS = 4_000
_SLIGHT_CHARS = 1_500
_SAME_SHARE = 0.6


def read_document(
    root: Element,
    work: ImportedWork,
    *,
    find_headings: Callable[[Element], list[Element]] = chapter_headings,
) -> None:
    """Fill the work from a document: metadata, head, chapters.

    ``find_headings`` answers the headings of a body at which chapters begin.
    """
    meanings = meaning_of_classes(sheet.text or "" for sheet in root.iter("style"))
    read_meta(root, work)
    body = _main(body_of(root))
    for element in list(body.iter("script", "style", "nav", "noscript", "template")):
        drop(element)
    empty_print_marks(body)
    is_gutenberg = cut_boilerplate(body, work)
    labels = _take_contents(body)
    wrap_loose_text(body)
    if is_gutenberg:
        work.complete = True
    else:
        take_head(body, work)
    finish_chapters(list(_parts(body, work, labels, find_headings(body))), work, meanings, web=True)
    if not work.language:
        work.language = _guess(work)
        if work.language:
            work.notices.append(
                say("The language was guessed from the text: {language}.", language=work.language)
            )


def _guess(work: ImportedWork) -> str:
    return guess_language(" ".join(plain_text(part.body_html) for part in work.chapters[:3]))


def _main(body: Element) -> Element:
    """The part of a page that holds the text, when the page marks one."""
    whole = text_length(body) or 1
    for name in ("main", "article"):
        found = list(body.iter(name))
        if len(found) == 1 and text_length(found[0]) / whole >= _MAIN_SHARE:
            return found[0]
    return body


def _take_contents(body: Element) -> dict[str, str]:
    """Take out lists of links to places in the document; the text of each link by its anchor."""
    labels: dict[str, str] = {}
    for element in list(body.iter("table", "ul", "ol", "dl", "p", "div")):
        if element is body or element.getparent() is None:
            continue
        links = [link for link in element.iter("a") if (link.get("href") or "").startswith("#")]
        linked = sum(len(text_of(link)) for link in links)
        if len(links) < _MIN_LINKS or linked < _LINK_SHARE * text_length(element):
            continue
        for link in links:
            labels.setdefault((link.get("href") or "")[1:], text_of(link))
        drop(element)
    return labels


def _parts(
    body: Element, work: ImportedWork, labels: dict[str, str], headings: list[Element]
) -> Iterator[Part]:
    pieces = split_at(body, headings)
    in_opening = True
    for number, piece in enumerate(pieces):
        content = piece.content
        names = _anchors(content)
        is_slight = in_opening and len(text_of(content)) < _SLIGHT_CHARS
        if is_slight or is_only_headings(content):
            _drop_title_matter(content, work)
        if not has_text(content):
            continue
        is_front = piece.is_opening or (in_opening and next(content.iter(*HEADINGS), None) is None)
        if is_front and len(pieces) > 1 and len(text_of(content)) <= _OPENING_CHARS:
            # A title page, a dedication, a note of the transcriber: before the work, not in it.
            yield Part(content, "", kind="front")
        elif is_only_headings(content) and number < len(pieces) - 1:
            yield Part(content, "", kind="division")
        else:
            in_opening = False
            yield Part(content, _readable(take_title(content, ""), names, labels))


def _anchors(content: Element) -> list[str]:
    """The names of the places at the top of a piece."""
    found = []
    for element in content.iter():
        if element.get("id") or element.get("name"):
            found.append(str(element.get("id") or element.get("name")))
        if len(found) >= 5:
            break
    return found


def _readable(title: str, names: list[str], labels: dict[str, str]) -> str:
    """A title in capitals as the table of contents writes it, if that says the same."""
    if not title.isupper():
        return title
    wanted = key(title)
    for name in names:
        label = labels.get(name, "")
        if len(key(label)) > 3 and key(label) in wanted and not label.isupper():
            heading = parse_heading(title)
            number = title[: len(title) - len(heading.title)] if heading and heading.title else ""
            return joined([number.strip(" .:"), label]) if number else label
    return title


def _drop_title_matter(content: Element, work: ImportedWork) -> None:
    """Take out headings that only repeat the title and the names, or say "Contents"."""
    title = key(work.title)
    names = [key(name) for name in work.creators]
    for element in list(content.iter(*HEADINGS)):
        said = key(text_of(element))
        shorter, longer = sorted((said, title), key=len)
        repeats = shorter in longer and len(shorter) >= min(len(longer) * _SAME_SHARE, 12)
        named = any(name in said for name in names if name) and len(said) < 80
        named = named and parse_heading(text_of(element)) is None
        if said and (repeats or named or said in _CONTENTS or fold_name(said) in _BY_WORDS):
            drop(element)
