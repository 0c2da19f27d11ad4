"""Zips of stories: an entry for each file, whatever stands beside them."""

import sys

import pytest

from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.batch import read_entries
from catalog.importers.sandbox import Sandbox
from tests.catalog.importers.docx_samples import docx, paragraph
from tests.catalog.importers.epub_samples import PROSE, document, epub, files_of, zipped

TEXT = "The Lamp\nBy Ada Reader\n\nShe lit the lamp and went down the stairs.\n"


def told(entries):
    """Each entry as its name and its title, its code or why it was passed over."""
    return [
        (
            entry.name,
            entry.skipped or (entry.refusal.code if entry.refusal else entry.works[0].title),
        )
        for entry in entries
    ]


def many():
    return zipped(
        {
            "stories/lamp.txt": TEXT,
            "stories/day.md": "# The Day\n\nIt was bright.\n",
            "stories/night.docx": docx(paragraph("The Night", "Titre"), paragraph("It was dark.")),
            "stories/book.epub": epub({"one.xhtml": document(PROSE)}),
            "cover.jpg": b"\xff\xd8\xff",
            "__MACOSX/stories/._lamp.txt": b"\0\5",
            ".DS_Store": b"\0",
            "empty.txt": b"",
            "notes.csv": "a,b\n",
            "again.zip": zipped({"lamp.txt": TEXT}),
        }
    )


EXPECTED = [
    ("stories/lamp.txt", "The Lamp"),
    ("stories/day.md", "The Day"),
    ("stories/night.docx", "The Night"),
    ("stories/book.epub", "A Title"),
    ("cover.jpg", "It is a picture, which is not imported."),
    ("empty.txt", "import.empty"),
    ("notes.csv", "It is a table, which is not imported."),
    ("again.zip", "import.unknown_format"),
]


def test_every_file_of_a_zip_is_told_of():
    assert told(read_entries(many(), "many.zip")) == EXPECTED


def test_the_child_tells_the_same():
    with Sandbox() as sandbox:
        assert told(sandbox.entries(many(), "many.zip")) == EXPECTED
        assert told(sandbox.entries(TEXT.encode(), "lamp.txt")) == [("", "The Lamp")]


def test_unpacked_books_in_a_zip_are_one_entry_each():
    book = files_of({"one.xhtml": document(PROSE)})
    inside = {f"shelf/first/{name}": text for name, text in book.items()}
    inside |= {f"shelf/second/{name}": text for name, text in book.items()}
    inside["shelf/lamp.txt"] = TEXT
    assert told(read_entries(zipped(inside), "shelf.zip")) == [
        ("shelf/first.epub", "A Title"),
        ("shelf/second.epub", "A Title"),
        ("shelf/lamp.txt", "The Lamp"),
    ]
    book.pop("mimetype")
    assert told(read_entries(zipped(book), "book.zip")) == [("book.epub", "A Title")]


def test_entries_can_be_skipped_and_are_announced():
    started = []
    found = told(read_entries(many(), "many.zip", skip=6, on_start=started.append))
    assert found == EXPECTED[6:]
    assert started == ["notes.csv", "again.zip"]


DYING = """
import os
from catalog.importers import batch, child
read_file = batch.read_file
def read_or_die(data, filename, **options):
    return os._exit(9) if "deadly" in filename else read_file(data, filename, **options)
batch.read_file = read_or_die
child.main()
"""


def test_an_entry_that_kills_the_child_is_refused_alone(monkeypatch):
    monkeypatch.setattr(Sandbox, "command", (sys.executable, "-c", DYING))
    oil = TEXT.replace("Lamp", "Oil")
    data = zipped({"a.txt": TEXT, "deadly.txt": TEXT, "b.txt": oil, "deadly.md": TEXT})
    with Sandbox() as sandbox:
        assert told(sandbox.entries(data, "some.zip")) == [
            ("a.txt", "The Lamp"),
            ("deadly.txt", "import.hostile"),
            ("b.txt", "The Oil"),
            ("deadly.md", "import.hostile"),
        ]
        assert told(sandbox.entries(TEXT.encode(), "deadly.txt")) == [("", "import.hostile")]
        assert told(sandbox.entries(oil.encode(), "oil.txt")) == [("", "The Oil")]


def test_a_bomb_among_the_files_ends_the_whole():
    data = zipped({"a.txt": TEXT, "bomb.txt": b"a" * 60_000_000})
    with pytest.raises(ImportRefused) as caught:
        list(read_entries(data, "some.zip"))
    assert caught.value.code == "import.hostile"


def test_a_zip_with_nothing_to_read_is_refused():
    with pytest.raises(ImportRefused) as caught:
        list(read_entries(zipped({".DS_Store": b"x"}), "some.zip"))
    assert caught.value.code == "import.empty"


def test_a_file_beyond_the_limit_never_reaches_the_child():
    with Sandbox() as sandbox:
        [entry] = sandbox.entries(b"x" * 11, "a.txt", limits=ImportLimits(file_bytes=10))
    assert entry.refusal.code == "import.too_large"
