"""Files that were made once and are sent again while they are right: a bounded folder.

A key names everything that the bytes depend on, the names a viewer may see included, so a file is
never stale and never somebody else's; who may have it is asked before the cache is. Files used
least recently go first when the folder is full, and a work's older versions go with its next one.
"""

import logging
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

SWEEP_ONE_IN = 20
_KEEP_SHARE = 0.8
_PLAIN = re.compile(r"[a-z]+\d*\.[0-9a-z.]+\Z")
logger = logging.getLogger(__name__)


def cached(key: str, make: Callable[[], bytes]) -> bytes:
    """The file of this key, made where it is not kept.

    A key reads ``work12.5.9f3c1e02.epub``: the object, its version, a digest of the rest, the
    format. A folder that cannot be written or read costs time, never an answer.
    """
    if settings.DOWNLOAD_CACHE_MB <= 0:
        return make()
    if not _PLAIN.match(key):
        raise ValueError(f"{key!r} is no key of the cache.")
    path = _folder() / key
    try:
        body = path.read_bytes()
        os.utime(path)
    except OSError:
        body = make()
        _store(path, body)
    return body


def sweep(limit_bytes: int) -> int:
    """Remove the least recently used files until four fifths of the limit are left.

    Returns how many bytes were freed; does nothing while the folder is within the limit. Files
    that a crash left half written count as the oldest.
    """
    rows = []
    for path in _folder().iterdir():
        try:
            stat = path.stat()
        except OSError:
            continue
        rows.append((0.0 if path.suffix == ".part" else stat.st_mtime, stat.st_size, path))
    total = sum(size for _, size, _ in rows)
    freed = 0
    if total <= limit_bytes:
        return freed
    for _, size, path in sorted(rows):
        if total - freed <= limit_bytes * _KEEP_SHARE:
            break
        path.unlink(missing_ok=True)
        freed += size
    return freed


def _store(path: Path, body: bytes) -> None:
    """Put a whole file in place or none, and take away what it replaces."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(body)
        part.replace(path)
        _forget_older(path)
        if secrets.randbelow(SWEEP_ONE_IN) == 0:
            sweep(settings.DOWNLOAD_CACHE_MB * 1024 * 1024)
    except OSError:
        logger.warning("A download could not be kept", exc_info=True)
        part.unlink(missing_ok=True)


def _forget_older(path: Path) -> None:
    """Remove other versions of the same object; the same version for other eyes stays."""
    name, version = path.name.split(".")[:2]
    if not name[-1].isdecimal():
        return
    for other in path.parent.glob(f"{name}.*"):
        if not other.name.startswith(f"{name}.{version}."):
            other.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "downloads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
