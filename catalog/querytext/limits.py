"""The caps on what one query may ask, each refusal naming the cap and what was given."""

from collections.abc import Sequence

from catalog.querytext.caps import Caps
from catalog.querytext.errors import QuerySyntaxError
from catalog.querytext.lexer import Kind, Token
from catalog.querytext.nodes import Fuzzy, Phrase, Prefix, Word
from catalog.querytext.operands import count_words

_COUNTED = frozenset((Kind.OPERAND, Kind.OR, Kind.NOT))


def check_caps(tokens: Sequence[Token], caps: Caps) -> None:
    """Refuse what would be too much work. Raises QuerySyntaxError at the first thing too many."""
    texts = [
        (token, token.node, max(1, count_words(token.node.text)))
        for token in tokens
        if isinstance(token.node, Word | Phrase | Prefix | Fuzzy)
    ]
    for token, node, words in texts:
        if words > caps.phrase_words:
            what = "A phrase" if isinstance(node, Phrase) else "A compound"
            reason = f"{what} may have at most {caps.phrase_words} words; this one has {words}."
            raise _too_many("phrase_words", reason, [token])
    _refuse_above("words", "words", caps.words, [(token, words) for token, _, words in texts])
    prefixes = [(token, 1) for token, node, _ in texts if isinstance(node, Prefix)]
    _refuse_above("prefixes", "words with a * behind them", caps.prefixes, prefixes)
    fuzzies = [(token, 1) for token, node, _ in texts if isinstance(node, Fuzzy)]
    _refuse_above("fuzzies", "words with a ~ behind them", caps.fuzzies, fuzzies)
    counted = [(token, 1) for token in tokens if token.kind in _COUNTED]
    _refuse_above("tokens", "words, conditions and operators together", caps.tokens, counted)


def _refuse_above(cap: str, what: str, allowed: int, weighted: Sequence[tuple[Token, int]]) -> None:
    given = sum(weight for _, weight in weighted)
    if given <= allowed:
        return
    reason = f"A query may have at most {allowed} {what}; this one has {given}."
    used = 0
    for index, (_, weight) in enumerate(weighted):
        used += weight
        if used > allowed:
            raise _too_many(cap, reason, [token for token, _ in weighted[index:]])


def _too_many(cap: str, reason: str, tokens: Sequence[Token]) -> QuerySyntaxError:
    start = tokens[0].start
    return QuerySyntaxError(
        reason, kind=f"cap.{cap}", position=start, length=tokens[-1].end - start
    )
