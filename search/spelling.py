"""Did you mean: a query with words that nothing was found for replaced by known ones."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from catalog.querytext import ParsedQuery, Phrase, Word, iter_terms, parse_best_effort
from catalog.workquery import WorkQuery
from search.backends import get_backend
from search.backends.deadline import CORRECTION_SECONDS, Deadline

FEW_HITS = 3
"""Below so many results a query may be mistyped."""

MOST_SUGGESTIONS = 3

_LEAST_SECONDS = CORRECTION_SECONDS
"""With less time left neither words are looked for nor queries tried."""

_FIELD = re.compile(r"\w+\s*:\s*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class _Piece:
    """A word at its place in the text as it was given."""

    start: int
    end: int
    word: str


def suggestions(
    query: WorkQuery,
    parsed: ParsedQuery,
    total: int,
    audience: Set[str],
    withdrawn: Sequence[int],
    deadline: Deadline,
) -> list[str]:
    """Whole query texts that find more than ``total`` works, the likeliest first.

    Words come from works that this audience may see. Nothing more is tried when little time is left
    to the deadline. Raises IndexUnavailable.
    """
    pieces = _pieces(query.text, parsed)
    if not pieces or deadline.seconds_left < _LEAST_SECONDS:
        return []
    backend = get_backend()
    words = list(dict.fromkeys(piece.word for piece in pieces))
    known = backend.corrections(words, audience, withdrawn)
    wrong = [piece for piece in pieces if known.get(piece.word, piece.word) != piece.word]
    if not wrong:
        return []
    attempts = [wrong] if len(wrong) == 1 else [wrong, *([piece] for piece in wrong)]
    found: list[str] = []
    for attempt in attempts[:MOST_SUGGESTIONS]:
        if deadline.seconds_left < _LEAST_SECONDS:
            break
        text = _replaced(query.text, attempt, known)
        asked, _ = parse_best_effort(text)
        trial = replace(query, text=text, page=1, page_size=1, facets=(), highlight=False)
        if text != query.text and backend.search(trial, asked, audience, withdrawn).total > total:
            found.append(text)
    return found


def _pieces(text: str, parsed: ParsedQuery) -> list[_Piece]:
    """The single words that were asked for, without names of fields before them."""
    pieces: list[_Piece] = []
    for node in iter_terms(parsed.root):
        if not isinstance(node, Word | Phrase):
            continue
        start = node.start
        field = _FIELD.match(text, start, node.end) if node.field else None
        start = field.end() if field else start
        found = _WORD.finditer(text, start, node.end)
        pieces += [_Piece(match.start(), match.end(), match.group()) for match in found]
    return pieces


def _replaced(text: str, pieces: Sequence[_Piece], known: dict[str, str]) -> str:
    for piece in sorted(pieces, key=lambda piece: -piece.start):
        word = _in_case_of(piece.word, known[piece.word])
        text = f"{text[: piece.start]}{word}{text[piece.end :]}"
    return text


def _in_case_of(given: str, word: str) -> str:
    if len(given) > 1 and given.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if given[:1].isupper() else word
