"""The tree a text query is parsed into: plain frozen values that every executor reads.

Each node knows its place in the text as it was given (``start`` and ``end``, in characters); places
do not count when nodes are compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from catalog.querytext.errors import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A node with its place in the text."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Word(_Placed):
    """A word, in any of its forms, that must occur; in one field, or in any.

    ``text`` may still be a compound such as ``arm-rest``, ``M/M`` or a Japanese sentence: text
    analysis decides what it consists of, and its parts must then stand side by side.
    """

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase(_Placed):
    """Words that must stand side by side, in this order, in these very forms."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix(_Placed):
    """Any word that begins with ``text``."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy(_Placed):
    """The word, or one that is a single edit away from it."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Range(_Placed):
    """A count between two inclusive bounds; None is no bound."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class DateRange(_Placed):
    """A time from ``low`` (inclusive) to ``high`` (exclusive), both aware and in UTC.

    ``expression`` is the value in its normal spelling, such as ``<2weeks`` or ``2020-05``: a saved
    search keeps it, so that "the last two weeks" moves on with the calendar.
    """

    field: str
    low: datetime | None = None
    high: datetime | None = None
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Flag(_Placed):
    """A property that a work has or has not."""

    field: str
    value: bool = True


@dataclass(frozen=True, slots=True)
class Language(_Placed):
    """The language of the work, as a BCP 47 tag in its usual case."""

    code: str


@dataclass(frozen=True, slots=True)
class Everything(_Placed):
    """Every work."""


@dataclass(frozen=True, slots=True)
class And(_Placed):
    """All of the children; at least two, none of them an And."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or(_Placed):
    """Any of the children; at least two, none of them an Or."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not(_Placed):
    """Everything but the child, which is not itself a Not."""

    child: "Node"


Text: TypeAlias = Word | Phrase | Prefix | Fuzzy
Leaf: TypeAlias = Word | Phrase | Prefix | Fuzzy | Range | DateRange | Flag | Language | Everything
Node: TypeAlias = Leaf | And | Or | Not


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a text query asks.

    ``root`` is None when it restricts nothing; ``ordering`` is one of the API's orders, or empty;
    ``normal`` parses into an equal tree and is what is stored and shown.
    """

    root: Node | None
    ordering: str = ""
    notices: tuple[Notice, ...] = ()
    normal: str = ""


def iter_leaves(root: Node | None) -> Iterator[tuple[Leaf, bool]]:
    """Every operand in reading order, with whether it is wanted (not under an odd NOT)."""
    todo: list[tuple[Node, bool]] = [] if root is None else [(root, True)]
    while todo:
        node, is_wanted = todo.pop()
        if isinstance(node, And | Or):
            todo.extend((child, is_wanted) for child in reversed(node.children))
        elif isinstance(node, Not):
            todo.append((node.child, not is_wanted))
        else:
            yield node, is_wanted


def iter_terms(root: Node | None) -> Iterator[Text]:
    """The words and phrases that are wanted: what to mark in a text, and to check for typing."""
    for leaf, is_wanted in iter_leaves(root):
        if is_wanted and isinstance(leaf, Word | Phrase | Prefix | Fuzzy):
            yield leaf
