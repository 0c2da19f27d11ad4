"""Reads the files inside a zip, or of an unpacked folder, within limits and without touching disk.

Names are compared, never used as paths. Everything that a well-made archive never has is refused:
overlapping or repeated entries, links, encryption, names that climb out of the archive.
"""

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

from archive.core.said import Said, say
from catalog.importers.base import ImportLimits, ImportRefused

_CHUNK = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_RATIO_FLOOR = 1024 * 1024
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_UNIX = 3
_BAD_NAME = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|\\|[\x00-\x1f]")
_MIMETYPE = "mimetype"
CONTAINER = "META-INF/container.xml"


class Files(Protocol):
    """Named files that an importer may read, wherever they are."""

    def names(self) -> list[str]:
        """Names with ``/`` between folders, in the order of the archive."""

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises ImportRefused and KeyError."""


class ZipFiles:
    """The files of one zip; at most ``limits.zip_bytes`` are unpacked over its whole life."""

    def __init__(self, data: bytes, limits: ImportLimits) -> None:
        """Open and check the list of entries. Raises ImportRefused."""
        self._limits = limits
        self._left = limits.zip_bytes
        limits.check_size(data)
        _check_count(data, limits)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            NotImplementedError,
            struct.error,
        ) as error:
            raise _broken(
                say("its list of entries cannot be read ({error})", error=str(error))
            ) from error
        entries = self._zip.infolist()
        _check_entries(entries, limits)
        _check_overlaps(data, entries, self._zip.start_dir)
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    def names(self) -> list[str]:
        """Names in the order of the zip's directory."""
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """The unpacked bytes, counted against the limit. Raises ImportRefused and KeyError."""
        entry = self._entries[name]
        try:
            with self._zip.open(entry) as stream:
                return b"".join(self._counted(stream, entry))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise _broken(
                say(
                    "the entry “{name}” cannot be unpacked ({error})",
                    name=_shown(name),
                    error=str(error),
                )
            ) from error

    def _counted(self, stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            self._left -= len(chunk)
            if self._left < 0:
                raise _hostile(
                    say(
                        "it unpacks to more than {allowed:,} bytes, the most allowed",
                        allowed=self._limits.zip_bytes,
                    )
                )
            if size > _RATIO_FLOOR and size > self._limits.zip_ratio * max(entry.compress_size, 1):
                raise _hostile(
                    say(
                        "“{name}” unpacks to more than {times} times its size, the most allowed",
                        name=_shown(entry.filename),
                        times=self._limits.zip_ratio,
                    )
                )
            yield chunk


class FolderFiles:
    """The files of an unpacked archive on disk; links are not followed."""

    def __init__(self, folder: Path, limits: ImportLimits) -> None:
        """List the folder. Raises ImportRefused when it holds more files than a zip may."""
        self._limits = limits
        self._left = limits.zip_bytes
        self._paths: dict[str, Path] = {}
        for root, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(files):
                path = Path(root, name)
                if path.is_symlink() or not path.is_file():
                    continue
                self._paths[path.relative_to(folder).as_posix()] = path
                if len(self._paths) > limits.zip_entries:
                    raise _too_many(
                        say("more than {allowed:,}", allowed=limits.zip_entries), limits
                    )

    def names(self) -> list[str]:
        """Names relative to the folder, sorted."""
        return list(self._paths)

    def read(self, name: str) -> bytes:
        """The bytes, counted against the limit. Raises ImportRefused and KeyError."""
        path = self._paths[name]
        self._left -= path.stat().st_size
        if self._left < 0:
            raise _hostile(
                say(
                    "its files have more than {allowed:,} bytes together",
                    allowed=self._limits.zip_bytes,
                )
            )
        return path.read_bytes()


def is_epub_folder(path: Path) -> bool:
    """Whether the folder is one unpacked EPUB."""
    return (path / CONTAINER).is_file()


def pack_folder(path: Path, limits: ImportLimits | None = None) -> bytes:
    """An unpacked EPUB as the bytes of one ``.epub``, the same bytes each time.

    Raises ImportRefused with ``import.too_large`` or ``import.hostile`` over the limits.
    """
    return pack_files(FolderFiles(path, limits or ImportLimits()))


def pack_files(files: Files, parts: Sequence[str] = ("",)) -> bytes:
    """The files of one EPUB as the bytes of one ``.epub``.

    ``parts`` begins with the folder in which they lie, ``a/b/`` or "", followed by their names;
    without names all files are taken. Raises ImportRefused.
    """
    folder, *names = parts
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(_MIMETYPE), b"application/epub+zip")
        for name in names or files.names():
            inner = name.removeprefix(folder)
            if inner == _MIMETYPE:
                continue
            entry = zipfile.ZipInfo(inner)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files.read(name), compresslevel=1)
    return packed.getvalue()


