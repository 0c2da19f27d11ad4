"""What stands between the head of a text and its first chapter: title page, dedication, story."""

from collections.abc import Sequence

from catalog.importers.text_bylines import is_lonely_by, parse_byline, parse_names, same_creator
from catalog.importers.text_chapters import count_words
from catalog.importers.text_head import Head
from catalog.importers.text_model import Block, Role, Section, Text, key
from catalog.importers.text_title import splits_as

_NOTE_WORDS = 200
_TITLE_BLOCKS = 4


def place_front(
    text: Text, front: Sequence[Block], sections: list[Section], head: Head
) -> tuple[list[Block], list[Section]]:
    """Blocks for the notes, and the chapters: a long front is a chapter without a title.

    A title page that says title and names once more is marked as part of the head.
    """
    left = _without_title_page(text, front, head)
    if not any(count_words(section.blocks) for section in sections):
        # Headings without a text, at the end of a text without headings.
        trailing = [block for section in sections for block in section.headings + section.above]
        return [], [Section(blocks=left, trailing=trailing)]
    if not any(not block.is_break for block in left):
        return [], sections
    number = sections[0].number
    if count_words(left) > _NOTE_WORDS or (number is not None and number > 1):
        return [], [Section(blocks=left), *sections]
    for block in left:
        if not block.is_break:
            text.mark(block.rows, Role.NOTE)
    return left, sections


def _without_title_page(text: Text, front: Sequence[Block], head: Head) -> list[Block]:
    drop: set[int] = set()
    for at, block in enumerate(front):
        if at not in drop and not block.is_break:
            drop |= _title_at(front, at, head.title) or _byline_at(front, at, head)
    for at in drop:
        text.mark(front[at].rows, Role.HEAD)
    return [block for at, block in enumerate(front) if at not in drop]


def _title_at(front: Sequence[Block], at: int, title: str) -> set[int]:
    """The places of blocks that make up the title together: it may stand on several lines."""
    wanted = key(title)
    said = ""
    for end in range(at, min(len(front), at + _TITLE_BLOCKS)):
        said = key(f"{said} {front[end].text}")
        if said == wanted:
            return set(range(at, end + 1)) if wanted else set()
        if not wanted.startswith(said):
            break
    return {at} if wanted and splits_as(front[at].text, title) else set()


def _byline_at(front: Sequence[Block], at: int, head: Head) -> set[int]:
    line = front[at].single
    names = parse_byline(line) if line else []
    if names and _are_known(names, head):
        return {at}
    if line and is_lonely_by(line) and at + 1 < len(front):
        names = parse_names(front[at + 1].single, guarded=True)
        if _are_known(names, head):
            return {at, at + 1}
    return set()


def _are_known(names: Sequence[str], head: Head) -> bool:
    return bool(names) and all(
        any(same_creator(name, known) for known in head.creators) for name in names
    )
