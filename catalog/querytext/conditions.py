"""Conditions of a query: where a value ends in running text, and the node it makes."""

import re
from collections.abc import Mapping
from datetime import datetime

from catalog.querytext.dates import DATE_PATTERN, parse_date_range
from catalog.querytext.fields import FIELD_KINDS, FieldKind
from catalog.querytext.nodes import DateRange, Flag, Language, Range
from catalog.querytext.values import (
    COUNT_PATTERN,
    parse_count_range,
    parse_flag,
    parse_language,
)

QUOTES = '"“”„‟«»'
CHUNK = re.compile(rf"(?:(?!&&)[^\s()|{QUOTES}])+")
_PUNCTUATION = ",.;:!?"
_BOUNDARY = re.compile(rf"[{_PUNCTUATION}]*(?=[\s()|{QUOTES}]|&&|$)")
_SORT_VALUE = re.compile(r"[-+]?\s*\w+(?:\s+(?:asc|desc)(?:ending)?\b)?", re.IGNORECASE)
_PATTERNS = {
    FieldKind.COUNT: COUNT_PATTERN,
    FieldKind.DATE: DATE_PATTERN,
    FieldKind.SORT: _SORT_VALUE,
}


def value_span(text: str, field: str, pos: int) -> tuple[int, int, int]:
    """Begin and end of an unquoted value at ``pos``, and where to go on behind it.

    Counts and dates may contain spaces (``> 2 years ago``) as long as they read as a whole; any
    other value ends at the first space.
    """
    span = _span_by_pattern(text, field, pos)
    if span:
        return span
    match = CHUNK.match(text, pos)
    end = match.end() if match else pos
    return pos, pos + len(text[pos:end].rstrip(_PUNCTUATION)), end


def compares(text: str, field: str, pos: int) -> bool:
    """Whether a comparison that ``field`` can use stands at ``pos``, as in ``words > 1000``."""
    is_comparable = FIELD_KINDS[field] in {FieldKind.COUNT, FieldKind.DATE}
    return is_comparable and _span_by_pattern(text, field, pos) is not None


def _span_by_pattern(text: str, field: str, pos: int) -> tuple[int, int, int] | None:
    pattern = _PATTERNS.get(FIELD_KINDS[field])
    match = pattern.match(text, pos) if pattern else None
    boundary = _BOUNDARY.match(text, match.end()) if match else None
    return (pos, match.end(), boundary.end()) if match and boundary else None


def make_condition(
    field: str,
    value: str,
    *,
    place: tuple[int, int],
    now: datetime,
    languages: Mapping[str, str] | None,
) -> Range | DateRange | Flag | Language:
    """The node for a value of a count, date, flag or language. Raises UnusableValueError."""
    start, end = place
    kind = FIELD_KINDS[field]
    if kind is FieldKind.COUNT:
        low, high = parse_count_range(value)
        return Range(field, low, high, start=start, end=end)
    if kind is FieldKind.DATE:
        span = parse_date_range(value, now=now)
        return DateRange(field, span.low, span.high, span.expression, start=start, end=end)
    if kind is FieldKind.FLAG:
        return Flag(field, parse_flag(value), start=start, end=end)
    return Language(parse_language(value, languages), start=start, end=end)
