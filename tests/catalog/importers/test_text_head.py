"""The head of a plain text: title, byline, labels and where the story begins."""

from datetime import UTC, datetime

import pytest

from catalog.importers.base import ImportedSeries
from catalog.importers.text_bylines import parse_byline
from catalog.importers.text_labels import parse_label
from catalog.importers.text_title import parse_title
from catalog.importers.text_values import closed_name, parse_day, parse_rating, parse_series
from tests.catalog.importers.text_helpers import (
    PROSE,
    bodies,
    read,
    refusal_code,
    titles,
    words_of,
    words_of_html,
)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ozfan", ["Ozfan"]),
        ("by ozfan", ["ozfan"]),
        ("By: Ozfan", ["Ozfan"]),
        ("~ by Ozfan ~", ["Ozfan"]),
        ("*by Ozfan*", ["Ozfan"]),
        ("A story by X", ["X"]),
        ("A Treasure Island story by Jane Doe and oz & K/L", ["Jane Doe", "oz", "K", "L"]),
        ("by Jane Doe, John Roe, and Max", ["Jane Doe", "John Roe", "Max"]),
        ("by Jane <jane@tide.example>", ["Jane"]),
        ("by jane@tide.example", ["jane"]),
        ("by J. K. Rowling", ["J. K. Rowling"]),
        ("by Smith, Jr. and Doe", ["Smith, Jr.", "Doe"]),
        ("By The Slayer", ["The Slayer"]),
        ("BY SIR ARTHUR CONAN DOYLE", ["SIR ARTHUR CONAN DOYLE"]),
        ("Von Klaus Meier", ["Klaus Meier"]),
        ("par Maurice Leblanc", ["Maurice Leblanc"]),
        ("por Ana Ruiz y Eva", ["Ana Ruiz", "Eva"]),
        ("© 2003 by Foo Bar", ["Foo Bar"]),
    ],
)
def test_bylines(line, names):
    assert parse_byline(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "By the time he arrived, it was over.",
        "by the river",
        "by then",
        "By morning the rain had stopped.",
        "by accident",
        "Copyright 2003",
        "He stood by Ann",
        'By "then" he knew',
    ],
)
def test_sentences_are_no_bylines(line):
    assert parse_byline(line) == []


@pytest.mark.parametrize(
    ("head", "title", "creators"),
    [
        ("Salt\nBy Ann\n\n", "Salt", ["Ann"]),
        ("Salt\n\nby\n\nANN LEE\n\n", "Salt", ["ANN LEE"]),
        ("Salt, by Ann Lee\n\n", "Salt", ["Ann Lee"]),
        ('"Salt" by Ann Lee\n\n', "Salt", ["Ann Lee"]),
        ("_Salt_\n*by Ann*\n\n", "Salt", ["Ann"]),
        ("What If?\nby Ann\n\n", "What If?", ["Ann"]),
        ("FIC: Salt (1/?)\nby Ann\n\n", "Salt", ["Ann"]),
        ("Salt\nA Tale of the Coast\nby Ann\n\n", "Salt: A Tale of the Coast", ["Ann"]),
        ("Title: Salt\nAuthor: Ann and Bo\n\n", "Salt", ["Ann", "Bo"]),
        ("**Title:** *Salt*\n**By:** Ann\n\n", "Salt", ["Ann"]),
        ("Title - Salt\nAuthor - Ann\nRating - PG\n\n", "Salt", ["Ann"]),
        ("Titel: Salz\nAutorin: Ann\n\n", "Salz", ["Ann"]),
        ("Titre : Sel\nAuteur : Ann\n\n", "Sel", ["Ann"]),
        ("标题：盐\n作者：安\n\n", "盐", ["安"]),
        ("Author: Ann\nRating: G\n\nSalt\n\n", "Salt", ["Ann"]),
        ("Title: Salt\nAuthor: Ann\n\nSALT\nby Ann\n\n", "Salt", ["Ann"]),
        ("\n\n***\nSalt\n***\nby Ann\n\n", "Salt", ["Ann"]),
        ("Stand by Me\n\n", "Stand by Me", []),
        ("Part 2: Salt\nby Ann\n\n", "Salt", ["Ann"]),
        ("Salt\n\nPart 2\nby Ann\n\n", "Salt", ["Ann"]),
        ("Title: Salt\nPart: 1/3\nAuthor: Ann\n\n", "Salt", ["Ann"]),
        ("What If?\n\nChapter 1\n\n", "What If?", []),
        ("Salt\n\nChapter 1: The Road\n\nby Ann\n\n", "Salt", ["Ann"]),
    ],
)
def test_titles_and_creators(head, title, creators):
    work = read(head + PROSE)
    assert (work.title, work.creators) == (title, creators)
    assert words_of_html(bodies(work)) == words_of(PROSE)


