"""The values of conditions: counts, dates, yes or no, languages and sort orders.

Query text, API parameters and form fields share these readers, so that ``words:1,000-5,000`` in a
search box and ``words=1,000-5,000`` in an address mean the same.
"""

import re
from collections.abc import Mapping

from archive.core.said import say
from catalog.querytext.caps import MAX_COUNT
from catalog.querytext.fields import (
    FALLING_ORDERS,
    RELEVANCE,
    RISING_ORDERS,
    SORT_ALIASES,
    SORT_NAMES,
)

COMPARISON = r"(?:<=|>=|=<|=>|<|>|=|≤|≥)"
_NUMBER = r"(?:\d{1,3}(?:[,.'’_]\d{3})+(?!\d)|\d+(?:\.\d+)?)[kKmM]?"
# A hyphen with a space before it alone excludes what follows.
DASH = r"(?:-|–|—|\s*\.\.\s*|\s+(?:-|–|—|to)\s+)"
COUNT_PATTERN = re.compile(
    rf"\s*(?:(?P<cmp>{COMPARISON})\s*)?(?P<low>{_NUMBER})"
    rf"(?:(?P<open>\+|\.\.(?![\s\d]))|{DASH}(?P<high>{_NUMBER}))?"
    rf"|\s*\.\.\s*(?P<upto>{_NUMBER})",
    re.ASCII,
)
_GROUP_SPACE = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")
LONGEST_VALUE = 100
"""Characters of a value; longer ones are refused before any pattern sees them."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)
_SORT = re.compile(
    r"\s*(?P<sign>[-+]?)\s*(?P<name>\w+)(?:\s+(?P<way>asc|desc|ascending|descending))?\s*",
    re.IGNORECASE,
)
_YES = frozenset(("true", "yes", "1", "on", "y"))
_NO = frozenset(("false", "no", "0", "off", "n"))
_SUFFIXES = {"k": 1_000, "m": 1_000_000}


class UnusableValueError(ValueError):
    """A value that a field cannot use; ``reason`` is a full sentence that says what it can use."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_count_range(text: str) -> tuple[int | None, int | None]:
    """Inclusive bounds of a count: ``1000``, ``<1000``, ``>= 1,000``, ``1000-5000``, ``1000+``.

    Bounds are clamped to 0 .. MAX_COUNT. Raises UnusableValueError.
    """
    match = COUNT_PATTERN.fullmatch(_GROUP_SPACE.sub("", _short(text)))
    if match is None:
        raise UnusableValueError(
            say(
                "“{text}” is no range; write a number such as 1000, <1000, >1000 or 1000-5000.",
                text=_shown(text),
            )
        )
    low, high = _bounds(match, text)
    if low is not None and high is not None and low > high and not match["cmp"]:
        raise UnusableValueError(
            say("The range “{text}” ends before it begins.", text=_shown(text))
        )
    return low, high


def _bounds(match: re.Match[str], text: str) -> tuple[int | None, int | None]:
    if match["upto"]:
        return None, _number(match["upto"])
    low = _number(match["low"])
    sign = match["cmp"]
    if sign and (match["high"] or match["open"]):
        raise UnusableValueError(
            say(
                "“{text}” is both a comparison and a range; write one of the two.",
                text=_shown(text),
            )
        )
    if match["high"]:
        return low, _number(match["high"])
    if match["open"] or sign in {">=", "=>", "≥"}:
        return low, None
    if sign == ">":
        return min(low + 1, MAX_COUNT), None
    if sign in {"<=", "=<", "≤"}:
        return None, low
    if sign == "<":
        if low == 0:
            raise UnusableValueError(say("Nothing is less than 0."))
        return None, low - 1
    return low, low


def _number(text: str) -> int:
    """A whole number with thousands separators or a ``k`` or ``m`` behind it, clamped."""
    factor = _SUFFIXES.get(text[-1].lower(), 0)
    digits = text[:-1] if factor else text
    if factor and re.fullmatch(r"\d+\.\d+", digits):
        whole, _, part = digits.partition(".")
        return min(
            int(whole[:12]) * factor + int(part[:6].ljust(6, "0")) * factor // 1_000_000, MAX_COUNT
        )
    if (
        not factor
        and re.fullmatch(r"\d+\.\d+", digits)
        and not re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits)
    ):
        raise UnusableValueError(say("“{text}” is no whole number.", text=_shown(text)))
    plain = re.sub(r"\D", "", digits).lstrip("0")
    value = MAX_COUNT if len(plain) > 10 else int(plain or "0")
    return min(value * (factor or 1), MAX_COUNT)


def parse_flag(text: str) -> bool:
    """Yes or no, also as true, false, 1, 0, on and off. Raises UnusableValueError."""
    value = _short(text).casefold()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise UnusableValueError(say("“{text}” is neither true nor false.", text=_shown(text)))


def parse_language(text: str, names: Mapping[str, str] | None = None) -> str:
    """The BCP 47 tag meant by a tag in any case or by a name.

    ``names`` maps names in casefolded form, such as ``deutsch``, to tags. Raises
    UnusableValueError.
    """
    value = _short(text).replace("_", "-")
    known = (names or {}).get(text.strip().casefold())
    if known:
        return known
    if not _LANGUAGE.fullmatch(value):
        raise UnusableValueError(
            say("“{text}” is no language; write a code such as en, de or pt-BR.", text=_shown(text))
        )
    first, *rest = value.lower().split("-")
    return "-".join((first, *(_subtag(part) for part in rest)))


def _subtag(part: str) -> str:
    if len(part) == 2 and part.isalpha():
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part


def parse_sort(text: str) -> str:
    """The API's name of an order: ``kudos`` is ``-kudos``, ``title desc`` is ``-title``.

    Counts and dates fall unless ``asc`` says otherwise, title and creator rise unless ``-`` or
    ``desc`` does. Raises UnusableValueError.
    """
    match = _SORT.fullmatch(_short(text))
    name = match["name"].casefold() if match else ""
    name = SORT_ALIASES.get(name, name)
    if match is None or name not in SORT_NAMES:
        raise UnusableValueError(
            say(
                "“{text}” is no sort order; there are {orders}.",
                text=_shown(text),
                orders=", ".join(SORT_NAMES),
            )
        )
    if name == RELEVANCE:
        return name
    falls = name in FALLING_ORDERS
    if match["way"]:
        falls = match["way"].casefold().startswith("desc")
    elif match["sign"]:
        falls = match["sign"] == "-"
    return f"-{name}" if falls else name


def sort_value(ordering: str) -> str:
    """What stands behind ``sort:`` for one of the API's orders; the inverse of parse_sort."""
    name = ordering.removeprefix("-")
    falls = ordering.startswith("-")
    if name in RISING_ORDERS:
        return f"{name} desc" if falls else name
    return name if falls or name == RELEVANCE else f"{name} asc"


def _short(text: str) -> str:
    """A value without the spaces around it; empty, and so unusable, when it is too long."""
    text = text.strip()
    return text if len(text) <= LONGEST_VALUE else ""


def _shown(text: str) -> str:
    """A value fit for a message: trimmed and not endless."""
    text = text.strip()
    return text if len(text) <= 40 else f"{text[:40]}…"
