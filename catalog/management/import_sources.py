"""What ``import_works`` reads: the files behind its arguments, in order, and what it passes over."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

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
_CHUNK = 4 * 1024 * 1024


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
    """The path as one source; lines of a longer export as several of some megabytes each."""
    if path.name.lower().endswith(_PACKED_LINES):
        yield Source(str(path), partial(_load_packed, path))
    elif path.suffix.lower() in _LINES and path.is_file() and path.stat().st_size > file_bytes:
        for line, start, end in _pieces(path):
            yield Source(str(path), partial(_load_lines, path, line, start, end))
    else:
        yield Source(str(path), partial(_load, path))


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


def _load_packed(path: Path) -> tuple[bytes, str]:
    """The lines in a gzip file. Raises InvalidInput."""
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
    return data, path.name[: -len(".gz")]


def _load_lines(path: Path, line: int, start: int, end: int) -> tuple[bytes, str]:
    """Some lines, with empty ones before them, so that they keep their numbers."""
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            return b"\n" * line + stream.read(end - start), path.name
    except OSError as error:
        detail = f"{path} cannot be read: {error.strerror or error}."
        raise InvalidInput(detail, code="import.unreadable") from error


def _pieces(path: Path) -> Iterator[tuple[int, int, int]]:
    """Runs of whole lines: how many lines stand before, first byte, byte after the last."""
    before = line = start = at = 0
    with path.open("rb") as stream:
        for text in stream:
            at += len(text)
            line += 1
            if at - start >= _CHUNK:
                yield before, start, at
                before, start = line, at
    if at > start:
        yield before, start, at
