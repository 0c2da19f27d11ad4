"""Names, titles and slugs as keys: what counts as the same name, and what a name may not hold."""

import re
import unicodedata
from functools import lru_cache

from archive.core.errors import InvalidInput
from archive.core.said import say

TAG_NAME_MAX = 150
REFUSED_IN_TAG_NAMES = ",^*<>{}=`\\%\uff0c\u3001"

_SORT_TITLE_MAX = 255
_SLUG_MAX = 80
_MAX_MARKS = 4
_NUMBER_WIDTH = 20

# Variants of one punctuation mark that fold to the form on every keyboard. They are mapped before
# NFKC, which would tear the spacing accents apart into a space and a mark.
_PUNCTUATION = {
    **dict.fromkeys(map(ord, "‘’‚‛ʼʻ′´ˋˊ`＇‹›"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″〝〞«»＂"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⸺⸻"), "-"),
    **dict.fromkeys(map(ord, "〜∼˜～"), "~"),
    **dict.fromkeys(map(ord, "⁄∕／"), "/"),
    ord("…"): "...",
}
# Marks that are no part of how a name reads: soft hyphen, word joiner, byte order mark and the
# selectors between text and picture form of one character.
_LITTER = dict.fromkeys([0x00AD, 0x2060, 0xFEFF])
# Likewise the selectors and the two vowels of other scripts that are never drawn.
_UNDRAWN = [0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F]
_IGNORED = {**_LITTER, **dict.fromkeys([0x034F, 0x200B, *_UNDRAWN, *range(0xFE00, 0xFE10)])}
_JOINERS = "\u200c\u200d"
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0"
_BLANK_SYMBOLS = "\u2800"
# Format characters that are drawn: signs that enclose the number after them.
_DRAWN_FORMATS = frozenset(map(chr, [*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x08E2]))
# Accents and other marks whose loss leaves the same letter in these scripts: Latin, Greek, Cyrillic.
_ACCENTED_BASE = re.compile(
    "([A-Za-z\u00c0-\u024f\u0250-\u02af\u0370-\u03ff\u0400-\u052f\u1d00-\u1dbf\u1e00-\u1fff"
    "\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f])"
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+)"
)
_BREVE = "\u0306"
# Scripts whose spelling needs the zero-width joiners: Arabic and its kin, the Indic family.
_JOINING_SCRIPTS = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af]")

_ARTICLES: dict[str, tuple[str, ...]] = {
    "en": ("the", "a", "an"),
    "fr": ("le", "la", "les", "l'", "un", "une", "des"),
    "de": ("der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer"),
    "es": ("el", "la", "los", "las", "lo", "un", "una", "unos", "unas"),
    "it": ("il", "lo", "la", "i", "gli", "le", "l'", "un", "uno", "una", "un'"),
    "pt": ("o", "a", "os", "as", "um", "uma", "uns", "umas"),
    "gl": ("o", "a", "os", "as", "un", "unha"),
    "ca": ("el", "la", "els", "les", "l'", "un", "una"),
    "nl": ("de", "het", "een", "'t", "'n"),
    "af": ("die", "'n"),
    "sv": ("en", "ett", "den", "det", "de"),
    "da": ("en", "et", "den", "det", "de"),
    "nb": ("en", "ei", "et", "den", "det", "de"),
    "nn": ("ein", "ei", "eit", "den", "det", "dei"),
    "no": ("en", "ei", "et", "den", "det", "de"),
    "hu": ("a", "az", "egy"),
    "ro": ("un", "o", "niste"),
    "el": ("ο", "η", "το", "οι", "τα", "ενας", "μια", "ενα"),
    "eo": ("la",),
    "ga": ("an", "na"),
    "cy": ("y", "yr"),
}
# Letters that Unicode does not take apart, as the reader of a sorted list expects them.
_SORT_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
_LEADING_NUMBER = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f]\d{3})+(?!\d)|\d+")


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """The key under which two names of one kind are the same name.

    Case, accents (Latin, Greek, Cyrillic), width, white space and variants of one punctuation
    mark make no difference; vowel signs of Indic scripts, Japanese voicing marks and й do.
    Folding a folded name changes nothing.
    """
    folded = _fold_once(name)
    # Casefolding and compatibility forms can open new pairs to compose; a third round is rare.
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(name: str) -> str:
    text = name.translate(_PUNCTUATION).translate(_IGNORED)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).casefold()
        text = unicodedata.normalize("NFD", text)
        text = _ACCENTED_BASE.sub(_strip_accents, text)
        text = unicodedata.normalize("NFC", text)
        text = _without_idle_joiners(text)
    return " ".join(text.casefold().split())


def _strip_accents(match: re.Match[str]) -> str:
    """The base letter alone, but й keeps its breve: it is another letter than и."""
    base, marks = match.groups()
    return base + _BREVE if base in "иИ" and _BREVE in marks else base


def _without_idle_joiners(text: str) -> str:
    if not any(joiner in text for joiner in _JOINERS):
        return text
    return "".join(char for at, char in enumerate(text) if char not in _JOINERS or _joins(text, at))


def _joins(text: str, at: int) -> bool:
    """Whether the joiner at this place changes how the text is drawn: in emoji and some scripts."""
    before = at - 1
    while before >= 0 and unicodedata.category(text[before]) in {"Mn", "Me"}:
        if _JOINING_SCRIPTS.match(text[before]):
            break
        before -= 1
    if before < 0 or at + 1 >= len(text):
        return False
    left, right = text[before], text[at + 1]
    pictures = unicodedata.category(left) in {"So", "Sk"} and unicodedata.category(right) == "So"
    return pictures or bool(_JOINING_SCRIPTS.match(left) and _JOINING_SCRIPTS.match(right))


