"""What ``import_works`` reads: the files behind its arguments, in order, and what it passes over."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from archive.core.errors import InvalidInput
from catalog.importers.base import ImportLimits
from catalog.importers.otwarchive_dump import is_dump_folder, pack_dump
from catalog.importers.signatures import passed_over
from catalog.importers.zipsafe import is_epub_folder, pack_folder
from catalog.services.import_session import Source

_LINES = frozenset({".ndjson", ".jsonl"})
_PACKED_LINES = (".ndjson.gz", ".jsonl.gz")
_UNPACKED_MAX = ImportLimits().zip_bytes
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
# A piece is as much as the reading child manages of very short works, tag sets, in its time.
_CHUNK = 512 * 1024
_WHOLE = 2 * 1024 * 1024


@dataclass(frozen=True)
class Skipped:
    """Something in a folder that is not imported, and why."""

    shown: str
    detail: str


def find_sources(paths: list[str]) -> Iterator[Path | Skipped]:
    """The files to import, each folder in the order of its names; a packed or unpacked book is one.

    Raises InvalidInput for a path that is not there or may not be read.
    """
    for name in paths:
        path = Path(name)
        try:
            if not path.exists():
                raise InvalidInput(f"There is no file or folder {name!r}.")
            yield from _walk(path) if path.is_dir() else [path]
        except OSError as error:  # a folder that may not be read, a name that is too long
            detail = f"{error.filename or name} cannot be read: {error.strerror or error}."
            raise InvalidInput(detail, code="import.unreadable") from error


def _walk(folder: Path) -> Iterator[Path | Skipped]:
    if is_epub_folder(folder) or is_dump_folder(folder):
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower() in _SYSTEM:
            continue
        if path.is_symlink():
            yield Skipped(str(path), "It is a link, which is not followed.")
        elif path.is_dir():
            yield from _walk(path)
        elif not path.is_file():  # a pipe would wait for ever
            yield Skipped(str(path), "It is neither a file nor a folder.")
        elif reason := passed_over(path.name):
            yield Skipped(str(path), reason)
        else:
            yield path


def sources_of(path: Path, *, file_bytes: int) -> Iterator[Source]:
    """The path as one source; lines of a longer export as several smaller ones."""
    if path.name.lower().endswith(_PACKED_LINES):
        yield from _packed_lines(path)
    elif path.suffix.lower() in _LINES and path.is_file() and _is_long(path, file_bytes):
        for line, start, end in _pieces_of(path):
            yield Source(str(path), partial(_load_lines, path, line, start, end))
    else:
        yield Source(str(path), partial(_load, path))


def _is_long(path: Path, file_bytes: int) -> bool:
    return path.stat().st_size > min(file_bytes, _WHOLE)


def _load(path: Path) -> tuple[bytes, str]:
    try:
        if path.is_dir() and is_epub_folder(path):
            return pack_folder(path), f"{path.name}.epub"
        if path.is_dir():
            return pack_dump(path), f"{path.name}.zip"
        return path.read_bytes(), path.name
    except OSError as error:
        detail = f"{path} cannot be read: {error.strerror or error}."
        raise InvalidInput(detail, code="import.unreadable") from error


def _packed_lines(path: Path) -> Iterator[Source]:
    """The lines of a gzip file in pieces; one source that tells why, if it is unusable."""
    name = path.name[: -len(".gz")]
    try:
        data = _unpacked(path)
    except InvalidInput as error:
        yield Source(str(path), partial(_fail, error))
        return
    for line, start, end in _pieces(BytesIO(data), at_least=_CHUNK):
        piece = b"\n" * line + data[start:end]
        yield Source(str(path), partial(_given, piece, name))


def _given(data: bytes, name: str) -> tuple[bytes, str]:
    return data, name


def _fail(error: InvalidInput) -> tuple[bytes, str]:
    raise error


def _unpacked(path: Path) -> bytes:
    """What a gzip file holds. Raises InvalidInput."""
    try:
        with gzip.open(path, "rb") as stream:
            data = stream.read(_UNPACKED_MAX + 1)
    except (OSError, EOFError, zlib.error) as error:
        detail = f"{path} cannot be unpacked: {error}."
        raise InvalidInput(detail, code="import.unreadable") from error
    if len(data) > _UNPACKED_MAX:
        raise InvalidInput(
            f"{path} holds more than {_UNPACKED_MAX:,} bytes; unpacked it can be of any size.",
            code="import.too_large",
            extra={"allowed": _UNPACKED_MAX},
        )
    return data


def _load_lines(path: Path, line: int, start: int, end: int) -> tuple[bytes, str]:
    """Some lines, with empty ones before them, so that they keep their numbers."""
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            return b"\n" * line + stream.read(end - start), path.name
    except OSError as error:
        detail = f"{path} cannot be read: {error.strerror or error}."
        raise InvalidInput(detail, code="import.unreadable") from error


def _pieces_of(path: Path) -> Iterator[tuple[int, int, int]]:
    with path.open("rb") as stream:
        yield from _pieces(stream, at_least=_CHUNK)


def _pieces(stream: BinaryIO, *, at_least: int) -> Iterator[tuple[int, int, int]]:
    """Runs of whole lines: how many lines stand before, first byte, byte after the last."""
    before = start = at = 0
    for line, text in enumerate(stream, 1):
        at += len(text)
        if at - start >= at_least:
            yield before, start, at
            before, start = line, at
    if at > start:
        yield before, start, at
