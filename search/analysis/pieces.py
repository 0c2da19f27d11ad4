"""What a single token of a text is found by: its parts, its joined form, and their terms.

All forms share one space of terms, told apart by their first character:

``washing``      the folded form (no case, no accents), always there;
``\\x02café``    the very form, only where it differs from the folded one;
``\\x01en:wash`` the stem in the language of the text, only where it differs from the folded form.

So a word in any form is the folded form, the terms of the stem, and the stem itself as a folded
form (``wash`` has no stem term of its own); a phrase uses folded forms; very forms rank higher.

A token takes as many positions as it has parts:

``arm-rest``  arm, rest, and armrest at the position of arm;
``don't``     dont; ``l'amour``: lamour and amour at one position; ``Mary's``: marys and mary;
``M/M``       m, m, and m/m at the first; so with & and up to three letters a part;
``U.S.A``     u, s, a, and usa at the first;
``日本語``    日, 日本 / 本, 本語 / 語: bigrams, and single Han characters;
emoji         one symbol, without variant selectors; the folded form has no skin tone.
"""

import re
import unicodedata
from typing import NamedTuple

from search.analysis.classes import (
    AMPERSANDS,
    APOSTROPHES,
    HAN,
    HYPHENS,
    JOINERS,
    SLASHES,
    STOPS,
    cluster_pattern,
    symbol_pattern,
    token_pattern,
    unspaced_pattern,
    word_pattern,
)
from search.analysis.fold import strip_accents, very_form
from search.analysis.stem import base_language, stemmer

STEM = "\x01"
VERY = "\x02"
LONGEST_TERM = 64
_MAX_JOINED_PARTS = 4
_MAX_UNIT_LETTERS = 3
_SPLIT = re.compile(f"[{re.escape(JOINERS)}]")
_ELIDED = frozenset(
    ("all", "col", "coll", "dall", "dell", "jusqu", "lorsqu", "nell", "presqu", "puisqu", "quand",
     "quelqu", "quest", "quoiqu", "sant", "sull", "tant", "tutt")
)  # fmt: skip
_CONTRACTED = frozenset(("ll", "re", "ve", "em"))
_APOSTROPHE = re.compile(f"[{re.escape(APOSTROPHES)}]")
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_SELECTORS = re.compile("[\ufe0e\ufe0f]")


class Piece(NamedTuple):
    """One form of a token.

    ``offset`` is its position counted from the token's first, ``start`` and ``end`` its place in
    the token; ``stem`` is without accents and equals ``folded`` where the word is its own stem.
    ``is_part`` is false for joined forms and units, which stand beside the parts; ``is_word`` is
    false for what no language inflects: numbers, units, symbols, pairs of letters.
    """

    folded: str
    very: str
    stem: str
    offset: int
    start: int
    end: int
    is_part: bool = True
    is_word: bool = True

    def terms(self, language: str) -> tuple[str, ...]:
        """The index terms of the piece in a text of this (base) language."""
        terms = [self.folded]
        if self.very != self.folded:
            terms.append(VERY + self.very)
        if self.stem != self.folded:
            terms.append(f"{STEM}{language}:{self.stem}")
        return tuple(terms)


class Shape(NamedTuple):
    """All pieces of a token and how many positions it takes."""

    pieces: tuple[Piece, ...]
    width: int


def index_terms(shape: Shape, language: str) -> tuple[tuple[str, int], ...]:
    """What the index holds for a token: terms with their offsets, none twice at one place."""
    terms = [(term, piece.offset) for piece in shape.pieces for term in piece.terms(language)]
    return tuple(dict.fromkeys(terms))


def plain_terms(token: str, language: str) -> tuple[str, ...]:
    """The index terms of a token that is nothing but small ASCII letters and digits.

    What ``index_terms`` of its shape gives, at a third of the time: most tokens are such.
    ``language`` is one that ``base_language`` gives.
    """
    form = token[:LONGEST_TERM]
    stem = _stem(form, form, language)
    return (form,) if stem == form else (form, f"{STEM}{language}:{stem}")


def shape_of(token: str, language: str) -> Shape:
    """The pieces of one token, as ``token_pattern`` finds them, in a text of this language."""
    language = base_language(language)
    if token.isascii():
        return _word_shape(token, language)
    if unspaced_pattern().match(token):
        return _unspaced_shape(token)
    if symbol_pattern().match(token):
        return _symbol_shape(token)
    # What normalisation takes apart (such as ½ or a ligature of several words) is cut again.
    normal = unicodedata.normalize("NFKC", token)
    if normal != token and not word_pattern().fullmatch(normal):
        return _recut_shape(normal, language, len(token))
    return _word_shape(token, language)


