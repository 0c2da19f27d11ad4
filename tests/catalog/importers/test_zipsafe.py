"""Hostile and broken archives are refused with a reason; nothing of them is written."""

import io
import stat
import struct
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.epub import EpubImporter
from catalog.importers.zipsafe import FolderFiles, ZipFiles, is_epub_folder, pack_folder
from tests.catalog.importers.epub_samples import (
    CONTAINER,
    METADATA,
    PROSE,
    document,
    epub,
    files_of,
    nav,
    zipped,
)

LIMITS = ImportLimits()
BODY = {"c1.xhtml": document(f"<h1>One</h1>{PROSE}")}


def refused(data, limits=LIMITS):
    with pytest.raises(ImportRefused) as caught:
        EpubImporter().read(data, "x.epub", limits)
    assert caught.value.detail.endswith(".")
    return caught.value


def with_entry(name, content=b"x", **changes):
    """An EPUB with one more entry whose record is changed."""
    packed = io.BytesIO(epub(BODY))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        for key, value in changes.items():
            setattr(entry, key, value)
        archive.writestr(entry, content)
    return packed.getvalue()


def test_a_bomb_is_stopped_by_its_ratio():
    data = with_entry("OEBPS/c1.bin", bytes(20_000_000), compress_type=zipfile.ZIP_DEFLATED)
    files = ZipFiles(data, LIMITS)
    with pytest.raises(ImportRefused, match="200 times") as caught:
        files.read("OEBPS/c1.bin")
    assert caught.value.code == "import.hostile"


def test_a_bomb_in_a_chapter_refuses_the_book():
    bomb = {"c1.xhtml": document("<p>" + "a" * 20_000_000 + "</p>")}
    assert refused(epub(bomb)).code == "import.hostile"


def test_a_declared_size_over_the_limit_is_refused_unread():
    data = bytearray(with_entry("big.bin", b"x" * 100))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 200_000_000)
    assert "200,000,000 bytes" in refused(bytes(data)).detail


def test_many_moderate_files_stop_at_the_total():
    small = replace(LIMITS, zip_bytes=300_000)
    book = {f"c{at}.xhtml": document(f"<p>{'word ' * 15_000}</p>") for at in range(6)}
    assert refused(epub(book), small).code == "import.hostile"


def test_too_many_entries_are_refused():
    extra = {f"OEBPS/{at}.txt": "" for at in range(2_001)}
    problem = refused(epub(BODY, extra=extra))
    assert problem.code == "import.hostile"
    assert "2,000 are allowed" in problem.detail


def overlapping():
    """Two names for the bytes of one entry."""
    data = bytearray(zipped({"a.txt": "a" * 1000, "b.txt": "b" * 1000}))
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)
    return bytes(data)


def nested_overlap():
    """An entry whose data runs over the header of the next."""
    data = bytearray(zipped({"a.txt": "a" * 1000, "b.txt": "b" * 1000}))
    first = data.find(b"PK\x01\x02")
    size = struct.unpack_from("<I", data, first + 20)[0]
    struct.pack_into("<I", data, first + 20, size + 40)
    return bytes(data)


def into_directory():
    """A last entry that runs into the directory."""
    data = bytearray(zipped({"a.txt": "a" * 1000}))
    first = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, first + 20, 500)
    return bytes(data)


@pytest.mark.parametrize("make", [overlapping, nested_overlap, into_directory])
def test_overlapping_entries_are_refused(make):
    with pytest.raises(ImportRefused) as caught:
        ZipFiles(make(), LIMITS)
    assert caught.value.code == "import.hostile"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "OEBPS/../../evil.txt",
        "/etc/passwd",
        "C:/evil.txt",
        "a\\..\\evil.txt",
        "..",
        "a\x00b.txt",
        "a\nb.txt",
    ],
)
def test_names_that_lead_out_are_refused(name):
    data = zipped({"placeholder": "x"})
    raw = name.encode()
    data = zipped({"p" * len(raw): "x"}).replace(b"p" * len(raw), raw)
    with pytest.raises(ImportRefused) as caught:
        ZipFiles(data, LIMITS)
    assert caught.value.code == "import.hostile"


def test_links_are_refused():
    mode = (stat.S_IFLNK | 0o777) << 16
    problem = refused(with_entry("OEBPS/link", b"/etc/passwd", external_attr=mode, create_system=3))
    assert (problem.code, "link" in problem.detail) == ("import.hostile", True)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused():
    assert "twice" in refused(with_entry("OEBPS/c1.xhtml")).detail


def test_encryption_is_refused():
    data = bytearray(epub(BODY))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    assert refused(bytes(data)).code == "import.protected"


def test_unknown_compression_is_refused():
    assert refused(with_entry("x.txt", compress_type=zipfile.ZIP_LZMA)).code == "import.broken"


