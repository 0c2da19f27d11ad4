"""Reads any file into its entries: one work, lines of an export, files of a zip, rows of a dump."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from archive.core.said import say
from catalog.importers.base import Collection, Entry, ImportedWork, ImportLimits, ImportRefused
from catalog.importers.encoding import check_size
from catalog.importers.ndjson import NdjsonImporter
from catalog.importers.otwarchive_dump import dump_folder, read_dump
from catalog.importers.registry import IMPORTERS, read_file
from catalog.importers.signatures import identify, passed_over
from catalog.importers.zipsafe import CONTAINER, ZipFiles, pack_files

COLLECTIONS: tuple[Collection, ...] = (NdjsonImporter(),)
_EMPTY_ZIP = b"PK\x05\x06"


def read_entries(
    data: bytes,
    filename: str,
    *,
    limits: ImportLimits | None = None,
    encoding: str = "",
    skip: int = 0,
    on_start: Callable[[str], None] = lambda name: None,
) -> Iterator[Entry]:
    """The entries of a file in its order; the first ``skip`` are left out.

    ``on_start`` is told the name of each entry before it is read. Raises ImportRefused for a file
    that is unusable as a whole.
    """
    limits = limits or ImportLimits()
    check_size(data, limits)
    if _is_zip(data, filename):
        yield from _zip_entries(data, limits, encoding, skip, on_start)
        return
    for collection in COLLECTIONS:
        if collection.sniff(data, filename):
            on_start("")
            for number, entry in enumerate(collection.entries(data, filename, limits)):
                if number >= skip:
                    yield entry
                    on_start("")
            return
    on_start("")
    yield _read(data, filename, limits, encoding, name="")


def _is_zip(data: bytes, filename: str) -> bool:
    """Whether the bytes are a plain zip and not a format that is packed as one."""
    if data.startswith(_EMPTY_ZIP):
        return True
    if not data.startswith(b"PK\x03\x04"):
        return False
    return identify(data) == "a ZIP archive" and not any(
        importer.sniff(data, filename) for importer in IMPORTERS
    )


def _zip_entries(
    data: bytes,
    limits: ImportLimits,
    encoding: str,
    skip: int,
    on_start: Callable[[str], None],
) -> Iterator[Entry]:
    files = ZipFiles(data, limits)
    folder = dump_folder(files.names())
    if folder is not None:
        for number, entry in enumerate(read_dump(files, folder, limits)):
            if number >= skip:
                yield entry
                on_start("")
        return
    groups = _grouped(files.names())
    if not groups:
        raise ImportRefused(
            say("The zip holds no file that could be a story."), code="import.empty"
        )
    for number, (name, parts) in enumerate(groups.items()):
        if number < skip:
            continue
        on_start(name)
        reason = passed_over(name) if not parts else ""
        if reason:
            yield Entry(name, skipped=reason)
            continue
        content = _content(files, name, parts)
        yield (
            content
            if isinstance(content, Entry)
            else _read(content, name, limits, encoding, name=name)
        )


def _content(files: ZipFiles, name: str, parts: list[str]) -> bytes | Entry:
    """The bytes of an entry, or the entry as refused. Raises ImportRefused for a bomb."""
    try:
        return pack_files(files, parts) if parts else files.read(name)
    except ImportRefused as refusal:
        if refusal.code == "import.hostile":
            raise
        return Entry(name, refusal=refusal)


def _read(data: bytes, filename: str, limits: ImportLimits, encoding: str, *, name: str) -> Entry:
    """One file as an entry of this name, refused or not."""
    try:
        return Entry(name, _works(data, filename, limits, encoding))
    except ImportRefused as refusal:
        return Entry(name, refusal=refusal)
    except (MemoryError, RecursionError):
        detail = say(
            "Reading {filename} needs more memory than an import may use.", filename=filename
        )
        return Entry(name, refusal=ImportRefused(detail, code="import.hostile"))


def _works(
    data: bytes, filename: str, limits: ImportLimits, encoding: str
) -> Sequence[ImportedWork]:
    if _is_zip(data, filename):
        raise ImportRefused(
            say("{filename} is a zip inside a zip; unpack the outer one.", filename=filename),
            code="import.unknown_format",
        )
    collection = next((one for one in COLLECTIONS if one.sniff(data, filename)), None)
    if collection is None:
        return read_file(data, filename, limits=limits, encoding=encoding)
    works: list[ImportedWork] = []
    for entry in collection.entries(data, filename, limits):
        if entry.refusal:
            raise entry.refusal
        works += entry.works
    return works


def _grouped(names: list[str]) -> dict[str, list[str]]:
    """The files to read, each with its parts: those of an unpacked EPUB are one, ``FOLDER.epub``."""
    books = {
        name[: -len(CONTAINER)]
        for name in names
        if name == CONTAINER or name.endswith(f"/{CONTAINER}")
    }
    groups: dict[str, list[str]] = {}
    for name in names:
        if _is_hidden(name):
            continue
        book = next(
            (
                _book(name, depth)
                for depth in range(name.count("/") + 1)
                if _book(name, depth) in books
            ),
            None,
        )
        if book is None:
            groups[name] = []
        else:
            groups.setdefault(f"{book.rstrip('/') or 'book'}.epub", [book]).append(name)
    return groups


def _book(name: str, depth: int) -> str:
    parts = name.split("/")
    return "".join(f"{part}/" for part in parts[:depth])


def _is_hidden(name: str) -> bool:
    """Whether a file belongs to a system and not to a person."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or parts[
        -1
    ].lower() in {
        "thumbs.db",
        "desktop.ini",
    }