def test_a_title_line_directly_above_the_prose():
    work = read("Salt\n" + PROSE)
    assert work.title == "Salt"
    assert words_of_html(bodies(work)) == words_of(PROSE)
    assert "The first line, “Salt”, was taken as the title." in work.notices


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "It was a dark and stormy night.\n\n" + PROSE,
        "“Come here!” she said.\n\n" + PROSE,
        "Hello world",
    ],
)
def test_without_a_head_the_file_names_the_work_and_no_word_is_lost(text):
    work = read(text, "the_long-road.txt")
    assert work.title == "the long road"
    assert "file name" in work.notices[0]
    assert words_of_html(bodies(work)) == words_of(text)


def test_without_title_and_file_name_the_only_chapter_names_the_work():
    work = read("Chapter 3: The Road\n\n" + PROSE, "")
    assert (work.title, titles(work)) == ("The Road", ["The Road"])
    assert read(PROSE, "").title == "Untitled"


FULL_HEAD = """Title: Salt
Author: Ann
Fandoms: Treasure Island; Peter Pan
Rating: PG-13 for language
Pairings: Jim/Ben, Wendy & Peter
Characters: Jim Hawkins, Ben Gunn and Wendy
Warnings: violence, dub-con
Category: Slash, Humor
Additional Tags: Sea, Boats,
  Cheese
Genre: Angst/Romance, Hurt/Comfort
Language: English
Series: Part 2 of The Coast
Spoilers: all of it
Status: WIP
Chapters: 3/10
Published: 25 April 2003
Updated: 2004-01-02
Source: https://stories.example/works/99
Restricted: yes
Anonymous: no
Improv words: lamp, salt
Disclaimer: They belong to Mr. Stevenson and I have
only borrowed the boat.
Summary: A man walks
and talks.

A/N: First paragraph of the note.

Second paragraph of the note.

E-mail: ann@tide.example

"""


def test_every_label_finds_its_place():
    work = read(FULL_HEAD + PROSE)
    assert work.tags == {
        "fandom": ["Treasure Island", "Peter Pan"],
        "rating": ["PG-13"],
        "relationship": ["Jim/Ben", "Wendy & Peter"],
        "character": ["Jim Hawkins", "Ben Gunn", "Wendy"],
        "warning": ["violence"],
        "freeform": [
            "dub-con",
            "Humor",
            "Sea",
            "Boats",
            "Cheese",
            "Angst",
            "Romance",
            "Hurt/Comfort",
        ],
        "category": ["M/M"],
    }
    assert work.language == "en"
    assert work.series == [ImportedSeries("The Coast", 2)]
    assert (work.complete, work.expected_chapters) == (False, 10)
    assert work.published_at == datetime(2003, 4, 25, 12, tzinfo=UTC)
    assert work.updated_at == datetime(2004, 1, 2, 12, tzinfo=UTC)
    assert work.source_url == "https://stories.example/works/99"
    assert (work.restricted, work.anonymous) == (True, False)
    assert work.summary_html == "<p>A man walks<br>\nand talks.</p>"
    assert "<strong>Disclaimer:</strong> They belong to Mr. Stevenson and I have" in work.notes_html
    assert "<strong>Spoilers:</strong> all of it" in work.notes_html
    assert "<strong>Improv words:</strong> lamp, salt" in work.notes_html
    assert "<p>First paragraph of the note.</p>\n<p>Second paragraph" in work.notes_html
    assert "tide.example" not in work.notes_html
    assert words_of_html(bodies(work)) == words_of(PROSE)
    assert any("dub-con" in notice for notice in work.notices)
    assert any("e-mail" in notice for notice in work.notices)


