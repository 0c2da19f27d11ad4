"""What every importer returns, the limits it keeps and the error it raises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Protocol

from archive.core.errors import InvalidInput
from archive.core.said import say


class ImportRefused(InvalidInput):
    """A file cannot be imported; the detail names what was found and what is allowed.

    Codes: ``import.empty``, ``import.binary``, ``import.too_large``, ``import.line_too_long``,
    ``import.encoding``, ``import.protected`` (a password or DRM), ``import.unknown_format``,
    ``import.broken``, ``import.hostile``, ``import.no_text``, ``import.withheld`` (a draft).
    """

    default_code = "import.refused"


@dataclass(frozen=True)
class ImportedSeries:
    """A series as the file names it; ``position`` is 1-based, None when not given."""

    title: str
    position: int | None = None


@dataclass
class ImportedChapter:
    """One chapter in reading order; every ``*_html`` is HTML that is not sanitised yet.

    ``number`` is its place in the work, from one, where the file holds some of the chapters alone.
    """

    title: str = ""
    body_html: str = ""
    summary_html: str = ""
    notes_html: str = ""
    end_notes_html: str = ""
    published_on: date | None = None
    number: int | None = None


@dataclass
class ImportedWork:
    """What a file says about one work: plain data, tag names as typed, no database objects.

    ``tags`` maps a tag kind (rating, warning, category, fandom, relationship, character,
    freeform) to names in the order of the file. ``complete`` is None when the file does not say;
    ``expected_chapters`` is None when unknown. ``continues_in`` is the title of the next part,
    "" when a continuation is announced without one, None when none is announced.
    ``identifier`` is the UUID that an archive of this software wrote into its own download, "" else.
    ``notices`` are sentences for the person importing (encoding guessed, header removed, ...).
    """

    title: str = ""
    creators: list[str] = field(default_factory=list)
    chapters: list[ImportedChapter] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    language: str = ""
    summary_html: str = ""
    notes_html: str = ""
    end_notes_html: str = ""
    series: list[ImportedSeries] = field(default_factory=list)
    complete: bool | None = None
    expected_chapters: int | None = None
    continues_in: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    source_url: str = ""
    identifier: str = ""
    anonymous: bool = False
    restricted: bool = False
    format: str = ""
    encoding: str = ""
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ImportLimits:
    """How much an importer accepts; sizes in bytes, lengths in characters."""

    file_bytes: int = 20 * 1024 * 1024
    line_chars: int = 2_000_000
    chapters: int = 1_000
    zip_entries: int = 2_000
    zip_bytes: int = 50 * 1024 * 1024
    zip_ratio: int = 200

    def check_size(self, data: bytes) -> None:
        """Raises ImportRefused ``import.too_large`` for a file of more bytes."""
        if len(data) > self.file_bytes:
            raise _too_large(
                say(
                    "The file has {given:,} bytes; at most {allowed:,} are allowed.",
                    given=len(data),
                    allowed=self.file_bytes,
                ),
                len(data),
                self.file_bytes,
            )

    def check_chapters(self, count: int) -> None:
        """Raises ImportRefused ``import.too_large`` for a work of more chapters."""
        if count > self.chapters:
            raise _too_large(
                say(
                    "The work has {given:,} chapters; at most {allowed:,} are allowed.",
                    given=count,
                    allowed=self.chapters,
                ),
                count,
                self.chapters,
            )


def _too_large(detail: str, given: int, allowed: int) -> ImportRefused:
    extra: dict[str, object] = {"given": given, "allowed": allowed}
    return ImportRefused(detail, code="import.too_large", extra=extra)


@dataclass(frozen=True)
class Entry:
    """One part of a file that holds several: its works, why it was refused, or why passed over.

    ``name`` is the path within a zip or, with ``is_line``, the line; "" for a file that is one.
    """

    name: str = ""
    works: Sequence[ImportedWork] = ()
    refusal: ImportRefused | None = None
    skipped: str = ""
    is_line: bool = False

    def shown_in(self, filename: str) -> str:
        """The name for people: "works.ndjson, line 3", "batch.zip/story.txt"."""
        if not self.name:
            return filename
        if not self.is_line:
            return f"{filename}/{self.name}"
        what, _, number = self.name.partition(" ")
        if what == "line":
            return say("{filename}, line {number}", filename=filename, number=number)
        return say("{filename}, work {number}", filename=filename, number=number)


class Importer(Protocol):
    """One reader for one file format."""

    name: str

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the bytes (and, in doubt, the name) look like this format."""

    def read(self, data: bytes, filename: str, limits: ImportLimits) -> Sequence[ImportedWork]:
        """The works in the file. Raises ImportRefused."""


class Collection(Protocol):
    """One reader for a format whose files hold several works that stand or fall alone."""

    name: str

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the bytes (and, in doubt, the name) look like this format."""

    def entries(self, data: bytes, filename: str, limits: ImportLimits) -> Iterator[Entry]:
        """The parts in their order. Raises ImportRefused for a file that is unusable as a whole."""


def stem_title(filename: str) -> str:
    """A title of last resort from a file name: ``my_story-1.txt`` becomes ``my story 1``."""
    return " ".join(PurePath(filename).stem.replace("_", " ").replace("-", " ").split())
