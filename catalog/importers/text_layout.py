"""How a plain text is laid out: hard-wrapped or not, indented or not; lines become blocks."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.importers.text_headings import is_strong_heading, parse_heading
from catalog.importers.text_model import Block, Role, Text, is_break

_MAX_WRAP = 120
_LONG_LINE = 80
_DENSE_GROUP = 25
_STANZA = 14
_SLACK = 2
_ENOUGH = 0.65
_LEAST_FULL = 0.3
_TERMINAL = tuple(".!?…\"”'’»):—-*_。」』！？")
_FIRST_WORD = re.compile(r"\s*([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\S+)")
_CJK_END = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True)
class Layout:
    """What holds for a whole text.

    ``width`` is the column at which lines were wrapped, 0 for a text that is not; ``base`` the
    indent of all lines; ``indented`` texts begin paragraphs with an indent instead of a blank
    line; ``doubled`` texts have a blank line after every line; ``dense`` ones hardly any blank
    lines, ``loose`` ones mostly paragraphs of one line.
    """

    width: int = 0
    base: int = 0
    indented: bool = False
    doubled: bool = False
    dense: bool = False
    loose: bool = False


Row = tuple[int, str]


def find_blocks(text: Text) -> list[Block]:
    """The blocks of all lines that are still prose, in order."""
    groups = list(_groups(text))
    layout = measure([[line for _, line in group] for group, _ in groups])
    if layout.doubled:
        groups = _undouble(groups, layout)
    blocks: list[Block] = []
    for group, gap in groups:
        for part in _split(group, layout):
            blocks.append(_block(part, gap, layout))
            gap = 0
    for block in blocks:
        if block.is_break:
            text.mark(block.rows, Role.BREAK)
    return blocks


def _groups(text: Text) -> Iterator[tuple[list[Row], int]]:
    """Runs of lines without a blank line between, each with the count of blank lines before."""
    group: list[Row] = []
    gap = 0
    for row, (line, role) in enumerate(zip(text.lines, text.roles, strict=True)):
        if role is Role.PROSE:
            group.append((row, line.expandtabs(8).replace("\u3000", "  ")))
            continue
        if group:
            yield group, gap
            group, gap = [], 0
        gap += 1
    if group:
        yield group, gap


def measure(groups: Sequence[Sequence[str]]) -> Layout:
    """The layout of a text given as runs of lines."""
    lines = [line for group in groups for line in group if not is_break(line)]
    if not lines:
        return Layout()
    base = sorted(_indent(line) for line in lines)[len(lines) // 20]
    width = _wrap_width([_pairs(group, base) for group in groups])
    singles = sum(1 for group in groups if len(group) == 1)
    if not width and len(groups) >= 10 and singles >= len(groups) * 0.9:
        flat = [group[0] for group in groups if len(group) == 1]
        if doubled := _wrap_width([_pairs(flat, base)], strict=True):
            return Layout(width=doubled, base=base, doubled=True)
    dense = len(lines) > _DENSE_GROUP and len(lines) > len(groups) * _DENSE_GROUP
    return Layout(
        width,
        base,
        _is_indented(groups, base, width),
        dense=dense,
        loose=singles * 2 >= len(groups),
    )


def _pairs(group: Sequence[str], base: int) -> list[tuple[str, str]]:
    """Neighbouring lines of which the second does not begin a paragraph by an indent."""
    return [
        (line, after)
        for line, after in pairwise(group)
        if _indent(after) <= base + 1 and not is_break(line) and not is_break(after)
    ]


def _wrap_width(runs: Sequence[Sequence[tuple[str, str]]], *, strict: bool = False) -> int:
    """The column of hard wrapping, 0 when the line ends are the writer's own."""
    lengths = sorted(len(line) for pairs in runs for line, _ in pairs)
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.95)] if len(lengths) > 1 else lengths[0]
    if not 30 <= width <= _MAX_WRAP:
        return 0
    # Verse, addresses and lists in a wrapped text are short; they say nothing about the column.
    full = [pair for pairs in runs if _is_full(pairs, width) for pair in pairs]
    forced = sum(1 for line, after in full if is_forced(line, after, width))
    capitals = sum(1 for _, after in full if _first_letter(after).isupper())
    open_ends = sum(1 for line, _ in full if not line.rstrip().endswith(_TERMINAL))
    if len(full) < len(lengths) * _LEAST_FULL or forced < len(full) * (0.8 if strict else _ENOUGH):
        return 0
    if capitals > len(full) * 0.75:
        return 0
    if len(full) < 4 or strict:
        return width if width >= 45 and open_ends >= len(full) * _ENOUGH else 0
    return width


def _is_full(pairs: Sequence[tuple[str, str]], width: int) -> bool:
    """Whether most lines of a run come near the column."""
    near = sum(1 for line, _ in pairs if len(line) >= width * 0.75)
    return near * 2 > len(pairs)


def is_forced(line: str, after: str, width: int) -> bool:
    """Whether the line had to end here: the first word of the next line would not have fitted."""
    match = _FIRST_WORD.match(after)
    return len(line) + 1 + len(match[1] if match else "") > width - _SLACK


def _is_indented(groups: Sequence[Sequence[str]], base: int, width: int) -> bool:
    longer = [group for group in groups if len(group) > 2 and _is_prose(group, width)]
    if not width or not longer:
        return False
    opened = sum(1 for group in longer if _indent(group[0]) > base + 1)
    inner = sum(
        1
        for group in longer
        for line, after in pairwise(group)
        if _indent(after) > base + 1 >= _indent(line) + 1
    )
    flush = sum(1 for group in longer for line in group if _indent(line) <= base + 1)
    indented = sum(len(group) for group in longer) - flush
    return inner >= 2 and opened * 2 >= len(longer) and indented < flush * 1.5


