"""Which importer reads a file, and what is said about files that none reads."""

import io
import zipfile

import pytest

from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.registry import IMPORTERS, allowed_formats, read_file
from catalog.importers.signatures import identify

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return buffer.getvalue()


def refusal(data: bytes, filename: str) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read_file(data, filename)
    return caught.value


def test_plain_text_is_read_whatever_its_name():
    for name in ("story.txt", "story", "STORY.TXT", "story.text", ""):
        [work] = read_file(b"A Title\nby Somebody\n\nOnce upon a time there was a text.\n", name)
        assert (work.title, work.format) == ("A Title", "text")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (PNG, "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(30), "a JPEG picture"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (b"MZ\x90\x00\x03" + bytes(60), "a program (Windows)"),
        (b"\x7fELF\x02\x01" + bytes(60), "a program (ELF)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "an old Microsoft Office document"),
        (b"{\\rtf1\\ansi Hello}", "an RTF document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook"),
        (zipped("content.xml", "ppt/presentation.xml"), "a PowerPoint presentation"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "a gzip archive"),
        (bytes(60) + b"BOOKMOBI" + bytes(20), "a Kindle book"),
    ],
)
def test_other_formats_are_refused_by_name_with_what_is_allowed(data, what):
    error = refusal(data, "story.txt")
    assert error.code == "import.unknown_format"
    assert what in error.detail
    assert "story.txt" in error.detail
    assert allowed_formats() in error.detail
    assert "plain text (.txt)" in allowed_formats()


def test_unnamed_binary_data_is_refused():
    error = refusal(b"\x07\x00\x13\x00\x00\x99" * 40, "story.txt")
    assert error.code == "import.binary"
    assert "plain text (.txt)" in error.detail


@pytest.mark.parametrize("name", ["settings.json", "table.csv", "code.py"])
def test_text_that_is_no_prose_is_refused_by_its_name(name):
    error = refusal(b"a, b, c\n", name)
    assert error.code == "import.unknown_format"
    assert name in error.detail


def test_empty_and_too_large_files_are_refused_before_they_are_read():
    assert refusal(b"", "a.txt").code == "import.empty"
    with pytest.raises(ImportRefused) as caught:
        read_file(b"x" * 11, "a.txt", limits=ImportLimits(file_bytes=10))
    assert caught.value.code == "import.too_large"


def test_a_given_encoding_goes_before_every_guess():
    text = "Title\nby Łucja\n\nZażółć gęślą jaźń, powiedziała, i tak się stało."
    [work] = read_file(text.encode("iso8859_2"), "a.txt", encoding="iso-8859-2")
    assert work.creators == ["Łucja"]
    assert "Zażółć gęślą jaźń" in work.chapters[0].body_html
    assert work.encoding == "iso-8859-2"


def test_a_wrong_encoding_is_refused():
    with pytest.raises(ImportRefused) as caught:
        read_file(b"caf\xe9", "a.txt", encoding="utf-8")
    assert caught.value.code == "import.encoding"


def test_an_encoding_does_not_hide_what_a_file_is():
    with pytest.raises(ImportRefused) as caught:
        read_file(PNG, "a.png", encoding="latin-1")
    assert caught.value.code == "import.unknown_format"


def test_signatures_do_not_mistake_prose():
    for opening in (b"MZ said nothing.", b"BM, the initials read.", b"GIF is a word.", b"PK!"):
        assert identify(opening + b" And so on.") == ""


def test_every_importer_has_a_name_for_its_format():
    names = [importer.name for importer in IMPORTERS]
    assert len(names) == len(set(names))
    assert names[-1] == "text"


@pytest.mark.parametrize(("data", "name"), [(b"{\\rtf1\\ansi Hello}", "a.rtf"), (b"\0\1", "a.odt")])
def test_texts_of_word_processors_are_refused_with_advice(data, name):
    with pytest.raises(ImportRefused) as refused:
        read_file(data, name)
    assert ("save it as Word" in refused.value.detail) == (name == "a.rtf")
