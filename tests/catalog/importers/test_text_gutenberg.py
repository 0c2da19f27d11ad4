"""Project Gutenberg's header and footer, of every age."""

import pytest

from catalog.importers.text_gutenberg import cut_gutenberg
from catalog.importers.text_model import Role, Text
from tests.catalog.importers.text_helpers import PROSE, bodies, read, words_of, words_of_html

MODERN = (
    "The Project Gutenberg eBook of Salt\n\nTitle: Salt and\n       Bread\n\nAuthor: Ann Lee\n\n"
    "Translator: Bo Roe\n\nLanguage: English\n\nRelease date: 1, 2020 [eBook #4711]\n\n"
    "*** START OF THE PROJECT GUTENBERG EBOOK SALT ***\n\nProduced by nobody, and\nProofreaders.\n\n"
)
TITLE_PAGE = "SALT AND BREAD\n\nby\n\nANN LEE\n\n"
ENDS = [
    "*** END OF THE PROJECT GUTENBERG EBOOK SALT ***\nand a licence",
    "***END OF THE PROJECT GUTENBERG EBOOK SALT***\nand a licence",
    "*** END OF THIS PROJECT GUTENBERG EBOOK SALT ***\nand a licence",
    "End of the Project Gutenberg EBook of Salt, by Ann Lee\n\n*** END OF THIS PROJECT GUTENBERG",
    "End of Project Gutenberg's Salt, by Ann Lee\n\nand a licence",
    "End of The Project Gutenberg Etext of Salt",
    "***** This file should be named salt10.txt or salt10.zip *****",
]


@pytest.mark.parametrize("end", ENDS)
def test_header_title_page_and_footer_are_cut(end):
    work = read(MODERN + TITLE_PAGE + PROSE + "\n\n" + end + "\n")
    assert (work.title, work.creators) == ("Salt and Bread", ["Ann Lee"])
    assert work.language == "en"
    assert words_of_html(bodies(work)) == words_of(PROSE)
    assert work.notes_html == "<p>Translator: Bo Roe</p>"
    assert work.notices[0].endswith("were left out (eBook 4711).")


@pytest.mark.parametrize(
    ("first", "title", "creator"),
    [
        ("The Project Gutenberg Etext of Salt, by Ann Lee", "Salt", "Ann Lee"),
        ("****The Project Gutenberg Etext of Salt by Ann Lee****", "Salt", "Ann Lee"),
        ("Project Gutenberg's Salt, by Ann Lee", "Salt", "Ann Lee"),
        ("The Project Gutenberg EBook of Salt,\nby Ann Lee", "Salt", "Ann Lee"),
    ],
)
def test_small_print_of_the_nineties(first, title, creator):
    header = (
        f"{first}\n\nCopyright laws are changing.\n\n*END*THE SMALL PRINT! FOR ETEXTS*Ver.*\n\n"
    )
    work = read(header + PROSE)
    assert (work.title, work.creators) == (title, [creator])
    assert words_of_html(bodies(work)) == words_of(PROSE)


def test_small_print_at_the_end_is_no_header():
    text = MODERN + PROSE + "\n" + ENDS[3] + "\n*END THE SMALL PRINT! FOR PUBLIC DOMAIN*Ver.*END*\n"
    assert words_of_html(bodies(read(text))) == words_of(PROSE)


def test_a_start_line_over_two_lines_is_cut_whole():
    text = MODERN.replace("EBOOK SALT ***", "EBOOK SALT\nAND BREAD ***") + PROSE
    assert words_of_html(bodies(read(text))) == words_of(PROSE)


def test_other_texts_are_left_alone():
    for line in ("*** END OF PART ONE ***", "The Project Gutenberg was founded by Hart.", "***"):
        text = Text.of(f"Salt\n\n{PROSE}\n{line}\n{PROSE}")
        assert cut_gutenberg(text) is None
        assert Role.BOILERPLATE not in text.roles
