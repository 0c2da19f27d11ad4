"""Backups: one file with the database and everything else that cannot be made again."""

from archive.core.backups.bundle import BackupReport, Manifest, read_manifest, write_backup
from archive.core.backups.errors import BackupError
from archive.core.backups.putting_back import put_back

__all__ = [
    "BackupError",
    "BackupReport",
    "Manifest",
    "put_back",
    "read_manifest",
    "write_backup",
]
