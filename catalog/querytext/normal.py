"""The normal form of a query: text that parses into an equal tree, whatever was typed.

Readable first: groups in parentheses, a field written once for a group. Where that would exceed
the caps the sparest spelling is taken, which never needs more parentheses than were typed.
"""

from collections.abc import Callable
from typing import TypeAlias

from catalog.querytext.caps import DEFAULT_CAPS, Caps
from catalog.querytext.conditions import value_span
from catalog.querytext.nodes import (
    And,
    DateRange,
    Everything,
    Flag,
    Fuzzy,
    Language,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Word,
)
from catalog.querytext.values import sort_value

_Step: TypeAlias = "str | tuple[Node, str, str | None]"
"""Text to put out, or a node with what it stands in (top, and, or, not) and the group's field."""


def to_normal(root: Node | None, ordering: str = "", caps: Caps = DEFAULT_CAPS) -> str:
    """The normal form of a tree and an order; empty when nothing is asked."""
    order = f"sort:{sort_value(ordering)}" if ordering else ""
    text = ""
    for steps in (_readable_steps, _sparse_steps):
        body = _rendered(root, steps) if root is not None else ""
        text = f"{body} {order}".strip()
        if len(text) <= caps.length and depth_of(text) <= caps.depth:
            break
    return text


def _rendered(root: Node, steps: Callable[[Node, str, str | None], list[_Step]]) -> str:
    out: list[str] = []
    conditions: list[tuple[int, str, str]] = []
    todo: list[_Step] = [(root, "top", None)]
    while todo:
        step = todo.pop()
        if isinstance(step, str):
            out.append(step)
            continue
        if isinstance(step[0], Range | DateRange):
            conditions.append((len(out), step[0].field, _value(step[0])))
        todo.extend(reversed(steps(*step)))
    for index, field, value in reversed(conditions):
        # Words behind a value may read as its continuation, as in "words:5 to 9".
        following = "".join(out[index + 1 :])
        if value_span(value + following, field, 0)[1] != len(value):
            out[index] = f'{field}:"{value}"'
    return "".join(out)


def depth_of(text: str) -> int:
    """How deep parentheses stand in a normal form; none stand in its quotations unpaired."""
    depth = deepest = 0
    is_quoted = False
    for char in text:
        if char == '"':
            is_quoted = not is_quoted
        elif char in "()" and not is_quoted:
            depth += 1 if char == "(" else -1
            deepest = max(deepest, depth)
    return deepest


def _readable_steps(node: Node, place: str, group: str | None) -> list[_Step]:
    """Groups in parentheses and fields written once."""
    if isinstance(node, Not):
        sign = "NOT " if isinstance(node.child, Everything) else "-"
        return [sign, (node.child, "not", group)]
    if not isinstance(node, And | Or):
        return [leaf_text(node, group)]
    field = None if group else _common_field(node)
    glue = " OR " if isinstance(node, Or) else " "
    steps: list[_Step] = []
    for child in node.children:
        steps += [glue, (child, "and" if isinstance(node, And) else "or", field or group)]
    steps = steps[1:]
    if field:
        return [f"{field}:(", *steps, ")"]
    return steps if place == "top" else ["(", *steps, ")"]


def _sparse_steps(node: Node, place: str, group: str | None) -> list[_Step]:
    """Parentheses only where binding strength asks for them, and no group fields."""
    if isinstance(node, Not):
        sign = "NOT " if isinstance(node.child, Everything) else "-"
        return [sign, (node.child, "not", None)]
    if isinstance(node, And):
        inner, glue = "and", " AND " if place == "or" else " "
    elif isinstance(node, Or):
        inner, glue = "or", "|"
    else:
        return [leaf_text(node, group)]
    # Inside an And written with spaces an Or needs none, inside one written out it does.
    inner = "strict" if glue == " AND " else inner
    steps: list[_Step] = []
    for child in node.children:
        steps += [glue, (child, inner, None)]
    steps = steps[1:]
    return ["(", *steps, ")"] if place in {"not", "strict"} else steps


def _common_field(root: And | Or) -> str | None:
    """The text field that all words under a node share."""
    fields: set[str | None] = set()
    todo: list[Node] = [root]
    while todo and len(fields) < 2:
        node = todo.pop()
        if isinstance(node, And | Or):
            todo.extend(node.children)
        elif isinstance(node, Not):
            todo.append(node.child)
        else:
            fields.add(node.field if isinstance(node, Word | Phrase | Prefix | Fuzzy) else None)
    return fields.pop() if len(fields) == 1 else None


def leaf_text(node: Leaf, group: str | None = None) -> str:
    """One operand in normal form; ``group`` is the field of the group that it stands in."""
    if isinstance(node, Everything):
        return "*"
    if isinstance(node, Language):
        return f"language:{node.code}"
    if isinstance(node, Flag):
        return f"{node.field}:{'true' if node.value else 'false'}"
    if isinstance(node, Range | DateRange):
        return f"{node.field}:{_value(node)}"
    head = f"{node.field}:" if node.field and node.field != group else ""
    if isinstance(node, Phrase):
        return f'{head}"{node.text}"'
    tail = "*" if isinstance(node, Prefix) else "~" if isinstance(node, Fuzzy) else ""
    return f"{head}{node.text}{tail}"


def _value(node: Range | DateRange) -> str:
    return range_text(node) if isinstance(node, Range) else node.expression


def range_text(node: Range) -> str:
    """The value of a count, with the rounder of two equal bounds: ``>1000``, not ``>=1001``."""
    if node.low is not None and node.high is not None:
        return str(node.low) if node.low == node.high else f"{node.low}-{node.high}"
    if node.low is not None:
        return f">{node.low - 1}" if is_rounder(node.low - 1, node.low) else f">={node.low}"
    high = node.high or 0
    return f"<{high + 1}" if is_rounder(high + 1, high) else f"<={high}"


def is_rounder(number: int, other: int) -> bool:
    """Whether ``number`` ends in more zeros than ``other``."""
    return number > 0 and _zeros(number) > _zeros(other)


def _zeros(number: int) -> int:
    digits = str(number)
    return len(digits) - len(digits.rstrip("0"))
