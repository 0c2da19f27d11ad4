"""Recognises what a file is by its first bytes, to say so when it cannot be imported."""

import re
from pathlib import PurePath

from archive.core.said import say
from catalog.importers.encoding_guess import looks_like_utf16

_PROBE = 65_536
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", say("a PNG picture")),
    (0, b"\xff\xd8\xff", say("a JPEG picture")),
    (0, b"GIF87a", say("a GIF picture")),
    (0, b"GIF89a", say("a GIF picture")),
    (8, b"WEBP", say("a WebP picture")),
    (0, b"II*\x00", say("a TIFF picture")),
    (0, b"MM\x00*", say("a TIFF picture")),
    (0, b"\x00\x00\x01\x00", say("an icon")),
    (0, b"%PDF-", say("a PDF document")),
    (0, b"%!PS", say("a PostScript document")),
    (0, b"{\\rtf", say("an RTF document")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", say("an old Microsoft Office document (.doc, .xls)")),
    (0, b"AT&TFORM", say("a DjVu document")),
    (60, b"BOOKMOBI", say("a Kindle book (.mobi, .azw3)")),
    (60, b"TEXtREAd", say("a Palm book")),
    (0, b"ITOLITLS", say("a Microsoft Reader book (.lit)")),
    (0, b"\x1f\x8b", say("a gzip archive")),
    (0, b"BZh", say("a bzip2 archive")),
    (0, b"\xfd7zXZ\x00", say("an xz archive")),
    (0, b"7z\xbc\xaf\x27\x1c", say("a 7-Zip archive")),
    (0, b"Rar!\x1a\x07", say("a RAR archive")),
    (257, b"ustar", say("a tar archive")),
    (0, b"\x7fELF", say("a program (ELF)")),
    (0, b"\xca\xfe\xba\xbe", say("a program (Java class)")),
    (0, b"SQLite format 3\x00", say("an SQLite database")),
    (0, b"OggS", say("an Ogg sound")),
    (0, b"ID3", say("an MP3 sound")),
    (0, b"fLaC", say("a FLAC sound")),
    (8, b"WAVE", say("a WAV sound")),
    (4, b"ftyp", say("a video or sound (MP4)")),
    (0, b"\x1aE\xdf\xa3", say("a video (Matroska)")),
    (0, b"wOFF", say("a font")),
    (0, b"wOF2", say("a font")),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Two letters that may begin a text as well: believed with a NUL byte near by only.
_SHORT = ((b"MZ", say("a program (Windows)")), (b"BM", say("a BMP picture")))
_ZIPPED = (
    (b"word/document.xml", say("a Word document (.docx)")),
    (b"application/epub+zip", say("an EPUB book")),
    (b"application/vnd.oasis.opendocument.text", say("an OpenDocument text (.odt)")),
    (b"xl/workbook.xml", say("an Excel workbook (.xlsx)")),
    (b"ppt/presentation.xml", say("a PowerPoint presentation (.pptx)")),
)
_MARKUP = re.compile(rb"\s*(?:<!doctype|<html|<\?xml|<head\b|<body\b|<svg\b|<!--)", re.IGNORECASE)
# Written in text, but no prose: refused by name, as their content says too little.
_NO_PROSE = (
    ".json .jsonl .ndjson .csv .tsv .xml .opf .ncx .svg .css .js .py .sh .bat .sql .yml .yaml "
    ".toml .ini .log .html .htm .xhtml .mht .mhtml .epub .docx .doc .odt .rtf .pdf .zip"
)


# What a folder or zip of stories holds besides; said by name, so that it need not be read.
_BESIDE = {
    say("a picture"): ".jpg .jpeg .png .gif .webp .svg .bmp .tif .tiff .avif .ico",
    say("a sound"): ".mp3 .ogg .flac .wav .m4a .m4b",
    say("a video"): ".mp4 .mkv .webm .mov .avi",
    say("part of a page or a program"): ".css .js .py .sh .bat .exe .dll .so",
    say("a table"): ".csv .tsv .xls .xlsx .ods .sql .db .sqlite .sqlite3",
    say("data"): ".json .xml .opf .ncx .yml .yaml .toml .ini .log .plist",
    say("a font"): ".ttf .otf .woff .woff2",
    say("a packed archive"): ".7z .rar .tar .gz .tgz .bz2 .xz",
    say("a Kindle book"): ".mobi .azw .azw3 .prc",
    say("a PDF document"): ".pdf",
    say("an old Word document"): ".doc",
    say("an RTF document"): ".rtf",
    say("an OpenDocument text"): ".odt",
    say("a Pages document"): ".pages",
    say("a Reader book"): ".lit",
    say("a DjVu document"): ".djvu",
    say("a FictionBook"): ".fb2",
    say("a saved page (MHTML)"): ".mhtml .mht",
}
_READABLE = (
    ".txt .text .html .htm .xhtml .xht .md .markdown .mdown .mkd .docx .docm .epub .kepub .zip "
    ".ndjson .jsonl"
)


# Companions of books and programs, whatever they are written in.
_NO_STORY = "license licence copying readme changelog contributing code_of_conduct"


def passed_over(filename: str) -> str:
    """Why a file found in a folder or zip is not read; "" for one that is."""
    path = PurePath(filename)
    suffix = path.suffix.lower()
    if path.stem.lower() in _NO_STORY.split():
        return say("It is a licence or a note that goes with the files, which is not imported.")
    if suffix in _READABLE.split():
        return ""
    other = say("a {suffix} file", suffix=suffix) if suffix else say("a file without a suffix")
    what = next((what for what, suffixes in _BESIDE.items() if suffix in suffixes.split()), other)
    return say("It is {what}, which is not imported.", what=what)


def identify(data: bytes) -> str:
    """What the file is, with its article ("a PNG picture"); "" for text and the unknown."""
    if data.startswith(_COMPOUND) and _ENCRYPTED in data:
        return say("a Word document with a password")
    for offset, magic, name in _SIGNATURES:
        if data[offset : offset + len(magic)] == magic:
            return name
    probe = data[:1024]
    for magic, name in _SHORT:
        if probe.startswith(magic) and b"\0" in probe:
            return name
    return _identify_zip(data) if data.startswith(b"PK\x03\x04") else ""


def _identify_zip(data: bytes) -> str:
    for name, description in _ZIPPED:
        if name in data[:_PROBE] or name in data[-_PROBE:]:
            return description
    return say("a ZIP archive")


def looks_like_text(data: bytes, filename: str) -> bool:
    """Whether the bytes are plain text and neither markup nor, by the name, tables or code."""
    if identify(data) or PurePath(filename).suffix.lower() in _NO_PROSE.split():
        return False
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or looks_like_utf16(data):
        return True
    probe = data[:_PROBE].removeprefix(b"\xef\xbb\xbf")
    return b"\0" not in probe and not _MARKUP.match(probe)
