"""Which characters make words: regular expressions built from the Unicode character data.

Nothing here runs at import; each pattern is built on first use, in a few milliseconds.
"""

import re
import unicodedata
from functools import lru_cache

APOSTROPHES = "'’‘‛ʼʻ＇´`′\u05f3\u05f4·\u2027"
"""Signs inside a word that are no border: don't, l'amour, col·lecció, צה״ל."""
HYPHENS = "-‐‑－\u2011"
SLASHES = "/／"
AMPERSANDS = "&＆"
STOPS = ".．"
JOINERS = HYPHENS + SLASHES + AMPERSANDS + STOPS

# Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, bopomofo, Han.
_UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x19E0, 0x19FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x3040, 0x30FA),
    (0x30FC, 0x312F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
)
_HAN_BLOCKS = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ASTRAL_HAN = "\U00020000-\U0003ffff"
# Beyond the basic plane whole blocks are taken: scripts, and the letters of mathematics.
_ASTRAL_LETTERS = "\U00010000-\U0001cfff\U0001d400-\U0001d7ff\U0001df00-\U0001efff"
_ASTRAL_SYMBOLS = "\U0001f000-\U0001faff"
# Joiners, soft hyphen and word joiner occur inside words, and are dropped from their forms.
_IGNORABLE = "\u00ad\u200c\u200d\u2060"
_HALF_WIDTH_VOICE = "\uff9e\uff9f"
_SARA_AM = "\u0e33\u0eb3"
_STACKERS = "\u17d2\u1039\u1a60"
_DRAWING = frozenset(range(0x2500, 0x25A0)) | frozenset(range(0x2800, 0x2900))


def _ranges(codes: list[int]) -> str:
    """Sorted code points as the inside of a character class."""
    parts: list[str] = []
    start = previous = -2
    for code in [*codes, -2]:
        if code != previous + 1:
            if start >= 0:
                parts.append(f"{_escaped(start)}-{_escaped(previous)}")
            start = code
        previous = code
    return "".join(parts)


def _escaped(code: int) -> str:
    return f"\\u{code:04x}"


@lru_cache(maxsize=1)
def _basic_plane() -> dict[str, str]:
    """Classes of the basic plane: letters of words, unspaced letters and marks, symbols."""
    unspaced_codes = {code for low, high in _UNSPACED_BLOCKS for code in range(low, high + 1)}
    words: list[int] = []
    unspaced: list[int] = []
    marks: list[int] = []
    symbols: list[int] = []
    apostrophes = set(map(ord, APOSTROPHES))
    for code in range(0x10000):
        category = unicodedata.category(chr(code))
        if category == "So":
            if code not in _DRAWING:
                symbols.append(code)
        elif category[0] not in "LNM" or code in apostrophes:
            continue
        elif code not in unspaced_codes or category == "Nd":
            words.append(code)
        elif category[0] == "M":
            marks.append(code)
        else:
            unspaced.append(code)
    return {
        "words": _ranges(words) + _IGNORABLE + _ASTRAL_LETTERS,
        "unspaced": _ranges(unspaced) + _ASTRAL_HAN,
        "marks": _ranges(marks)
        + _HALF_WIDTH_VOICE
        + _SARA_AM
        + "\u3099\u309a\U000e0100-\U000e01ef",
        "symbols": _ranges(symbols) + _ASTRAL_SYMBOLS,
    }


ASCII_JOINERS = "'`-/&."
ASCII_TOKENS = re.compile(r"[A-Za-z0-9]++(?:['`\-/&.][A-Za-z0-9]++)*+")
"""Tokens of a text that is ASCII throughout; finds what token_pattern finds."""


@lru_cache(maxsize=1)
def token_pattern() -> re.Pattern[str]:
    """Tokens of any text: words with their inner signs, runs of unspaced scripts, emoji."""
    classes = _basic_plane()
    word = f"[{classes['words']}]++"
    joiner = f"[{re.escape(APOSTROPHES + JOINERS)}]"
    flag = "[\U0001f1e6-\U0001f1ff]{2}"
    tail = "[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
    symbol = classes["symbols"]
    one = f"[{symbol}]{tail}[\U000e0020-\U000e007f]{{0,8}}"
    emoji = f"(?:{flag}|{one}(?:\u200d[{symbol}\u2642\u2640]{tail}){{0,8}})"
    unspaced = f"[{classes['unspaced']}{classes['marks']}]++"
    return re.compile(f"{word}(?:{joiner}{word})*+|{unspaced}|{emoji}")


@lru_cache(maxsize=1)
def word_pattern() -> re.Pattern[str]:
    """One word with its inner signs, for checking what normalisation made of it."""
    word = f"[{_basic_plane()['words']}]+"
    return re.compile(f"{word}(?:[{re.escape(APOSTROPHES + JOINERS)}]{word})*")


@lru_cache(maxsize=1)
def unspaced_pattern() -> re.Pattern[str]:
    """A letter of a script that is written without spaces."""
    classes = _basic_plane()
    return re.compile(f"[{classes['unspaced']}{classes['marks']}]")


@lru_cache(maxsize=1)
def cluster_pattern() -> re.Pattern[str]:
    """A letter of an unspaced script with its marks and what is stacked below it."""
    classes = _basic_plane()
    base, marks = f"[{classes['unspaced']}]", f"[{classes['marks']}]"
    return re.compile(f"(?:{base}|{marks})(?:[{_STACKERS}]{base}|{marks})*")


@lru_cache(maxsize=1)
def symbol_pattern() -> re.Pattern[str]:
    """A symbol such as an emoji or a heart."""
    return re.compile(f"[{_basic_plane()['symbols']}]")


HAN = re.compile(f"[{_HAN_BLOCKS}{_ASTRAL_HAN}]")
"""A character that can be a word by itself."""
