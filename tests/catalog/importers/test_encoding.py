"""Bytes of text files: every usual encoding, line end and defect."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.encoding import decode

CURLY = "“Don’t,” she said — and that was that…"
RUSSIAN = "Это было давно, и никто не помнил, как всё началось."
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
CHINESE = "他们在地下室里见面，谁也没有说话。第二天早上雨停了。"


def refusal(data: bytes, declared: str = "", limits: ImportLimits | None = None) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        decode(data, declared, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
        ("cp1252", "cp1252"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_curly_quotes_survive_each_encoding(codec, expected):
    found = decode(CURLY.encode(codec))
    assert (found.text, found.encoding) == (CURLY, expected)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Ärger über Öl", "cp1252"),
        ("déjà vu", "latin-1"),
        ("Un été à Évian", "latin-1"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb18030"),
        (CHINESE * 2, "big5"),
        ("Ήταν μια σκοτεινή νύχτα και κανείς δεν μιλούσε.", "cp1253"),
        ("Byl pozdní večer, první máj, večerní máj byl lásky čas.", "cp1250"),
    ],
)
def test_old_encodings_are_recognised_and_said_so(text, codec):
    if codec == "big5":
        text = text.translate(str.maketrans("们里见谁没说话", "們裡見誰沒說話"))
    found = decode(text.encode(codec))
    assert found.text == text
    assert any("does not name its encoding" in notice for notice in found.notices)


def test_foreign_bytes_late_in_a_long_file_still_count():
    body = "Plain words in a plain story. " * 20 + "\n"
    data = (body * 600).encode() + CURLY.encode("cp1252")
    assert decode(data).text.endswith(CURLY)


def test_a_few_windows_bytes_in_a_utf8_file_are_mended():
    found = decode("Grüße: é ü ß ö ä «so»".encode() + b" \x93quoted\x94")
    assert found.text == "Grüße: é ü ß ö ä «so» “quoted”"
    assert found.encoding == "utf-8"
    assert "2 bytes" in found.notices[0]


def test_a_given_encoding_is_taken():
    assert decode("ąę".encode("iso8859_2"), "iso-8859-2").text == "ąę"
    assert decode("x".encode("utf-16"), "UTF-16").text == "x"
    assert decode(b"\xef\xbb\xbfx", "utf-8").text == "x"


@pytest.mark.parametrize("declared", ["klingon", "rot13", "base64", "unicode_escape", "idna", "\0"])
def test_an_unknown_encoding_is_refused_by_name(declared):
    error = refusal(b"abc", declared)
    assert error.code == "import.encoding"
    assert "utf-8" in error.detail


def test_a_wrong_encoding_is_refused_with_the_place():
    error = refusal(b"ab\xff", "utf-8")
    assert error.code == "import.encoding"
    assert "byte 2" in error.detail


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\r\r\n", "\u2028", "\x0c", "\x0b"])
def test_every_line_end_becomes_one(newline):
    assert decode(f"one{newline}two".encode()).text == "one\ntwo"


def test_text_is_composed_and_free_of_control_characters():
    found = decode("e\u0301\x07 \ufeffx\x1a, \u200dand tab\there".encode())
    assert found.text == "é x, \u200dand tab\there"


def test_half_surrogates_are_removed_with_a_notice():
    found = decode(b"\xff\xfe" + "good text".encode("utf-16-le") + b"\x00\xd8")
    assert found.text == "good text"
    assert "1 broken character " in found.notices[0]


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "\u00a0\u200b\u2060".encode()])
def test_nothing_to_read_is_refused_as_empty(data):
    assert refusal(data).code == "import.empty"


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 50,
        bytes(range(256)) * 4,
        b"abc\0def",
        b"\x01\x02\x03\x04\x05 text",
        "a\0b".encode("utf-16"),
    ],
)
def test_binary_data_is_refused(data):
    error = refusal(data)
    assert error.code == "import.binary"
    assert "no text file" in error.detail


def test_utf16_cut_within_a_character_is_refused():
    error = refusal(b"\xff\xfe" + "cut".encode("utf-16-le")[:-1])
    assert error.code == "import.encoding"
    assert "byte 4" in error.detail


def test_utf16_full_of_broken_characters_is_refused():
    assert refusal(b"\xff\xfe" + b"\x00\xd8a\x00" * 20).code == "import.encoding"


def test_too_large_a_file_names_both_sizes():
    error = refusal(b"a" * 101, limits=ImportLimits(file_bytes=100))
    assert error.code == "import.too_large"
    assert (error.extra["given"], error.extra["allowed"]) == (101, 100)
    assert "101" in error.detail
    assert "100" in error.detail


def test_too_long_a_line_names_its_number():
    error = refusal(b"one\ntwo\n" + b"x" * 50 + b"\nfour", limits=ImportLimits(line_chars=49))
    assert error.code == "import.line_too_long"
    assert error.extra == {"line": 3, "given": 50, "allowed": 49}
    assert "Line 3" in error.detail


def test_a_line_of_50_megabytes_is_refused():
    assert refusal(b"x" * 50_000_000).code == "import.too_large"
    generous = ImportLimits(file_bytes=60_000_000)
    assert refusal(b"x" * 50_000_000, limits=generous).code == "import.line_too_long"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_code(data):
    code, text = "", "text"
    try:
        text = decode(data).text
    except ImportRefused as error:
        code = error.code
    assert code in {"", "import.empty", "import.binary", "import.encoding"}
    assert text.strip()
    assert not any("\ud800" <= char <= "\udfff" or char == "\0" for char in text)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn"]), min_size=1
    )
)
def test_utf8_text_comes_back_composed(text):
    text = "A " + text.replace("\u2028", "").replace("\u2029", "")
    assert decode(text.encode()).text == unicodedata.normalize("NFC", text)
