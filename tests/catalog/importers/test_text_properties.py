"""Properties of the plain-text importer: no word is lost, doubled or moved, whatever the shape."""

import re
import textwrap
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.registry import read_file
from catalog.importers.text import _Reading
from catalog.importers.text_model import Role
from tests.catalog.importers.text_helpers import bodies, titles, words_of, words_of_html

ALLOWED = {"p", "hr", "br", "em", "strong", "blockquote", "h2", "h3"}

LETTERS = "abcdefghijklmnopqrstuvwxyz"
word = st.text(LETTERS, min_size=2, max_size=9)
sentence = st.lists(word, min_size=6, max_size=30).map(lambda words: " ".join(["So", *words]) + ".")
paragraph = st.lists(sentence, min_size=1, max_size=4).map(" ".join)
chapter = st.lists(paragraph, min_size=2, max_size=6)
name = st.lists(word, min_size=2, max_size=3).map(lambda words: " ".join(words).title())
ROMAN = ["I", "II", "III", "IV", "V", "VI"]
STYLES = {
    "keyword": lambda n, title: f"Chapter {n}: {title}",
    "dashed": lambda n, title: f"Part {n} - {title}",
    "roman": lambda n, title: f"{ROMAN[n - 1]}. {title}",
    "starred": lambda n, title: f"*** Chapter {n}: {title} ***",
    "german": lambda n, title: f"Kapitel {n}: {title}",
}


def laid_out(paragraphs: list[str], shape: str) -> str:
    if shape == "lines":
        return "\n".join(paragraphs) + "\n"
    if shape == "indented":
        return "".join(textwrap.fill(one, 70, initial_indent="   ") + "\n" for one in paragraphs)
    if shape == "wrapped":
        return "\n".join(textwrap.fill(one, 72) + "\n" for one in paragraphs)
    return "\n\n".join(paragraphs) + "\n"


