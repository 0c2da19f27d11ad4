"""A plain text while it is read: its lines, what each line turned out to be, and its blocks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from archive.core.text import fold_name


class Role(Enum):
    """What a line is. Each line has exactly one role, so that no word is lost or used twice."""

    PROSE = "prose"
    BLANK = "blank"
    BREAK = "break"
    HEAD = "head"
    NOTE = "note"
    HEADING = "heading"
    CONTENTS = "contents"
    SIGN = "sign"
    BOILERPLATE = "boilerplate"


@dataclass
class Text:
    """The lines of a file without their line ends, and the role of each."""

    lines: list[str]
    roles: list[Role]

    @classmethod
    def of(cls, text: str) -> "Text":
        """Every line is prose until something else is recognised in it."""
        lines = [line.rstrip() for line in text.split("\n")]
        return cls(lines, [Role.PROSE if line else Role.BLANK for line in lines])

    def mark(self, rows: Iterable[int], role: Role) -> None:
        """Gives the rows that hold anything the role."""
        for row in rows:
            if self.lines[row]:
                self.roles[row] = role


@dataclass
class Block:
    """Lines that belong together: a paragraph, a stanza, a heading or a scene break.

    ``rows`` are indexes of lines, ``gap`` counts the blank lines before. ``form`` says how the
    lines are set: joined to a paragraph, kept as lines, or inside a quotation.
    """

    rows: list[int]
    lines: list[str]
    gap: int = 0
    is_break: bool = False
    keep_lines: bool = False
    quoted: bool = False

    @property
    def text(self) -> str:
        """All words of the block on one line."""
        return " ".join(line.strip() for line in self.lines)

    @property
    def single(self) -> str:
        """The line of a block of one line, stripped, else ""."""
        return self.lines[0].strip() if len(self.lines) == 1 and not self.is_break else ""


@dataclass
class Section:
    """One chapter as it was found: its title and its blocks in order.

    ``headings`` are the blocks its number and title came from, ``above`` headings of larger
    divisions that begin here ("PART ONE"), ``inner`` those of its blocks that are headings.
    ``trailing`` are headings at the end of the text that nothing follows.
    """

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    headings: list[Block] = field(default_factory=list)
    above: list[Block] = field(default_factory=list)
    inner: list[Block] = field(default_factory=list)
    trailing: list[Block] = field(default_factory=list)
    number: int | None = None
    total: int | None = None


# Only marks, so that no word can be taken for decoration; "oOo" and the like are handled apart.
_BREAK = re.compile(r"[*~#=_\-–—•·◊○●◆◇■□✦✧★☆❖❦❧§^+<>|/\\°\s]+")
_LETTER_BREAK = re.compile(r"(?:[oO0][\s~*.\-]*){3,}")
# "XXX" alone is chapter thirty, and "xxx" is a greeting under a letter.
_CROSS_BREAK = re.compile(r"[xX]{4,}|xXx|XxX|(?:[xX][oO]){2,}[xX]?")


def is_break(line: str) -> bool:
    """Whether the line is a scene break: ``* * *``, ``---``, ``~*~``, ``#``, ``oOo``."""
    text = line.strip()
    if not text or len(text) > 120:
        return False
    if _BREAK.fullmatch(text):
        return len(text) > 1 or text in "#*~§◊●○◆◇■□★☆❖❦❧•"
    bare = text.strip(" ~*=_-–—.•·<>|")
    if bare.isdigit():
        return False
    return bool(_LETTER_BREAK.fullmatch(bare) or _CROSS_BREAK.fullmatch(bare))


def word_set(words: str) -> frozenset[str]:
    """The words of a list written on lines, for looking up."""
    return frozenset(words.split())


def key(text: str) -> str:
    """What two titles have in common that differ in case, accents and punctuation only."""
    return " ".join(re.findall(r"[^\W_]+", fold_name(text)))
