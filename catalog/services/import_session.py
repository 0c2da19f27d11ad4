"""Imports file after file: a child reads ahead while the archive writes, one transaction a work."""

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from archive.core.errors import DomainError
from archive.core.viewer import Viewer
from archive.core.wordcount import count_words_text
from catalog.importers.base import Entry, ImportedWork, ImportLimits, ImportRefused
from catalog.importers.sandbox import Sandbox
from catalog.services.import_mapping import ImportOptions
from catalog.services.importing import ImportOutcome, import_work

# Entries read before they are needed: enough to keep both processes busy, few enough for memory.
_AHEAD = 4
_SECONDS = 0.2


@dataclass(frozen=True)
class Source:
    """A file to import: its name for people, and what loads its bytes and the name to read it by.

    ``load`` may raise DomainError.
    """

    shown: str
    load: Callable[[], tuple[bytes, str]]


@dataclass(frozen=True)
class Found:
    """One thing in a file: a work, or why there is none.

    ``shown`` names it for people, ``known_by`` is the name that a newer file of it would have.
    """

    shown: str
    known_by: str
    imported: ImportedWork | None
    error: DomainError | None = None
    skipped: str = ""


def _make_ready() -> None:
    """Make what a process makes once and slowly, before a transaction holds the database for it."""
    reverse("home")
    count_words_text("")


class ImportSession:
    """Imports files one after the other for one actor, with one reading child for all of them."""

    def __init__(self, actor: Viewer, *, write: bool = True) -> None:
        self.actor = actor
        self.write = write
        self.limits = ImportLimits(file_bytes=settings.MAX_UPLOAD_MB * 1024 * 1024)
        self.sandbox = Sandbox()
        _make_ready()

    def close(self) -> None:
        """End the reading child."""
        self.sandbox.close()

    def import_file(
        self, data: bytes, filename: str, options: ImportOptions
    ) -> Iterator[ImportOutcome]:
        """An outcome for each work in the file; what cannot be read is a refusal."""
        for found in self.find(data, filename, encoding=options.encoding):
            yield self.outcome_of(found, options)

    def find(
        self, data: bytes, filename: str, *, encoding: str = ""
    ) -> Generator[Found, None, None]:
        """What the file holds, nothing of it imported yet."""
        entries = self.sandbox.entries(data, filename, limits=self.limits, encoding=encoding)
        with closing(entries):
            for entry in entries:
                yield from _found_in(entry, filename, filename)

    def import_all(
        self, sources: Iterable[Source], options: ImportOptions
    ) -> Iterator[tuple[Source, list[ImportOutcome]]]:
        """For each entry of each source its outcomes; an empty list ends a source.

        The next entries are read while one is written.
        """
        with _reading_ahead(self.sandbox, sources, self.limits, options.encoding) as rows:
            for source, filename, entry in rows:
                if entry is None:
                    yield source, []
                else:
                    found = _found_in(entry, filename, source.shown)
                    yield source, [self.outcome_of(one, options) for one in found]

    def outcome_of(self, found: Found, options: ImportOptions) -> ImportOutcome:
        """What becomes of it: imported, or with ``write`` off only tried."""
        if found.skipped:
            return ImportOutcome(
                found.shown, "skipped", detail=found.skipped, external_id=options.external_id
            )
        if found.imported is None:
            return refusal(found.shown, found.error or ImportRefused(""), options.external_id)
        try:
            outcome = import_work(
                actor=self.actor,
                imported=found.imported,
                filename=found.known_by,
                options=options,
                write=self.write,
            )
        except DomainError as error:
            outcome = refusal(found.shown, error, options.external_id)
            outcome.title = found.imported.title
        outcome.file = found.shown
        return outcome


def _found_in(entry: Entry, filename: str, shown: str) -> Iterator[Found]:
    """An entry of a file, work by work. ``filename`` is what a newer file is recognised by."""
    name = entry.shown_in(shown)
    known_by = filename if entry.is_line or not entry.name else entry.name
    if entry.skipped or entry.refusal is not None:
        yield Found(name, known_by, None, entry.refusal, entry.skipped)
    for imported in entry.works:
        yield Found(name, known_by, imported)


def refusal(filename: str, error: DomainError, external_id: str = "") -> ImportOutcome:
    """The outcome of a file or work that was refused."""
    return ImportOutcome(
        filename,
        "refused",
        code=error.code,
        detail=error.detail,
        errors=list(error.errors),
        external_id=external_id,
    )


_Row = tuple[Source, str, Entry | None]


@contextmanager
def _reading_ahead(
    sandbox: Sandbox, sources: Iterable[Source], limits: ImportLimits, encoding: str
) -> Iterator[Iterator[_Row]]:
    """Rows of source, file name and entry (None when a source is through), read by a thread."""
    rows: queue.Queue[Any] = queue.Queue(maxsize=_AHEAD)
    stopped = threading.Event()

    def put(row: object) -> bool:
        while not stopped.is_set():
            try:
                rows.put(row, timeout=_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for source in sources:
                if not all(put(row) for row in _rows_of(source, sandbox, limits, encoding)):
                    return
            put(None)
        except Exception as error:  # noqa: BLE001  handed to the thread that waits for it
            put(error)

    thread = threading.Thread(target=read, name="import-reader", daemon=True)
    thread.start()
    try:
        yield _until_none(rows)
    finally:
        stopped.set()
        thread.join()


def _rows_of(
    source: Source, sandbox: Sandbox, limits: ImportLimits, encoding: str
) -> Iterator[_Row]:
    try:
        data, filename = source.load()
    except DomainError as error:
        yield source, source.shown, Entry(refusal=ImportRefused(error.detail, code=error.code))
    else:
        with closing(sandbox.entries(data, filename, limits=limits, encoding=encoding)) as entries:
            for entry in entries:
                yield source, filename, entry
    yield source, source.shown, None


def _until_none(rows: "queue.Queue[Any]") -> Iterator[_Row]:
    while (row := rows.get()) is not None:
        if isinstance(row, Exception):
            raise row
        yield row
