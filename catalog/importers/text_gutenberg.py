"""Cuts the header and footer that Project Gutenberg puts around its books, of any year."""

import re
from dataclasses import dataclass, field

from catalog.importers.text_model import Role, Text

_NAME = re.compile(r"project gutenberg|gutenberg-?tm|gutenberg e-?(?:text|book)", re.IGNORECASE)
_START = re.compile(r"\s*\*{2,}\s*START OF (?:THE|THIS) PROJECT GUTENBERG", re.IGNORECASE)
_SMALL_PRINT = re.compile(r"\s*\*\s*END\s*\*?\s*THE SMALL PRINT", re.IGNORECASE)
_END = re.compile(
    r"\s*(?:\*{2,}\s*END OF (?:THE|THIS) PROJECT GUTENBERG"
    r"|\W{0,3}End of (?:the |this )?Project Gutenberg(?:'s|’s)?\b"
    r"|\*{3}\s*START: FULL LICENSE"
    r"|\*{3,}\s*This file should be named \S+\.(?:txt|zip))",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?P<name>Title|Author|Authors|Language|Translator|Editor|Illustrator)\s*:\s*(?P<value>.*)",
    re.IGNORECASE,
)
_FIRST_LINE = re.compile(
    r"\W*(?:The )?Project Gutenberg(?:'s|’s)?(?: E-?(?:book|text))?(?: of)?,? "
    r"(?P<title>\S.*?)(?:,? by (?P<author>\S.*?))?\W*",
    re.IGNORECASE,
)
_CREDITS = re.compile(
    r"\W*(?:Produced|E-?text (?:prepared|scanned|produced)|Prepared|Transcribed|Scanned|Digiti[sz]ed"
    r"|Additional editing|HTML version|Proofread|This e-?(?:text|book) was (?:prepared|produced|"
    r"scanned|transcribed))\b.*\b(?:by|from)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\[E-?(?:book|text) ?#(?P<number>\d+)\]", re.IGNORECASE)
_HEADER_LINES = 800
_CREDIT_LINES = 40


@dataclass
class GutenbergHeader:
    """What the header of a Project Gutenberg text says about the book."""

    title: str = ""
    creators: list[str] = field(default_factory=list)
    language: str = ""
    others: list[tuple[str, str]] = field(default_factory=list)
    number: str = ""


def cut_gutenberg(text: Text) -> GutenbergHeader | None:
    """Marks header, credits and footer as boilerplate; None when the text is from elsewhere."""
    start = _body_start(text.lines)
    stop = _body_stop(text.lines, start)
    if start == 0 and stop == len(text.lines):
        return None
    header = _read_header(text.lines[:start] or text.lines[:20])
    text.mark(range(start), Role.BOILERPLATE)
    text.mark(range(stop, len(text.lines)), Role.BOILERPLATE)
    _cut_credits(text, start, stop)
    return header


def _body_start(lines: list[str]) -> int:
    """The first line of the book, 0 when nothing says where it begins."""
    small_print = 0
    for row, line in enumerate(lines[:_HEADER_LINES]):
        if _START.match(line):
            # A title too long for one line runs on to the closing asterisks.
            if "***" not in line.lstrip(" *") and "***" in "".join(lines[row + 1 : row + 2]):
                return row + 2
            return row + 1
        if _SMALL_PRINT.match(line) and not small_print:
            small_print = row + 1
    # The small print stands before the book until 2002; then at the end of the file.
    return small_print if small_print < len(lines) * 0.9 else 0


def _body_stop(lines: list[str], start: int) -> int:
    for row in range(start, len(lines)):
        if _END.match(lines[row]) and (start or _NAME.search(lines[row])):
            return row
    return len(lines)


def _cut_credits(text: Text, start: int, stop: int) -> None:
    """Marks the paragraph naming who made the file, which stands before the title page."""
    row = start
    seen = 0
    while row < min(stop, start + _CREDIT_LINES) and seen < 3:
        if not text.lines[row]:
            row += 1
            continue
        end = row
        while end < stop and text.lines[end]:
            end += 1
        if _CREDITS.match(text.lines[row]) and end - row <= 6:
            text.mark(range(row, end), Role.BOILERPLATE)
        seen += 1
        row = end


def _read_header(lines: list[str]) -> GutenbergHeader:
    header = GutenbergHeader()
    for name, value in _fields(lines):
        if name == "title":
            header.title = header.title or value
        elif name in {"author", "authors"}:
            header.creators.append(value)
        elif name == "language":
            header.language = value
        else:
            header.others.append((name.capitalize(), value))
    if number := _NUMBER.search(" ".join(lines)):
        header.number = number["number"]
    if not header.title:
        _read_first_line(lines, header)
    return header


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    """Name and value of the labelled lines; an indented line carries on the value above."""
    found: list[tuple[str, str]] = []
    runs_on = False
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match:
            found.append((match["name"].lower(), match["value"].strip()))
            runs_on = True
        elif runs_on and line.startswith(" ") and line.strip():
            name, value = found[-1]
            found[-1] = (name, f"{value} {line.strip()}".strip())
        else:
            runs_on = False
    return [(name, value) for name, value in found if value]


def _read_first_line(lines: list[str], header: GutenbergHeader) -> None:
    """The first paragraph of files of the nineties: "The Project Gutenberg Etext of X, by Y"."""
    opening: list[str] = []
    for line in lines:
        if line.strip("* "):
            opening.append(line.strip())
        elif opening:
            break
    match = _FIRST_LINE.fullmatch(" ".join(opening)[:400])
    if match:
        header.title = match["title"].strip(" ,.*")
        if match["author"]:
            header.creators.append(re.split(r"\s*[(*#]|\s{2,}", match["author"])[0].strip(" ,.*"))