def _recut_shape(normal: str, language: str, length: int) -> Shape:
    pieces: list[Piece] = []
    width = 0
    for match in token_pattern().finditer(normal):
        is_same = match[0] == normal
        shape = _word_shape(normal, language) if is_same else shape_of(match[0], language)
        pieces += [
            piece._replace(offset=piece.offset + width, start=0, end=length)
            for piece in shape.pieces
        ]
        width += shape.width
    return Shape(tuple(pieces), width)


def _word_shape(token: str, language: str) -> Shape:
    """A word, or a compound of several."""
    pieces: list[Piece] = []
    forms: list[str] = []
    start = 0
    for part in _SPLIT.split(token):
        end = start + len(part)
        form = very_form(part, language)[:LONGEST_TERM]
        if form:
            pieces += _part_pieces(part, form, language, (len(forms), start, end))
            forms.append(form)
        start = end + 1
    if len(forms) > 1:
        joined = _joined(token, forms)
        if joined:
            folded = strip_accents(joined)
            is_word = joined.isalnum()
            stem = _stem(joined, folded, language) if is_word else folded
            place = (0, 0, len(token))
            pieces.append(Piece(folded, joined, stem, *place, is_part=False, is_word=is_word))
    return Shape(tuple(pieces), len(forms))


def _part_pieces(part: str, form: str, language: str, place: tuple[int, int, int]) -> list[Piece]:
    """The form of one part, and what its apostrophe shows to be a word by itself."""
    folded = strip_accents(form) or form
    pieces = [Piece(folded, form, _stem(form, folded, language), *place)]
    if len(form) < len(part):
        for inner in _words_beside_apostrophe(part, language):
            plain = strip_accents(inner) or inner
            stem = _stem(inner, plain, language)
            pieces.append(Piece(plain, inner, stem, *place, is_part=False))
    return pieces


def _words_beside_apostrophe(part: str, language: str) -> list[str]:
    """``amour`` of l'amour, ``mary`` of Mary's, nothing of don't; both of D'Artagnan's."""
    halves = [half for half in (very_form(h, language) for h in _APOSTROPHE.split(part)) if half]
    words: list[str] = []
    if len(halves) > 1 and halves[-1] == "s":
        halves.pop()
        words.append("".join(halves)[:LONGEST_TERM])
    if len(halves) == 2:
        head, tail = halves
        is_elided = len(head) <= 2 or head in _ELIDED
        if is_elided and len(tail) > 1 and tail not in _CONTRACTED:
            words.append(tail[:LONGEST_TERM])
    return words


def _joined(token: str, forms: list[str]) -> str:
    """The form of a compound as one word, where it has one."""
    signs = {char for char in token if char in JOINERS}
    if len(signs) != 1:
        return ""
    sign = signs.pop()
    if sign in HYPHENS:
        has_letters = any(not form.isdigit() for form in forms)
        fits = len(forms) <= _MAX_JOINED_PARTS and has_letters
        return "".join(forms)[:LONGEST_TERM] if fits else ""
    if sign in STOPS:
        is_acronym = all(len(form) == 1 and form.isalpha() for form in forms)
        return "".join(forms)[:LONGEST_TERM] if is_acronym else ""
    if all(len(form) <= _MAX_UNIT_LETTERS for form in forms) and len(forms) <= _MAX_JOINED_PARTS:
        sign = "/" if sign in SLASHES else "&" if sign in AMPERSANDS else sign
        return sign.join(forms)
    return ""


def _stem(form: str, folded: str, language: str) -> str:
    if form.isdigit():
        return folded
    return strip_accents(stemmer(language)(form)) or folded


def _unspaced_shape(run: str) -> Shape:
    """Bigrams of clusters, and single Han characters; a cluster alone is itself."""
    clusters = [(match[0], match.start(), match.end()) for match in cluster_pattern().finditer(run)]
    forms = [very_form(text) for text, _, _ in clusters]
    pieces: list[Piece] = []
    last = len(clusters) - 1
    for index, (_, start, end) in enumerate(clusters):
        if not forms[index]:
            continue
        if last == 0 or HAN.match(forms[index]):
            pieces.append(_plain(forms[index], index, start, end, is_part=last == 0))
        if index < last:
            pair = forms[index] + forms[index + 1]
            pieces.append(_plain(pair, index, start, clusters[index + 1][2]))
    return Shape(tuple(pieces), len(clusters))


def _plain(form: str, offset: int, start: int, end: int, *, is_part: bool = True) -> Piece:
    return Piece(form, form, form, offset, start, end, is_part, is_word=False)


def _symbol_shape(token: str) -> Shape:
    form = _SELECTORS.sub("", unicodedata.normalize("NFKC", token).casefold())
    folded = _SKIN_TONES.sub("", form) or form
    if not form or form.isspace():
        return Shape((), 0)
    return Shape((Piece(folded, form, folded, 0, 0, len(token), is_word=False),), 1)
