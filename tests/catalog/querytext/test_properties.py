"""Properties that hold for every text: no crash, no delay, a normal form that means the same."""

import random
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from catalog.querytext import (
    DEFAULT_CAPS,
    ParsedQuery,
    QuerySyntaxError,
    conjuncts,
    english,
    in_words,
    iter_leaves,
    parse,
    parse_best_effort,
    to_normal,
)
from tests.catalog.querytext.soup import PIECES, queries

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SLOWEST = 0.5
quick = settings(
    max_examples=5000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(text: str) -> None:
    """Everything that must hold for one text."""
    query, error = parse_best_effort(text, now=NOW)
    assert any(seconds(text) < SLOWEST for _ in range(3)), text
    if error is None:
        assert parse(text, now=NOW) == query
    else:
        check_error(text, error)
        with pytest.raises(QuerySyntaxError, match=re.escape(error.reason)):
            parse(text, now=NOW)
    check_query(query)
    for leaf, _ in iter_leaves(query.root):
        assert 0 <= leaf.start < leaf.end <= len(text)


def seconds(text: str) -> float:
    """What parsing costs; a garbage collection in between can make a single measurement wrong."""
    began = time.process_time()
    parse_best_effort(text, now=NOW)
    return time.process_time() - began


def check_error(text: str, error: QuerySyntaxError) -> None:
    assert error.code == "query.syntax"
    assert 0 <= error.position <= len(text)
    assert error.length >= 1
    assert error.position + error.length <= max(len(text), 1)
    assert error.reason.endswith(".")


def check_query(query: ParsedQuery) -> None:
    again = parse(query.normal, now=NOW)
    assert again.root == query.root
    assert again.ordering == query.ordering
    assert again.normal == query.normal
    assert len(query.normal) <= DEFAULT_CAPS.length
    clauses = in_words(query.root)
    assert len(clauses) == len(conjuncts(query.root))
    assert all(english(clause).strip() for clause in clauses)


@given(queries)
@quick
def test_any_text_parses_or_is_refused_with_a_place(text):
    check(text)


@pytest.mark.slow
def test_200_000_texts_parse_or_are_refused():
    chance = random.Random(3)  # noqa: S311
    for _ in range(200_000):
        pieces = chance.choices(PIECES, k=chance.randint(1, 30))
        check("".join(piece + chance.choice(("", " ")) for piece in pieces))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "a" + ")" * 200,
        "(" * 512,
        ")" * 512,
        '"' * 511,
        "NOT " * 128,
        "- " * 256,
        "-(" * 256,
        "a*" * 256,
        "a OR " * 102,
        "title:" * 85,
        ":(" * 256,
        "(:" * 256,
        "a-" * 256,
        "words:" + "9" * 500,
        "words:" + "1," * 250,
        "words:" + " " * 500 + "x",
        "updated:" + "1" * 500,
        "sort:" + " " * 500,
        "x" + "\u0301" * 500,
        "*a* OR *b* OR *c* OR *d* OR *z*",
        "ANDMAYBE " * 56,
        "id:1 OR rev:*",
        "[a TO z]",
        "x~9",
        "日" * 512,
        "ㅋ" * 512,
        "ﷺ" * 512,
        "'" * 512,
        "^2" * 256,
        "~1" * 256,
        "a" + "^2~1" * 127,
        "\u202e" * 512,
        "\ud800" * 512,
        "\x00" * 512,
        "x" * 1_000_000,
        "(" * 100_000,
    ],
)
def test_hostile_texts_cost_next_to_nothing(text):
    check(text)


def test_normal_form_of_a_deep_tree_keeps_within_the_caps():
    """Explicit ANDs save the parentheses that the readable form would add."""
    text = "(x1 OR (y1 " * 3 + "(x4 OR (a AND b OR c))" + "))" * 3
    query = parse(text, now=NOW)
    check_query(query)


def test_to_normal_without_a_tree_is_the_order_alone():
    assert to_normal(None, "-kudos") == "sort:kudos"
    assert to_normal(None) == ""
