"""Chapter titles lose the numbers that order says anyway, and no others."""

import pytest

from catalog.importers.html_loose import wrap_loose_text
from catalog.importers.markup import body_of, inner_html, parse_html
from catalog.importers.stylesheet import meaning_of_classes, translated
from catalog.importers.titles import joined, plain_titles, shortened


@pytest.mark.parametrize(
    ("labels", "titles"),
    [
        (["Chapter 1: Rain", "Chapter 2: Snow"], ["Rain", "Snow"]),
        (["I: Rain", "II: Snow"], ["Rain", "Snow"]),
        (["I", "II", "III"], ["", "", ""]),
        (["Preface", "I", "II"], ["Preface", "I", "II"]),
        (["Preface", "I: Rain", "II: Snow"], ["Preface", "Rain", "Snow"]),
        (["Chapter One", "Chapter Two"], ["", ""]),
        (["Part 1: Out", "Part 2: Home"], ["Out", "Home"]),
        (["Part One", "Chapter 1: A", "Chapter 2: B"], ["Part One", "A", "B"]),
        (["1984", "A Room"], ["1984", "A Room"]),
        (["7: a study", "M"], ["7: a study", "M"]),
        (["Rain", "Snow"], ["Rain", "Snow"]),
        (["Chapter 1"], [""]),
        (["Chapter 5: Late"], ["Chapter 5: Late"]),
        ([""], [""]),
        ([], []),
    ],
)
def test_plain_titles(labels, titles):
    assert plain_titles(labels) == titles


def test_a_number_and_its_title_are_joined_by_a_colon():
    assert joined(["IV", "Rain"]) == "IV: Rain"
    assert joined(["Chapter 4.", "Rain", "and Snow"]) == "Chapter 4: Rain and Snow"
    assert joined(["The Rain", "A Tale"]) == "The Rain A Tale"


def test_a_long_title_is_cut_between_words():
    title = shortened("word " * 100)
    assert len(title) <= 255
    assert title.endswith("word…")


def test_style_sheets_say_what_classes_mean():
    sheet = (
        "/* .no { font-style: italic } */ .a, p.b > i, h2.c { text-align: center; }"
        "@media print { .d { font-weight: bold } } .e { color: red } .f { font-style: italic"
    )
    meanings = meaning_of_classes([sheet])
    assert meanings == {
        "a": ["u-center"],
        "c": ["u-center"],
        "d": ["u-bold"],
        "f": ["u-italic"],
    }
    assert translated(["a", "smallcaps", "u-right", "x"], meanings) == [
        "u-center",
        "u-smallcaps",
        "u-right",
    ]


@pytest.mark.parametrize(
    ("body", "wrapped"),
    [
        ("one<br><br>two <i>x</i><br>three", "<p>one</p><p>two <i>x</i><br>three</p>"),
        ("one<p>two</p>three", "<p>one</p><p>two</p><p>three</p>"),
        ("<p>one<br><br>two</p>", "<p>one<br><br>two</p>"),
        ("<div>one <b>two</b></div>", "<div>one <b>two</b></div>"),
        ("<div><p>a</p><br>loose</div>", "<div><p>a</p><p>loose</p></div>"),
        ("<hr>one<br><br><br>two<hr>", "<hr><p>one</p><p>two</p><hr>"),
    ],
)
def test_loose_text_gets_paragraphs(body, wrapped):
    root = parse_html(f"<html><body>{body}</body></html>")
    wrap_loose_text(body_of(root))
    assert inner_html(body_of(root)) == wrapped
