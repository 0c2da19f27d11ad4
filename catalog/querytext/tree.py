"""Tokens put together into a tree, with a stack of its own instead of recursion.

NOT binds closest, then AND where it is written, then OR, then words that stand side by side:
``a b OR c d`` is ``a (b OR c) d``, and ``a AND b OR c`` is ``(a b) OR c``.
"""

from typing import TypeAlias

from archive.core.said import say
from catalog.querytext.errors import Notice, QuerySyntaxError
from catalog.querytext.lexer import Kind, Token
from catalog.querytext.nodes import And, Everything, Node, Not, Or, Word

_Item: TypeAlias = Node | Token


def build_tree(tokens: list[Token], notices: list[Notice]) -> Node | None:
    """The tree of a token list with balanced parentheses; None when nothing is asked.

    Operators with nothing to act on are plain words at the top and a QuerySyntaxError inside
    parentheses; a notice tells of the former.
    """
    levels: list[list[_Item]] = [[]]
    for token in tokens:
        if token.kind is Kind.OPEN:
            levels.append([])
        elif token.kind is Kind.CLOSE:
            node = _joined(_acting(levels.pop(), notices, is_top=False))
            if node is not None:
                levels[-1].append(node)
        else:
            levels[-1].append(token.node or token)
    return _joined(_acting(levels[0], notices, is_top=True))


def _acting(items: list[_Item], notices: list[Notice], *, is_top: bool) -> list[_Item]:
    """The items with idle operators turned into words, or refused."""
    from_the_right: list[_Item] = []
    for item in reversed(items):
        following = from_the_right[-1] if from_the_right else None
        if isinstance(item, Token) and not _begins_operand(following):
            from_the_right.extend(_idle(item, notices, is_top=is_top))
        else:
            from_the_right.append(item)
    acting: list[_Item] = []
    for item in reversed(from_the_right):
        is_infix = isinstance(item, Token) and item.kind is not Kind.NOT
        if is_infix and isinstance(item, Token) and (not acting or isinstance(acting[-1], Token)):
            acting.extend(_idle(item, notices, is_top=is_top))
        else:
            acting.append(item)
    return acting


def _begins_operand(item: _Item | None) -> bool:
    """Whether an operator can act on what begins here; idle NOTs are words by now."""
    return item is not None and not (isinstance(item, Token) and item.kind is not Kind.NOT)


def _idle(token: Token, notices: list[Notice], *, is_top: bool) -> list[_Item]:
    """What becomes of an operator with nothing to act on: a word, or nothing if it is a sign."""
    if not is_top:
        raise QuerySyntaxError(
            say("“{symbol}” has nothing to act on inside these parentheses.", symbol=token.symbol),
            kind="operator",
            position=token.start,
            length=token.end - token.start,
        )
    if not token.symbol.isalpha():
        return []
    text = say(
        "“{symbol}” has nothing to act on here and was taken as a word.", symbol=token.symbol
    )
    notices.append(Notice("operator.word", text, token.start, token.end - token.start))
    return [Word(token.symbol.lower(), start=token.start, end=token.end)]


def _joined(items: list[_Item]) -> Node | None:
    """One node for the items of a level, whose operators all have something to act on."""
    operands: list[list[list[Node]]] = []
    negations = 0
    infix: Kind | None = None
    begin = 0
    for item in items:
        if isinstance(item, Token):
            if item.kind is not Kind.NOT:
                infix = item.kind
            else:
                begin = begin if negations else item.start
                negations += 1
            continue
        node = _negated(item, begin) if negations % 2 else item
        if infix is Kind.AND:
            operands[-1][-1].append(node)
        elif infix is Kind.OR:
            operands[-1].append([node])
        else:
            operands.append([[node]])
        negations, infix = 0, None
    if not operands:
        return None
    return conjunction([disjunction([conjunction(part) for part in run]) for run in operands])


def _negated(node: Node, begin: int) -> Node:
    return node.child if isinstance(node, Not) else Not(node, start=begin, end=node.end)


def conjunction(nodes: list[Node]) -> Node:
    """All of the nodes, of which there is at least one; nested Ands are taken apart.

    Everything restricts nothing and is left out beside others.
    """
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.children if isinstance(node, And) else (node,))
    parts = [part for part in parts if not isinstance(part, Everything)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    return And(tuple(parts), start=parts[0].start, end=parts[-1].end)


def disjunction(nodes: list[Node]) -> Node:
    """Any of the nodes, of which there is at least one; nested Ors are taken apart."""
    if len(nodes) == 1:
        return nodes[0]
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.children if isinstance(node, Or) else (node,))
    return Or(tuple(parts), start=parts[0].start, end=parts[-1].end)
