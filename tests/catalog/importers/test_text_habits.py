"""Habits of plain texts: bylines alone, postings, other tongues, numbers that are no place."""

import pytest

from catalog.importers.registry import read_file

PROSE = (
    "He opened the door and looked out at the rain, which had not stopped since morning.\n\n"
    "“Are you coming?” she said. She was already in the hall.\n\nHe was not. The clock struck four.\n"
)


def read(text, name="a file.txt", encoding="utf-8"):
    (work,) = read_file(text.encode(encoding), name)
    return work


def titles(work):
    return [chapter.title for chapter in work.chapters]


def test_a_byline_at_the_top_is_no_title():
    work = read(f"By Ozfan\n\nPart 1: Back to the Cellar\n\n{PROSE}")
    assert (work.title, work.creators) == ("Back to the Cellar", ["Ozfan"])
    work = read(f"by Somebody\n\n{PROSE}{PROSE}")
    assert (work.title, work.creators) == ("a file", ["Somebody"])
    assert "Somebody" not in work.chapters[0].body_html


def test_a_title_that_begins_with_by_keeps_its_byline():
    work = read(f"By Moonlight\nby Ann\n\n{PROSE}")
    assert (work.title, work.creators) == ("By Moonlight", ["Ann"])


def test_title_and_byline_in_capitals_on_one_line():
    work = read(f"BACK TO THE CELLAR BY OZFAN\n\nPart 1\n\n{PROSE}\n\nPart 2\n\n{PROSE}")
    assert (work.title, work.creators) == ("BACK TO THE CELLAR", ["OZFAN"])


def test_a_number_that_is_not_the_place_stays():
    work = read(
        f"Salt\nby Ann\n\nPrologue\n\n{PROSE}\nCHAPTER ONE\n\n{PROSE}\nChapter 2: Sea\n\n{PROSE}"
    )
    assert titles(work) == ["Prologue", "Chapter one", "Sea"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Continued in “Three Hands”\nBack to Ann's Page", "Three Hands"),
        ("*Continued in ‘Three Hands’…*", "Three Hands"),
        ("To be continued in Part 3: Three Hands\nHome\nNext Part", "Three Hands"),
        ('(Continued in "Three Hands")', "Three Hands"),
    ],
)
def test_the_next_part_is_announced_in_many_ways(line, title):
    work = read(f"Two Hands\nBy Ann\n\nPart 2: The Glove\n\n{PROSE}\n{line}\n")
    assert (work.continues_in, work.complete) == (title, False)
    assert "ontinued" not in work.chapters[0].body_html
    assert "Back to" not in work.chapters[0].body_html


def test_lines_that_were_links_stay_without_an_announcement():
    work = read(f"Two Hands\nBy Ann\n\n{PROSE}\nHe went\nhome\n")
    assert "home" in work.chapters[0].body_html


def test_a_posting_to_a_newsgroup():
    work = read(
        "From: ann@x.example (Ann)\nNewsgroups: alt.tv.creative\nSubject: [fic] NEW: Rain (1/2)\n"
        f" by Ann\nDate: 12 Mar 1997 10:00:00 GMT\n\nAUTHOR: Ann Smith\nRATING: PG\n\n{PROSE}"
    )
    assert (work.title, work.creators, work.tags) == ("Rain", ["Ann Smith"], {"rating": ["PG"]})
    assert "alt.tv" not in work.chapters[0].body_html
    letter = read(f"From: the sea\n\n{PROSE}")
    assert "sea" in letter.title + letter.notes_html + letter.chapters[0].body_html


def test_chapters_in_emphasis_and_labels_of_a_downloader():
    work = read(
        "Story: The Long Road\nStoryid: 12345\nCategory: Harry Potter\nAuthor: Fan99\nAuthorid: 9\n"
        f"Characters: Harry P., Ginny W.\n\n*Chapter 1*: Out\n\n{PROSE}\n**Chapter 2:** Home\n\n{PROSE}\n"
        "End file.\n"
    )
    assert (work.title, work.creators) == ("The Long Road", ["Fan99"])
    assert work.tags["fandom"] == ["Harry Potter"]
    assert work.tags["character"] == ["Harry P.", "Ginny W."]
    assert titles(work) == ["Out", "Home"]
    assert "End file" not in work.chapters[1].body_html


@pytest.mark.parametrize(
    ("head", "headings", "title", "creator"),
    [
        ("ليلة المطر\nبقلم أمل", ("الفصل الأول", "الفصل الثاني"), "ليلة المطر", "أمل"),
        ("גשם\nמאת דנה", ("פרק 1", "פרק 2"), "גשם", "דנה"),
        ("Deszcz\nAutor: Anna", ("Rozdział pierwszy", "Rozdział drugi"), "Deszcz", "Anna"),
        ("Yağmur\nYazar: Ayşe", ("Birinci Bölüm", "İkinci Bölüm"), "Yağmur", "Ayşe"),
        ("비\n지은이: 김민수", ("제1장", "제2장"), "비", "김민수"),
        ("羅生門\n芥川龍之介", ("第一章", "第二章"), "羅生門", "芥川龍之介"),
        (
            "La pioggia\ndi Anna Rossi",
            ("Capitolo primo", "Capitolo secondo"),
            "La pioggia",
            "Anna Rossi",
        ),
        ("Βροχή\nτου Γιάννη", ("Κεφάλαιο 1", "Κεφάλαιο 2"), "Βροχή", "Γιάννη"),
    ],
)
def test_bylines_and_chapters_of_many_tongues(head, headings, title, creator):
    first, second = headings
    work = read(f"{head}\n\n{first}\n\n{PROSE}\n{second}\n\n{PROSE}")
    assert (work.title, work.creators, titles(work)) == (title, [creator], ["", ""])


def test_a_title_and_a_line_above_the_first_chapter():
    work = read(f"The Hollow Crown\nMarchpane\n\nChapter 1\n\n{PROSE}\nChapter 2\n\n{PROSE}")
    assert (work.title, work.creators) == ("The Hollow Crown", [])
    assert "Marchpane" in work.notes_html
