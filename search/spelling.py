"""Did you mean: other spellings of a query that find more than it does."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.utils.functional import SimpleLazyObject
from rapidfuzz.distance import OSA

from catalog.querytext import (
    DEFAULT_CAPS,
    And,
    Node,
    ParsedQuery,
    Phrase,
    QuerySyntaxError,
    Word,
    iter_terms,
    parse_best_effort,
)
from catalog.querytext.fields import ALIASES, FIELD_KINDS, field_named
from catalog.vocabulary import language_index
from catalog.workquery import WorkQuery
from search.backends import get_backend
from search.backends.deadline import CORRECTION_SECONDS, Deadline
from search.backends.memory import edits_allowed, may_be_meant

FEW_HITS = 3
"""Below so many results a query may be mistyped."""

MOST_SUGGESTIONS = 3

_LEAST_SECONDS = CORRECTION_SECONDS
"""With less time left neither words are looked for nor queries tried."""

_MOST_TRIALS = 24
"""So many ways of parting and joining words are tried at most."""

_SHORTEST_PART = 3
_LONGEST_PARTED = 20

_FIELD = re.compile(r"\w+\s*:\s*")
_FIELD_NAME = re.compile(r"(?<![^\s(\-])([a-z_]{4,})(?=:[^\s:/])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_JOINT = re.compile(r"(?<=\w)\s*[/&×+]\s*(?=\w)|(?<=\w)-(?=\w)")
_SPACE = re.compile(r"(?<=\w) (?=\w)")


@dataclass(frozen=True)
class _Piece:
    """A word at its place in the text as it was given."""

    start: int
    end: int
    word: str


@dataclass
class _Trials:
    """Asks other texts for the same filters; those that find more are kept, with how many."""

    query: WorkQuery
    total: int
    audience: Set[str]
    withdrawn: Sequence[int]
    deadline: Deadline
    found: dict[str, int] = field(default_factory=dict)
    # Read once, when a text names a language.
    languages: Any = field(default_factory=lambda: SimpleLazyObject(language_index))

    def parse(self, text: str) -> tuple[ParsedQuery, QuerySyntaxError | None]:
        """A text as a tree, and what is wrong with it."""
        return parse_best_effort(text, languages=self.languages)

    def is_time_left(self) -> bool:
        """Whether anything more is worth trying."""
        return self.deadline.seconds_left >= _LEAST_SECONDS

    def ask(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that find more, as far as there is time."""
        better = []
        for text in texts:
            if not self.is_time_left():
                break
            if text != self.query.text and self._finds_more(text):
                better.append(text)
        return better

    def _finds_more(self, text: str) -> bool:
        trial = replace(self.query, text=text, page=1, page_size=1, facets=(), highlight=False)
        asked, error = self.parse(text)
        hits = get_backend().search(trial, asked, self.audience, self.withdrawn)
        self.found[text] = hits.total
        return error is None and hits.total > self.total

    def corrections(self, words: Iterable[str]) -> dict[str, str]:
        """Known words for those that find nothing."""
        return get_backend().corrections(list(words), self.audience, self.withdrawn)


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
    if len(query.text) > DEFAULT_CAPS.length:
        return []
    trials = _Trials(query, total, audience, withdrawn, deadline)
    text = _with_known_fields(query.text)
    if text != query.text:
        if better := trials.ask([text]):
            return better
        parsed, _ = trials.parse(text)
    pieces = _pieces(text, parsed)
    if not pieces or not trials.is_time_left():
        return []
    known = trials.corrections(dict.fromkeys(piece.word for piece in pieces))
    wrong = [piece for piece in pieces if known.get(piece.word, piece.word) != piece.word]
    attempts = [wrong] if len(wrong) == 1 else [wrong, *([piece] for piece in wrong)]
    better = trials.ask(
        _replaced(text, some, known) for some in attempts[:MOST_SUGGESTIONS] if some
    )
    if total or len(better) >= MOST_SUGGESTIONS:
        return better
    better += _best(trials, _parted_and_joined(text, parsed, trials, pieces))
    return better or _best(trials, _with_one_less(text, parsed), most=False)


def _best(trials: _Trials, texts: Iterable[str], *, most: bool = True) -> list[str]:
    """The one text that finds most, or fewest but something; the first of several."""
    better = trials.ask(islice(texts, _MOST_TRIALS))
    best = max if most else min
    return [best(better, key=lambda text: trials.found[text])] if better else []


def _with_known_fields(text: str) -> str:
    """The text with names of fields in the place of words before a colon that look like them."""
    return _FIELD_NAME.sub(lambda match: _nearest_field(match[0]), text)


def _nearest_field(name: str) -> str:
    if field_named(name):
        return name
    small = name.casefold()
    limit = edits_allowed(small)
    near = [
        (distance, other)
        for other in (*FIELD_KINDS, *ALIASES)
        if (distance := int(OSA.distance(small, other, score_cutoff=limit))) <= limit
        and may_be_meant(small, other, distance)
    ]
    return min(near)[1] if near else name


def _pieces(text: str, parsed: ParsedQuery) -> list[_Piece]:
    """The single words that were asked for, without names of fields before them."""
    pieces: list[_Piece] = []
    for node in iter_terms(parsed.root):
        if not isinstance(node, Word | Phrase):
            continue
        start = node.start
        name = _FIELD.match(text, start, node.end) if node.field else None
        start = name.end() if name else start
        found = _WORD.finditer(text, start, node.end)
        pieces += [_Piece(match.start(), match.end(), match.group()) for match in found]
    return pieces


def _parted_and_joined(
    text: str, parsed: ParsedQuery, trials: _Trials, pieces: Sequence[_Piece]
) -> Iterator[str]:
    """Names joined by signs apart, neighbouring words as one, and unknown words as two.

    Two parts of a word are asked for side by side, for together they stand in many works by chance.
    """
    if '"' in text:
        return
    words = [node for node in iter_terms(parsed.root) if isinstance(node, Word)]
    parted = text
    for node in sorted(words, key=lambda node: -node.start):
        apart = _JOINT.sub(" ", text[node.start : node.end])
        parted = f"{parted[: node.start]}{apart}{parted[node.end :]}"
    yield parted
    for space in _SPACE.finditer(text):
        yield text[: space.start()] + text[space.end() :]
    for piece in pieces:
        if len(piece.word) <= _LONGEST_PARTED and not trials.ask([piece.word]):
            for at in range(piece.start + _SHORTEST_PART, piece.end - _SHORTEST_PART + 1):
                both = f'"{text[piece.start : at]} {text[at : piece.end]}"'
                yield f"{text[: piece.start]}{both}{text[piece.end :]}"


def _with_one_less(text: str, parsed: ParsedQuery) -> Iterator[str]:
    """Of several words and phrases that never meet all but one, for each of them."""
    if isinstance(parsed.root, And) and all(map(_is_text, parsed.root.children)):
        for node in parsed.root.children:
            yield " ".join(f"{text[: node.start]} {text[node.end :]}".split()).strip(":, ")


def _is_text(node: Node) -> bool:
    return isinstance(node, Word | Phrase)


def _replaced(text: str, pieces: Sequence[_Piece], known: dict[str, str]) -> str:
    for piece in sorted(pieces, key=lambda piece: -piece.start):
        word = _in_case_of(piece.word, known[piece.word])
        text = f"{text[: piece.start]}{word}{text[piece.end :]}"
    return text


def _in_case_of(given: str, word: str) -> str:
    if len(given) > 1 and given.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if given[:1].isupper() else word
