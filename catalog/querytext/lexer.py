"""Query text cut into operands, operators and parentheses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NoReturn

from archive.core.said import say
from catalog.querytext.caps import Caps
from catalog.querytext.clean import clean
from catalog.querytext.conditions import CHUNK, QUOTES, compares, make_condition, value_span
from catalog.querytext.errors import Notice, QuerySyntaxError
from catalog.querytext.fields import FIELD_KINDS, FieldKind, field_named
from catalog.querytext.nodes import Leaf, Phrase
from catalog.querytext.operands import has_searchable, is_searchable, read_word
from catalog.querytext.values import COMPARISON, UnusableValueError, parse_sort


class Kind(Enum):
    """What a token is."""

    OPERAND = "operand"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    OPEN = "("
    CLOSE = ")"


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its place in the given text; ``symbol`` is the operator as written."""

    kind: Kind
    start: int
    end: int
    symbol: str = ""
    node: Leaf | None = None


_CLOSERS = {'"': '"', "«": "»", "»": "«"}
_FIELD = re.compile(r"([A-Za-z_]+):")
_BETWEEN_COLONS = re.compile(r"[^:]+")
_COMPARED = re.compile(rf"([A-Za-z_]+)\s*(?={COMPARISON})")
_EYES_LEFT = re.compile(r"[:;=]['\-^o~]?$")
_EYES_RIGHT = re.compile(r"['\-^o~]?[:;=](?=\s|$)")
_SLOP = re.compile(r"~\d+|\^\d+(?:\.\d+)?")
_QUOTE_MARKS = re.compile(f"[{QUOTES}]")
_WORD_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


