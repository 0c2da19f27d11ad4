"""Which encoding bytes without a mark are in, when they are not UTF-8."""

import codecs
import re

import chardet
from chardet import EncodingEra

_SAMPLE = 200_000
_PROBE = 65_536
# Windows-1252 quotes, dashes, dots and no-break space: the same in all Windows code pages.
_TYPOGRAPHY = frozenset(b"\x85\x91\x92\x93\x94\x96\x97\xa0")
# The same marks in Mac Roman, where cp1252 has capital letters: “ ” ‘ ’ – — …
_MAC_TYPOGRAPHY = frozenset(b"\xd0\xd1\xd2\xd3\xd4\xd5\xc9")
_MAC_APOSTROPHE = re.compile(rb"[a-z]\xd5[a-z]")
_MIXED = re.compile(r"[A-Za-z][\u0370-\u05ff\u0e00-\u0e7f]|[\u0370-\u05ff\u0e00-\u0e7f][A-Za-z]")
_ALIEN = re.compile(r"[\u0370-\u05ff\u0e00-\u0e7f]+")
_DEFAULT = "cp1252"
_ZEROS = 0.25


def looks_like_utf16(data: bytes) -> str:
    """``utf-16-le`` (or -be, or UTF-32) for bytes with zeros where that encoding has them, or ""."""
    probe = data[:_PROBE]
    if b"\0" not in probe or len(probe) < 2:
        return ""
    quarters = [probe[at::4].count(0) / max(1, len(probe[at::4])) for at in range(4)]
    for name, zero, letter in (("utf-32-le", (2, 3), 0), ("utf-32-be", (0, 1), 3)):
        if all(quarters[at] > 0.95 for at in zero) and quarters[letter] < 0.1 and len(data) >= 4:
            return name
    even, odd = (quarters[0] + quarters[2]) / 2, (quarters[1] + quarters[3]) / 2
    for name, zeros, letters in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if (
            zeros > (_ZEROS if len(probe) > 64 else 0.6)
            and letters < 0.02
            and _is_clean(probe, name)
        ):
            return name
    return ""


def _is_clean(probe: bytes, name: str) -> bool:
    """Whether the probe reads as text: zeros at every other place occur in pictures too."""
    text = probe[: len(probe) // 2 * 2].decode(name, "replace")
    odd = sum(1 for char in text if (char < " " and char not in "\t\n\r\f\x1a") or char == "\ufffd")
    return odd <= len(text) * 0.02 + 1


def guess_encoding(data: bytes) -> str:
    """A Python codec name in which the bytes can be read; Windows-1252 in doubt, never an error."""
    sample = _telling_sample(data)
    for name in (_by_typography(sample), _by_chardet(sample), _DEFAULT):
        if name and _can_read(data, name):
            return name
    return "latin-1"


def _telling_sample(data: bytes) -> bytes:
    """The lines with bytes beyond ASCII: the first 200,000 bytes of a long file may have none."""
    if len(data) <= _SAMPLE:
        return data
    kept: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii() or b"\x1b" in line:
            kept.append(line)
            size += len(line)
        if size >= _SAMPLE:
            break
    return b"".join(kept)[:_SAMPLE]


def _by_typography(sample: bytes) -> str:
    """Texts whose only foreign bytes are quotes and dashes have too few of them for statistics."""
    high = {byte for byte in sample if byte > 0x7F}
    if high and high <= _TYPOGRAPHY:
        return _DEFAULT
    if high & _MAC_TYPOGRAPHY and _MAC_APOSTROPHE.search(sample):
        marks = sum(1 for byte in sample if byte in _MAC_TYPOGRAPHY)
        if marks * 2 > sum(1 for byte in sample if byte > 0x7F):
            return "mac_roman"
    return ""


def _by_chardet(sample: bytes) -> str:
    found = chardet.detect(sample, encoding_era=EncodingEra.MODERN_WEB, prefer_superset=True)
    name = _codec(found["encoding"])
    if not name or _mixes_scripts(sample.decode(name, "replace")):
        return ""
    return name


def _codec(name: str | None) -> str:
    try:
        return codecs.lookup(name or "").name
    except LookupError:
        return ""


def _mixes_scripts(text: str) -> bool:
    """Whether letters of another script stand inside Latin words, which only a wrong guess makes.

    Short French or German texts in Windows-1252 are otherwise taken for Cyrillic.
    """
    runs = len(_ALIEN.findall(text))
    return runs > 0 and len(_MIXED.findall(text)) >= runs * 0.5


def _can_read(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeError, LookupError):
        return False
    return True