def _is_prose(group: Sequence[str], width: int) -> bool:
    """Whether enough lines of a group fill the column: verse with indents is no prose."""
    return sum(1 for line in group if len(line) >= width * 0.75) * 2 > len(group)


def _undouble(groups: list[tuple[list[Row], int]], layout: Layout) -> list[tuple[list[Row], int]]:
    """Joins the lines that a blank line after every line tore apart."""
    merged: list[tuple[list[Row], int]] = []
    for group, gap in groups:
        last = merged[-1][0][-1][1] if merged else ""
        first = group[0][1]
        joins = merged and gap == 1 and is_forced(last, first, layout.width)
        if joins and not is_break(first) and not is_break(last) and not is_strong_heading(first):
            merged[-1][0].extend(group)
        else:
            merged.append((list(group), gap))
    return merged


def _split(group: list[Row], layout: Layout) -> Iterator[list[Row]]:
    """The paragraphs, headings and breaks of one run of lines."""
    begins = _paragraph_start(group, layout)
    part: list[Row] = []
    for at, row in enumerate(group):
        alone = is_break(row[1]) or _stands_alone(group, at, layout)
        if part and (alone or begins(at)):
            yield part
            part = []
        part.append(row)
        if alone:
            yield part
            part = []
    if part:
        yield part


def _stands_alone(group: list[Row], at: int, layout: Layout) -> bool:
    """Whether a line without blank lines around it is a heading all the same."""
    line = group[at][1]
    heading = parse_heading(line)
    if not heading or not heading.is_strong:
        return False
    if not layout.width:
        return True
    # In wrapped text a paragraph may begin with "Part one" at the end of a full line.
    ends = at + 1 == len(group) or not is_forced(line, group[at + 1][1], layout.width)
    begins = at == 0 or not is_forced(group[at - 1][1], line, layout.width)
    return ends and begins


def _paragraph_start(group: list[Row], layout: Layout) -> Callable[[int], bool]:
    lines = [line for _, line in group]
    edge = layout.base + 1
    if not layout.width:
        many = len(group) > _STANZA and not layout.loose
        each = layout.dense or many or max(map(len, lines)) > _LONG_LINE
        return lambda at: each
    if layout.indented:
        # Two indented lines in a row are a stanza or a letter head, not two paragraphs.
        return lambda at: (
            (_indent(lines[at]) > edge) != (_indent(lines[at - 1]) > edge)
            if _in_stanza(lines, at, edge) or _in_stanza(lines, at - 1, edge)
            else _indent(lines[at]) > edge
        )
    if layout.dense:
        return lambda at: (
            lines[at - 1].endswith(_TERMINAL)
            and not is_forced(lines[at - 1], lines[at], layout.width - 4)
        )
    return lambda at: False


def _in_stanza(lines: list[str], at: int, edge: int) -> bool:
    """Whether the line is indented and one beside it is so too, more than a paragraph is."""
    if _indent(lines[at]) <= edge:
        return False
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(lines)]
    return any(_indent(lines[near]) > edge + 4 for near in beside) and _indent(lines[at]) > edge + 4


def _block(part: list[Row], gap: int, layout: Layout) -> Block:
    rows = [row for row, _ in part]
    lines = [line for _, line in part]
    if len(part) == 1:
        return Block(rows, lines, gap, is_break=is_break(lines[0]))
    inner = min(_indent(line) for line in lines)
    quoted = bool(layout.width) and not layout.indented and inner >= layout.base + 2
    return Block(
        rows, lines, gap, keep_lines=_keeps_lines(lines, layout, quoted=quoted), quoted=quoted
    )


def _keeps_lines(lines: list[str], layout: Layout, *, quoted: bool) -> bool:
    """Whether the line ends of a block are the writer's own: verse, addresses, signatures."""
    if not layout.width:
        return True
    pairs = list(pairwise(lines))
    width = layout.width
    if quoted:
        # A quotation has the column to itself that its indent leaves, or a narrower one.
        indent = min(_indent(line) for line in lines)
        pairs = [(line[indent:], after[indent:]) for line, after in pairs]
        width = min(width - indent, max(len(line) for pair in pairs for line in pair))
        if width < (layout.width - indent) * 0.7 or width < layout.width * 0.5:
            return True
    if len(pairs) == 1:
        return not is_forced(*pairs[0], int(width * 0.75))
    free = sum(1 for line, after in pairs if not is_forced(line, after, width - 3))
    capitals = sum(1 for _, after in pairs if _first_letter(after).isupper())
    return free * 2 >= len(pairs) or (free * 3 >= len(pairs) and capitals == len(pairs))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first_letter(line: str) -> str:
    return next((char for char in line if char.isalpha()), "")


def join_lines(lines: Sequence[str]) -> str:
    """One paragraph out of wrapped lines: no space after a hyphen or between Han characters."""
    parts: list[str] = []
    last = ""
    for line in filter(None, (line.strip() for line in lines)):
        if parts and not _joins(last, line[0]):
            parts.append(" ")
        parts.append(line)
        last = line[-2:]
    return "".join(parts)


def _joins(end: str, start: str) -> bool:
    """Whether nothing stood between the last two characters of a line and the next line."""
    if end[-1] in "-—" and len(end) > 1 and not end[0].isspace():
        return start not in "-–—"
    return bool(_CJK_END.match(end[-1]) and _CJK_END.match(start))
