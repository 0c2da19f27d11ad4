"""Putting a backup in the place of what the archive holds now."""

import os
import shutil
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from archive.core.backups.bundle import (
    DATABASE,
    FILES,
    Manifest,
    applied_migrations,
    digest,
    read_manifest,
    write_backup,
)
from archive.core.backups.databases import load_database
from archive.core.backups.errors import BackupError


def put_back(path: Path) -> tuple[Manifest, Path | None]:
    """Replace database and files by those of the backup at ``path``.

    Everything in the backup is compared with its checksums first, and what the archive holds now
    goes into a backup of its own, so that a wrong file costs nothing. Returns the manifest and
    that backup (None for an archive that had no tables yet). The caller migrates and rebuilds the
    index. Raises BackupError; nothing has been changed then.
    """
    manifest = read_manifest(path)
    _check_fits(path, manifest)
    folder = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as name:
        _unpack(path, Path(name), manifest)
        kept = _keep_present(folder)
        load_database(Path(name) / DATABASE)
        for part in manifest.sha256:
            if part.startswith(FILES):
                _put_file(Path(name) / part, folder / part.removeprefix(FILES))
    return manifest, kept


def _check_fits(path: Path, manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"{path} is of a {manifest.engine} database, this archive runs on "
            f"{connection.vendor}; export_archive and import_archive go from one to the other."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    later = sorted(set(manifest.migrations) - known)
    if later:
        raise BackupError(
            f"{path} was made by a later version of this software ({later[0]} is not known here): "
            "upgrade first."
        )
    for part in manifest.sha256:
        pure = PurePosixPath(part)
        ours = part == DATABASE or (part.startswith(FILES) and len(pure.parts) > 1)
        if not ours or pure.is_absolute() or ".." in pure.parts:
            raise BackupError(f"{path} names a file outside the archive: {part}.")


def _unpack(path: Path, folder: Path, manifest: Manifest) -> None:
    """Write each part of the manifest below ``folder``; names the manifest lacks are not read."""
    found: set[str] = set()
    try:
        with tarfile.open(path, "r:gz") as bundle:
            for entry in bundle:
                if entry.name not in manifest.sha256 or not entry.isreg():
                    continue
                source = bundle.extractfile(entry)
                if source is None or entry.size != manifest.size.get(entry.name):
                    raise BackupError(f"{path} is damaged: {entry.name} has another size.")
                target = folder / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as handle:
                    shutil.copyfileobj(source, handle, 1 << 20)
                found.add(entry.name)
    except (OSError, tarfile.TarError, EOFError) as error:
        raise BackupError(f"{path} cannot be unpacked: {error}.") from error
    for part, expected in manifest.sha256.items():
        if part not in found or digest(folder / part) != expected:
            raise BackupError(f"{path} is damaged: {part} is missing or differs.")
    if DATABASE not in found:
        raise BackupError(f"{path} holds no database.")


def _keep_present(folder: Path) -> Path | None:
    if not applied_migrations():
        return None
    backups = folder / "backups"
    backups.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return write_backup(backups / f"before-restore-{stamp}.tar.gz").path


def _put_file(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.chmod(0o600)
    with source.open("rb+") as handle:
        os.fsync(handle.fileno())
    source.replace(target)
