"""Out as EPUB or HTML and in again: the same chapters, titles, text and tags."""

from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.core.html import paragraphs_from_text
from catalog.exporters import epub
from catalog.exporters.content import ExportChapter
from catalog.exporters.epub import to_epub
from catalog.exporters.page import to_html
from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.importers.registry import read_file
from tests.catalog.exporters.books import PIXEL, clean, exported, plain, read, said_by
from tests.corpus import corpus_dir, corpus_path

DEMO = Path(__file__).resolve().parents[3] / "fixtures" / "demo" / "works"
WRITERS = {"epub": to_epub, "html": to_html}
SOME = (
    "books/l-frank-baum_the-wonderful-wizard-of-oz",
    "epub/idpf_regime-anticancer-arabic.epub",
    "fanworks/ao3-shaped/ao3-download-218676.epub",
)


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    """Covers have tests of their own, and drawing them takes longer than all the rest."""
    monkeypatch.setattr(epub, "cover_png", lambda text: PIXEL)


def check(work, extension):
    (back,) = read_file(WRITERS[extension](work), f"x.{extension}")
    assert said_by(back) == said_by(work)


def everything() -> list[Path]:
    folder = corpus_dir()
    if folder is None:
        return []
    downloads = (folder / "fanworks" / "ao3-shaped").glob("ao3-download-*")
    originals = [
        path
        for path in (folder / "books").rglob("*")
        if path.suffix in (".txt", ".htm") and "gutenberg" in str(path)
    ]
    unpacked = [path.parent.parent for path in (folder / "books").rglob("META-INF/container.xml")]
    return sorted([*unpacked, *originals, *(folder / "epub").glob("*.epub"), *downloads])


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("path", sorted(DEMO.glob("*.txt")), ids=lambda path: path.stem)
def test_every_work_of_the_demo_comes_back(path, extension):
    for work in read(path):
        check(exported(work), extension)


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("name", SOME)
def test_books_of_the_corpus_come_back(name, extension):
    parent, _, start = name.rpartition("/")
    path = next(
        each for each in sorted(corpus_path(parent).iterdir()) if each.name.startswith(start)
    )
    if path.is_dir():
        path = next(path.rglob("META-INF/container.xml")).parent.parent
    for work in read(path):
        check(exported(work), extension)


@pytest.mark.slow
@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("path", everything(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_whole_corpus_comes_back(path, extension):
    for work in read(path):
        check(exported(work), extension)


BARE = exported(ImportedWork(title="T", chapters=[ImportedChapter(body_html="<p>x</p>")]))
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"))
# Composed, as importers read them: compatibility ideographs have another form there.
LINE = st.text(LETTERS, min_size=1, max_size=60).map(lambda text: normalize("NFC", text))
TEXT = st.lists(LINE, min_size=1, max_size=5).map("\n\n".join)
NAME = st.text(st.sampled_from("Abc é夜ש0-&<>'\"./:"), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split())
)


@given(texts=st.lists(TEXT, min_size=1, max_size=3), titles=st.lists(NAME, min_size=3, max_size=3))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_comes_back(texts, titles):
    bodies = [clean(paragraphs_from_text(text)) for text in texts]
    chapters = [
        ExportChapter(position, title, body)
        for position, (title, body) in enumerate(zip(titles, bodies, strict=False), start=1)
        if any(char.isalnum() for char in plain(body))
    ]
    if not chapters:
        return
    numbered = [replace(each, position=n) for n, each in enumerate(chapters, start=1)]
    shown = f"{len(numbered)}/?"
    work = replace(BARE, chapters=tuple(numbered), chapters_shown=shown, is_complete=False)
    for extension, write in WRITERS.items():
        (back,) = read_file(write(work), f"x.{extension}")
        assert [plain(c.body_html) for c in back.chapters] == [plain(c.html) for c in numbered]


@pytest.mark.parametrize("title", ["", "Chapter 1", "Chapter 2: x", "Afterword", "Notes", "1"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("extension", WRITERS)
def test_odd_titles_of_chapters_come_back(title, count, extension):
    chapters = tuple(ExportChapter(n, title, "<p>Words here.</p>") for n in range(1, count + 1))
    check(
        replace(BARE, chapters=chapters, chapters_shown=f"{count}/{count}", is_complete=True),
        extension,
    )


@pytest.mark.parametrize("extension", WRITERS)
def test_markup_that_a_header_has_too_stays_text(extension):
    html = (
        "<h1>Title inside</h1><h2>Chapter 9</h2><p>Summary</p><blockquote><p>quoted</p></blockquote>"
        "<p>Notes:</p><dl><dt>Rating:</dt><dd>none</dd><dt>Fandoms:</dt><dd>x</dd></dl><ul><li>i</li></ul>"
        "<table><tr><td>a</td><td>b</td></tr></table><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"
    )
    chapters = (ExportChapter(1, "One", clean(html)), ExportChapter(2, "", "<p>Two.</p>"))
    check(replace(BARE, chapters=chapters, chapters_shown="2/?", is_complete=False), extension)