@pytest.mark.parametrize("kept", [10, 40, 200, -1, -30])
def test_a_cut_off_file_is_broken(kept):
    assert refused(epub(BODY)[:kept]).code == "import.broken"


def test_a_flipped_byte_in_the_text_is_broken():
    data = bytearray(epub({"c1.xhtml": document("<p>" + "some words " * 300 + "</p>")}))
    data[data.find(b"OEBPS/c1.xhtml") + 40] ^= 0xFF
    assert refused(bytes(data)).code == "import.broken"


def test_empty_and_oversized_files_are_refused():
    assert refused(b"").code == "import.empty"
    assert refused(epub(BODY), replace(LIMITS, file_bytes=100)).code == "import.too_large"


def protected(algorithm):
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData><enc:CipherReference '
        'URI="OEBPS/x.ttf"/></enc:CipherData></enc:EncryptedData></encryption>'
    )


def test_copy_protection_is_refused():
    drm = protected("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    problem = refused(epub(BODY, extra={"META-INF/encryption.xml": drm}))
    assert problem.code == "import.protected"


def test_scrambled_fonts_are_no_copy_protection():
    fonts = protected("http://www.idpf.org/2008/embedding")
    data = epub(BODY, extra={"META-INF/encryption.xml": fonts})
    assert EpubImporter().read(data, "x.epub", LIMITS)


ENTITY = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;">]>'


@pytest.mark.parametrize("doctype", [ENTITY, LAUGHS])
@pytest.mark.parametrize("place", ["META-INF/container.xml", "OEBPS/content.opf", "OEBPS/c1.xhtml"])
def test_entities_of_its_own_refuse_a_file(doctype, place):
    files = files_of(BODY)
    head, _, tail = files[place].partition("?>")
    files[place] = f"{head}?>{doctype}{tail.replace('<!DOCTYPE html>', '')}"
    assert refused(zipped(files)).code == "import.hostile"


@pytest.mark.parametrize("place", ["META-INF/container.xml", "OEBPS/content.opf", "OEBPS/c1.xhtml"])
def test_deep_nesting_refuses_a_file(place):
    files = files_of(BODY)
    files[place] = "<a>" * 5_000 + "</a>" * 5_000
    assert refused(zipped(files)).code == "import.hostile"


@pytest.mark.parametrize(
    "change",
    [
        {"mimetype": "application/zip"},
        {"mimetype": None},
        {"META-INF/container.xml": None},
        {"META-INF/container.xml": "<container/>"},
        {"META-INF/container.xml": CONTAINER.replace("OEBPS/content.opf", "../content.opf")},
        {"META-INF/container.xml": "not xml"},
        {"OEBPS/content.opf": "<package"},
        {"OEBPS/content.opf": '<package xmlns="http://www.idpf.org/2007/opf"/>'},
        {"OEBPS/c1.xhtml": None},
    ],
)
def test_a_book_without_its_bones_is_broken(change):
    files = {**files_of(BODY), **change}
    files = {name: content for name, content in files.items() if content is not None}
    assert refused(zipped(files)).code == "import.broken"


def test_a_book_without_text_is_refused():
    assert refused(epub({"c1.xhtml": document("<p> </p>")})).code == "import.no_text"


def test_a_toc_that_points_outside_does_no_harm():
    toc = nav(
        ("../../../etc/passwd", "Evil"), ("https://evil.example/", "Web"), ("c1.xhtml", "One")
    )
    (work,) = EpubImporter().read(epub(BODY, toc=toc), "x.epub", LIMITS)
    assert [chapter.title for chapter in work.chapters] == ["One"]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
def test_damaged_books_are_read_or_refused(place, noise):
    data = bytearray(epub(BODY, metadata=METADATA, toc=nav(("c1.xhtml", "One"))))
    place %= len(data)
    data[place : place + len(noise)] = noise
    try:
        works = EpubImporter().read(bytes(data), "x.epub", LIMITS)
    except ImportRefused as refusal:
        works = []
        code = refusal.code
    else:
        code = ""
    assert works or code.startswith("import.")


def test_links_in_a_folder_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = tmp_path / "book"
    (folder / "META-INF").mkdir(parents=True)
    (folder / "META-INF" / "container.xml").symlink_to(secret)
    (folder / "a.txt").write_text("a")
    assert FolderFiles(folder, LIMITS).names() == ["a.txt"]
    assert b"secret" not in pack_folder(folder)
    assert not is_epub_folder(tmp_path)


def test_a_folder_over_the_limits_is_refused(tmp_path):
    for at in range(5):
        (tmp_path / f"{at}.txt").write_text("x" * 100)
    with pytest.raises(ImportRefused):
        FolderFiles(tmp_path, replace(LIMITS, zip_entries=4))
    with pytest.raises(ImportRefused):
        pack_folder(tmp_path, replace(LIMITS, zip_bytes=400))
