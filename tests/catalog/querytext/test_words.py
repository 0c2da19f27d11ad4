"""A query told in words."""

from datetime import UTC, datetime

import pytest

from catalog.querytext import conjuncts, english, in_words, parse, to_normal, without_conjunct
from catalog.querytext.words import all_phrases

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

SENTENCES = [
    ("washcloth", "contains “washcloth”"),
    ("title:washcloth", "title contains “washcloth”"),
    ('"a b"', "contains the phrase “a b”"),
    ("-washcloth", "does not contain “washcloth”"),
    ('-title:"a b"', "title does not contain the phrase “a b”"),
    ("wash*", "contains a word that begins with “wash”"),
    ("colour~", "contains “colour” or a word one letter away from it"),
    ("words:>1000", "more than 1,000 words"),
    ("words:>=999", "at least 999 words"),
    ("words:<1000", "fewer than 1,000 words"),
    ("kudos:<=7", "at most 7 kudos"),
    ("hits:5", "exactly 5 hits"),
    ("words:1000-5000", "1,000 to 5,000 words"),
    ("-words:1000-5000", "not 1,000 to 5,000 words"),
    ("updated:<2weeks", "updated within the last 2 weeks"),
    ("published:>1year", "published more than 1 year ago"),
    ("updated:3 days ago", "updated 3 to 4 days ago"),
    ("updated:today", "updated today"),
    ("updated:2020", "updated from 2020-01-01 to 2020-12-31"),
    ("updated:2020-05-01", "updated on 2020-05-01"),
    ("updated:>2020-05-01", "updated on 2020-05-02 or later"),
    ("updated:<2020-05-01", "updated on 2020-04-30 or earlier"),
    ("updated:<0001", "updated on 0001-01-01 or earlier"),
    ("complete:true", "complete"),
    ("complete:false", "still in progress"),
    ("-complete:true", "still in progress"),
    ("-complete:false", "complete"),
    ("language:de", "in de"),
    ("NOT *", "not any work"),
    ("a OR b", "contains “a” or contains “b”"),
    ("(a b) OR c", "(contains “a” and contains “b”) or contains “c”"),
    ("-(a OR b)", "not (contains “a” or contains “b”)"),
]


@pytest.mark.parametrize(("text", "sentence"), SENTENCES)
def test_clause_in_english(text, sentence):
    (clause,) = in_words(parse(text, now=NOW).root)
    assert english(clause) == sentence


def test_each_conjunct_is_a_clause_that_can_be_taken_away():
    root = parse("a title:b words:>5", now=NOW).root
    assert [english(clause) for clause in in_words(root)] == [
        "contains “a”",
        "title contains “b”",
        "at least 6 words",
    ]
    assert to_normal(without_conjunct(root, 1)) == "a words:>=6"
    assert without_conjunct(parse("a", now=NOW).root, 0) is None
    assert conjuncts(None) == ()


def test_clauses_keep_their_place():
    clauses = in_words(parse("a  -title:b", now=NOW).root)
    assert [(clause.start, clause.end) for clause in clauses] == [(0, 1), (3, 11)]


def test_faces_translate_and_write_numbers_dates_and_languages():
    german = {"more than {low} {unit}": "mehr als {low} {unit}", "words": "Wörter"}
    (clause,) = in_words(parse("words:>1000", now=NOW).root)
    said = english(
        clause,
        translate=lambda text: german.get(text, text),
        number=lambda value: f"{value:,}".replace(",", "."),
    )
    assert said == "mehr als 1.000 Wörter"
    (clause,) = in_words(parse("language:de", now=NOW).root)
    assert english(clause, language={"de": "German"}.__getitem__) == "in German"
    (clause,) = in_words(parse("updated:2020-05-01", now=NOW).root)
    assert english(clause, day=lambda value: f"{value:%d.%m.%Y}") == "updated on 01.05.2020"


def test_text_with_braces_is_shown_as_it_is():
    (clause,) = in_words(parse("{low}x", now=NOW).root)
    assert english(clause) == "contains “low}x”"


def test_everything_that_is_translated_is_listed():
    asked: list[str] = []

    def translate(phrase: str) -> str:
        asked.append(phrase)
        return phrase

    for text, _ in SENTENCES:
        for clause in in_words(parse(text, now=NOW).root):
            english(clause, translate=translate)
    assert asked
    assert set(asked) - {"title"} <= set(all_phrases())