def clean_name(text: str, *, max_length: int, what: str) -> str:
    """A name as it is stored: NFC, trimmed, white space collapsed, nothing invisible or harmful.

    ``what`` names the thing in the message and in the code, such as ``tag`` or ``creator``. Raises
    InvalidInput with the code ``<what>.name_invalid`` for an empty name, one of more than
    ``max_length`` characters, and for characters that hide or reorder text.
    """
    name = " ".join(unicodedata.normalize("NFC", text.translate(_LITTER)).split())
    problem = _name_problem(name, max_length)
    if problem:
        sentence = (
            say("This title cannot be used: {problem}", problem=problem)
            if what == "title"
            else say("This {what} name cannot be used: {problem}", what=what, problem=problem)
        )
        raise InvalidInput(
            sentence,
            code=f"{what}.name_invalid",
            extra={"given": text[: max_length * 2], "max_length": max_length},
        )
    return name


def _name_problem(name: str, max_length: int) -> str | None:
    if not any(_is_visible(char) for char in name):
        return say(
            "it is blank; 1 to {max_length} visible characters are needed.", max_length=max_length
        )
    if len(name) > max_length:
        return say(
            "it has {given} characters; at most {max_length} are allowed.",
            given=len(name),
            max_length=max_length,
        )
    marks = 0
    for at, char in enumerate(name):
        category = unicodedata.category(char)
        if _is_refused(name, at, char, category):
            return say(
                "it holds the character U+{char:04X}, which hides or reorders text.", char=ord(char)
            )
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _MAX_MARKS:
            return say(
                "it holds more than {max_marks} combining marks on one character.",
                max_marks=_MAX_MARKS,
            )
    return None


def _is_visible(char: str) -> bool:
    return (
        unicodedata.category(char)[0] not in "ZCM"
        and char not in _INVISIBLE_LETTERS
        and char not in _BLANK_SYMBOLS
    ) or char in _DRAWN_FORMATS


def _is_refused(name: str, at: int, char: str, category: str) -> bool:
    if char in _JOINERS:
        return not _joins(name, at)
    if category == "Cf":
        return char not in _DRAWN_FORMATS
    nothing = char in _INVISIBLE_LETTERS or char == "\u034f" or 0xE0000 <= ord(char) <= 0xE0FFF
    return nothing or category in {"Cc", "Cs"} or (ord(char) & 0xFFFE) == 0xFFFE


def tag_name_problem(name: str) -> str | None:
    """Why a cleaned name cannot name a tag, as a full sentence; None when it can."""
    found = [char for char in REFUSED_IN_TAG_NAMES if char in name]
    if found:
        return say(
            "A tag name cannot hold {found}; refused characters are {refused}",
            found=" ".join(found),
            refused=" ".join(REFUSED_IN_TAG_NAMES),
        )
    if not 1 <= len(name) <= TAG_NAME_MAX:
        return say(
            "A tag name has 1 to {tag_name_max} characters; {given} were given.",
            tag_name_max=TAG_NAME_MAX,
            given=len(name),
        )
    return None


def clean_tag_name(text: str) -> str:
    """A tag name as it is stored. Raises InvalidInput with the code ``tag.name_invalid``."""
    name = clean_name(text, max_length=TAG_NAME_MAX, what="tag")
    problem = tag_name_problem(name)
    if problem:
        raise InvalidInput(problem, code="tag.name_invalid", extra={"given": name})
    return name


def sort_title(title: str, language: str) -> str:
    """The key that orders works by title, at most 255 characters.

    Lower case without accents; punctuation before the first letter or digit is dropped, a leading
    article of the work's language (a BCP 47 tag) stands at the end, a leading number sorts by value.
    """
    text = _plain(title)
    start = next((at for at, char in enumerate(text) if char.isalnum()), 0)
    article, rest = _split_article(text[start:], language)
    # 't and 'n begin with the very mark that is dropped above.
    if not article and start and text[start - 1] == "'":
        article, rest = _split_article(text[start - 1 :], language)
        rest = rest.lstrip("'")
    number = _LEADING_NUMBER.match(rest)
    if number:
        digits = re.sub(r"\D", "", number.group())
        rest = _digits_value(digits).zfill(_NUMBER_WIDTH) + rest[number.end() :]
    key = f"{rest}, {article}" if article else rest
    return key[:_SORT_TITLE_MAX]


def _plain(text: str) -> str:
    """Folded further than a name: й, œ and the like become what they are filed under."""
    text = unicodedata.normalize("NFKD", fold_name(text))
    text = _ACCENTED_BASE.sub(r"\1", text).translate(_SORT_LETTERS)
    return unicodedata.normalize("NFC", text)


def _digits_value(digits: str) -> str:
    # Digit by digit: int() refuses very long strings, and other scripts have digits of their own.
    return "".join(str(unicodedata.digit(char)) for char in digits).lstrip("0") or "0"


def _split_article(text: str, language: str) -> tuple[str, str]:
    """The leading article and the rest without punctuation before it, or "" and the whole."""
    for article in _ARTICLES.get(language.lower().partition("-")[0], ()):
        if not text.startswith(article):
            continue
        rest = text[len(article) :]
        if not article.endswith("'") and not rest[:1].isspace():
            continue
        rest = re.sub(r"^[\W_]+", "", rest)
        if rest:
            return article, rest
    return "", text


def tag_slug(name: str) -> str:
    """A readable part of an address for a name: words of any script with hyphens, never empty."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("'", "").replace("’", "")
    kept = "".join(
        char if char.isalnum() or unicodedata.category(char) in {"Mn", "Mc"} else "-"
        for char in folded
    )
    slug = "-".join(part for part in kept.split("-") if part)[:_SLUG_MAX].strip("-")
    return slug if any(char.isalnum() for char in slug) else "tag"
