"""The parts of a query that must all hold, one by one."""

from catalog.querytext.nodes import And, Everything, Node
from catalog.querytext.tree import conjunction


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