def test_labels_at_a_chapter_head_belong_to_the_chapter():
    text = (
        "Title: Salt\nAuthor: Ann\nRating: G\n\n"
        f"Part 1\n\nTitle: Salt\nAuthor: Ann\nRating: G\nSummary: One.\n\n{PROSE}\n"
        f"Part 2\n\n**Notes:** Two.\n\nRating: R\n\n{PROSE}\nA/N: Bye!\n"
    )
    first, second = read(text).chapters
    assert (first.summary_html, first.notes_html) == ("<p>One.</p>", "")
    assert second.notes_html == "<p>Two.</p>\n<p><strong>Rating:</strong> R</p>"
    assert second.end_notes_html == "<p>Bye!</p>"
    assert words_of_html(first.body_html) == words_of_html(second.body_html) == words_of(PROSE)


def test_a_summary_never_swallows_the_story():
    lines = PROSE.replace("\n\n", "\n") * 4
    for head in ("Salt\nby Ann\nDisclaimer: not mine\n", "Salt\nby Ann\nSummary:\n\n"):
        assert words_of_html(bodies(read(head + lines)))[:3] == ["He", "walked", "down"]


def test_dialogue_and_letters_are_no_labels():
    for opening in ("Buffy: hello\nSpike: hi", "From: Buffy\nTo: Spike", "Set: a table"):
        work = read(f"Salt\nby Ann\n\n{opening}\n\n{PROSE}")
        assert words_of_html(bodies(work))[: len(words_of(opening))] == words_of(opening)


def test_a_head_alone_is_no_story():
    assert refusal_code("Title: Salt\nAuthor: Ann\n") == "import.no_text"


def test_stated_words_far_from_the_count_are_noticed():
    assert any("5,000 words" in n for n in read(f"Title: S\nWords: 5,000\n\n{PROSE}").notices)
    assert read(f"Title: S\nWords: 31\n\n{PROSE}").notices == []


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("Author’s Notes: x", "notes"),
        ("A/N: x", "notes"),
        ("Pairing(s): x", "relationship"),
        ("[Fandom]: x", "fandom"),
        ("__Rating__: R", "rating"),
        ("<b>Rating:</b> PG", "rating"),
        ("*Title: The Fall*", "title"),
        ("RÉSUMÉ : x", "summary"),
        ("Zusammenfassung: x", "summary"),
        ("Personajes: x", "character"),
    ],
)
def test_labels_in_any_dress(line, meaning):
    label = parse_label(line)
    assert label is not None
    assert label.key == meaning
    assert not label.value.startswith(("*", "_"))
    assert not label.value.endswith("*")


