"""From the parts of a book, in order, to chapters: titles, part pages, pictures, limits."""

from dataclasses import dataclass, replace
from typing import Literal

from archive.core.html import BODY_MAX_CHARS
from archive.core.said import say
from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.importers.links import linked_places
from catalog.importers.markup import Element, body_of, has_text, parse_html
from catalog.importers.titles import TITLE_MAX, plain_titles, shortened
from catalog.importers.xhtml import (
    Cleaned,
    blocks_of,
    clean_piece,
    drop_empty_blocks,
    pictures_html,
    split_by_size,
)

# Below the limit of the archive, as sanitising writes some characters longer.
_BODY_CHARS = BODY_MAX_CHARS - 50_000
_NOTES_CHARS = 4_500
_SUFFIX_CHARS = 12

PartKind = Literal["text", "division", "front", "notes"]


@dataclass
class Part:
    """A stretch of a book: its content, its title, and what it is.

    A ``division`` is the page of a part or volume, joined to what follows; ``front`` is a
    dedication or motto, put into the notes before the work; ``notes`` are endnotes.
    """

    content: Element
    label: str
    kind: PartKind = "text"


@dataclass
class _Draft:
    label: str
    cleaned: Cleaned
    blocks: list[str]


def finish_chapters(
    parts: list[Part],
    work: ImportedWork,
    meanings: dict[str, list[str]],
    *,
    web: bool = False,
) -> None:
    """Append the parts to the work as chapters. ``web`` keeps pictures that lie on the web."""
    drafts: list[_Draft] = []
    above: list[str] = []
    pictures = 0
    anchors = linked_places(part.content for part in parts)
    for part in parts:
        cleaned = clean_piece(part.content, meanings, anchors=anchors, web=web)
        drop_empty_blocks(part.content)
        pictures += cleaned.picture_count
        if part.kind == "front" and _noted(part, work):
            continue
        if part.kind == "division":
            above += blocks_of(part.content, _BODY_CHARS)
        elif has_text(part.content) or above:
            blocks = [*above, *blocks_of(part.content, _BODY_CHARS)]
            drafts.append(_Draft(part.label, cleaned, blocks))
            above = []
    if above:
        drafts.append(_Draft("", Cleaned(), above))
    _append(drafts, work)
    if pictures:
        work.notices.append(
            say(
                "Pictures left out: {pictures}; what the file says they show was kept as text.",
                pictures=pictures,
            )
        )


def _noted(part: Part, work: ImportedWork) -> bool:
    """Put a small part before the work into its notes, if there is room."""
    notes = work.notes_html + "\n".join(blocks_of(part.content, _BODY_CHARS))
    if len(notes) > _NOTES_CHARS:
        return False
    work.notes_html = notes
    return True


def _append(drafts: list[_Draft], work: ImportedWork) -> None:
    titles = plain_titles([draft.label for draft in drafts])
    for title, draft in zip(titles, drafts, strict=True):
        chapter = ImportedChapter(
            title=shortened(title), end_notes_html=pictures_html(draft.cleaned.pictures)
        )
        work.chapters += _divided(chapter, draft.blocks, work)


def divide_long_chapters(work: ImportedWork) -> None:
    """Divide chapters that are longer than the archive takes, between two of their blocks."""
    chapters = work.chapters
    work.chapters = []
    for chapter in chapters:
        if len(chapter.body_html) <= BODY_MAX_CHARS:
            work.chapters.append(chapter)
        else:
            body = body_of(parse_html(f"<html><body>{chapter.body_html}</body></html>"))
            work.chapters += _divided(chapter, blocks_of(body, _BODY_CHARS), work)
    if work.expected_chapters is not None:
        work.expected_chapters += len(work.chapters) - len(chapters)


def _divided(
    chapter: ImportedChapter, blocks: list[str], work: ImportedWork
) -> list[ImportedChapter]:
    """The chapter with these blocks as its text, or as many as its length needs."""
    bodies = list(split_by_size(blocks, _BODY_CHARS))
    if len(bodies) < 2:
        return [replace(chapter, body_html="".join(bodies))]
    work.notices.append(
        say(
            "“{title}” is longer than a chapter may be ({allowed:,} characters) and was divided "
            "into {parts}.",
            title=chapter.title or len(work.chapters) + 1,
            allowed=BODY_MAX_CHARS,
            parts=len(bodies),
        )
    )
    title = shortened(chapter.title, TITLE_MAX - _SUFFIX_CHARS)
    parts = [
        ImportedChapter(
            title=f"{title} ({number}/{len(bodies)})".strip(),
            body_html=body,
            published_on=chapter.published_on,
        )
        for number, body in enumerate(bodies, 1)
    ]
    parts[0].summary_html, parts[0].notes_html = chapter.summary_html, chapter.notes_html
    parts[-1].end_notes_html = chapter.end_notes_html
    return parts
