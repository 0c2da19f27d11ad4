"""Reads the files of an export: checked against their digests, never outside the folder."""

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from archive.core.errors import InvalidInput
from catalog.services.archive_fields import FILES, FORMAT, VERSION, ArchiveBroken, Row

_TEXT_NAME = re.compile(r"texts/[0-9a-f]{2}/[0-9a-f-]{36}/\d{4,9}\.(?:html|source)\Z")
_LINE_BYTES = 64 * 1024 * 1024
_TEXT_BYTES = 64 * 1024 * 1024


class ArchiveFiles:
    """The files of one export. Making it checks the manifest and the digests of all lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = _manifest(folder)
        for name in FILES:
            self._check(f"{name}.ndjson", str(self.manifest["files"].get(f"{name}.ndjson", "")))

    @property
    def digest(self) -> str:
        """What tells this export from any other."""
        return hashlib.sha256(json.dumps(self.manifest, sort_keys=True).encode()).hexdigest()

    def count(self, name: str) -> int:
        """How many lines the manifest promises."""
        found = self.manifest["counts"].get(name, 0)
        return found if isinstance(found, int) else 0

    def rows(self, name: str) -> Iterator[tuple[str, Row]]:
        """Each object with a name for errors such as ``works.ndjson line 3``."""
        path = self.folder / f"{name}.ndjson"
        with path.open("rb") as source:
            number = 0
            while raw := source.readline(_LINE_BYTES):
                number += 1
                where = f"{path.name} line {number}"
                try:
                    found = json.loads(raw)
                except (ValueError, RecursionError) as error:
                    raise ArchiveBroken(f"{where} is no JSON.") from error
                if not isinstance(found, dict):
                    raise ArchiveBroken(f"{where} is no object.")
                yield where, found

    def batches(self, name: str, size: int) -> Iterator[list[tuple[str, Row]]]:
        """The objects in lists of at most ``size``."""
        rows = self.rows(name)
        while batch := list(islice(rows, size)):
            yield batch

    def text(self, name: Any, digest: Any, where: str) -> str:
        """The text of a chapter. Raises ArchiveBroken."""
        if not isinstance(name, str) or not _TEXT_NAME.match(name):
            raise ArchiveBroken(f"{where}: {str(name)[:80]!r} is no name of a text.")
        path = self.folder / name
        if path.is_symlink() or not path.resolve().is_relative_to(self.folder.resolve()):
            raise ArchiveBroken(f"{where}: {name} leads out of the folder.")
        try:
            if path.stat().st_size > _TEXT_BYTES:
                raise ArchiveBroken(f"{where}: {name} is larger than {_TEXT_BYTES:,} bytes.")
            data = path.read_bytes()
            text = data.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise ArchiveBroken(f"{where}: {name} cannot be read ({error}).") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise ArchiveBroken(f"{where}: {name} is not the text that was exported.")
        return text

    def _check(self, name: str, expected: str) -> None:
        try:
            with (self.folder / name).open("rb") as source:
                found = hashlib.file_digest(source, "sha256").hexdigest()
        except OSError as error:
            raise ArchiveBroken(f"{name} cannot be read: {error.strerror}.") from error
        if found != expected:
            raise ArchiveBroken(f"{name} is not the file that the manifest names.")


def _manifest(folder: Path) -> Row:
    path = folder / "manifest.json"
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInput(
            f"{folder} holds no manifest.json, so it is no finished export.",
            code="archive.not_an_export",
        ) from error
    except ValueError as error:
        raise ArchiveBroken(f"{path} is no JSON.") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ArchiveBroken(f"{path} says nothing of {FORMAT}.")
    if found.get("version") != VERSION:
        raise ArchiveBroken(
            f"{path} is of version {str(found.get('version'))[:20]}; this program reads {VERSION}."
        )
    if not isinstance(found.get("files"), dict) or not isinstance(found.get("counts"), dict):
        raise ArchiveBroken(f"{path} names no files.")
    return found
