"""Plain-text import of real files: the seed story and Project Gutenberg books."""

import html
import re
from pathlib import Path

import pytest

from archive.core.wordcount import count_words, count_words_text
from catalog.importers.base import ImportedWork
from catalog.importers.encoding import decode
from catalog.importers.registry import read_file
from tests.corpus import corpus_path

ADVENTURES = [
    "A Scandal in Bohemia",
    "The Red-headed League",
    "A Case of Identity",
    "The Boscombe Valley Mystery",
    "The Five Orange Pips",
    "The Man with the Twisted Lip",
    "The Adventure of the Blue Carbuncle",
    "The Adventure of the Speckled Band",
    "The Adventure of the Engineer's Thumb",
    "The Adventure of the Noble Bachelor",
    "The Adventure of the Beryl Coronet",
    "The Adventure of the Copper Beeches",
]
LUPIN = [
    "PRÉFACE",
    "L'arrestation d'Arsène Lupin",
    "Arsène Lupin en prison",
    "L'évasion d'Arsène Lupin",
    "Le mystérieux voyageur",
    "Le collier de la Reine",
    "Le sept de coeur",
    "Le coffre-fort de Madame Imbert",
    "La perle noire",
    "Herlock Sholmès arrive trop tard",
]


def read(path: Path) -> ImportedWork:
    [work] = read_file(path.read_bytes(), path.name)
    return work


def seed_file() -> Path:
    return sorted(corpus_path("seed").glob("*.txt"))[0]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def words_of_html(body: str) -> list[str]:
    return words_of(html.unescape(re.sub(r"<[^<>]*>", " ", body)))


def test_seed_story():
    work = read(seed_file())
    assert work.title == "Back to the Basement"
    assert work.creators == ["Ozfan"]
    assert [chapter.title for chapter in work.chapters] == ["Back to the Basement"]
    assert work.complete is False
    assert work.expected_chapters is None
    assert work.continues_in == "Another Visit"
    assert work.encoding == "utf-8"
    assert work.notices == []


def test_seed_prose_is_kept_word_for_word():
    path = seed_file()
    lines = path.read_text(encoding="utf-8").rstrip().split("\n")
    prose = "\n".join(lines[4:-1])
    body = read(path).chapters[0].body_html
    assert words_of_html(body) == words_of(prose)
    assert body.count("<p>") == sum(1 for line in lines[4:-1] if line)
    assert "“Come here,”" in body
    assert "washcloth" in body
    assert "Another Visit" not in body


@pytest.mark.parametrize(
    ("name", "creator", "encoding"),
    [
        ("1661-8.txt", "Arthur Conan Doyle", "cp1252"),
        ("1661.txt", "Arthur Conan Doyle", "ascii"),
        ("old/advsh12.txt", "Sir Arthur Conan Doyle", "cp1252"),
    ],
)
def test_sherlock_holmes_from_gutenberg(name, creator, encoding):
    path = corpus_path("books", "gutenberg_1661", *name.split("/"))
    work = read(path)
    assert (work.title, work.creators) == ("The Adventures of Sherlock Holmes", [creator])
    assert (work.language, work.encoding) == ("en", encoding)
    assert [chapter.title for chapter in work.chapters] == ADVENTURES
    headings = [re.findall("<h3>(.*?)</h3>", chapter.body_html) for chapter in work.chapters]
    assert headings == [["I.", "II.", "III."]] + [[]] * 11
    assert any("Project Gutenberg" in notice for notice in work.notices)
    everything = " ".join(chapter.body_html for chapter in work.chapters)
    assert "Gutenberg" not in everything
    assert work.notes_html == ""
    assert "<br>" in work.chapters[0].body_html  # the signature of Irene Norton


def test_sherlock_holmes_has_every_word_of_the_book():
    path = corpus_path("books", "gutenberg_1661", "1661-8.txt")
    text = decode(path.read_bytes()).text
    start = text.index("ADVENTURE I. A SCANDAL")
    body = text[start : text.index("End of the Project Gutenberg EBook")]
    work = read(path)
    counted = sum(count_words(chapter.body_html) for chapter in work.chapters)
    assert counted == pytest.approx(count_words_text(body), rel=0.005)
    headings = re.findall(r"^(?:ADVENTURE )?[IVX]+\. [A-Z' -]+$", body, re.MULTILINE)
    assert len(headings) == 12
    for heading in headings:
        body = body.replace(heading, "", 1)
    found = [word for chapter in work.chapters for word in words_of_html(chapter.body_html)]
    assert found == words_of(body)


def test_arsene_lupin_from_gutenberg():
    path = corpus_path("books", "gutenberg_32854", "32854-8.txt")
    work = read(path)
    assert work.title == "Arsène Lupin gentleman-cambrioleur"
    assert (work.creators, work.language) == (["Maurice Leblanc"], "fr")
    assert [chapter.title for chapter in work.chapters] == LUPIN
    assert work.complete is True
    text = decode(path.read_bytes()).text
    body = text[text.index("--Racontez-nous donc") : text.index("TABLE DES MATIÈRES")]
    counted = sum(count_words(chapter.body_html) for chapter in work.chapters)
    assert counted == pytest.approx(count_words_text(body.replace("_", " ")), rel=0.005)
    assert "Pierre LAFITTE" in work.notes_html
    assert work.chapters[2].body_html.count("<hr>") == 2
    assert "<em>Aventures d'Arsène Lupin</em>" in work.chapters[0].body_html
