"""Reads the head of a plain text: title, byline and labels, until the story begins."""

import re
from dataclasses import dataclass, field

from catalog.importers.text_bylines import is_lonely_by, parse_byline, parse_names, same_creator
from catalog.importers.text_headings import is_strong_heading, parse_heading
from catalog.importers.text_label_values import read_value_rows
from catalog.importers.text_labels import Label, parse_label, parse_unknown
from catalog.importers.text_model import Role, Text, is_break
from catalog.importers.text_title import is_title_form, parse_title, repeats_title, splits_as

# Han, kana and hangul without a mark between them.
_HAN_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,8}")
_LOOK_AHEAD = 4
_MAX_SUBTITLE = 80
_MAX_TITLE_LINE = 160


@dataclass
class Head:
    """What the head says; ``labels`` in order, those of title and creator already taken out.

    ``guessed_title`` tells that a first line was taken for the title without a byline or a label.
    """

    title: str = ""
    creators: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    number: int | None = None
    total: int | None = None
    guessed_title: bool = False


def read_head(text: Text, known: Head | None = None) -> Head:
    """The head of the text; its lines are marked. ``known`` holds what another header said."""
    reader = _HeadReader(text, known or Head())
    reader.read()
    return reader.head


class _HeadReader:
    """Walks down from the first line and stops at the first that is no part of the head."""

    def __init__(self, text: Text, head: Head) -> None:
        self.text = text
        self.head = head
        self.row = 0
        self.taken: list[int] = []
        self.labels = 0
        self.known_title = bool(head.title)
        self.known_creators = bool(head.creators)

    def read(self) -> None:
        steps = (self._label, self._known, self._part, self._title, self._byline)
        while (row := self._next(self.row)) is not None:
            self.row = row
            if not any(step() for step in steps):
                break
        self.text.mark(self.taken, Role.HEAD)

    def _next(self, row: int) -> int | None:
        """The first line at or after the row that is neither blank nor a rule."""
        for at in range(row, len(self.text.lines)):
            if self.text.roles[at] is Role.PROSE and not is_break(self.text.lines[at]):
                return at
        return None

    def _take(self, *rows: int) -> bool:
        self.taken.extend(rows)
        self.row = rows[-1] + 1
        return True

    def _label(self) -> bool:
        line = self.text.lines[self.row]
        after = self._next(self.row + 1)
        below = self.text.lines[after] if after is not None else ""
        beside = self.labels > 0 or parse_label(below) is not None
        label = parse_label(line) or self._dashed(line, below) or self._unknown(line)
        if not label or (label.is_weak and not beside):
            return False
        if parse_heading(line) and label.is_weak:
            return False
        label.rows.append(self.row)
        read_value_rows(self.text, label)
        self._keep(label)
        return self._take(*label.rows)

    def _dashed(self, line: str, below: str) -> Label | None:
        label = parse_label(line, dashed=True)
        beside = self.labels or parse_label(below, dashed=True)
        return label if label and beside else None

    def _unknown(self, line: str) -> Label | None:
        """A label of a name nobody knows, in one block with known ones."""
        previous = self.row - 1
        if previous not in self.taken or parse_heading(line):
            return None
        label = parse_unknown(line)
        below = self.text.lines[self.row + 1] if self.row + 1 < len(self.text.lines) else ""
        known = sum(1 for one in self.head.labels if one.key != "other")
        if label and label.paragraphs and (parse_label(below) or (known >= 3 and not below)):
            return label
        return None

    def _keep(self, label: Label) -> None:
        head = self.head
        self.labels += 1
        if label.key == "title" and label.value and not self.known_title:
            self._set_title(label.value)
            self.known_title = True
        elif label.key == "creator" and label.value:
            for name in parse_names(label.value):
                self._add_creator(name)
            self.known_creators = True
        elif label.key not in {"title", "creator"}:
            head.labels.append(label)

    def _set_title(self, value: str) -> None:
        found = parse_title(value)
        self.head.title = found.title
        self.head.number, self.head.total = found.number, found.total
        for name in found.creators:
            self._add_creator(name)

    def _add_creator(self, name: str) -> None:
        if not any(same_creator(name, known) for known in self.head.creators):
            self.head.creators.append(name)

    def _known(self) -> bool:
        """The title page again, when title and names are known from a header or from labels."""
        line = self.text.lines[self.row]
        if not self.known_title or self._next(self.row + 1) is None:
            return False
        if splits_as(line, self.head.title):
            return self._take(self.row)
        return repeats_title(line, self.head.title) and self._take(self.row)

    def _title(self) -> bool:
        if self.head.title:
            return False
        certain, between = self._byline_ahead()
        line = self.text.lines[self.row]
        if self._is_lone_byline():
            return False
        if not certain and self._next(self.row + 1) is None:
            return False
        with_name = bool(parse_title(line).creators) and len(line) <= _MAX_TITLE_LINE
        if not with_name and not is_title_form(line, certain=certain):
            return False
        if not certain and not with_name and not self._set_apart():
            return False
        self._set_title(line)
        self.head.guessed_title = not certain and not with_name and not self.labels
        for row in between:
            self._subtitle(self.text.lines[row].strip())
        return self._take(self.row, *between)

    def _is_lone_byline(self) -> bool:
        """Whether the file begins with "By Somebody", its title left out."""
        line = self.text.lines[self.row]
        below = self.text.lines[self.row + 1] if self.row + 1 < len(self.text.lines) else ""
        return not self.taken and not below and bool(parse_byline(line))

    def _part(self) -> bool:
        """The heading of a part among title, byline and labels says which part the file is."""
        heading = parse_heading(self.text.lines[self.row])
        after = self._next(self.row + 1)
        if not heading or not heading.is_strong or after is None:
            return False
        below = self.text.lines[after]
        label = parse_label(below)
        if not self.taken and heading.title and (parse_byline(below) or (label and label.key)):
            self.head.title = heading.title
        elif not (label and after == self.row + 1 and self.row - 1 in self.taken):
            return False
        self.head.number, self.head.total = heading.number, heading.total
        return self._take(self.row)

    def _byline_ahead(self) -> tuple[bool, list[int]]:
        """Whether a byline or a label follows soon, and the lines of a subtitle before it."""
        between: list[int] = []
        row = self._next(self.row + 1)
        while row is not None and len(between) < _LOOK_AHEAD:
            line = self.text.lines[row]
            if parse_byline(line) or is_lonely_by(line):
                return True, between
            label = parse_label(line)
            if label and not (label.is_weak and label.key != "notes"):
                return not between, []
            if len(line) > _MAX_SUBTITLE or not is_title_form(line, certain=True):
                heading = parse_heading(line)
                if not heading or heading.kind != "keyword" or len(line) > _MAX_SUBTITLE:
                    return self._heading_below(), []
            between.append(row)
            row = self._next(row + 1)
        return self._heading_below(), []

    def _heading_below(self) -> bool:
        """Whether the line stands above the first chapter, as a title does."""
        if len(self.text.lines[self.row]) > _MAX_SUBTITLE:
            return False
        after = self._next(self.row + 1)
        if after == self.row + 1 and is_title_form(self.text.lines[after], certain=False):
            after = self._next(after + 1)  # a name or a subtitle without a word that says so
        return self._is_strong(after)

    def _is_strong(self, row: int | None) -> bool:
        return row is not None and is_strong_heading(self.text.lines[row])

    def _set_apart(self) -> bool:
        """Whether the line stands alone or is much shorter than the line that follows at once."""
        line = self.text.lines[self.row]
        below = self.text.lines[self.row + 1] if self.row + 1 < len(self.text.lines) else ""
        if not below or is_break(below) or parse_heading(below):
            return True
        return len(line) <= 50 and len(below) > max(60, len(line) * 1.5)

    def _subtitle(self, line: str) -> None:
        heading = parse_heading(line)
        if heading and heading.kind == "keyword":
            self.head.number = self.head.number or heading.number
            self.head.total = self.head.total or heading.total
            if heading.title:
                self.head.remarks.append(line)
        elif line.startswith("(") or len(line.split()) > 8:
            self.head.remarks.append(line)
        else:
            self.head.title = f"{self.head.title}: {parse_title(line).title}"

    def _byline(self) -> bool:
        line = self.text.lines[self.row]
        after = self._next(self.row + 1)
        names = parse_byline(line)
        rows = [self.row]
        if not names and is_lonely_by(line) and after is not None and self.head.title:
            names = parse_names(self.text.lines[after], guarded=True)
            rows.append(after)
        if not names and self._is_han_name(line) and self._is_strong(after):
            names = [line.strip()]
        if not names or not self._may_have_byline(after, names):
            return False
        for name in names:
            self._add_creator(name)
        self.known_creators = True
        return self._take(*rows)

    def _is_han_name(self, line: str) -> bool:
        """Whether the line below a title is a name as Chinese and Japanese files have it, bare."""
        below_title = bool(self.head.title) and self.row - 1 in self.taken
        return below_title and _HAN_NAME.fullmatch(line.strip()) is not None

    def _may_have_byline(self, after: int | None, names: list[str]) -> bool:
        head = self.head
        if self.known_creators or head.creators:
            return any(same_creator(name, known) for name in names for known in head.creators)
        if head.title or head.labels or self._is_lone_byline():
            return True
        below = self.text.lines[after] if after is not None else ""
        return bool(parse_heading(below) or parse_label(below))
