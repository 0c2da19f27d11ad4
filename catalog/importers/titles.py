"""From what a file calls its chapters to chapter titles without their number."""

from collections.abc import Sequence

from archive.core.text import fold_name
from catalog.importers.text_headings import CHAPTER_RANK, Heading, parse_heading

TITLE_MAX = 255
_STRONG = "keyword"


def plain_titles(labels: Sequence[str]) -> list[str]:
    """The labels of the chapters of one work, in order, without numbers that order says anyway.

    "Chapter 3: The Cyclone" becomes "The Cyclone". A number alone becomes "" where it is the
    chapter's position, and stays where it is not. A number must fit its neighbours to be one: of
    stories called "7: a study" and "M" nothing is cut.
    """
    headings = [parse_heading(label) for label in labels]
    numbers = [heading.number if heading else None for heading in headings]
    ranks = {heading.rank for heading in headings if heading and heading.number is not None}
    return [
        _plain_title(labels[at], headings[at], at, ranks)
        if _in_sequence(headings[at], numbers, at)
        else labels[at]
        for at in range(len(labels))
    ]


def _in_sequence(heading: Heading | None, numbers: Sequence[int | None], at: int) -> bool:
    if heading is None or heading.number is None:
        return False
    before = next((number for number in reversed(numbers[:at]) if number is not None), None)
    after = next((number for number in numbers[at + 1 :] if number is not None), None)
    fits = before == heading.number - 1 or after == heading.number + 1
    return fits or (heading.kind == _STRONG and heading.number == at + 1)


def _plain_title(label: str, heading: Heading | None, at: int, ranks: set[int]) -> str:
    if heading is None:
        return label
    is_division = heading.rank < CHAPTER_RANK and len(ranks) > 1
    if is_division:
        return label
    if heading.title:
        return heading.title
    return "" if heading.number == at + 1 else label


def without_byline(title: str, creators: Sequence[str]) -> str:
    """The title of a chapter without "by" and the creator, as some archives write it each time."""
    before, by, after = title.rpartition(" by ")
    return before if by and before and after in creators else title


def key(text: str) -> str:
    """Letters and digits of a text, folded: what makes two headings the same."""
    return "".join(char for char in fold_name(text) if char.isalnum())


def joined(parts: Sequence[str]) -> str:
    """The parts of one heading as a line: a number and a title with a colon between them."""
    parts = [part for part in parts if part]
    if len(parts) > 1:
        first = parse_heading(parts[0])
        if first and not first.title and first.number is not None:
            return f"{parts[0].rstrip('.:')}: {' '.join(parts[1:])}"
    return " ".join(parts)


def shortened(title: str, limit: int = TITLE_MAX) -> str:
    """A title of at most so many characters, cut between words."""
    if len(title) <= limit:
        return title
    cut = title[: limit - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"
