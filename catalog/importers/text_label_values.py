"""Which lines belong to the value of a label: one, several, or several paragraphs."""

from itertools import islice

from catalog.importers.text_headings import parse_heading
from catalog.importers.text_labels import PROSE_LABELS, Label, parse_label, parse_unknown
from catalog.importers.text_layout import join_lines
from catalog.importers.text_model import Role, Text, is_break

_LISTS = frozenset(
    {"fandom", "relationship", "character", "warning", "freeform", "genre", "series", "title"}
)
_MAX_ROWS = 15
_MAX_LINE = 120
_MAX_PARAGRAPHS = 4
_MAX_LOOK = 40
_WRAPPED = 45


def read_value_rows(text: Text, label: Label) -> None:
    """Adds to the label the lines after its first that carry on its value."""
    row = label.rows[-1] + 1
    extra, ends_at_label = _run(text, row)
    if extra and _belongs(text, label, extra, ends_at_label=ends_at_label):
        lines = [text.lines[at] for at in extra]
        label.paragraphs = [_joined([*label.paragraphs, *lines], label)]
        label.rows.extend(extra)
    elif extra:
        return
    _read_paragraphs(text, label)


def _run(text: Text, row: int) -> tuple[list[int], bool]:
    """The lines from the row to the next blank line, label, rule or heading; whether to a label."""
    rows: list[int] = []
    while row < len(text.lines) and text.roles[row] is Role.PROSE and len(rows) <= _MAX_ROWS:
        line = text.lines[row]
        if _is_label(line):
            return rows, True
        heading = parse_heading(line)
        if is_break(line) or (heading and heading.is_strong):
            return rows, False
        rows.append(row)
        row += 1
    return rows, False


def _is_label(line: str) -> bool:
    label = parse_label(line)
    return label is not None and not (label.is_weak and parse_heading(line))


def _belongs(text: Text, label: Label, extra: list[int], *, ends_at_label: bool) -> bool:
    lines = [text.lines[row] for row in extra]
    if len(extra) > _MAX_ROWS:
        return False
    if label.key in PROSE_LABELS:
        # Without blank lines in the text nothing tells where a summary ends and the story begins.
        return ends_at_label or (
            max(map(len, lines)) <= _MAX_LINE and _has_blank_after(text, extra[-1])
        )
    if not label.paragraphs:
        return len(extra) <= 6 and max(map(len, lines)) <= _MAX_LINE
    if label.key not in _LISTS or any(parse_unknown(line) for line in lines):
        return False
    open_end = label.paragraphs[-1].endswith((",", ";", "/", "&", "|"))
    indented = all(line[:1].isspace() for line in lines)
    return (open_end or indented or ends_at_label) and len(extra) <= 6


def _has_blank_after(text: Text, row: int) -> bool:
    """Whether the value ends at a blank line in a text that separates paragraphs so."""
    if not has_prose(text, row + 1):
        return False
    if text.roles[row + 1] is Role.PROSE:
        return True
    following = text.roles[row + 1 : row + 200]
    blanks = following.count(Role.BLANK)
    return blanks * 12 >= following.count(Role.PROSE)


def has_prose(text: Text, row: int) -> bool:
    """Whether anything of the story is left from the row on."""
    return any(role is Role.PROSE for role in islice(text.roles, row, None))


def _joined(lines: list[str], label: Label) -> str:
    wrapped = all(len(line) >= _WRAPPED for line in lines[:-1])
    if label.key in PROSE_LABELS:
        return join_lines(lines) if wrapped else "\n".join(line.strip() for line in lines)
    if label.key in _LISTS and not wrapped:
        return "\n".join(line.strip() for line in lines)
    return join_lines(lines)


def _read_paragraphs(text: Text, label: Label) -> None:
    """Paragraphs after a blank line: the value of an empty label, or up to the next label."""
    following = _paragraphs(text, label.rows[-1] + 1)
    if not following:
        return
    if not label.paragraphs:
        take = following[:1] if has_prose(text, following[0][-1] + 1) else []
    elif label.key in PROSE_LABELS and _label_follows(text, following):
        take = following
    else:
        return
    for rows in take:
        label.paragraphs.append(_joined([text.lines[row] for row in rows], label))
        label.rows.extend(rows)


def _paragraphs(text: Text, row: int) -> list[list[int]]:
    """Up to four short paragraphs from the row on, until a label, a heading or a rule."""
    found: list[list[int]] = []
    while row < len(text.lines) and len(found) < _MAX_PARAGRAPHS:
        if text.roles[row] is Role.BLANK:
            row += 1
            continue
        rows, _ = _run(text, row)
        if not rows or len(rows) > _MAX_ROWS or parse_heading(text.lines[row]):
            break
        found.append(rows)
        row = rows[-1] + 1
        if sum(map(len, found)) > _MAX_LOOK:
            break
    return found


def _label_follows(text: Text, paragraphs: list[list[int]]) -> bool:
    row = paragraphs[-1][-1] + 1
    while row < len(text.lines) and text.roles[row] is not Role.PROSE:
        row += 1
    label = parse_label(text.lines[row]) if row < len(text.lines) else None
    return label is not None and not label.is_weak
