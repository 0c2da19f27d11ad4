"""The text query language: one parser for pages, API, feeds and saved searches; no Django."""

from catalog.querytext.caps import DEFAULT_CAPS, MAX_COUNT, Caps
from catalog.querytext.dates import DateSpan, parse_date_range
from catalog.querytext.errors import Notice, QuerySyntaxError
from catalog.querytext.nodes import (
    And,
    DateRange,
    Everything,
    Flag,
    Fuzzy,
    Language,
    Leaf,
    Node,
    Not,
    Or,
    ParsedQuery,
    Phrase,
    Prefix,
    Range,
    Text,
    Word,
    iter_leaves,
    iter_terms,
)
from catalog.querytext.normal import to_normal
from catalog.querytext.parser import parse, parse_best_effort
from catalog.querytext.values import (
    UnusableValueError,
    parse_count_range,
    parse_flag,
    parse_language,
    parse_sort,
)
from catalog.querytext.walk import conjuncts, without_conjunct
from catalog.querytext.words import Clause, english, in_words

__all__ = [
    "DEFAULT_CAPS",
    "MAX_COUNT",
    "And",
    "Caps",
    "Clause",
    "DateRange",
    "DateSpan",
    "Everything",
    "Flag",
    "Fuzzy",
    "Language",
    "Leaf",
    "Node",
    "Not",
    "Notice",
    "Or",
    "ParsedQuery",
    "Phrase",
    "Prefix",
    "QuerySyntaxError",
    "Range",
    "Text",
    "UnusableValueError",
    "Word",
    "conjuncts",
    "english",
    "in_words",
    "iter_leaves",
    "iter_terms",
    "parse",
    "parse_best_effort",
    "parse_count_range",
    "parse_date_range",
    "parse_flag",
    "parse_language",
    "parse_sort",
    "to_normal",
    "without_conjunct",
]
