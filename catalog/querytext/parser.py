"""The one parser of the text query language, for pages, API, feeds and saved searches."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from archive.core.said import say
from catalog.querytext.caps import DEFAULT_CAPS, Caps
from catalog.querytext.errors import QuerySyntaxError
from catalog.querytext.lexer import Lexer
from catalog.querytext.limits import check_caps
from catalog.querytext.nodes import ParsedQuery
from catalog.querytext.normal import depth_of, to_normal
from catalog.querytext.operands import count_words
from catalog.querytext.tree import build_tree

_REPAIRS = 8
_NOT_WORDS = re.compile(r"[\W_]+")
_NOT_WORDS_OR_FIELD = re.compile(r"[^\w:]")


def parse(
    text: str,
    *,
    now: datetime | None = None,
    caps: Caps = DEFAULT_CAPS,
    languages: Mapping[str, str] | None = None,
) -> ParsedQuery:
    """Parse a text query.

    ``now`` is aware, the present if left out; ages such as ``<2weeks`` count from it. ``languages`` maps casefolded names of
    languages to BCP 47 tags. Raises QuerySyntaxError for an unbalanced quote or parenthesis, an
    operator with nothing to act on inside parentheses, a known field with an unusable value and a
    cap exceeded; whatever else looks odd is plain words.
    """
    lexer = Lexer(text, now=now or datetime.now(UTC), caps=caps, languages=languages)
    tokens = lexer.run()
    notices = lexer.notices
    root = build_tree(tokens, notices)
    check_caps(root, caps)
    normal = to_normal(root, lexer.ordering, caps)
    _refuse_without_normal_form(text, normal, caps)
    return ParsedQuery(root, lexer.ordering, tuple(notices), normal)


def _refuse_without_normal_form(text: str, normal: str, caps: Caps) -> None:
    """Every query that is accepted has a normal form within the caps; aliases may lengthen it."""
    length, depth = len(normal), depth_of(normal)
    if length > caps.length:
        reason = say(
            "A query may have at most {length} characters; written out in full, this one has {written}.",
            length=caps.length,
            written=length,
        )
    elif depth > caps.depth:
        reason = say(
            "Parentheses may stand {depth} deep; written out in full, they are {written} deep.",
            depth=caps.depth,
            written=depth,
        )
    else:
        return
    kind = "cap.length" if length > caps.length else "cap.depth"
    # No single place is at fault; the first half is as much as surely fits.
    half = len(text) // 2
    raise QuerySyntaxError(reason, kind=kind, position=half, length=len(text) - half)


def parse_best_effort(
    text: str,
    *,
    now: datetime | None = None,
    caps: Caps = DEFAULT_CAPS,
    languages: Mapping[str, str] | None = None,
) -> tuple[ParsedQuery, QuerySyntaxError | None]:
    """Parse what can be used of a text query, for pages; never raises.

    Returns the query and, where something had to be left out, the first error. What an error
    points at is blanked and the rest tried again; where that does not help, the plain words are
    taken.
    """
    first: QuerySyntaxError | None = None
    attempt = text
    for _ in range(_REPAIRS):
        try:
            return parse(attempt, now=now, caps=caps, languages=languages), first
        except QuerySyntaxError as error:
            first = first or error
            attempt = _blanked(attempt, error)
    return _plain_words(text, caps), first


def _blanked(text: str, error: QuerySyntaxError) -> str:
    if error.kind == "cap.length":
        return text[: error.position].rstrip()
    end = error.position + error.length
    faulty = text[error.position : end]
    # The words of a phrase that is too long can still be looked for one by one.
    is_long_phrase = error.kind == "cap.phrase_words"
    left = _NOT_WORDS_OR_FIELD.sub(" ", faulty) if is_long_phrase else " " * len(faulty)
    return f"{text[: error.position]}{left}{text[end:]}"


def _plain_words(text: str, caps: Caps) -> ParsedQuery:
    """The first words of the text, as many as the caps allow, without any syntax."""
    words = _NOT_WORDS.sub(" ", text[: caps.length]).lower().split()
    kept: list[str] = []
    room = caps.words
    for word in words:
        if count_words(word) > caps.phrase_words:
            word = word[: caps.phrase_words]
        room -= count_words(word)
        if room < 0:
            break
        kept.append(word)
    try:
        return parse(" ".join(kept), caps=caps)
    except QuerySyntaxError:
        return ParsedQuery(None)