def _check_count(data: bytes, limits: ImportLimits) -> None:
    """Refuse by the count in the end record before the entries, slow to read, are read."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end != -1 and len(data) >= end + 12:
        count = int.from_bytes(data[end + 10 : end + 12], "little")
        if count > limits.zip_entries:
            raise _too_many(Said("{n:,}", {"n": count}), limits)


def _check_entries(entries: list[zipfile.ZipInfo], limits: ImportLimits) -> None:
    if len(entries) > limits.zip_entries:
        raise _too_many(Said("{n:,}", {"n": len(entries)}), limits)
    seen = set()
    for entry in entries:
        name = entry.filename
        if _BAD_NAME.search(name) or _BAD_NAME.search(entry.orig_filename):
            raise _hostile(
                say("the entry name “{name}” leads out of the archive", name=_shown(name))
            )
        if name in seen:
            raise _hostile(say("the entry “{name}” is there twice", name=_shown(name)))
        seen.add(name)
        if entry.flag_bits & _ENCRYPTED:
            raise ImportRefused(
                say(
                    "The file is encrypted (“{name}”); only files without a password or copy "
                    "protection can be imported.",
                    name=_shown(name),
                ),
                code="import.protected",
            )
        mode = entry.external_attr >> 16
        if entry.create_system == _UNIX and mode and stat.S_ISLNK(mode):
            raise _hostile(say("the entry “{name}” is a link", name=_shown(name)))
        if entry.compress_type not in _COMPRESSIONS:
            raise _broken(
                say(
                    "the entry “{name}” is compressed in a way that is not known", name=_shown(name)
                )
            )
        if entry.file_size > limits.zip_bytes:
            raise _hostile(
                say(
                    "“{name}” has {given:,} bytes unpacked; at most {allowed:,} are allowed",
                    name=_shown(name),
                    given=entry.file_size,
                    allowed=limits.zip_bytes,
                )
            )


def _check_overlaps(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Each entry must end before the next begins: overlaps unpack a few bytes many times."""
    end = 0
    last = ""
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            raise _hostile(
                say(
                    "the entries “{last}” and “{name}” overlap",
                    last=_shown(last),
                    name=_shown(entry.filename),
                )
            )
        header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise _broken(say("the entry “{name}” is missing", name=_shown(entry.filename)))
        name_size, extra_size = _LOCAL_HEADER.unpack(header)[-2:]
        begin = entry.header_offset + _LOCAL_HEADER.size + name_size + extra_size
        end = begin + entry.compress_size
        last = entry.filename
    if end > directory:
        raise _hostile(say("the entry “{last}” runs into the list of entries", last=_shown(last)))


def _too_many(given: str, limits: ImportLimits) -> ImportRefused:
    return ImportRefused(
        say(
            "The archive holds {given} files; at most {allowed:,} are allowed.",
            given=given,
            allowed=limits.zip_entries,
        ),
        code="import.hostile",
        extra={"allowed": limits.zip_entries},
    )


def _hostile(why: str) -> ImportRefused:
    return ImportRefused(say("The archive is refused: {why}.", why=why), code="import.hostile")


def _broken(why: str) -> ImportRefused:
    return ImportRefused(say("The archive is broken: {why}.", why=why), code="import.broken")


def _shown(name: str) -> str:
    """A name as it may stand in a message."""
    return "".join(char if char.isprintable() else "?" for char in name[:80])
