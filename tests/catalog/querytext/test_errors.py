"""Which texts are refused, where the mistake is, and what can still be used of them."""

from datetime import UTC, datetime

import pytest

from archive.core.errors import InvalidInput
from catalog.querytext import Caps, QuerySyntaxError, parse, parse_best_effort

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

# text, kind, the part that is marked, the normal form of what can still be used
MISTAKES = [
    ('foo "bar', "quote", '"', "foo bar"),
    ('6" nails', "quote", '"', "6 nails"),
    ("“bar", "quote", "“", "bar"),
    ("bar”", "quote", "”", "bar"),
    ("«bar", "quote", "«", "bar"),
    ("(a", "parenthesis", "(", "a"),
    ("a)", "parenthesis", ")", "a"),
    ("title:(a", "parenthesis", "(", "title:a"),
    ("(a OR)", "operator", "OR", "a"),
    ("(OR a)", "operator", "OR", "a"),
    ("(a |)", "operator", "|", "a"),
    ("b (NOT)", "operator", "NOT", "b"),
    ("(a AND) b", "operator", "AND", "a b"),
    ("(a OR OR b)", "operator", "OR", "a OR b"),
    ("title:", "value", "title:", ""),
    ("a title:", "value", "title:", "a"),
    ("(title:)", "value", "title:", ""),
    ("title:???", "value", "title:???", ""),
    ('title:""', "value", 'title:""', ""),
    ("title:|a", "value", "title:", "a"),
    ("title:&&a", "value", "title:", "a"),
    ("words:lots a", "value", "lots", None),
    ("words:", "value", "words:", ""),
    ("words:-5", "value", "-5", None),
    ("words:5000-1000", "value", "5000-1000", None),
    ("words:1000-", "value", "1000-", None),
    ("words:>", "value", ">", None),
    ("words:<0", "value", "<0", None),
    ("words:>100-200", "value", ">100-200", None),
    ("words:1.5", "value", "1.5", None),
    ("words:10x", "value", "10x", None),
    ("updated:someday", "value", "someday", None),
    ("updated:2020-13-01", "value", "2020-13-01", None),
    ("updated:2021..2020", "value", "2021..2020", None),
    ("updated:0000", "value", "0000", None),
    ("complete:maybe", "value", "maybe", None),
    ("language:Klingonese!", "value", "Klingonese", None),
    ("sort:colour", "value", "colour", None),
    ("sort:", "value", "sort:", ""),
    ("(sort:kudos)", "value", "sort:kudos", ""),
    ("-sort:kudos", "value", "sort:kudos", ""),
    ("ab*", "cap.prefix_letters", "ab*", ""),
    ("title:a*", "cap.prefix_letters", "title:a*", ""),
    ("*cloth", "cap.star", "*cloth", ""),
    ("wash*cloth", "cap.star", "wash*cloth", ""),
    ("colour~2", "cap.edits", "colour~2", ""),
    ("colour~9999999999", "cap.edits", "colour~9999999999", ""),
    ("abc* bcd* cde*", "cap.prefixes", "cde*", "abc* bcd*"),
    ("abc~ bcd~ cde~", "cap.fuzzies", "cde~", "abc~ bcd~"),
    ("a\u0301\u0301\u0301\u0301\u0301b", "cap.marks", "\u0301", None),
    ("(((((((((a)))))))))", "cap.depth", "(", "a"),
]


@pytest.mark.parametrize(("text", "kind", "marked", "left"), MISTAKES)
def test_mistake_is_marked_and_the_rest_used(text, kind, marked, left):
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, now=NOW)
    error = caught.value
    assert error.kind == kind
    assert text[error.position : error.position + error.length] == marked
    query, first = parse_best_effort(text, now=NOW)
    assert first is not None
    assert first.reason == error.reason
    if left is not None:
        assert query.normal == left


def test_error_is_invalid_input_with_the_place_for_clients():
    with pytest.raises(InvalidInput) as caught:
        parse('foo "bar', now=NOW)
    error = caught.value
    assert error.status == 400
    assert error.code == "query.syntax"
    assert error.extra == {"position": 4, "length": 1}
    assert error.errors[0].as_dict() == {
        "field": "q",
        "code": "query.syntax",
        "detail": "This quotation mark has no partner.",
        "position": 4,
        "length": 1,
    }


CAPS = [
    ("a" * 513, "cap.length", "at most 512 characters; this one has 513"),
    (" ".join(["ab"] * 17), "cap.words", "at most 16 words; this one has 17"),
    ('"' + " ".join(["ab"] * 13) + '"', "cap.phrase_words", "at most 12 words; this one has 13"),
    ("-".join(["ab"] * 13), "cap.phrase_words", "compound may have at most 12 words"),
    ("日" * 26, "cap.phrase_words", "at most 12 words; this one has 13"),
    (" ".join(["complete:1"] * 33), "cap.tokens", "at most 32 words"),
    ("((((((((( a )))))))))", "cap.depth", "8 deep"),
    ("aa* bb*", "cap.prefix_letters", "at least 3 letters"),
]


@pytest.mark.parametrize(("text", "kind", "reason"), CAPS)
def test_cap_is_named_with_what_was_given(text, kind, reason):
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, now=NOW)
    assert caught.value.kind == kind
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "text",
    [
        "a" * 512,
        " OR ".join(["ab"] * 16),
        '"' + " ".join(["ab"] * 12) + '"',
        "日" * 24,
        " ".join(["complete:1"] * 32),
        "((((((((a))))))))",
        "abc* bcd* cde~ def~1",
        "नमस्ते दुनिया कैसे हैं आप",
    ],
)
def test_queries_at_the_caps_are_accepted(text):
    assert parse(text, now=NOW).root is not None


def test_caps_can_be_set():
    phrase = '"a b c d e f"'
    assert parse(phrase, now=NOW).root is not None
    with pytest.raises(QuerySyntaxError):
        parse(phrase, now=NOW, caps=Caps(phrase_words=5))


def test_query_whose_normal_form_is_too_long_is_refused():
    text = " ".join(f"{'ship' if n % 2 else 'title'}:{'x' * 24}{n}" for n in range(16))
    assert len(text) <= 512
    query, error = parse_best_effort(text, now=NOW)
    assert error is not None
    assert "written out in full" in error.reason
    assert query.normal


def test_query_whose_normal_form_is_too_deep_is_refused():
    text = "-(a OR " * 8 + "-re:zero" + ")" * 8
    query, error = parse_best_effort(text, now=NOW)
    assert error is not None
    assert error.kind == "cap.depth"
    assert parse("-(a OR " * 7 + "-re:zero" + ")" * 7, now=NOW).root is not None
    assert query.normal


def test_first_words_of_too_long_a_text_are_still_looked_for():
    text = "It was the best of times, it was the worst of times, it was the age of wisdom, " * 9
    query, error = parse_best_effort(text, now=NOW)
    assert error is not None
    assert error.kind == "cap.length"
    assert query.normal.startswith("It was the best of times")


def test_words_of_too_long_a_phrase_are_looked_for_one_by_one():
    query, error = parse_best_effort('"' + " ".join(f"w{n}" for n in range(14)) + '"', now=NOW)
    assert error is not None
    assert query.normal == " ".join(f"w{n}" for n in range(14))


def test_hopeless_syntax_leaves_the_plain_words():
    query, error = parse_best_effort("((((((((((((((a OR b", now=NOW)
    assert error is not None
    assert query.normal == "a or b"
