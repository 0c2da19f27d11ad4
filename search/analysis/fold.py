"""Folding: the form under which spellings of one word are the same word."""

import re
import unicodedata

# Accents whose loss leaves the same letter, by script; marks of Indic, Thai and Japanese writing are
# letters in their own right and stay. Nukta dots are left out as often as they are written.
_LATIN_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
_HEBREW_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_ARABIC_MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
)
_NUKTAS = "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc\U000110ba\U000111ca"
_SYRIAC_MARKS = "\u0711\u0730-\u074a"
_BREVE_LETTERS = re.compile("(?<=[иу])\u0306")
_KEPT_BREVE = "\ue000"
_MARKS = re.compile(
    f"[{_LATIN_MARKS}{_HEBREW_POINTS}{_ARABIC_MARKS}{_NUKTAS}{_SYRIAC_MARKS}\ufe00-\ufe0f]+"
)
_LITTER = dict.fromkeys(
    [0x00AD, 0x0640, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)]
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛ʼʻ＇´`′\u05f3\u05f4·\u2027"))
_DROPPED = {**_LITTER, **_APOSTROPHES}
# Letters that Unicode does not take apart, and Arabic letters that are typed for one another.
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
        "ı": "i", "ŧ": "t", "ŀ": "l", "ĸ": "k", "ŋ": "ng", "ƶ": "z", "ɵ": "o", "ə": "e",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه",
    }
)  # fmt: skip
_DIGITS = str.maketrans(
    {
        chr(zero + digit): str(digit)
        for zero in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0E50)
        for digit in range(10)
    }
)
_TURKIC_CASE = str.maketrans({"I": "ı", "İ": "i"})
TURKIC = frozenset(("tr", "az", "crh", "kk", "tt"))


def very_form(text: str, language: str = "") -> str:
    """The very form of a word: NFKC, casefolded, without apostrophes and invisible signs.

    In Turkish and its kin ``I`` is the capital of the dotless ``ı``.
    """
    if text.isascii():
        if language in TURKIC:
            text = text.translate(_TURKIC_CASE)
        return text.lower().replace("'", "").replace("`", "")
    if language in TURKIC:
        text = text.translate(_TURKIC_CASE)
    text = unicodedata.normalize("NFKC", text.translate(_DROPPED)).casefold()
    return unicodedata.normalize("NFKC", text)


def strip_accents(form: str) -> str:
    """A very form without accents: é is e, ß is ss, ø is o, ł is l, Hebrew and Arabic unpointed."""
    if form.isascii():
        return form
    parts = unicodedata.normalize("NFD", form)
    parts = _BREVE_LETTERS.sub(_KEPT_BREVE, parts)
    parts = _MARKS.sub("", parts).replace(_KEPT_BREVE, "\u0306")
    return unicodedata.normalize("NFC", parts.translate(_LETTERS).translate(_DIGITS))


def fold_term(text: str) -> str:
    """The folded form of a word: what it is found by whatever its case and accents."""
    return strip_accents(very_form(text))
