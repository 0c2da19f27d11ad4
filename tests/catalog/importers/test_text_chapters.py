"""Chapters of a plain text: which lines divide it, and which do not."""

import pytest

from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.text import read_text
from tests.catalog.importers.text_helpers import (
    PROSE,
    bodies,
    read,
    titles,
    words_of,
    words_of_html,
)

HEAD = "Salt\nby Ann\n\n"


def divided(*headings: str, head: str = HEAD) -> str:
    return head + "\n".join(f"{heading}\n\n{PROSE}\n" for heading in headings)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Part 1: The Road", "Part 2: The Sea"], ["The Road", "The Sea"]),
        (["Chapter 1 - The Road", "Chapter 2 - The Sea"], ["The Road", "The Sea"]),
        (["CHAPTER ONE", "CHAPTER TWO"], ["", ""]),
        (["I", "II", "III"], ["", "", ""]),
        (["1.", "2."], ["", ""]),
        (["One", "Two"], ["", ""]),
        (["I. The Road", "II. The Sea"], ["The Road", "The Sea"]),
        (["Prologue", "Chapter 1", "Epilogue"], ["Prologue", "Chapter 1", "Epilogue"]),
        (["Chapitre 1", "Chapitre 2"], ["", ""]),
        (["第一章 雨夜", "第二章 归来"], ["雨夜", "归来"]),
        (["~ Chapter 1 ~", "~ Chapter 2 ~"], ["", ""]),
        (["Chapter 1\nThe Road", "Chapter 2\nThe Sea"], ["The Road", "The Sea"]),
        (["Chapter 1\n\nThe Road", "Chapter 2\n\nThe Sea"], ["The Road", "The Sea"]),
        (["1. Chapter 1\n\nChapter 1: The Road", "Chapter 2"], ["The Road", ""]),
        (["ADVENTURE I. THE ROAD", "II. THE SEA", "III. THE END"], None),
        (["Letter 1", "Letter 2", "Chapter 1"], ["", "", "Chapter 1"]),
    ],
)
def test_headings_divide_the_text(headings, expected):
    work = read(divided(*headings))
    if expected is None:
        expected = ["THE ROAD", "THE SEA", "THE END"]
    assert titles(work) == expected
    for chapter in work.chapters:
        assert words_of_html(chapter.body_html) == words_of(PROSE)


def test_the_first_heading_may_repeat_the_title():
    for heading in ("Part 1: Salt", "Salt", "SALT"):
        work = read(HEAD + f"{heading}\n\n{PROSE}")
        assert (work.title, titles(work)[0].title()) == ("Salt", "Salt")
        assert words_of_html(bodies(work)) == words_of(PROSE)
    work = read(divided("Part 1: Salt", "Part 2: Bread"))
    assert titles(work) == ["Salt", "Bread"]


@pytest.mark.parametrize(
    "inner",
    [
        "I",
        "II",
        "1. Milk\n2. Eggs\n3. Bread",
        "1. Milk\n\n2. Eggs\n\n3. Bread",
        "1. He was late.\n\nVery late, in fact, as he often was in those days.\n\n2. So was she.",
        "Part two of the plan was simple.",
        "“Chapter one,” she read.",
        "4",
    ],
)
def test_lines_of_the_story_stay_in_it(inner):
    text = f"{PROSE}\n{inner}\n\n{PROSE}"
    work = read(HEAD + text)
    assert titles(work) == [""]
    assert words_of_html(bodies(work)) == words_of(text)


def test_page_numbers_within_sentences_are_no_chapters():
    pages = "He walked down the\n\n1\n\nroad and then he\n\n2\n\nsaw the sea at last.\n\n"
    assert len(read(HEAD + pages + PROSE).chapters) == 1


def test_numerals_within_a_chapter_are_headings_inside_it():
    text = divided("Chapter 1", "Chapter 2").replace("Then he turned", "II\n\nThen he turned", 1)
    text = text.replace("He walked", "I\n\nHe walked", 1)
    first, second = read(text).chapters
    assert first.body_html.count("<h3>") == 2
    assert "<h3>II</h3>" in first.body_html
    assert "<h3>" not in second.body_html


def test_larger_divisions_stand_above_their_first_chapter():
    text = divided("PART ONE\n\nChapter 1", "Chapter 2", "PART TWO: WATER\n\nChapter 3")
    work = read(text)
    assert len(work.chapters) == 3
    assert work.chapters[0].body_html.startswith("<h2>PART ONE</h2>")
    assert work.chapters[1].body_html.startswith("<p>")
    assert work.chapters[2].body_html.startswith("<h2>PART TWO: WATER</h2>")


def test_parts_with_their_own_text_are_chapters():
    long = PROSE * 3
    work = read(f"{HEAD}Part 1\n\n{long}\nPart 2\n\n{long}\nChapter 1\n\n{long}")
    assert len(work.chapters) == 3


def test_a_table_of_contents_makes_no_chapters_but_names_them():
    table = "Contents\n\nThe Road ...... 1\nThe Sea ....... 9\n\n"
    work = read(HEAD + table + divided("THE ROAD", "THE SEA", head=""))
    assert titles(work) == ["The Road", "The Sea"]  # its spelling, where the text shouts
    assert words_of_html(bodies(work)) == words_of(PROSE) * 2
    assert any("table of contents" in notice for notice in work.notices)


def test_a_table_without_a_title_and_one_at_the_end():
    table = "1. Salt Water\n2. Bread\n\n"
    chapters = divided("1. Salt Water", "2. Bread", head="")
    assert titles(read(HEAD + table + chapters)) == ["Salt Water", "Bread"]
    end = "Table des matières\n\nThe road to town\n\nThe cold sea\n"
    work = read(divided("The road to town", "The cold sea") + end)
    assert titles(work) == ["The road to town", "The cold sea"]
    assert words_of_html(bodies(work)) == words_of(PROSE) * 2