@settings(max_examples=50, deadline=None)
@given(
    title=name,
    creator=name,
    chapters=st.lists(st.tuples(name, chapter), min_size=2, max_size=5),
    style=st.sampled_from(sorted(STYLES)),
    shape=st.sampled_from(["blank", "wrapped", "indented", "lines"]),
    ending=st.sampled_from(["", "TBC", "The End", "To be continued in Part 9: Another Road"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_was_put_together_comes_apart_again(
    title, creator, chapters, style, shape, ending, encoding, newline
):
    parts = [f"{title}\nby {creator}\n"]
    for number, (heading, paragraphs) in enumerate(chapters, start=1):
        parts.append(f"{STYLES[style](number, heading)}\n\n{laid_out(paragraphs, shape)}")
    text = "\n".join([*parts, ending]).replace("\n", newline)
    [work] = read_file(text.encode(encoding), "story.txt")
    assert (work.title, work.creators) == (title, [creator])
    assert titles(work) == [heading for heading, _ in chapters]
    for found, (_, paragraphs) in zip(work.chapters, chapters, strict=True):
        said = words_of(" ".join(paragraphs))
        end = ["The", "End"] if ending == "The End" and found is work.chapters[-1] else []
        assert words_of_html(found.body_html) == said + end
    expected = {"": None, "TBC": False, "The End": True}.get(ending, False)
    assert work.complete is expected
    assert work.continues_in == ({"TBC": ""}.get(ending) if len(ending) < 9 else "Another Road")


TRICKY = st.sampled_from(
    [
        "",
        "",
        "",
        "Salt",
        "by Ann Lee",
        "By the time he came it was over.",
        "Title: Salt",
        "Author: Ann",
        "Rating: PG-13",
        "Summary: A man walks.",
        "Notes:",
        "Disclaimer: not mine",
        "Warnings: none",
        "Contents",
        "Chapter 1",
        "Chapter 1: The Road",
        "Chapter 2 - The Sea",
        "Part Two",
        "PART ONE",
        "I",
        "II.",
        "3.",
        "1. Milk",
        "2. Eggs",
        "Prologue",
        "EPILOGUE",
        "* * *",
        "***",
        "---",
        "#",
        "oOo",
        "TBC",
        "(to be continued)",
        "Continued in Part 2: Another Visit",
        "The End",
        "A/N: thanks for reading!",
        "End notes: more soon",
        "THE BLACK SHIP",
        "_so_ it *was* /never/ said",
        "<script>alert(1)</script> & <p> 1 < 2",
        "    indented like a verse",
        "\tIndented with a tab, it goes on for a while and stops.",
        "“Yes.”",
        "No one answered him, and the evening came down over the harbour like a lid",
        "and the ships were put away one after the other, each in its own box, until",
        "nothing was left but the water and the sound of it. He went home then.",
        "An unwrapped paragraph that goes on and on, well beyond the width of any line. " * 3,
        "第一章 雨夜",
        "雨下了整整三天，码头上已经没有一条船。",
        "*** START OF THIS PROJECT GUTENBERG EBOOK SALT ***",
        "Word: value",
        "From: Buffy",
    ]
)
line = st.one_of(TRICKY, TRICKY, sentence, st.text(max_size=30).filter(lambda t: "<" not in t))


@settings(max_examples=200, deadline=None)
@given(st.lists(line, min_size=1, max_size=60).map("\n".join))
def test_every_word_of_prose_comes_out_once_and_in_order(text):
    text = "\n".join(text.splitlines())
    reading = _Reading(text, "soup.txt", ImportLimits())
    work = None
    with suppress(ImportRefused):
        work = reading.work()
    if work is None:
        return
    rows = list(zip(reading.text.lines, reading.text.roles, strict=True))
    prose = " \n".join(row for row, role in rows if role is Role.PROSE)
    body = re.sub(r"<h[23]>.*?</h[23]>", "", bodies(work))
    assert words_of_html(body) == words_of(prose)
    noted = words_of(" \n".join(row for row, role in rows if role is Role.NOTE))
    assert " ".join(noted) in " ".join(words_of_html(work.notes_html))
    said = words_of(work.title) + words_of_html(bodies(work)) + words_of(str(work.notices))
    said += [w for chapter in work.chapters for w in words_of(chapter.title)]
    for row, role in rows:
        if role is Role.HEADING:
            # The word and the number of a heading are its place; what else it says is kept.
            rest = words_of(row)[-1:] if len(words_of(row)) > 2 else []
            assert set(rest) <= set(said)
    tags = set(re.findall(r"</?(\w+)", bodies(work) + work.notes_html + work.summary_html))
    assert tags <= ALLOWED
    assert all(chapter.body_html.strip() for chapter in work.chapters)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["a.txt", "", "x.html", "b.epub", "c.json"]))
def test_any_text_is_read_or_refused_with_a_code(text, filename):
    codes = set()
    try:
        works = read_file(text.encode("utf-8", "replace"), filename)
        assert all(work.title and work.chapters for work in works)
    except ImportRefused as error:
        codes.add(error.code.partition(".")[0])
    assert codes <= {"import"}


HOSTS = [
    "{}",
    "Salt\nby {}\n\nProse is here.",
    "Title: {}\nAuthor: {}\nRating: {}\nSeries: {}\nPublished: {}\nStatus: {}\n\nProse.",
    "Title: S\nTags: {}\nCharacters: {}\nGenre: {}\nWarnings: {}\nNotes: {}\n\nProse.",
    "Salt\nby Ann\n\nChapter 1: {}\n\nProse\n\n{}\n\nChapter 2\n\nContinued in {}\n",
    "The Project Gutenberg Etext of {}\n\nTitle: {}\n*END*THE SMALL PRINT!\n\nby {}\n\nProse",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "seed",
    [" ", "-", ".", "(", "*", "_", "a", "a, ", "by ", "I ", "1/", " - ", "a@", "<i>", "continued "],
)
def test_long_lines_take_no_more_than_linear_time(host, seed):
    text = host.replace("{}", (seed * 40_000)[:40_000])
    start = time.process_time()
    with suppress(ImportRefused):
        read_file(text.encode(), "a.txt")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "piece",
    [
        "Chapter 1\n",
        "I\n\n",
        "1. A\n",
        "* * *\n",
        "Title: x\n",
        "_",
        "*a ",
        "<i>",
        "TBC\n",
        "a\n\n",
    ],
)
def test_long_repetitions_take_no_more_than_linear_time(piece):
    text = "Salt\nby Ann\n\n" + piece * (100_000 // len(piece))
    start = time.process_time()
    with suppress(ImportRefused):
        read_file(text.encode(), "a.txt", limits=ImportLimits(chapters=10**6))
    assert time.process_time() - start < 15
