"""Real books set as plain text in four ways: every chapter, paragraph, line and word comes back."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.catalog.importers.text_helpers import read, titles, words_of, words_of_html
from tests.corpus import corpus_path

XHTML = "{http://www.w3.org/1999/xhtml}"
HEADS = {f"{XHTML}{name}" for name in ("h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "header")}
BREAK = "* * *"
BOOKS = [
    "lewis-carroll_alices-adventures-in-wonderland_john-tenniel",
    "l-frank-baum_the-wonderful-wizard-of-oz",
    "arthur-conan-doyle_a-study-in-scarlet",
]


def paragraphs(element: etree._Element) -> Iterator[str]:
    """The paragraphs of a chapter, verse with its line ends."""
    if not isinstance(element.tag, str) or element.tag in HEADS:
        return
    if element.tag == f"{XHTML}hr":
        yield BREAK
    elif element.tag == f"{XHTML}p":
        lines = element.findall(f"{XHTML}span")
        if element.find(f"{XHTML}br") is not None and lines:
            yield "\n".join(said(line) for line in lines)
        elif text := said(element):
            yield text
    else:
        for child in element:
            yield from paragraphs(child)


def said(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())


def chapters(book: str) -> list[list[str]]:
    folder = corpus_path("books", book, "src", "epub", "text")
    files = sorted(folder.glob("chapter-*.xhtml"), key=_number)
    bodies = (etree.parse(str(path)).getroot().find(f"{XHTML}body") for path in files)
    return [list(paragraphs(body)) for body in bodies if body is not None]


def _number(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", path.name)]


def roman(number: int) -> str:
    tens, units = divmod(number, 10)
    return "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][units]


def as_text(book: list[list[str]], way: str) -> str:
    heading = {
        "unwrapped": lambda n: f"Chapter {n}: A Title Here",
        "wrapped": lambda n: f"CHAPTER {roman(n)}.",
        "roman": roman,
        "indented": roman,
    }[way]
    parts = ["The Big Book", "by Some Body", ""]
    for number, texts in enumerate(book, start=1):
        parts += ["", "", heading(number), ""]
        parts += [as_block(text, way) for text in texts]
    return "\n".join(parts)


def as_block(text: str, way: str) -> str:
    if "\n" in text or text == BREAK:
        return f"\n{text}\n"
    if way == "indented":
        return textwrap.fill(text, 70, initial_indent="    ")
    return f"{text}\n" if way == "unwrapped" else f"{textwrap.fill(text, 72)}\n"


@pytest.mark.parametrize("way", ["unwrapped", "wrapped", "roman", "indented"])
@pytest.mark.parametrize("book", BOOKS)
def test_a_book_as_plain_text_comes_back_whole(book, way):
    source = chapters(book)
    work = read(as_text(source, way))
    assert (work.title, work.creators) == ("The Big Book", ["Some Body"])
    assert len(work.chapters) == len(source)
    assert set(titles(work)) == {"A Title Here" if way == "unwrapped" else ""}
    for chapter, texts in zip(work.chapters, source, strict=True):
        assert words_of_html(chapter.body_html) == words_of(" ".join(texts))
        prose = [text for text in texts if text != BREAK]
        assert chapter.body_html.count("<p>") == len(prose)
        verse = sum(text.count("\n") for text in prose)
        assert abs(chapter.body_html.count("<br>") - verse) <= 5
