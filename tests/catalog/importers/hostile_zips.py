"""Zips made to harm, in the shape of a book, a Word document or a plain zip."""

import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

from tests.catalog.importers.docx_samples import docx, paragraph
from tests.catalog.importers.epub_samples import PROSE, document, epub, zipped

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
BIG = 60_000_000


def sound(kind: str) -> bytes:
    """A well-made file of the kind."""
    if kind == "epub":
        return epub({"one.xhtml": document(PROSE)})
    if kind == "docx":
        return docx(paragraph("It was a dark and stormy night."))
    return zipped({"a.txt": "The Lamp\nBy Ada\n\nIt was dark in the street.\n"})


def _main(kind: str) -> str:
    return {"epub": "OEBPS/one.xhtml", "docx": "word/document.xml", "zip": "a.txt"}[kind]


def _entries(kind: str) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(BytesIO(sound(kind))) as archive:
        return [(entry, archive.read(entry)) for entry in archive.infolist()]


@cache
def _swollen(size: int) -> dict:
    """Blanks that unpack to this size."""
    data = b" " * size
    return {"data": data, "packed": zlib.compress(data, 1)[2:-4], "method": 8}


def _again(kind: str, extra: dict[str, bytes]) -> bytes:
    """The sound file with more entries."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in _entries(kind):
            archive.writestr(entry.filename, data, compress_type=entry.compress_type)
        for name, body in extra.items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, body)
    return packed.getvalue()


def raw(entries: list[dict]) -> bytes:
    """A zip written by hand: any header field of an entry may lie."""
    body, directory = b"", b""
    for given in entries:
        name = given["name"].encode()
        data = given.get("data", b"text")
        flags, method = given.get("flags", 0), given.get("method", 0)
        packed = given.get("packed", data)
        size, crc = given.get("size", len(data)), given.get("crc", zlib.crc32(data))
        offset = given.get("offset", len(body))
        stored = given.get("stored", len(packed))
        body += _LOCAL.pack(b"PK\3\4", 20, flags, method, 0, 0, crc, stored, size, len(name), 0)
        body += name + packed
        attributes = given.get("attributes", 0)
        directory += _CENTRAL.pack(
            *(b"PK\1\2", (3 << 8) + 20, 20, flags, method, 0, 0, crc, stored, size, len(name)),
            *(0, 0, 0, 0, attributes, offset),
        )
        directory += name
    count = len(entries)
    return body + directory + _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)


def _rows(kind: str) -> list[dict]:
    return [{"name": entry.filename, "data": data} for entry, data in _entries(kind)]


def _overlapping(kind: str) -> bytes:
    kernel = zlib.compress(b"a" * 100_000)[2:-4]
    rows = _rows(kind)
    at = sum(_LOCAL.size + len(row["name"]) + len(row["data"]) for row in rows)
    shared = {"data": b"a" * 100_000, "packed": kernel, "method": 8}
    return raw([*rows, *({"name": f"x{n}.txt", "offset": at, **shared} for n in range(200))])


def _with_directory_of(kind: str, count: int) -> bytes:
    """A list of entries far longer than the entries."""
    data = sound(kind)
    name = b"n.txt"
    entry = _CENTRAL.pack(*(b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0))
    directory = (entry + name) * count
    end = _END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), len(data), 0)
    return data + directory + end


def zips_of(kind: str) -> dict[str, bytes]:
    """Hostile files in the shape of one kind (epub, docx, zip), by what is wrong with them."""
    good = sound(kind)
    rows = _rows(kind)
    link = {"name": "link.txt", "data": b"/etc/passwd", "attributes": 0o120777 << 16}
    return {
        "bomb": raw(
            [{**row, **_swollen(BIG)} if row["name"] == _main(kind) else row for row in rows]
        ),
        "bombs": raw([*rows, *({"name": f"{n}.txt", **_swollen(9_000_000)} for n in range(8))]),
        "overlapping": _overlapping(kind),
        "climbs": _again(kind, {"../../../evil.txt": b"evil"}),
        "absolute": _again(kind, {"/srv/evil.txt": b"evil"}),
        "drive": _again(kind, {"C:\\evil.txt": b"evil"}),
        "control-name": _again(kind, {"a\x01b.txt": b"evil"}),
        "twice": raw([*rows, rows[-1]]),
        "link": raw([*rows, link]),
        "encrypted": raw([{**row, "flags": 1} for row in rows]),
        "tiny-entries": _again(kind, {f"t/{n}.txt": b"" for n in range(2_100)}),
        "long-directory": _with_directory_of(kind, 200_000),
        "cut": good[: len(good) * 2 // 3],
        "no-directory": good[: good.rfind(b"PK\1\2")],
        "torn-directory": good.replace(b"PK\1\2", b"PK\1\3"),
        "unknown-method": raw([{**row, "method": 99} for row in rows]),
        "wrong-sum": raw([{**row, "crc": 1} for row in rows]),
        "too-short": raw([{**row, "size": len(row["data"]) + 900} for row in rows]),
        "claims-gigabytes": raw([{**row, "size": 0xFFFFFFF0} for row in rows]),
        "far-offset": raw([{**row, "offset": 0x7FFFFFFF} for row in rows]),
        "garbage-inside": raw([{**row, "method": 8, "packed": b"\xff" * 40} for row in rows]),
    }
