"""Single words of a query: trimmed, and told apart as words, prefixes and fuzzy words."""

import re
import unicodedata
from functools import lru_cache

from archive.core.said import say
from catalog.querytext.caps import Caps
from catalog.querytext.errors import QuerySyntaxError
from catalog.querytext.fields import as_plain_word
from catalog.querytext.nodes import Everything, Fuzzy, Prefix, Word

_BOOST = re.compile(r"(?<=.)\^\d+(?:\.\d+)?$")
_TAIL = re.compile(r"(?:(?P<star>\*+)|~(?P<edits>\d*))$")
_SPELT_WITH_STARS = re.compile(r"\w(?:\*\w)+\Z")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ＇")
# Scripts written without spaces: two characters are about as much as a word.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_RUN = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def is_searchable(char: str) -> bool:
    """Whether the character is a letter, a digit or a symbol such as an emoji."""
    category = unicodedata.category(char)
    return category[0] in "LN" or category == "So"


def has_searchable(text: str) -> bool:
    """Whether anything in the text can be looked for."""
    return any(is_searchable(char) for char in text)


def count_words(text: str) -> int:
    """About how many words an index finds in the text.

    Runs of letters count one, two characters of an unspaced script one, an emoji one.
    """
    if text.isascii():
        return len(_RUN.findall(text.translate(_APOSTROPHES)))
    unspaced = sum((len(run) + 1) // 2 for run in _UNSPACED.findall(text))
    rest = _UNSPACED.sub(" ", text).translate(_APOSTROPHES)
    letters: list[str] = []
    symbols = 0
    joined = False
    for char in rest:
        category = unicodedata.category(char)
        symbols += category == "So" and not joined
        joined = char == "\u200d"
        if category[0] != "M" and not joined:
            letters.append(char)
    return unspaced + symbols + len(_RUN.findall("".join(letters)))


def letters_before_star(text: str) -> int:
    """Letters that count towards the shortest prefix; a Hangul syllable is two or three of them."""
    return sum(unicodedata.category(char)[0] in "LN" for char in unicodedata.normalize("NFD", text))


def read_word(
    chunk: str, *, field: str | None, place: tuple[int, int], caps: Caps
) -> Word | Prefix | Fuzzy | Everything | None:
    """The node for text without spaces; None when there is nothing in it to look for.

    ``place`` is where the chunk stands in the given text. Raises QuerySyntaxError for a ``*``
    elsewhere than at the end, too short a prefix, and more than one edit.
    """
    start, end = place
    if not has_searchable(chunk):
        is_star = chunk == "*" and field is None
        return Everything(start=start, end=end) if is_star else None
    first = next(index for index, char in enumerate(chunk) if is_searchable(char))
    text, tail = _without_tails(chunk[first:])
    text = as_plain_word(text)
    if "*" in chunk[:first] or ("*" in text and not _SPELT_WITH_STARS.fullmatch(text)):
        raise QuerySyntaxError(
            say("A * may stand at the end of a word only, as in wash*."),
            kind="cap.star",
            position=start,
            length=end - start,
        )
    if tail and tail["star"]:
        return _prefix(text, field, place, caps)
    if tail:
        return _fuzzy(text, tail["edits"], field, place)
    return Word(_not_an_operator(text), field, start=start, end=end)


def _without_tails(text: str) -> tuple[str, re.Match[str] | None]:
    """The text without punctuation, boosts and wildcards behind it, and the last wildcard."""
    found: re.Match[str] | None = None
    while True:
        text = _trimmed_right(text)
        boost = _BOOST.search(text)
        tail = _TAIL.search(text)
        match = boost or tail
        if match is None:
            return text, found
        found = found or tail
        text = text[: match.start()]


def _prefix(text: str, field: str | None, place: tuple[int, int], caps: Caps) -> Prefix | Word:
    start, end = place
    if letters_before_star(text) >= caps.prefix_letters:
        return Prefix(text, field, start=start, end=end)
    # Unspaced scripts are found inside running text anyway; a short prefix adds nothing.
    if _UNSPACED.fullmatch(text):
        return Word(text, field, start=start, end=end)
    raise QuerySyntaxError(
        say(
            "Write at least {prefix_letters} letters before a *; “{text}*” has fewer.",
            prefix_letters=caps.prefix_letters,
            text=text,
        ),
        kind="cap.prefix_letters",
        position=start,
        length=end - start,
    )


def _fuzzy(text: str, edits: str, field: str | None, place: tuple[int, int]) -> Fuzzy | Word:
    start, end = place
    if edits.lstrip("0") not in {"", "1"}:
        raise QuerySyntaxError(
            say(
                "A fuzzy word may differ in one letter, as in word~ or word~1; ~{edits} is more.",
                edits=edits[:9],
            ),
            kind="cap.edits",
            position=start,
            length=end - start,
        )
    is_exact = edits != "" and not edits.strip("0")
    if is_exact or letters_before_star(text) < 3:
        return Word(_not_an_operator(text), field, start=start, end=end)
    return Fuzzy(text, field, start=start, end=end)


def _trimmed_right(text: str) -> str:
    """Cut what ends no word; a name such as C++ or C# keeps its signs, wildcards stay as well."""
    last = len(text)
    while not (text[last - 1] in "*~" or _ends_word(text[last - 1])):
        last -= 1
    if text[last - 1] not in "*~":
        while text[last : last + 1] in {"+", "#"}:
            last += 1
    return text[:last]


def _ends_word(char: str) -> bool:
    return is_searchable(char) or unicodedata.category(char)[0] == "M"


def _not_an_operator(text: str) -> str:
    """Operators that stand for themselves are lower case, so that they stay words when reread."""
    return text.lower() if text in {"AND", "OR", "NOT"} else text
