"""The only place that reads ``ARCHIVE_*`` variables: typed, checked, unknown ones refused."""

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent

KNOWN = frozenset(
    [
        "ARCHIVE_SECRET_KEY",
        "ARCHIVE_BASE_URL",
        "ARCHIVE_SITE_NAME",
        "ARCHIVE_DATABASE_URL",
        "ARCHIVE_DATA_DIR",
        "ARCHIVE_SEARCH_BACKEND",
        "ARCHIVE_SEARCH_URL",
        "ARCHIVE_INDEXER",
        "ARCHIVE_REGISTRATION",
        "ARCHIVE_MAX_UPLOAD_MB",
        "ARCHIVE_LANGUAGE",
        "ARCHIVE_LOG_LEVEL",
        "ARCHIVE_CACHE_URL",
        "ARCHIVE_DEBUG",
        "ARCHIVE_ALLOWED_HOSTS",
        "ARCHIVE_NUM_PROXIES",
        "ARCHIVE_EMAIL_URL",
        "ARCHIVE_EMAIL_FROM",
        "ARCHIVE_STAFF_TOTP",
        "ARCHIVE_HOLD_IMPORTS",
        "ARCHIVE_ADULT_NOT_RATED",
        "ARCHIVE_RATE_ANON",
        "ARCHIVE_RATE_KEY",
        "ARCHIVE_RATE_SEARCH_ANON",
        "ARCHIVE_RATE_WRITE",
        "ARCHIVE_RATE_IMPORT",
        "ARCHIVE_RATE_DOWNLOAD",
        "ARCHIVE_DOWNLOAD_CACHE_MB",
        "ARCHIVE_ACCENT",
    ]
)

env = environ.Env()


def refuse_unknown() -> None:
    """Raise ImproperlyConfigured when an ``ARCHIVE_*`` variable is not one of ours."""
    unknown = sorted(
        name for name in os.environ if name.startswith("ARCHIVE_") and name not in KNOWN
    )
    if unknown:
        raise ImproperlyConfigured(
            f"Unknown settings in the environment: {', '.join(unknown)}. "
            f"Known are: {', '.join(sorted(KNOWN))}."
        )


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One value of a closed set."""
    value = env.str(name, default=default) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; allowed are {', '.join(allowed)}.")
    return str(value)


def data_dir() -> Path:
    """The one folder that holds everything that changes; made on first use, for us alone."""
    path = Path(env.str("ARCHIVE_DATA_DIR", default="") or BASE_DIR / "data").resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key(folder: Path) -> str:
    """The given secret key, or one made on first start and kept in the data folder."""
    given = env.str("ARCHIVE_SECRET_KEY", default="")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(
                f"ARCHIVE_SECRET_KEY has {len(given)} characters; at least 32 are needed."
            )
        return str(given)
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def rate(name: str, default: str) -> tuple[int, int] | None:
    """A rate such as ``120/min`` or ``60/h`` as (requests, seconds); None for ``off``."""
    value = (env.str(name, default=default) or default).strip().lower()
    if value == "off":
        return None
    seconds = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86400}
    count, _, unit = value.partition("/")
    if not count.isdecimal() or int(count) < 1 or unit not in seconds:
        raise ImproperlyConfigured(f"{name} is {value!r}; a rate looks like 120/min, 60/h or off.")
    return int(count), seconds[unit]
