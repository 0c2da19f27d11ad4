"""The fields of a work's header as the Archive of Our Own writes them, in any year."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from archive.core.said import say
from catalog.importers.base import ImportedSeries, ImportedWork
from catalog.importers.markup import Element, text_of

SITE = "https://archiveofourown.org"
CREATOR_MAX = 40
CHAPTER_NUMBER = re.compile(r"Chapter\s+(\d+)\s*(?::\s*|$)")
"""What stands before the title of a chapter, or is all of it."""

_KINDS = {
    **dict.fromkeys(("rating", "ratings"), "rating"),
    **dict.fromkeys(("archive warning", "archive warnings", "warning", "warnings"), "warning"),
    **dict.fromkeys(("category", "categories"), "category"),
    **dict.fromkeys(("fandom", "fandoms"), "fandom"),
    **dict.fromkeys(("relationship", "relationships", "pairing", "pairings"), "relationship"),
    **dict.fromkeys(("character", "characters"), "character"),
    **dict.fromkeys(("additional tag", "additional tags", "freeform", "freeforms"), "freeform"),
}
_OTHER_LABELS = frozenset({"language", "series", "collections", "collection", "stats"})
_STAT = re.compile(
    r"\b(Published|Updated|Completed|Words|Chapters)\s*:\s*([0-9?][0-9?/,.\s\u00a0\u202f'-]*)"
)
_THOUSANDS = re.compile(r"(?<=\d)[,.\u00a0\u202f'](?=\d{3})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_COUNT = re.compile(r"(\d{1,6})\s{0,3}/\s{0,3}(\d{1,6}|\?)")
_PART = re.compile(r"\bPart\s+(\d+)\s+of\s*$")
_PARTS = re.compile(r"\bPart (\d+) of (.+?)(?=, Part \d+ of |$)")
_HOST = re.compile(r"https?://(?:[a-z]+\.)?(?:archiveofourown\.(?:org|com|net)|ao3\.org)")
_WORK = re.compile(r"(https?://[^/\s\"']+)?(?:/collections/[^/\s]+)?/works/(\d+)")


def label_of(element: Element) -> str:
    """The label of a field in lower case without its colon."""
    return text_of(element).rstrip(":： ").lower()


def is_header(element: Element) -> bool:
    """Whether a definition list is the header of a work: two of its labels at least are known."""
    labels = [label_of(term) for term in element.findall("dt")]
    return sum(label in _KINDS or label in _OTHER_LABELS for label in labels) >= 2


def read_header(header: Element, work: ImportedWork) -> None:
    """Fill tags, language, series and dates from the definition list of a work's header."""
    label = ""
    for element in header:
        if element.tag == "dt":
            label = label_of(element)
        elif element.tag == "dd":
            _read_field(label, element, work)


def _read_field(label: str, value: Element, work: ImportedWork) -> None:
    if label in _KINDS:
        names = work.tags.setdefault(_KINDS[label], [])
        names += [name for name in values_of(value) if name not in names]
    elif label == "language":
        work.language = work.language or text_of(value)
    elif label == "series":
        work.series = read_series(value)
    elif label in {"collections", "collection"}:
        work.notices.append(
            say(
                "The work was in the collections {collections}.",
                collections=", ".join(values_of(value)),
            )
        )
    elif label == "stats":
        read_stats(text_of(value), work)


def values_of(element: Element) -> list[str]:
    """The values of a field: its links, or, where an editor stripped them, what commas divide.

    No tag of that archive holds a comma.
    """
    links = [text_of(link) for link in element.iter("a")]
    values = [link for link in links if link]
    return values or [part.strip() for part in text_of(element).split(",") if part.strip()]


def read_series(element: Element) -> list[ImportedSeries]:
    """The series a work is part of, with its place in each: "Part 2 of <a>Name</a>, ..."."""
    found = []
    before = ""
    for part in _runs(element):
        if isinstance(part, str):
            before += part
            continue
        place = _PART.search(before)
        if place and text_of(part):
            found.append(ImportedSeries(text_of(part), int(place[1])))
        before = ""
    if found:
        return found
    plain = _PARTS.findall(text_of(element))
    return [ImportedSeries(title.strip(" ,"), int(place)) for place, title in plain]


def _runs(element: Element) -> Iterator[str | Element]:
    """Text and links in the order of the document."""
    yield element.text or ""
    for child in element:
        if child.tag == "a":
            yield child
        else:
            yield from _runs(child)
        yield child.tail or ""


def read_stats(text: str, work: ImportedWork) -> None:
    """Dates and completeness from a run like "Published: 2012-02-07 Chapters: 8/8", any order."""
    stats = {name: _THOUSANDS.sub("", value) for name, value in _STAT.findall(text)}
    work.published_at = _noon(stats.get("Published", ""))
    updated = _noon(stats.get("Updated", "")) or _noon(stats.get("Completed", ""))
    work.updated_at = updated or work.published_at
    count = _COUNT.search(stats.get("Chapters", "1/1"))
    if count:
        set_completeness(work, int(count[1]), count[2])


def set_completeness(work: ImportedWork, posted: int, expected: str) -> None:
    """Whether the work is complete, from "3/8" or "3/?"."""
    work.expected_chapters = None if expected == "?" else int(expected)
    work.complete = work.expected_chapters == posted


def _noon(text: str) -> datetime | None:
    found = _DAY.search(text)
    if not found:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def read_byline(element: Element, work: ImportedWork) -> None:
    """The creators named in a byline: pen names, with the account where it differs."""
    names = [text_of(link) for link in element.iter("a")]
    if not any(names):
        text = text_of(element).removeprefix("by ").strip()
        names = [part.strip() for part in text.split(",")]
    if [name.lower() for name in names] == ["anonymous"]:
        work.anonymous = True
    for name in names:
        name = _fitting(name)
        if name and name not in work.creators:
            work.creators.append(name)


def _fitting(name: str) -> str:
    """A pen name of at most 40 characters; the account in brackets goes first."""
    if len(name) > CREATOR_MAX and " (" in name:
        name = name.rpartition(" (")[0]
    return name[:CREATOR_MAX].strip()


def absolute_links(root: Element) -> None:
    """Let links within that site lead there, as they would lead into this one otherwise."""
    for link in root.iter("a"):
        address = link.get("href", "")
        if address.startswith("/") and not address.startswith("//"):
            link.set("href", SITE + address)


def work_url(address: str) -> str:
    """The plain address of a work in an address of it, "" when it is none."""
    found = _WORK.search(address)
    if not found:
        return ""
    host = found[1] or SITE
    return f"{SITE if _HOST.fullmatch(host) else host}/works/{found[2]}"
