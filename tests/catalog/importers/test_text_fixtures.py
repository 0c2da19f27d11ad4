"""The sample texts in fixtures/imports: every shape and encoding, good and broken."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.importers.base import ImportedSeries, ImportedWork, ImportRefused
from catalog.importers.registry import read_file
from tests.catalog.importers.text_helpers import bodies, titles, words_of_html

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "imports"


def read(name: str) -> ImportedWork:
    [work] = read_file((FOLDER / name).read_bytes(), name)
    return work


@pytest.mark.parametrize(
    ("name", "title", "creators", "chapters", "encoding", "complete"),
    [
        ("part_with_continuation.txt", "The Lamp Room", ["Marrow"], ["The Lamp Room"], "utf-8", 0),
        ("labels_wrapped.txt", "Salt and Sixpence", ["Jane Tidewell", "Corby"], [""], "cp1252", 0),
        (
            "chapters_contents.txt",
            "THE CLOCKMAKER'S GUEST",
            ["Odalys Brandt"],
            ["Prologue", "The Visitor", "A Spring Too Tight", "Epilogue"],
            "cp1252",
            1,
        ),
        ("no_blank_lines.txt", "Long Way Round", ["pavement_artist"], ["", ""], "utf-16-le", None),
        ("roman_indented.txt", "Three Winters", ["H. Calloway"], [""] * 3, "mac_roman", None),
        ("letters_and_verse.txt", "Letters from the Weir", ["Tamsin Roe"], [""], "ascii", 1),
        (
            "german.txt",
            "Die Stimme im Kanal",
            ["Wiebke Önnerfors"],
            ["Unter der Brücke", "Die Müllerin"],
            "cp1252",
            0,
        ),
        (
            "french.txt",
            "Le Phare d'en face",
            ["Solène Quémener"],
            ["La lumière", "La nuit"],
            "utf-8",
            0,
        ),
        ("chinese.txt", "灯塔", ["陆离"], ["雨夜", "归来"], "gb18030", 1),
        (
            "markdown_head.txt",
            "The Ninth Door",
            ["quillfeather"],
            ["The Hall", "The Key"],
            "utf-8",
            0,
        ),
        (
            "gutenberg_1990s.txt",
            "The Tin Orchard",
            ["Edith Harrow"],
            ["THE TREES", "THE SPOONS"],
            "ascii",
            1,
        ),
        ("downloaded.txt", "The Weight of Apples", ["millstone"], ["Salt", "Bread"], "ascii", 1),
        ("poem.txt", "What the Ferryman Said", [], [""], "ascii", None),
        ("prose_only.txt", "prose only", [], [""], "ascii", None),
    ],
)
def test_sample(name, title, creators, chapters, encoding, complete):
    work = read(name)
    assert (work.title, work.creators) == (title, creators)
    assert titles(work) == chapters
    assert work.encoding == encoding
    assert work.complete is (None if complete is None else bool(complete))


def test_sample_with_labels():
    work = read("labels_wrapped.txt")
    assert work.tags["fandom"] == ["Treasure Island"]
    assert work.tags["rating"] == ["PG-13"]
    assert work.tags["character"] == ["Jim Hawkins", "Ben Gunn", "Squire Trelawney"]
    assert work.tags["warning"] == ["none"]
    assert work.series == [ImportedSeries("The Sixpence Letters", 2)]
    assert work.published_at == datetime(2003, 4, 25, 12, tzinfo=UTC)
    assert work.continues_in == ""
    assert "“You’ll be wanting the room over the cove,”" in bodies(work)
    assert bodies(work).count("<hr>") == 1
    assert "(tbc)" not in bodies(work)


def test_sample_with_paragraphs_on_single_lines():
    first, second = read("no_blank_lines.txt").chapters
    assert (first.body_html.count("<p>"), first.body_html.count("<hr>")) == (4, 1)
    assert second.body_html.count("<p>") == 3


def test_sample_with_indented_paragraphs():
    work = read("roman_indented.txt")
    assert [chapter.body_html.count("<p>") for chapter in work.chapters] == [2, 2, 2]
    assert "“We’ll build them again,”" in work.chapters[0].body_html


def test_sample_with_verse_and_letters():
    body = bodies(read("letters_and_verse.txt"))
    assert "<p>Weir House,<br>\nThe Ninth of June</p>" in body
    assert body.count("<br>") == 5
    assert "<em>pumice</em>" in body
    assert "<strong>Nobody</strong>" in body


def test_sample_with_a_numbered_list_and_contents():
    work = read("chapters_contents.txt")
    assert "1. Open the case.<br>" in work.chapters[2].body_html
    assert "Tick, said the one on the left,<br>" in work.chapters[1].body_html
    assert "......" not in bodies(work)


def test_sample_of_a_download():
    work = read("downloaded.txt")
    assert work.tags["fandom"] == ["Snow White"]
    assert work.source_url == "https://www.stories.example/s/4711/1/"
    assert work.updated_at == datetime(2009, 11, 2, 12, tzinfo=UTC)


def test_sample_of_old_gutenberg_files():
    work = read("gutenberg_1990s.txt")
    text = bodies(work) + work.notes_html
    assert "Gutenberg" not in text
    assert "volunteer in Leeds" not in text
    assert words_of_html(text)[:5] == ["There", "were", "forty", "trees", "in"]
    assert "eBook 99999" in work.notices[0]


def test_sample_without_a_head_keeps_its_lone_letter():
    work = read("prose_only.txt")
    assert "<p>I</p>" in bodies(work)
    assert len(work.chapters) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("broken_empty.txt", "import.empty"),
        ("broken_blank.txt", "import.empty"),
        ("broken_binary.txt", "import.binary"),
        ("broken_utf16.txt", "import.encoding"),
        ("broken_head_only.txt", "import.no_text"),
        ("broken_picture.txt", "import.unknown_format"),
    ],
)
def test_broken_sample_is_refused(name, code):
    with pytest.raises(ImportRefused) as caught:
        read(name)
    assert caught.value.code == code
    assert caught.value.detail.endswith(".")


def test_sample_with_a_few_foreign_bytes_is_mended():
    work = read("broken_few_bytes.txt")
    assert "“nichts”" in bodies(work)
    assert any("not UTF-8" in notice for notice in work.notices)
