"""Whoosh's file storage made durable: what was acknowledged survives a cut of power."""

import os
import zlib
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.util.filelock import FileLock

SEAL = b"UCTOC1"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file beside, sync it, put it in place in one step, sync the folder."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)


class DurableStorage(FileStorage):  # type: ignore[misc]
    """Files of one generation.

    Renaming a file, which is how Whoosh publishes a commit, first syncs the file and the names
    of all others, and the folder once more afterwards. The table of contents is sealed with a
    checksum. The writer's lock lies beside the folder, so that it outlives a rebuild.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.path = folder

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002  Whoosh calls it so
        """Publish a file durably; Whoosh's own version syncs nothing."""
        if safe and (self.path / newname).exists():
            raise FileExistsError(f"There is a {newname} already.")
        with (self.path / oldname).open("r+b") as stream:
            checksum = zlib.crc32(stream.read())
            stream.write(checksum.to_bytes(4, "little") + SEAL)
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(self.path)
        (self.path / oldname).rename(self.path / newname)
        sync_folder(self.path)

    def lock(self, name: str) -> Any:
        """The lock of this name, beside the folder."""
        return FileLock(str(self.path.with_name(f"{self.path.name}.{name.lower()}.lock")))


def unsealed(data: bytes, name: str) -> bytes:
    """The content of a sealed file. Raises OSError when it is torn."""
    body, checksum, seal = data[:-10], data[-10:-6], data[-6:]
    if seal != SEAL or zlib.crc32(body) != int.from_bytes(checksum, "little"):
        raise OSError(f"{name} is torn: its checksum does not fit.")
    return body
