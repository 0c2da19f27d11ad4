"""Unicode hygiene for query text: invisible controls out, NFKC, and every place remembered."""

import unicodedata
from dataclasses import dataclass

from archive.core.said import say
from catalog.querytext.caps import Caps
from catalog.querytext.errors import QuerySyntaxError

# Bidirectional controls could make a query look different from what it asks; soft hyphens, word
# joiners and byte order marks come along when text is copied and are part of no word.
_REMOVED = frozenset("\u00ad\u061c\u200e\u200f\u2060\ufeff\ufffe\uffff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_TO_SPACE = frozenset("\u200b\u2028\u2029")
# Conjoining vowels and finals, compatibility and half-width ones, and half-width kana voice marks
# compose with what stands before them although they are not marks.
_COMPOSING = frozenset(
    chr(code)
    for start, end in (
        (0x1160, 0x11FF),
        (0x3131, 0x3163),
        (0xFF9E, 0xFFDC),
    )
    for code in range(start, end + 1)
)
_NONSPACING = frozenset(("Mn", "Me"))


@dataclass(frozen=True, slots=True)
class CleanText:
    """Normalised text, with the place of each character in the text as it was given."""

    text: str
    starts: list[int] | range
    ends: list[int] | range

    def start_of(self, index: int) -> int:
        """Where the character at ``index`` begins in the given text; past the end, its end."""
        if index < len(self.starts):
            return self.starts[index]
        return self.ends[-1] if self.ends else 0

    def end_of(self, index: int) -> int:
        """Where the text before ``index`` ends in the given text."""
        return self.ends[index - 1] if index else 0


def clean(given: str, caps: Caps) -> CleanText:
    """Normalise query text.

    NUL, surrogates, bidirectional and other invisible controls are removed, further control
    characters count as spaces, the rest is put into NFKC cluster by cluster. Raises
    QuerySyntaxError when the text is too long, before or after, or has too many marks on one base.
    """
    if len(given) > caps.length:
        raise _too_long(caps, len(given), caps.length, len(given) - caps.length)
    if given.isascii() and given.isprintable():
        places = range(len(given) + 1)
        return CleanText(given, places[:-1], places[1:])
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(given, caps):
        piece = _normalised(given[start:end])
        out.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    if len(starts) > caps.length:
        place = starts[caps.length]
        raise _too_long(caps, len(starts), place, len(given) - place)
    return CleanText("".join(out), starts, ends)


def _clusters(given: str, caps: Caps) -> list[tuple[int, int]]:
    """Base characters with what composes with them, as spans."""
    spans: list[tuple[int, int]] = []
    start = marks = 0
    for index, char in enumerate(given):
        category = unicodedata.category(char)
        is_removed = _is_removed(char, category)
        joins = is_removed or category[0] == "M" or char in _COMPOSING
        if index and not joins:
            spans.append((start, index))
            start = index
        if category in _NONSPACING:
            marks += 1
        elif not is_removed:
            marks = 0
        if marks > caps.marks:
            raise QuerySyntaxError(
                say(
                    "A letter may carry at most {marks} combining marks; this one has more.",
                    marks=caps.marks,
                ),
                kind="cap.marks",
                position=index,
                length=_run_of_marks(given, index),
            )
    if given:
        spans.append((start, len(given)))
    return spans


def _run_of_marks(given: str, index: int) -> int:
    end = index
    while end < len(given) and unicodedata.category(given[end]) in _NONSPACING:
        end += 1
    return end - index


def _is_removed(char: str, category: str) -> bool:
    return char in _REMOVED or char == "\0" or category == "Cs"


def _normalised(cluster: str) -> str:
    kept = [char for char in cluster if not _is_removed(char, unicodedata.category(char))]
    if not kept:
        return ""
    first, rest = kept[0], "".join(kept[1:])
    if first in _TO_SPACE or unicodedata.category(first) == "Cc":
        return " " + unicodedata.normalize("NFKC", rest)
    normal = unicodedata.normalize("NFKC", first + rest)
    # A spacing accent would come apart into a space and a mark, and end the word it stands in.
    if " " in normal and not first.isspace():
        return first + unicodedata.normalize("NFKC", rest)
    return normal


def _too_long(caps: Caps, given: int, position: int, length: int) -> QuerySyntaxError:
    return QuerySyntaxError(
        say(
            "A query may have at most {length} characters; this one has {given}.",
            length=caps.length,
            given=given,
        ),
        kind="cap.length",
        position=position,
        length=length,
    )
