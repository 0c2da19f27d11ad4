"""Lines that have the form of a heading, and lines that only look like one."""

import pytest

from catalog.importers.text_headings import parse_heading, undecorated
from catalog.importers.text_numbers import parse_number, roman


@pytest.mark.parametrize(
    ("line", "word", "number", "title"),
    [
        ("Part 1: Back to the Basement", "part", 1, "Back to the Basement"),
        ("Chapter 2 - The Return", "chapter", 2, "The Return"),
        ("Chapter Two", "chapter", 2, ""),
        ("chapter twenty-one", "chapter", 21, ""),
        ("CHAPTER IV.", "chapter", 4, ""),
        ("CHAPTER IV. The Road", "chapter", 4, "The Road"),
        ("Chapter the First", "chapter", 1, ""),
        ("Part 3 The Long Way Home", "part", 3, "The Long Way Home"),
        ("Ch. 3", "ch", 3, ""),
        ("Ch3", "ch", 3, ""),
        ("Chapter 2a: Foo", "chapter", 2, "Chapter 2a: Foo"),
        ("Chapter 1.5", "chapter", 1, "Chapter 1.5"),
        ("Chapter One, in which we meet", "chapter", 1, "in which we meet"),
        ('Chapter 1: "Quoted"', "chapter", 1, "Quoted"),
        ("ADVENTURE I. A SCANDAL IN BOHEMIA", "adventure", 1, "A SCANDAL IN BOHEMIA"),
        ("Act One, Scene Two", "act", 1, "Scene Two"),
        ("Chapitre 3", "chapitre", 3, ""),
        ("Chapitre premier", "chapitre", 1, ""),
        ("Première partie", "partie", 1, ""),
        ("Kapitel 4", "kapitel", 4, ""),
        ("Erstes Kapitel", "kapitel", 1, ""),
        ("1. Kapitel: Anfang", "kapitel", 1, "Anfang"),
        ("Capítulo 5: La noche", "capitulo", 5, "La noche"),
        ("Глава первая", "глава", 1, ""),
        ("第一章", "章", 1, ""),
        ("第十二章 归来", "章", 12, "归来"),
        ("제 3 장", "장", 3, ""),
        ("*** Chapter One ***", "chapter", 1, ""),
        ("**Chapter 3: Foo**", "chapter", 3, "Foo"),
        ("## Chapter 4", "chapter", 4, ""),
        ("<b>Chapter 5</b>", "chapter", 5, ""),
    ],
)
def test_divisions_with_a_number(line, word, number, title):
    heading = parse_heading(line)
    assert heading is not None
    assert (heading.kind, heading.word, heading.number) == ("keyword", word, number)
    assert heading.title == title


@pytest.mark.parametrize(
    ("line", "number", "total"),
    [
        ("Part 1 of 3", 1, 3),
        ("Part 1/3: Begin", 1, 3),
        ("Chapter 12 (of 20)", 12, 20),
        ("Teil 2 von 5: Nacht", 2, 5),
        ("Part 2/?", 2, None),
    ],
)
def test_the_total_of_parts(line, number, total):
    heading = parse_heading(line)
    assert heading is not None
    assert (heading.number, heading.total) == (number, total)


@pytest.mark.parametrize(
    ("line", "kind", "number", "title"),
    [
        ("IV.", "bare", 4, ""),
        ("iv", "bare", 4, ""),
        ("1.", "bare", 1, ""),
        ("(2)", "bare", 2, ""),
        ("~ 3 ~", "bare", 3, ""),
        ("One", "bare", 1, ""),
        ("XXX", "bare", 30, ""),
        ("VII. THE ADVENTURE OF THE BLUE CARBUNCLE", "titled", 7, None),
        ("1) Salt", "titled", 1, "Salt"),
        ("Prologue", "named", None, "Prologue"),
        ("Epilogue: Home", "named", None, "Epilogue: Home"),
        ("ÉPILOGUE", "named", None, "ÉPILOGUE"),
        ("Interlude 2", "named", None, "Interlude 2"),
    ],
)
def test_numerals_and_names(line, kind, number, title):
    heading = parse_heading(line)
    assert heading is not None
    assert (heading.kind, heading.number) == (kind, number)
    assert title is None or heading.title == title


@pytest.mark.parametrize(
    "line",
    [
        "",
        "I am here.",
        "A",
        "mix",
        "one",
        "One day",
        "1. He loved her.",
        "1984",
        "3 chapters",
        "Two parts water",
        "Part of the problem",
        "Part two of the plan was simple.",
        "Chapter five of his memoirs lay open",
        "Chapter and verse",
        "introduction",
        "TO BE CONTINUED",
        "“One.”",
        '"Chapter One," she read.',
        "--Deux",
        "一部分人觉得",
        "第一章说的是这样的，",
        "x" * 10_000,
    ],
)
def test_ordinary_lines_are_no_headings(line):
    assert parse_heading(line) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("XIV", 14),
        ("xiv", 14),
        ("VIIII", 9),
        ("seven", 7),
        ("the Third", 3),
        ("3rd", 3),
        ("forty-second", 42),
        ("zwölf", 12),
        ("dix-sept", 17),
        ("veinte", 20),
        ("十二", 12),
        ("二十一", 21),
        ("一百零三", 103),
    ],
)
def test_numbers_in_words(text, value):
    number = parse_number(text)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize("text", ["", "Xi", "civil", "hello", "IIX", "1.5", "one more"])
def test_other_words_are_no_numbers(text):
    assert parse_number(text) is None


def test_roman_numerals_count_up():
    assert [roman(text) for text in ("I", "II", "III", "IV", "V", "IX", "XL", "XC", "CD")] == [
        1,
        2,
        3,
        4,
        5,
        9,
        40,
        90,
        400,
    ]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("~*~ Salt ~*~", "Salt"),
        ("=== Salt ===", "Salt"),
        ("[Salt]", "Salt"),
        ("### Salt", "Salt"),
        ("- Salt", "- Salt"),
        ("* * *", "* * *"),
        ("Salt (1)", "Salt (1)"),
    ],
)
def test_marks_around_a_line_fall_away(line, text):
    assert undecorated(line) == text
