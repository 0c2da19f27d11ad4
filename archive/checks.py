"""System checks: what would go wrong later is said at the start, and what to do about it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from archive.settings.env import unknown_settings
from search.backends.base import BACKENDS

NETWORK_FILE_SYSTEMS = frozenset(
    [
        *("afs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4"),
        *("ocfs2", "smb3", "smbfs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"),
    ]
)
MOUNTS = Path("/proc/mounts")

_LOCAL_HOSTS = frozenset(["127.0.0.1", "localhost", "::1"])

Apps = Sequence[AppConfig] | None


@register(Tags.files)
def check_local_disk(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Locks, SQLite and the index need a disk of this machine."""
    found = _mount_of(Path(settings.DATA_DIR).resolve())
    if found is None or found[1] not in NETWORK_FILE_SYSTEMS:
        return []
    return [
        Error(
            f"The data folder {settings.DATA_DIR} lies on {found[0]}, a file system of the "
            f"network ({found[1]}).",
            hint="File locks and memory maps are not safe there: point ARCHIVE_DATA_DIR at a "
            "local disk.",
            id="archive.E001",
        )
    ]


@register(Tags.files)
def check_index_folder(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Whoever writes the index folder runs code in the archive, so it is for its user alone."""
    folder = Path(settings.SEARCH_INDEX_DIR)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return [
            Error(
                f"The index folder {folder} cannot be written: {error.strerror}.",
                hint="Make it writable for the user the archive runs as.",
                id="archive.E002",
            )
        ]
    mode = folder.stat().st_mode & 0o777
    if mode & 0o077:
        return [
            Error(
                f"The index folder {folder} has the mode {mode:04o}; others could read or change "
                "it.",
                hint=f"chmod 0700 {folder}",
                id="archive.E003",
            )
        ]
    return []


@register()
def check_names_of_settings(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A setting with a slip in its name would change nothing, and nobody would know."""
    return [
        Warning(
            sentence,
            hint="The settings are listed in docs/operations.md.",
            id="archive.W002",
        )
        for sentence in unknown_settings()
    ]


@register()
def check_search_engine(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """The finder and the engine that the settings name exist."""
    messages: list[CheckMessage] = []
    names = {"WORK_FINDER": settings.WORK_FINDER}
    backend = BACKENDS.get(settings.SEARCH_BACKEND)
    if backend is None:
        messages.append(
            Error(
                f"There is no search engine {settings.SEARCH_BACKEND!r}.",
                hint=f"ARCHIVE_SEARCH_BACKEND is one of {', '.join(BACKENDS)}.",
                id="archive.E004",
            )
        )
    else:
        names["SEARCH_BACKEND"] = backend
    for setting, name in names.items():
        try:
            import_string(name)
        except ImportError as error:
            messages.append(
                Error(
                    f"{setting} names {name}, which cannot be imported: {error}.",
                    hint="Install what is missing, or correct the setting.",
                    id="archive.E005",
                )
            )
    return messages


@register(Tags.security, deploy=True)
def check_production(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """What a site that others reach must not leave at its default."""
    messages: list[CheckMessage] = []
    url = urlsplit(settings.BASE_URL)
    if settings.DEBUG:
        messages.append(
            Error(
                "DEBUG is on: errors show settings and code to anybody.",
                hint="Leave ARCHIVE_DEBUG out.",
                id="archive.E006",
            )
        )
    if url.hostname in _LOCAL_HOSTS or url.scheme != "https":
        messages.append(
            Warning(
                f"ARCHIVE_BASE_URL is {settings.BASE_URL}: not an https address that others reach.",
                hint="Set it to the public address, such as https://archive.example; cookies and "
                "links are made for it.",
                id="archive.W001",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        messages.append(
            Error(
                "ALLOWED_HOSTS holds *: any host name would be believed.",
                hint="Name the hosts in ARCHIVE_ALLOWED_HOSTS.",
                id="archive.E007",
            )
        )
    return messages


@register(Tags.security, deploy=True)
def check_private_files(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Database and secret key are in the data folder: it is for the user of the archive alone."""
    folder = Path(settings.DATA_DIR)
    messages: list[CheckMessage] = []
    for path, number in ((folder, "E008"), (folder / "secret_key", "E009")):
        mode = path.stat().st_mode & 0o777 if path.exists() else 0
        if mode & 0o077:
            messages.append(
                Error(
                    f"{path} has the mode {mode:04o}; other users of this machine could read it.",
                    hint=f"chmod {'0700' if path.is_dir() else '0600'} {path}",
                    id=f"archive.{number}",
                )
            )
    return messages


def refuse_unsafe_production() -> None:
    """Raise ImproperlyConfigured when a site that others reach is set up unsafely.

    The web server asks this when it starts, because Django's own checks run with commands only.
    An archive on this machine's own address is let through: nobody else reaches it.
    """
    if urlsplit(settings.BASE_URL).hostname in _LOCAL_HOSTS:
        return
    checks = (check_local_disk, check_index_folder, check_production, check_private_files)
    found = [message for check in checks for message in check(None) if message.is_serious()]
    if found:
        raise ImproperlyConfigured(
            "The archive does not start: "
            + " ".join(f"[{message.id}] {message.msg} {message.hint}" for message in found)
        )


def _mount_of(path: Path) -> tuple[str, str] | None:
    """Mount point and file system type of a path; None where the system does not tell."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best: tuple[str, str] | None = None
    for line in lines:
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        # A later line covers an earlier one on the same point.
        if path.is_relative_to(point) and (best is None or len(point) >= len(best[0])):
            best = (point, parts[2])
    return best