def test_headings_that_recur_in_every_book_are_no_table_of_contents():
    text = divided("BOOK ONE\n\nPART ONE\n\nChapter 1", "Chapter 2") + "\n" * 2
    text += divided("BOOK TWO\n\nPART ONE\n\nChapter 1", "Chapter 2", head="")
    work = read(text.replace("Then he", PROSE * 8 + "Then he", 1))
    assert len(work.chapters) == 4
    assert work.chapters[0].body_html.startswith("<h2>BOOK ONE</h2>\n<h2>PART ONE</h2>")
    assert not work.notices


def test_titles_in_capitals_set_apart_divide_long_stories():
    long = PROSE * 5
    work = read(f"{HEAD}\n\nTHE ROAD\n\n{long}\n\n\nTHE SEA\n\n{long}")
    assert titles(work) == ["THE ROAD", "THE SEA"]
    assert len(read(f"{HEAD}{long}\nSTOP RIGHT THERE\n\n{long}").chapters) == 1


def test_a_short_front_goes_to_the_notes_and_a_long_one_is_a_chapter():
    work = read(HEAD + "For Jo.\n\n" + divided("Chapter 1", "Chapter 2", head=""))
    assert work.notes_html == "<p>For Jo.</p>"
    assert len(work.chapters) == 2
    work = read(HEAD + PROSE * 8 + "\n" + divided("Chapter 1", "Chapter 2", head=""))
    assert len(work.chapters) == 3
    work = read(HEAD + PROSE + "\n" + divided("Part 2: The Sea", head=""))
    assert titles(work) == ["", "The Sea"]


def test_a_last_heading_without_text_is_left_out_with_a_notice():
    work = read(divided("Chapter 1") + "\nChapter 2: Soon\n")
    assert len(work.chapters) == 1
    assert "The heading “Chapter 2: Soon” at the end has no text and was left out." in work.notices


def test_too_many_chapters_are_refused_with_both_numbers():
    text = divided(*[f"Chapter {n}" for n in range(1, 8)])
    with pytest.raises(ImportRefused) as caught:
        read_text(text, limits=ImportLimits(chapters=6))
    assert caught.value.code == "import.too_large"
    assert (caught.value.extra["given"], caught.value.extra["allowed"]) == (7, 6)


@pytest.mark.parametrize(
    ("sign", "continues"),
    [
        ("Continued in Part 2: Another Visit", "Another Visit"),
        ("Continued in Part Two - Another Visit", "Another Visit"),
        ("...continued in “Another Visit”", "Another Visit"),
        ("To be continued in Another Visit", "Another Visit"),
        ("Next: Another Visit", "Another Visit"),
        ("Fortsetzung in Teil 2: Nacht", "Nacht"),
        ("Continued in Part 2", ""),
        ("To be continued...", ""),
        ("To be continued in the next chapter", ""),
        ("to be continued soon", ""),
        ("TBC", ""),
        ("(tbc)", ""),
        ("*TBC*", ""),
        ("T.B.C.", ""),
        ("~ To Be Continued ~", ""),
        ("Fortsetzung folgt", ""),
        ("à suivre", ""),
        ("(À suivre...)", ""),
        ("Continuará", ""),
        ("продолжение следует", ""),
        ("つづく", ""),
    ],
)
def test_an_announced_next_part_leaves_the_work_open(sign, continues):
    for gap in ("\n", "\n* * *\n\n"):
        work = read(f"{HEAD}{PROSE}{gap}{sign}\n")
        assert (work.complete, work.expected_chapters) == (False, None)
        assert work.continues_in == continues
        assert words_of_html(bodies(work)) == words_of(PROSE)


@pytest.mark.parametrize("sign", ["The End", "THE END.", "~ fin ~", "FIN", "*The End*", "Ende"])
def test_the_end_completes_the_work_and_stays(sign):
    work = read(f"{HEAD}{PROSE}\n{sign}\n")
    assert (work.complete, work.expected_chapters, work.continues_in) == (True, 1, None)
    assert words_of_html(bodies(work)) == words_of(PROSE + sign)


@pytest.mark.parametrize(
    "line", ["He continued to walk.", "Fine.", "End of Part 1", "Continued from Part 1", "Next!"]
)
def test_other_last_lines_say_nothing(line):
    work = read(f"{HEAD}{PROSE}\n{line}\n")
    assert (work.complete, work.expected_chapters, work.continues_in) == (None, None, None)
    assert words_of_html(bodies(work)) == words_of(PROSE + line)


def test_notes_after_the_end_become_end_notes():
    work = read(f"{HEAD}{PROSE}\nTHE END\n\nA/N: Please review!\n\nAnd thank you.\n")
    assert work.complete is True
    assert work.end_notes_html == "<p>Please review!</p>\n<p>And thank you.</p>"
    work = read(f"{HEAD}{PROSE}\nTBC...\n\nAuthor's Notes: Soon!\n")
    assert (work.complete, work.end_notes_html) == (False, "<p>Soon!</p>")


def test_parts_of_a_known_number_are_expected():
    work = read(f"Salt (2/5)\nby Ann\n\n{PROSE}\nTBC\n")
    assert (work.complete, work.expected_chapters, work.continues_in) == (False, 5, "")
    assert "The file calls itself part 2 of the story." in work.notices
    assert read(divided("Part 1 of 3")).expected_chapters == 3
    work = read(f"Title: Salt\nChapters: 2/2\n\n{PROSE}")
    assert work.complete is True
    assert any("2 chapters" in notice for notice in work.notices)