class Lexer:
    """One pass over a query.

    ``stack`` holds an entry for each open parenthesis: the field it belongs to, and its place.
    Places inside this class count in the cleaned text; tokens carry places in the given one.
    """

    def __init__(
        self, given: str, *, now: datetime, caps: Caps, languages: Mapping[str, str] | None
    ) -> None:
        self.source = clean(given, caps)
        self.text = self.source.text
        self.caps = caps
        self.now = now
        self.languages = languages
        self.pos = 0
        self.tokens: list[Token] = []
        self.stack: list[tuple[str | None, int]] = []
        self.ordering = ""
        self.notices: list[Notice] = []

    def run(self) -> list[Token]:
        """All tokens, parentheses balanced. Raises QuerySyntaxError."""
        while self.pos < len(self.text):
            char = self.text[self.pos]
            if char.isspace():
                self.pos += 1
            elif char in "()":
                self._parenthesis(char)
            elif not self._operator_sign(char):
                self._operand(self.stack[-1][0] if self.stack else None)
        if self.stack:
            self._fail(
                say("This parenthesis is never closed."), "parenthesis", self.stack[-1][1], 1
            )
        return self.tokens

    def _skip_punctuation(self) -> None:
        """Go on to the first letter of a word, past signs such as ``+`` or ``#`` before it."""
        chunk = CHUNK.match(self.text, self.pos)
        if chunk and has_searchable(chunk[0]):
            first = next(index for index, char in enumerate(chunk[0]) if is_searchable(char))
            # A star is refused with the word it stands before.
            self.pos += first if "*" not in chunk[0][:first] else 0

    def _parenthesis(self, char: str) -> None:
        if self._is_smiley(char):
            self.pos += 1
        elif char == "(":
            self._open(self.stack[-1][0] if self.stack else None)
        elif self.stack:
            self.stack.pop()
            self._push(Kind.CLOSE, self.pos + 1)
        else:
            self._fail(say("This parenthesis was never opened."), "parenthesis", self.pos, 1)

    def _open(self, field: str | None) -> None:
        self.stack.append((field, self.pos))
        if len(self.stack) > self.caps.depth:
            self._fail(
                say(
                    "Parentheses may stand {depth} deep; this one is deeper.", depth=self.caps.depth
                ),
                "cap.depth",
                self.pos,
                1,
            )
        self._push(Kind.OPEN, self.pos + 1)

    def _is_smiley(self, char: str) -> bool:
        """Whether the parenthesis is the mouth of a smiley such as ``:)``, ``:-(`` or ``(:``."""
        text, pos, depth = self.text, self.pos, len(self.stack)
        has_left = _EYES_LEFT.search(text, max(0, pos - 2), pos) is not None
        has_right = _EYES_RIGHT.match(text, pos + 1) is not None
        closing, opening = text.count(")", pos), text.count("(", pos + 1)
        if char == "(":
            is_alone = has_right or (has_left and (text[pos + 1 : pos + 2] or " ") in " ()")
            return is_alone and closing <= opening + depth
        doubled = text[pos - 1 : pos] == ")" and not depth
        is_mouth = has_left or has_right or (doubled and self._follows_smiley())
        return is_mouth and (depth == 0 or closing - 1 >= opening + depth)

    def _follows_smiley(self) -> bool:
        """Whether the parentheses just before are those of a smiley, as in ``:)))``."""
        head = self.text[: self.pos].rstrip(")")
        return _EYES_LEFT.search(head) is not None

    def _operator_sign(self, char: str) -> bool:
        """Read ``|``, ``||``, ``&&`` or a minus sign; False when none stands here."""
        if char == "|":
            width = 2 if self.text.startswith("||", self.pos) else 1
            self._push(Kind.OR, self.pos + width)
        elif self.text.startswith("&&", self.pos):
            self._push(Kind.AND, self.pos + 2)
        elif char == "-" and self._may_precede_minus() and self._is_minus():
            self._push(Kind.NOT, self.pos + 1)
        else:
            return False
        return True

    def _may_precede_minus(self) -> bool:
        before = self.text[self.pos - 1 : self.pos] if self.pos else " "
        return before.isspace() or before in "(|&"

    def _is_minus(self) -> bool:
        """Whether a hyphen here excludes what follows; alone or doubled it is plain text."""
        following = self.text[self.pos + 1 : self.pos + 2]
        if following == "(" or (following and following in QUOTES):
            return True
        chunk = CHUNK.match(self.text, self.pos + 1)
        return following != "-" and chunk is not None and has_searchable(chunk[0])

    def _field_or_comparison(self) -> bool:
        """Read ``field:value`` or ``words > 1000``; False when neither stands here."""
        start = self.pos
        match = _FIELD.match(self.text, start)
        name = field_named(match[1]) if match else None
        if match and name and not self._is_mouth_of_word(match.end()):
            self.pos = match.end()
            self._field_value(name, start)
            return True
        match = _COMPARED.match(self.text, start)
        name = field_named(match[1]) if match else None
        if match and name and compares(self.text, name, match.end()):
            self.pos = match.end()
            self._condition(name, start)
            return True
        return False

    def _is_mouth_of_word(self, pos: int) -> bool:
        return not self.stack and self.text[pos : pos + 1] == ")"

    def _field_value(self, name: str, start: int) -> None:
        """Read what a known field is asked for; nothing usable is an error."""
        while self.text[self.pos : self.pos + 1].isspace():
            self.pos += 1
        following = self.text[self.pos : self.pos + 1]
        if not following or following in ")|" or self.text.startswith("&&", self.pos):
            self._unusable(name, "", start, self.pos)
        if name == "sort":
            self._order(start)
            return
        if following == "-" and FIELD_KINDS[name] is FieldKind.TEXT and self._is_minus():
            self._push(Kind.NOT, self.pos + 1)
            following = self.text[self.pos]
        if following == "(":
            self._open(name)
        elif FIELD_KINDS[name] is not FieldKind.TEXT:
            self._condition(name, start)
        elif not self._text_operand(name, start):
            self._unusable(name, "", start, self.pos)

    def _operand(self, group: str | None) -> None:
        """Read a condition, an operator in letters, a phrase or a word, in a field's group."""
        is_condition = group is not None and FIELD_KINDS[group] is not FieldKind.TEXT
        if not is_condition:
            self._skip_punctuation()
        if self._field_or_comparison():
            return
        chunk = CHUNK.match(self.text, self.pos)
        if chunk and chunk[0] in _WORD_OPERATORS:
            self._push(_WORD_OPERATORS[chunk[0]], chunk.end())
        elif group and is_condition:
            self._condition(group, self.pos)
        elif chunk and _FIELD.match(chunk[0]):
            self._words_with_colons(chunk, group)
        else:
            self._text_operand(group, self.pos)

    def _words_with_colons(self, chunk: re.Match[str], field: str | None) -> None:
        """Read ``foo:bar`` whose name is no field: plain words, together one operand."""
        nodes = []
        for part in _BETWEEN_COLONS.finditer(self.text, chunk.start(), chunk.end()):
            place = self._place(*part.span())
            nodes.append(read_word(part[0], field=field, place=place, caps=self.caps))
        start, end = self._place(*chunk.span())
        self.tokens.append(Token(Kind.OPEN, start, start))
        for node in nodes:
            self._add(node, chunk.end())
        self.tokens.append(Token(Kind.CLOSE, end, end))

    def _text_operand(self, field: str | None, start: int) -> bool:
        """Read a phrase or a word; False when there is nothing in it to look for."""
        node: Leaf | None
        chunk = CHUNK.match(self.text, self.pos)
        if chunk is None:
            begin, end, after = self._quoted()
            inner = " ".join(_QUOTE_MARKS.sub(" ", self.text[begin:end]).split())
            place = self._place(start, after)
            node = Phrase(inner, field, start=place[0], end=place[1])
            node = node if has_searchable(inner) else None
            after = self._without_slop(after)
        else:
            after = chunk.end()
            place = self._place(start, after)
            node = read_word(chunk[0], field=field, place=place, caps=self.caps)
        self._add(node, after)
        return node is not None

    def _without_slop(self, pos: int) -> int:
        """Skip ``~3`` or ``^2`` behind a phrase, and say so."""
        match = _SLOP.match(self.text, pos)
        if not match:
            return pos
        start, end = self._place(pos, match.end())
        text = say(
            "“{found}” behind a phrase has no meaning here and was left out.", found=match[0]
        )
        self.notices.append(Notice("phrase.suffix", text, start, end - start))
        return match.end()

    def _quoted(self) -> tuple[int, int, int]:
        """Begin and end of the text in quotation marks here, and where to go on behind it."""
        opener = self.text[self.pos]
        begin = self.pos + 1
        end = self.text.find(_CLOSERS[opener], begin) if opener in _CLOSERS else -1
        if end < 0 and opener not in "«»":
            ends = [self.text.find(mark, begin) for mark in '”“‟"']
            end = min((place for place in ends if place >= 0), default=-1)
        if end < 0:
            self._fail(say("This quotation mark has no partner."), "quote", self.pos, 1)
        return begin, end, end + 1

    def _condition(self, field: str, start: int) -> None:
        """Read the value of a count, a date, a flag or a language."""
        begin, end, after = self._value(field)
        value = self.text[begin:end]
        try:
            node = make_condition(
                field,
                value,
                place=self._place(start, end),
                now=self.now,
                languages=self.languages,
            )
        except UnusableValueError as error:
            self._unusable(field, error.reason, begin, max(end, begin + 1))
        self._add(node, after)

    def _order(self, start: int) -> None:
        """Read the value of ``sort:``, which orders the result and restricts nothing."""
        begin, end, after = self._value("sort")
        is_negated = bool(self.tokens) and self.tokens[-1].kind is Kind.NOT
        if self.stack or is_negated:
            self._fail(
                say(
                    "A sort order applies to the whole query; write sort: outside parentheses and without NOT, and sort:-title to turn it round."
                ),
                "value",
                start,
                after - start,
            )
        try:
            ordering = parse_sort(self.text[begin:end])
        except UnusableValueError as error:
            self._unusable("sort", error.reason, begin, max(end, begin + 1))
        if self.ordering and self.ordering != ordering:
            place = self._place(start, after)
            text = say("Several sort orders are given; the last one counts.")
            self.notices.append(Notice("sort.repeated", text, place[0], place[1] - place[0]))
        self.ordering = ordering
        self.pos = after

    def _value(self, field: str) -> tuple[int, int, int]:
        if self.text[self.pos] in QUOTES:
            return self._quoted()
        return value_span(self.text, field, self.pos)

    def _add(self, node: Leaf | None, end: int) -> None:
        """Take the operand, if there is one, and go on behind it."""
        if node is not None:
            self.tokens.append(Token(Kind.OPERAND, node.start, node.end, node=node))
        self.pos = end

    def _push(self, kind: Kind, end: int) -> None:
        start, stop = self._place(self.pos, end)
        self.tokens.append(Token(kind, start, stop, symbol=self.text[self.pos : end]))
        self.pos = end

    def _place(self, begin: int, end: int) -> tuple[int, int]:
        """A span of the cleaned text as a span of the given text."""
        return self.source.start_of(begin), self.source.end_of(end)

    def _unusable(self, field: str, reason: str, begin: int, end: int) -> NoReturn:
        if not reason:
            reason = say("Something to look for must stand behind “{field}:”.", field=field)
        self._fail(reason, "value", begin, end - begin)

    def _fail(self, reason: str, kind: str, begin: int, length: int) -> NoReturn:
        start, end = self._place(begin, begin + length)
        raise QuerySyntaxError(reason, kind=kind, position=start, length=max(end - start, 1))
