"""Chapters and notes of texts as authors write them: headings of any size, labels under them."""

from collections.abc import Callable, Iterator
from html import escape

from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.importers.html_document import read_document
from catalog.importers.markup import (
    HEADINGS,
    Element,
    body_of,
    drop,
    has_text,
    inner_html,
    outer_html,
    parse_html,
    text_of,
)
from catalog.importers.parts import divide_long_chapters
from catalog.importers.text_bylines import parse_byline, parse_names
from catalog.importers.text_headings import Heading, parse_heading
from catalog.importers.text_labels import parse_label
from catalog.importers.text_meta import joined_html

_HEADING_CHARS = 90
_FEWEST = 2
_LABELLED = {
    "summary": "summary_html",
    "notes": "notes_html",
    "end_notes": "end_notes_html",
    "disclaimer": "notes_html",
}
_LABEL_PARAGRAPHS = 6


def read_manuscript(root: Element, work: ImportedWork) -> None:
    """Fill the work from an HTML document that an author's program made."""
    body = body_of(root)
    _take_title_page(body, work)
    name_chapters(body, manuscript_headings)
    _take_labelled_sections(body, work)
    read_document(root, work, find_headings=manuscript_headings)
    for chapter in work.chapters:
        _take_labels(chapter)
    _end_notes_of_work(work)
    divide_long_chapters(work)


def manuscript_headings(body: Element) -> list[Element]:
    """The headings at which chapters begin; empty when the text is one.

    They are of the highest level with text right under at least two headings, and the larger ones:
    the pages of parts and volumes. A single heading with text under it is the title.
    """
    headings = [heading for heading in body.iter(*HEADINGS) if text_of(heading)]
    own = dict(zip(headings, _own_text(body, headings), strict=True))
    for level in HEADINGS:
        if sum(own[heading] for heading in headings if heading.tag == level) >= _FEWEST:
            return [heading for heading in headings if heading.tag <= level]
    return []


def _own_text(body: Element, headings: list[Element]) -> Iterator[bool]:
    """For each heading whether text stands between it and the next heading of any level."""
    wanted = set(headings)
    found: dict[Element, bool] = dict.fromkeys(headings, False)
    current: Element | None = None
    inside: Element | None = None
    for event, element in _walk(body):
        if event == "start" and element in wanted:
            current = inside = element
        elif inside is not None and event == "end" and element is inside:
            found[inside] = bool((inside.tail or "").strip())
            inside = None
            continue
        if current is None or inside is not None:
            continue
        text = element.text if event == "start" else element.tail
        found[current] = found[current] or bool((text or "").strip())
    return iter(found.values())


def _walk(body: Element) -> Iterator[tuple[str, Element]]:
    """Every element under the body as it begins and ends, in document order."""
    stack: list[tuple[Element, Iterator[Element]]] = [(body, iter(body))]
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is not None:
            yield "start", child
            stack.append((child, iter(child)))
        else:
            stack.pop()
            if stack:
                yield "end", element


def _take_title_page(body: Element, work: ImportedWork) -> None:
    """The title and name above the first part, where parts and title are headings of one level."""
    headings = [heading for heading in body.iter(*HEADINGS) if text_of(heading)]
    same = [heading for heading in headings if heading.tag == headings[0].tag]
    first, others = same[:1], [parse_heading(text_of(heading)) for heading in same[1:]]
    if work.title or not others or not all(other and other.is_strong for other in others):
        return
    if parse_heading(text_of(first[0])) or first[0].getparent() is not body:
        return
    below = first[0].getnext()
    after = None if below is None else below.getnext()
    work.title = text_of(first[0])
    drop(first[0])
    if below is None or below.tag != "p" or after is None or after.tag not in HEADINGS:
        return
    names = parse_byline(text_of(below))
    if not names and [child.tag for child in below] in (["em"], ["i"]):
        names = parse_names(text_of(below), guarded=True)
    if names and not work.creators:
        work.creators += names
        drop(below)


def name_chapters(body: Element, find: Callable[[Element], list[Element]]) -> None:
    """Make headings of paragraphs such as "Chapter 3: The Fall" where ``find`` finds no headings."""
    if find(body):
        return
    found: list[tuple[Element, Heading]] = []
    for element in body.iter("p", "div", *HEADINGS):
        if any(
            child.tag in {"p", "div", "br", "img"}
            for child in element.iter()
            if child is not element
        ):
            continue
        text = text_of(element)
        heading = parse_heading(text) if 0 < len(text) <= _HEADING_CHARS else None
        if heading is not None:
            found.append((element, heading))
    for element in _believed(found):
        element.tag = "h2"
        for mark in list(element.iter("strong", "b", "em", "i", "u")):
            mark.tag = "span"


