"""The backup file: a compressed tar of a manifest, the database and the files beside it."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from archive.core.backups.databases import Progress, dump_database
from archive.core.backups.errors import BackupError

FORMAT = 1
DATABASE = "database"
FILES = "files/"
# What can be made again, or only says something about running processes; and the database itself,
# which is copied apart.
LEFT_OUT = ("index", "locks", "tmp", "cache", "downloads", "dumps", "backups")
LEFT_OUT_PREFIXES = ("archive.sqlite3", "throttles.sqlite3")

_MANIFEST = "manifest.json"
_LIMIT_OF_MANIFEST = 8 * 1024 * 1024
_COMPRESSION = 3


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: ``migrations`` as ``app.name``, ``sha256`` and ``size`` of each part."""

    created: str
    engine: str
    migrations: list[str]
    sha256: dict[str, str]
    size: dict[str, int]
    format: int = FORMAT

    def as_json(self) -> bytes:
        """The manifest as it stands in the file."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Raises BackupError when it is not one of ours, or of a later format."""
        try:
            values = json.loads(data)
            manifest = cls(**values)
            known = isinstance(manifest.migrations, list) and isinstance(manifest.sha256, dict)
        except (ValueError, TypeError) as error:
            raise BackupError("The file is not a backup of an archive: no manifest.") from error
        if not known or manifest.format != FORMAT:
            raise BackupError(
                f"The backup has the format {manifest.format!r}; this version reads {FORMAT}."
            )
        return manifest


@dataclass
class BackupReport:
    """A finished backup: where, how large in bytes, how many files beside the database."""

    path: Path
    size: int
    files: list[str] = field(default_factory=list)


def write_backup(path: Path, *, progress: Progress | None = None) -> BackupReport:
    """Write a backup to ``path``, which appears whole or not at all; a file there is replaced.

    The archive may be used meanwhile; the database in the backup is that of one moment.
    ``progress`` is told (done, total) pages of the database. Raises BackupError.
    """
    folder = path.resolve().parent
    if path.is_dir() or not folder.is_dir():
        raise BackupError(f"{path} cannot be written: name a file in a folder that exists.")
    if not applied_migrations():
        raise BackupError(
            "The database holds no archive yet, so there is nothing to keep. Does ARCHIVE_DATA_DIR "
            "or ARCHIVE_DATABASE_URL name another one?"
        )
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as name:
            copy = Path(name) / DATABASE
            dump_database(copy, progress=progress)
            parts = {DATABASE: copy, **_files_beside()}
            draft = Path(name) / "draft"
            _pack(draft, parts)
            size = draft.stat().st_size
            draft.replace(path)
        _sync_folder(folder)
    except OSError as error:
        raise BackupError(f"{path} could not be written: {error.strerror or error}.") from error
    return BackupReport(path, size, sorted(part for part in parts if part != DATABASE))


def read_manifest(path: Path) -> Manifest:
    """The manifest of a backup; raises BackupError when the file is none."""
    try:
        with tarfile.open(path, "r:gz") as bundle:
            first = bundle.next()
            if first is None or first.name != _MANIFEST or first.size > _LIMIT_OF_MANIFEST:
                raise BackupError(f"{path} is not a backup of an archive: no manifest.")
            handle = bundle.extractfile(first)
            return Manifest.from_json(handle.read() if handle else b"")
    except (OSError, tarfile.TarError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BackupError(f"{path} cannot be read as a backup: {reason}.") from error


def applied_migrations() -> list[str]:
    """The migrations of the configured database as ``app.name``."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _files_beside() -> dict[str, Path]:
    """The files of the data folder that no command can make again, by their names in the bundle."""
    folder = Path(settings.DATA_DIR)
    return {
        f"{FILES}{path.relative_to(folder).as_posix()}": path
        for path in _walk(folder)
        if path.is_file() and not path.is_symlink()
    }


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT or path.name.startswith((".", *LEFT_OUT_PREFIXES)):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from sorted(path.rglob("*"))
        else:
            yield path


def _pack(draft: Path, parts: dict[str, Path]) -> None:
    manifest = Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations=applied_migrations(),
        sha256={name: digest(path) for name, path in parts.items()},
        size={name: path.stat().st_size for name, path in parts.items()},
    )
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        with tarfile.open(fileobj=handle, mode="w:gz", compresslevel=_COMPRESSION) as bundle:
            data = manifest.as_json()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(data)
            bundle.addfile(entry, io.BytesIO(data))
            for name, path in parts.items():
                bundle.add(path, arcname=name, recursive=False)
        handle.flush()
        os.fsync(handle.fileno())


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
