"""Ways through a query tree, all with a stack instead of recursion."""

from collections.abc import Iterator

from catalog.querytext.nodes import (
    And,
    Everything,
    Fuzzy,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Text,
    Word,
)
from catalog.querytext.tree import conjunction


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


def conjuncts(root: Node | None) -> tuple[Node, ...]:
    """The parts that must all hold, each of which can be taken away by itself."""
    if root is None or isinstance(root, Everything):
        return ()
    return root.children if isinstance(root, And) else (root,)


def without_conjunct(root: Node | None, index: int) -> Node | None:
    """The tree without one of its conjuncts; IndexError when there is no such part."""
    parts = list(conjuncts(root))
    del parts[index]
    return conjunction(parts) if parts else None