def _believed(found: list[tuple[Element, Heading]]) -> list[Element]:
    """The lines that are headings: those with a word for it, else numbers alone from one upwards."""
    strong = [element for element, heading in found if heading.is_strong]
    named = [element for element, heading in found if heading.kind == "named"]
    if len(strong) >= _FEWEST:
        return [element for element, _ in found if element in strong or element in named]
    bare = [(element, heading) for element, heading in found if heading.kind == "bare"]
    numbers = [heading.number for _, heading in bare]
    styles = {heading.style for _, heading in bare}
    if len(bare) >= _FEWEST and len(styles) == 1 and numbers == list(range(1, len(bare) + 1)):
        numbered = [element for element, _ in bare]
        return [element for element, _ in found if element in numbered or element in named]
    return []


def _take_labelled_sections(body: Element, work: ImportedWork) -> None:
    """What stands under headings "Summary" and "Notes" before the first chapter."""
    headings = list(body.iter(*HEADINGS))
    for number, heading in enumerate(headings):
        label = parse_label(f"{text_of(heading).rstrip(':')}: x")
        name = _LABELLED.get(label.key) if label and not label.is_weak else None
        if name is None or heading.getparent() is not body:
            if number and text_of(heading):
                return
            continue
        html = ""
        while (below := heading.getnext()) is not None and below.tag not in HEADINGS:
            html += outer_html(below)
            drop(below)
        drop(heading)
        setattr(work, name, joined_html(getattr(work, name), html))


def _take_labels(chapter: ImportedChapter) -> None:
    """Labelled paragraphs at the top of a chapter, and notes at its end, to their own fields."""
    if not any(word in chapter.body_html for word in (":", "：")):
        return
    body = body_of(parse_html(f"<html><body>{chapter.body_html}</body></html>"))
    taken = 0
    for element in list(body)[:_LABEL_PARAGRAPHS]:
        if not _take_label(element, chapter, {"summary", "notes", "end_notes", "disclaimer"}):
            break
        taken += 1
    if len(body) > 1:
        taken += _take_label(body[-1], chapter, {"end_notes"})
    if taken and has_text(body):
        chapter.body_html = inner_html(body)


def _take_label(element: Element, chapter: ImportedChapter, keys: set[str]) -> bool:
    text = text_of(element)
    label = parse_label(text[:200]) if element.tag == "p" else None
    if label is None or label.is_weak or label.key not in keys or not label.value:
        return False
    following = element.getnext()
    if following is None and element.getprevious() is None:
        return False  # a chapter of this paragraph alone
    name = _LABELLED[label.key]
    value = text.partition(":")[2] or text.partition("：")[2]
    html = f"<p>{escape(value.strip(), quote=False)}</p>"
    if _cut(element, text.index(":") + 1 if ":" in text else text.index("：") + 1):
        html = outer_html(element)
    setattr(chapter, name, joined_html(getattr(chapter, name), html))
    drop(element)
    return True


def _cut(element: Element, count: int) -> bool:
    """Take this many characters, white space not counted, off the beginning; whether it went."""
    left = len("".join(text_of(element)[:count].split()))
    for node in element.iter():
        for name in ("text", "tail"):
            if name == "tail" and node is element:
                continue
            text = getattr(node, name) or ""
            at = 0
            while left and at < len(text):
                left -= not text[at].isspace()
                at += 1
            setattr(node, name, text[at:].lstrip() if not left else "")
            if not left:
                _drop_empty_marks(element)
                return True
    return False


def _drop_empty_marks(element: Element) -> None:
    for mark in list(element.iter("strong", "b", "em", "i", "u", "span")):
        if mark is not element and not has_text(mark) and mark.getparent() is not None:
            drop(mark)
    element.text = (element.text or "").lstrip()


def _end_notes_of_work(work: ImportedWork) -> None:
    """The end notes of a single chapter are those of the work."""
    if len(work.chapters) == 1 and not work.end_notes_html:
        only = work.chapters[0]
        work.end_notes_html, only.end_notes_html = only.end_notes_html, ""