@pytest.mark.parametrize(
    ("value", "title", "number", "total"),
    [
        ("Salt (2/5)", "Salt", 2, 5),
        ("Salt (Part 2 of 5)", "Salt", 2, 5),
        ("Salt 2/?", "Salt", 2, None),
        ("Salt, Part 3", "Salt", 3, None),
        ("Salt - Chapter 4", "Salt", 4, None),
        ("Apollo 13", "Apollo 13", None, None),
        ("1/2", "1/2", None, None),
    ],
)
def test_part_numbers_in_titles(value, title, number, total):
    found = parse_title(value)
    assert (found.title, found.number, found.total) == (title, number, total)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Name #2", ImportedSeries("Name", 2)),
        ("Part 2 of Name", ImportedSeries("Name", 2)),
        ("Name (2)", ImportedSeries("Name", 2)),
        ("Fate/Zero [3]", ImportedSeries("Fate/Zero", 3)),
        ("Part 3 of the Coast series", ImportedSeries("Coast", 3)),
        ("The Coast Series, Book 4", ImportedSeries("The Coast Series", 4)),
        ("Name", ImportedSeries("Name", None)),
        ("1001 Nights", ImportedSeries("1001 Nights", None)),
        ("none", None),
        ("", None),
    ],
)
def test_series(value, expected):
    assert parse_series(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2003-01-02", "2003-01-02"),
        ("2003-01-02T10:00:00Z", "2003-01-02"),
        ("June 25, 2010", "2010-06-25"),
        ("Monday, June 5th, 2000", "2000-06-05"),
        ("25 June 2010", "2010-06-25"),
        ("25.06.2010", "2010-06-25"),
        ("3 mars 2004", "2004-03-03"),
        ("5 de enero de 2003", "2003-01-05"),
        ("13/04/2005", "2005-04-13"),
        ("04/13/05", "2005-04-13"),
        ("03/04/2005", None),
        ("2003-13-44", None),
        ("yesterday", None),
    ],
)
def test_days(value, expected):
    day = parse_day(value)
    assert (day.isoformat() if day else None) == expected


@pytest.mark.parametrize(
    ("value", "name", "rest"),
    [
        ("PG-13", "PG-13", ""),
        ("R (violence)", "R", "violence"),
        ("NC-17 for sex", "NC-17", "for sex"),
        ("FRT", "Teen And Up Audiences", ""),
        ("Rated M", "M", ""),
        ("banana", "", "banana"),
    ],
)
def test_ratings(value, name, rest):
    assert parse_rating(value) == (name, rest)


@pytest.mark.parametrize(
    ("kind", "value", "name"),
    [
        ("warning", "none", "none"),
        ("warning", "keine", "No Archive Warnings Apply"),
        ("warning", "Vergewaltigung", "Rape/Non-Con"),
        ("warning", "spiders", ""),
        ("category", "Het", "F/M"),
        ("category", "Femslash", "F/F"),
        ("category", "Drama", ""),
    ],
)
def test_closed_kinds(kind, value, name):
    assert closed_name(kind, value) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("English", "en"),
        ("Deutsch", "de"),
        ("Français", "fr"),
        ("Anglais", "en"),
        ("中文", "zh"),
        ("pt-BR", "pt-BR"),
        ("Klingon", "Klingon"),
    ],
)
def test_languages_by_their_names(name, code):
    assert read(f"Title: Salt\nLanguage: {name}\n\n{PROSE}").language == code


def test_marks_that_no_tag_name_holds_are_dropped_with_a_notice():
    work = read(f"Title: Salt\nTags: 100% Angst, <3, *Sea*\n\n{PROSE}")
    assert work.tags["freeform"] == ["100 Angst", "3", "Sea"]
    assert "The tag “100% Angst” was read as “100 Angst”: names hold no such mark." in work.notices


def test_a_sentence_behind_a_tag_label_is_kept_in_the_notes():
    sentence = "This one is about everything that I could not say at the time of writing " * 3
    work = read(f"Title: Salt\nTags: Sea, {sentence}\n\n{PROSE}")
    assert work.tags["freeform"] == ["Sea"]
    assert "everything that I could not say" in work.notes_html


def test_an_unknown_rating_is_named_and_kept_in_the_notes():
    work = read(f"Title: Salt\nRating: banana\nDate: 03/04/2005\n\n{PROSE}")
    assert "rating" not in work.tags
    assert "banana" in work.notes_html
    assert "03/04/2005" in work.notes_html
    assert [("banana" in n) or ("03/04/2005" in n) for n in work.notices] == [True, True]
