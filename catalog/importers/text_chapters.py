"""Which blocks of a plain text are chapter headings, and the sections between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.importers.text_headings import CHAPTER_RANK, Heading, parse_heading, undecorated
from catalog.importers.text_model import Block, Section, key
from catalog.importers.text_sequences import numbered_chapters

_EPIGRAPH_WORDS = 60
_STORY_WORDS = 100
_MAX_TITLE = 90
_LEAST_CAPITALS = 2


@dataclass(frozen=True)
class Mark:
    """A block that is a heading: a chapter, a larger division ("above") or one inside ("inner")."""

    at: int
    heading: Heading
    level: str = "chapter"


def find_sections(
    blocks: Sequence[Block], listed: dict[int, str], title: str
) -> tuple[list[Block], list[Section]]:
    """The blocks before the first heading, and the chapters. ``listed`` are lines in a contents.

    A text without any heading is one section without a title, with nothing before it.
    """
    marks = _find_marks(blocks, listed)
    if not marks:
        return [], [_whole(blocks, title)]
    marks = _join_repeats(blocks, marks)
    return list(blocks[: marks[0].at]), _sections(blocks, marks)


def _whole(blocks: Sequence[Block], title: str) -> Section:
    """The only chapter, which may begin with the title of the work as its heading."""
    if len(blocks) > 1 and title and blocks[0].single and key(blocks[0].single) == key(title):
        return Section(title, blocks=list(blocks[1:]), headings=[blocks[0]])
    return Section(blocks=list(blocks))


def _find_marks(blocks: Sequence[Block], listed: dict[int, str]) -> list[Mark]:
    forms = {at: heading for at, block in enumerate(blocks) if (heading := _form(block))}
    by_contents = _listed_marks(blocks, listed, forms)
    strong = [Mark(at, heading) for at, heading in forms.items() if heading.is_strong]
    taken = {mark.at for mark in by_contents}
    if by_contents:
        words = {forms[mark.at].word for mark in by_contents if mark.at in forms}
        rest = [mark for mark in strong if mark.at not in taken]
        chapters = by_contents + [
            mark if mark.heading.word in words else replace(mark, level=_level(mark, CHAPTER_RANK))
            for mark in rest
        ]
    elif strong:
        chapters = _ranked(blocks, strong)
    else:
        chapters = []
    first = [mark for mark in chapters if mark.level == "chapter"]
    numbered, inner = numbered_chapters(blocks, forms, [mark.at for mark in first])
    chapters += [Mark(at, forms[at]) for at in numbered]
    chapters += [Mark(at, forms[at], "inner") for at in inner]
    chapters += _named(blocks, forms, {mark.at for mark in chapters})
    if not any(mark.level == "chapter" for mark in chapters) and not strong:
        chapters += _in_capitals(blocks)
    marks = sorted({mark.at: mark for mark in reversed(chapters)}.values(), key=lambda m: m.at)
    # Headings inside a chapter need a chapter; alone they are lines of the text.
    if not any(mark.level == "chapter" for mark in marks):
        return []
    return marks


def _form(block: Block) -> Heading | None:
    return parse_heading(block.single) if block.single else None


def _listed_marks(
    blocks: Sequence[Block], listed: dict[int, str], forms: dict[int, Heading]
) -> list[Mark]:
    """The headings that a table of contents names, with its spelling where they shout."""
    marks: list[Mark] = []
    for at, block in enumerate(blocks):
        name = listed.get(block.rows[0]) if block.single else None
        if name is None:
            continue
        heading = forms.get(at) or Heading("named", undecorated(block.single))
        if heading.title.isupper() and key(heading.title) == key(name):
            heading = replace(heading, title=name)
        marks.append(Mark(at, heading, _level(Mark(at, heading), CHAPTER_RANK)))
    if marks and not any(mark.level == "chapter" for mark in marks):
        return [replace(mark, level="chapter") for mark in marks]
    return marks


def _level(mark: Mark, chapter_rank: int) -> str:
    if mark.heading.rank < chapter_rank:
        return "above"
    return "chapter" if mark.heading.rank == chapter_rank else "inner"


def _ranked(blocks: Sequence[Block], marks: list[Mark]) -> list[Mark]:
    """Levels by rank: chapters if there are any, else the smallest of volume, book and part.

    A larger division with a text of its own is a chapter too.
    """
    ranks = {mark.heading.rank for mark in marks}
    larger = [rank for rank in ranks if rank < CHAPTER_RANK]
    chapter_rank = CHAPTER_RANK if CHAPTER_RANK in ranks else max(larger or [min(ranks)])
    levelled = [replace(mark, level=_level(mark, chapter_rank)) for mark in marks]
    ends = [mark.at for mark in levelled[1:]] + [len(blocks)]
    return [
        replace(mark, level="chapter")
        if mark.level == "above" and count_words(blocks[mark.at + 1 : end]) > _EPIGRAPH_WORDS
        else mark
        for mark, end in zip(levelled, ends, strict=True)
    ]


def _named(blocks: Sequence[Block], forms: dict[int, Heading], taken: set[int]) -> list[Mark]:
    """Prologues and the like: lines that stand alone with text after them."""
    found = []
    for at, heading in forms.items():
        if heading.kind != "named" or at in taken:
            continue
        alone = at == 0 or blocks[at].gap > 0 or blocks[at - 1].is_break
        if alone and any(not block.is_break for block in blocks[at + 1 : at + 3]):
            found.append(Mark(at, heading))
    return found


def _in_capitals(blocks: Sequence[Block]) -> list[Mark]:
    """Titles in capitals, each set apart by two blank lines or a rule and followed by a story."""
    places = [
        at
        for at, block in enumerate(blocks)
        if (at == 0 or block.gap >= 2 or blocks[at - 1].is_break) and _shouts(block.single)
    ]
    if len(places) < _LEAST_CAPITALS:
        return []
    for at, end in zip(places, [*places[1:], len(blocks)], strict=True):
        if count_words(blocks[at + 1 : end]) < _STORY_WORDS:
            return []
    return [Mark(at, Heading("named", undecorated(blocks[at].single))) for at in places]


def _shouts(line: str) -> bool:
    text = undecorated(line)
    letters = sum(map(str.isalpha, text))
    return letters >= 4 and text.isupper() and len(text) <= 80 and not text.endswith((",", ";"))


def _join_repeats(blocks: Sequence[Block], marks: list[Mark]) -> list[Mark]:
    """Drops a heading that the next one says again: "1. Chapter 1" above "Chapter 1: The Fall"."""
    kept: list[Mark] = []
    for mark in marks:
        before = kept[-1] if kept else None
        if (
            before
            and before.level == mark.level == "chapter"
            and before.heading.number == mark.heading.number is not None
            and not count_words(blocks[before.at + 1 : mark.at])
        ):
            longer = max(before.heading.title, mark.heading.title, key=len)
            kept[-1] = replace(mark, heading=replace(mark.heading, title=longer))
            continue
        kept.append(mark)
    return kept


def _sections(blocks: Sequence[Block], marks: list[Mark]) -> list[Section]:
    titled = _titles_below(blocks, marks)
    sections: list[Section] = []
    above: list[Block] = []
    marked = {mark.at: mark for mark in marks}
    below = set(titled.values())
    current: Section | None = None
    pending: list[Block] = []
    for at in range(marks[0].at, len(blocks)):
        block, mark = blocks[at], marked.get(at)
        if at in below:
            continue
        if mark is None or mark.level == "inner":
            if current is None or (above and mark is None):
                pending.append(block)
            else:
                current.blocks.append(block)
                if mark:
                    current.inner.append(block)
            continue
        if mark.level == "above":
            above.append(block)
            continue
        if current is not None and not _has_text(current):
            above = [*current.above, *current.headings, *above]
            sections.pop()
        current = _section(mark, block, blocks, titled)
        current.above, current.blocks = above, pending
        above, pending = [], []
        sections.append(current)
    _finish(sections, above, pending)
    return sections


def _section(mark: Mark, block: Block, blocks: Sequence[Block], titled: dict[int, int]) -> Section:
    heading = mark.heading
    below = titled.get(mark.at)
    title = undecorated(blocks[below].single) if below is not None else heading.title
    rows = [block] if below is None else [block, blocks[below]]
    return Section(title, headings=rows, number=heading.number, total=heading.total)


def _finish(sections: list[Section], above: list[Block], pending: list[Block]) -> None:
    """What stands at the end under a heading of its own without a chapter."""
    last = sections[-1]
    last.blocks.extend(above + pending)
    last.inner.extend(above)
    if not _has_text(last) and len(sections) > 1:
        sections[-2].trailing = [*last.above, *last.headings]
        sections.pop()


def _titles_below(blocks: Sequence[Block], marks: list[Mark]) -> dict[int, int]:
    """Chapters headed by a number alone whose title is the next line, and where it is."""
    bare = [mark for mark in marks if mark.level == "chapter" and not mark.heading.title]
    taken = {mark.at for mark in marks}
    close: dict[int, int] = {}
    apart: dict[int, int] = {}
    for mark in bare:
        below = mark.at + 1
        if below + 1 >= len(blocks) or below in taken or blocks[below].is_break:
            continue
        if below + 1 in taken or not _is_title(blocks[below].single):
            continue
        (close if blocks[below].gap == 0 or _shouts(blocks[below].single) else apart)[mark.at] = (
            below
        )
    if len(apart) + len(close) >= 2 and (len(apart) + len(close)) >= len(bare) * 0.6:
        close |= apart
    return close


def _is_title(line: str) -> bool:
    text = undecorated(line)
    if not text or len(text) > _MAX_TITLE or len(text.split()) > 12 or text[0] in "\"“„«'‘-–—":
        return False
    return not text[0].islower() and not text.endswith((".", ",", ";", ":", "…", '"', "”", "-"))


def _has_text(section: Section) -> bool:
    return count_words(section.blocks) > 0


def count_words(blocks: Sequence[Block]) -> int:
    """Roughly how many words the blocks have: enough to tell a story from a line."""
    return sum(len(line.split()) for block in blocks if not block.is_break for line in block.lines)
