"""Dumps of the public catalogue: files that appear whole or not at all, each with its checksum."""

import gzip
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

from django.conf import settings

from archive.core.errors import NotFound
from archive.core.said import say

KEEP = 2
"""How many dumps of each sort stay: one to take, one for whoever is in the middle of it."""
MEDIA_TYPE = "application/gzip"
_NAME = re.compile(r"works(?:-texts)?-\d{8}T\d{6}Z\.ndjson\.gz\Z")
_PART = ".part"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Dump:
    """A published dump. ``cursor`` is where ``/sync/works/`` goes on from it; ``size`` in bytes."""

    name: str
    created_at: datetime
    size: int
    sha256: str
    works: int
    has_texts: bool
    cursor: str

    @property
    def path(self) -> Path:
        """The file."""
        return folder() / self.name

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What ``as_json`` wrote."""
        values: dict[str, Any] = json.loads(text)
        values["created_at"] = datetime.fromisoformat(values["created_at"])
        return cls(**values)

    def as_json(self) -> str:
        """The manifest beside the file."""
        return json.dumps({**asdict(self), "created_at": self.created_at.isoformat()})


def folder() -> Path:
    """Where dumps are, made on first use."""
    path = Path(settings.DATA_DIR) / "dumps"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def published() -> list[Dump]:
    """The dumps that are there, the newest first; a file without its manifest is none yet."""
    found = []
    for manifest in folder().glob("*.json"):
        try:
            dump = Dump.from_json(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, KeyError):
            continue
        if _NAME.match(dump.name) and dump.path.is_file():
            found.append(dump)
    return sorted(found, key=lambda dump: (dump.created_at, dump.name), reverse=True)


def find_dump(name: str) -> Dump:
    """The dump of this name. Raises NotFound."""
    for dump in published():
        if dump.name == name:
            return dump
    raise NotFound(say("There is no dump {name!r}.", name=name[:80]), code="dump.not_found")


def publish(lines: Iterable[bytes], *, cursor: str, has_texts: bool, keep: int = KEEP) -> Dump:
    """Write a dump and let it appear; then let the oldest of its sort beyond ``keep`` go.

    The file is complete, synced and in its place before the manifest that publishes it is. A
    process that dies before leaves litter that the next one removes.
    """
    _sweep()
    now = datetime.now(UTC).replace(microsecond=0)
    sort = "works-texts" if has_texts else "works"
    name = f"{sort}-{now:%Y%m%dT%H%M%SZ}.ndjson.gz"
    draft = folder() / f".{name}.{secrets.token_hex(4)}{_PART}"
    try:
        with draft.open("xb") as file:
            count = _write(file, lines)
            size = file.tell()
            _sync(file)
        dump = Dump(name, now, size, _digest(draft), count, has_texts, cursor)
        draft.replace(dump.path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder()
    _put(folder() / f"{name}.json", dump.as_json())
    _forget_old(has_texts=has_texts, keep=keep)
    return dump


def _write(file: BinaryIO, lines: Iterable[bytes]) -> int:
    count = 0
    # Neither a name nor a time inside: equal catalogues make equal files.
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as packed:
        for line in lines:
            packed.write(line)
            count += 1
    return count


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _put(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_PART}")
    with draft.open("xb") as file:
        file.write(text.encode())
        _sync(file)
    draft.replace(path)
    _sync_folder()


def _forget_old(*, has_texts: bool, keep: int) -> None:
    same = [dump for dump in published() if dump.has_texts == has_texts]
    for dump in same[max(1, keep) :]:
        # The manifest first: what has none is offered to nobody.
        (folder() / f"{dump.name}.json").unlink(missing_ok=True)
        dump.path.unlink(missing_ok=True)


def _sweep() -> None:
    """Remove what a crash left: drafts, and files that were never published."""
    names = {dump.name for dump in published()}
    for path in folder().iterdir():
        is_orphan = _NAME.match(path.name) and path.name not in names
        if path.name.endswith(_PART) or is_orphan:
            path.unlink(missing_ok=True)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder() -> None:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
