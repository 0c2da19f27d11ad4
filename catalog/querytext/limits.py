"""The caps on what one query may ask, each refusal naming the cap and what was given."""

from collections.abc import Sequence

from archive.core.said import say
from catalog.querytext.caps import Caps
from catalog.querytext.errors import QuerySyntaxError
from catalog.querytext.nodes import (
    And,
    Fuzzy,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Text,
    Word,
    iter_leaves,
)
from catalog.querytext.operands import count_words


def check_caps(root: Node | None, caps: Caps) -> None:
    """Refuse what would be too much work. Raises QuerySyntaxError at the first thing too many."""
    leaves = [leaf for leaf, _ in iter_leaves(root)]
    texts = [leaf for leaf in leaves if isinstance(leaf, Word | Phrase | Prefix | Fuzzy)]
    words = [max(1, count_words(leaf.text)) for leaf in texts]
    _refuse_long_phrases(texts, words, caps)
    _refuse_above("words", "words", caps.words, texts, words)
    prefixes = [leaf for leaf in texts if isinstance(leaf, Prefix)]
    _refuse_above("prefixes", "words with a * behind them", caps.prefixes, prefixes)
    fuzzies = [leaf for leaf in texts if isinstance(leaf, Fuzzy)]
    _refuse_above("fuzzies", "words with a ~ behind them", caps.fuzzies, fuzzies)
    given = len(leaves) + _operators(root)
    if given > caps.tokens:
        reason = _reason(caps.tokens, "words, conditions and operators together", given)
        raise _too_many("tokens", reason, leaves[caps.tokens * len(leaves) // given :])


def _operators(root: Node | None) -> int:
    """How many ORs and NOTs the tree has."""
    count = 0
    todo: list[Node] = [] if root is None else [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Not):
            count += 1
            todo.append(node.child)
        elif isinstance(node, And | Or):
            count += len(node.children) - 1 if isinstance(node, Or) else 0
            todo.extend(node.children)
    return count


def _refuse_long_phrases(texts: Sequence[Text], words: Sequence[int], caps: Caps) -> None:
    for leaf, count in zip(texts, words, strict=True):
        if count > caps.phrase_words:
            what = "phrase" if isinstance(leaf, Phrase) else "compound"
            reason = say(
                "A {what} may have at most {phrase_words} words; this one has {count}.",
                what=what,
                phrase_words=caps.phrase_words,
                count=count,
            )
            raise _too_many("phrase_words", reason, [leaf])


def _refuse_above(
    cap: str, what: str, allowed: int, leaves: Sequence[Text], weights: Sequence[int] = ()
) -> None:
    weights = weights or [1] * len(leaves)
    given = sum(weights)
    if given <= allowed:
        return
    used = 0
    for index, weight in enumerate(weights):
        used += weight
        if used > allowed:
            raise _too_many(cap, _reason(allowed, what, given), leaves[index:])


def _reason(allowed: int, what: str, given: int) -> str:
    return say(
        "A query may have at most {allowed} {what}; this one has {given}.",
        allowed=allowed,
        what=what,
        given=given,
    )


def _too_many(cap: str, reason: str, leaves: Sequence[Leaf]) -> QuerySyntaxError:
    start = leaves[0].start
    return QuerySyntaxError(
        reason, kind=f"cap.{cap}", position=start, length=leaves[-1].end - start
    )
