"""Bytes of a text file become clean text: which encoding, which line ends, what is refused."""

import codecs
import re
import unicodedata
from typing import NamedTuple

from archive.core.said import counted, say
from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.encoding_guess import guess_encoding, looks_like_utf16

# Longest first: the mark of UTF-32 begins with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python counts these among the text encodings, but no text file is written in them.
_NO_FILE_ENCODINGS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_LINE_ENDS = re.compile("\r\r\n|\r\n|\r|\v|\f|\u0085|\u2028")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef]"
)
_MOSTLY_CONTROLS = 0.05
_MAX_LOST = 0.01
_NO_INK = re.compile("[\\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u180e\u2800\u3164]*")


class Decoded(NamedTuple):
    """Clean text with ``\\n`` line ends in NFC, the encoding it was in, notes for the importer."""

    text: str
    encoding: str
    notices: list[str]


def decode(data: bytes, declared: str = "", *, limits: ImportLimits | None = None) -> Decoded:
    """The text of a file, its encoding by mark, declaration or good guess, and notices.

    ``declared`` is an encoding that a person gave: it is taken or refused, never second-guessed.
    Raises ImportRefused with ``import.too_large``, ``import.empty``, ``import.binary``,
    ``import.encoding`` or ``import.line_too_long``.
    """
    limits = limits or ImportLimits()
    check_size(data, limits)
    raw, encoding, notices = _to_text(data, declared)
    text = _clean(raw, notices)
    if _NO_INK.fullmatch(text):
        raise ImportRefused(
            say("The file holds no text, only white space ({given} bytes).", given=len(data)),
            code="import.empty",
            extra={"given": len(data)},
        )
    _check_lines(text, limits.line_chars)
    return Decoded(text, encoding, notices)


def check_size(data: bytes, limits: ImportLimits) -> None:
    """Refuses a file without a byte (``import.empty``) or over the limit (``import.too_large``)."""
    if not data:
        raise ImportRefused(say("The file is empty: it has 0 bytes."), code="import.empty")
    limits.check_size(data)


def _to_text(data: bytes, declared: str) -> tuple[str, str, list[str]]:
    if declared:
        return _by_declaration(data, declared)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _by_name(data[len(mark) :], name)
    if name := looks_like_utf16(data):
        text, encoding, notices = _by_name(data, name)
        notices.append(say("The file has no byte order mark; it was read as {name}.", name=name))
        return text, encoding, notices
    if b"\0" in data:
        raise _binary(
            say("it holds NUL bytes, the first at position {position}", position=data.index(0))
        )
    return _by_name(data, "utf-8")


def _by_declaration(data: bytes, declared: str) -> tuple[str, str, list[str]]:
    name = known_encoding(declared)
    for mark, marked in _MARKS:
        if data.startswith(mark) and marked.startswith(name):
            data, name = data[len(mark) :], marked
            break
    try:
        return data.decode(name), name, []
    except (UnicodeError, ValueError) as error:
        where = (
            say(", first at byte {position}", position=error.start)
            if isinstance(error, UnicodeDecodeError)
            else ""
        )
        raise ImportRefused(
            say(
                "The file is not in the encoding “{declared}” that was given{where}; leave the "
                "encoding out to have it recognised.",
                declared=declared,
                where=where,
            ),
            code="import.encoding",
            extra={"given": declared},
        ) from error


def known_encoding(declared: str) -> str:
    """Python's name of an encoding that was named. Raises ImportRefused for no encoding of files."""
    try:
        name = codecs.lookup(declared.strip()).name
        if name.replace("-", "_") in _NO_FILE_ENCODINGS:
            raise LookupError(name)
        b" ".decode(name)
    except UnicodeError:
        return name
    except (LookupError, ValueError) as error:
        raise ImportRefused(
            say(
                "The encoding “{declared}” is not known. Allowed are the names Python knows, "
                "such as utf-8, utf-16, windows-1252, iso-8859-1, windows-1251, shift_jis, "
                "gb18030.",
                declared=declared[:60],
            ),
            code="import.encoding",
            extra={"given": declared[:60]},
        ) from error
    return name


