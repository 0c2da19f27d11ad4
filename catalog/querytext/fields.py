"""The names that may stand before a colon, and the orders that ``sort:`` knows."""

import re
from enum import Enum

_NAME = re.compile(r"([A-Za-z_]+)[:<>=≤≥]")


class FieldKind(Enum):
    """What values a field takes."""

    TEXT = "text"
    COUNT = "count"
    DATE = "date"
    FLAG = "flag"
    LANGUAGE = "language"
    SORT = "sort"


TEXT_FIELDS = (
    "title",
    "creator",
    "tag",
    "fandom",
    "character",
    "relationship",
    "freeform",
    "warning",
    "rating",
    "category",
    "series",
    "summary",
    "notes",
    "text",
)
COUNT_FIELDS = ("words", "kudos", "comments", "bookmarks", "hits", "chapters")
DATE_FIELDS = ("updated", "published")
FLAG_FIELDS = ("complete", "crossover", "one_pairing", "single_chapter", "restricted")

FIELD_KINDS: dict[str, FieldKind] = {
    **dict.fromkeys(TEXT_FIELDS, FieldKind.TEXT),
    **dict.fromkeys(COUNT_FIELDS, FieldKind.COUNT),
    **dict.fromkeys(DATE_FIELDS, FieldKind.DATE),
    **dict.fromkeys(FLAG_FIELDS, FieldKind.FLAG),
    "language": FieldKind.LANGUAGE,
    "sort": FieldKind.SORT,
}

ALIASES = {
    "author": "creator",
    "authors": "creator",
    "creators": "creator",
    "tags": "tag",
    "fandoms": "fandom",
    "characters": "character",
    "relationships": "relationship",
    "pairing": "relationship",
    "ship": "relationship",
    "freeforms": "freeform",
    "warnings": "warning",
    "ratings": "rating",
    "categories": "category",
    "lang": "language",
    "wordcount": "words",
    "word_count": "words",
}

FALLING_ORDERS = ("updated", "published", "words", "kudos", "comments", "bookmarks", "hits")
RISING_ORDERS = ("title", "creator")
RELEVANCE = "relevance"
SORT_NAMES = (RELEVANCE, *FALLING_ORDERS, *RISING_ORDERS)
SORT_ALIASES = {"author": "creator", "date": "updated", "wordcount": "words", "word_count": "words"}


def field_named(name: str) -> str | None:
    """The field that goes by this name, in any case; None when there is none."""
    name = name.casefold()
    name = ALIASES.get(name, name)
    return name if name in FIELD_KINDS else None


def as_plain_word(text: str) -> str:
    """A word that would be read as a condition, such as ``kudos<3``, spelt so that it is not.

    Text analysis ends words at any of these signs, so the meaning stays.
    """
    match = _NAME.match(text)
    if match is None or field_named(match[1]) is None:
        return text
    return f"{match[1]}/{text[match.end() :]}"