def _by_name(data: bytes, name: str) -> tuple[str, str, list[str]]:
    if name.startswith(("utf-16", "utf-32")):
        return _wide(data, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    if b"\x1b" in data and (guessed := guess_encoding(data)).startswith("iso2022"):
        return data.decode(guessed), guessed, [_guess_notice(guessed)]
    return text, "ascii" if data.isascii() else "utf-8", []


def _wide(data: bytes, name: str) -> tuple[str, str, list[str]]:
    unit = 2 if name.startswith("utf-16") else 4
    try:
        text = data.decode(name, "surrogatepass")
    except UnicodeDecodeError as error:
        left = len(data) % unit
        reason = (
            say("it ends {left} of {unit} bytes into a character", left=left, unit=unit)
            if left
            else error.reason
        )
        raise ImportRefused(
            say(
                "The file looks like {name}, but is broken at byte {position}: {reason}.",
                name=name,
                position=error.start,
                reason=reason,
            ),
            code="import.encoding",
            extra={"given": name, "position": error.start},
        ) from error
    broken = len(_SURROGATES.findall(text))
    if broken > max(1, len(text) * _MAX_LOST):
        raise ImportRefused(
            counted(
                "The file looks like {name}, but {n} of its {length} characters is broken.",
                "The file looks like {name}, but {n} of its {length} characters are broken.",
                n=broken,
                name=name,
                length=len(text),
            ),
            code="import.encoding",
            extra={"given": name, "broken": broken},
        )
    return text, name, []


def _not_utf8(data: bytes) -> tuple[str, str, list[str]]:
    """UTF-8 with a few strays, or an old encoding."""
    text = data.decode("utf-8", "surrogateescape")
    strays = len(_SURROGATES.findall(text))
    wide = sum(1 for char in text if char > "\x7f") - strays
    if wide > strays * 4:
        fixed = _SURROGATES.sub(_as_windows, text)
        notice = counted(
            "{n} byte of this UTF-8 file is not UTF-8; it was read as Windows-1252.",
            "{n} bytes of this UTF-8 file are not UTF-8; they were read as Windows-1252.",
            n=strays,
        )
        return fixed, "utf-8", [notice]
    name = guess_encoding(data)
    return data.decode(name), name, [_guess_notice(name)]


def _as_windows(match: re.Match[str]) -> str:
    byte = bytes([ord(match.group()) - 0xDC00])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def _guess_notice(name: str) -> str:
    return say(
        "The file does not name its encoding; it was read as {name}. If letters look "
        "wrong, import it again with the right encoding.",
        name=name,
    )


def _clean(raw: str, notices: list[str]) -> str:
    if "\0" in raw:
        raise _binary(
            say(
                "it holds NUL characters, the first at position {position}",
                position=raw.index(chr(0)),
            )
        )
    text = _LINE_ENDS.sub("\n", raw).replace("\u2029", "\n\n")
    text, surrogates = _SURROGATES.subn("", text)
    text, controls = _CONTROLS.subn("", text)
    if controls > 3 and controls > len(raw) * _MOSTLY_CONTROLS:
        raise _binary(
            counted(
                "{n} of its {length} characters is a control character",
                "{n} of its {length} characters are control characters",
                n=controls,
                length=len(raw),
            )
        )
    if surrogates:
        notices.append(
            counted(
                "{n} broken character (half a surrogate pair) was removed.",
                "{n} broken characters (half surrogate pairs) were removed.",
                n=surrogates,
            )
        )
    return unicodedata.normalize("NFC", text)


def _binary(why: str) -> ImportRefused:
    return ImportRefused(
        say("This is no text file: {why}.", why=why),
        code="import.binary",
        extra={"found": "binary data"},
    )


def _check_lines(text: str, allowed: int) -> None:
    start = 0
    number = 1
    while True:
        end = text.find("\n", start)
        length = (len(text) if end < 0 else end) - start
        if length > allowed:
            raise ImportRefused(
                say(
                    "Line {number} has {length:,} characters; at most {allowed:,} are allowed.",
                    number=number,
                    length=length,
                    allowed=allowed,
                ),
                code="import.line_too_long",
                extra={"line": number, "given": length, "allowed": allowed},
            )
        if end < 0:
            return
        start = end + 1
        number += 1
