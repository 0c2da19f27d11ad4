"""The only place that reads ``ARCHIVE_*`` variables: typed, checked, unknown ones told."""

import difflib
import os
import re
import secrets
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()

KNOWN = frozenset(
    [
        "ARCHIVE_SECRET_KEY",
        "ARCHIVE_BASE_URL",
        "ARCHIVE_SITE_NAME",
        "ARCHIVE_DATABASE_URL",
        "ARCHIVE_DATA_DIR",
        "ARCHIVE_SEARCH_BACKEND",
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

_SECRET_KEY_CHARS = 32
_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_DATABASES = ("postgres", "postgresql", "sqlite")
_CACHES = ("redis", "rediss", "unix")
_MAILS = ("smtp", "smtp+tls", "smtp+ssl", "filemail", "consolemail")


def unknown_settings() -> list[str]:
    """A sentence for each ``ARCHIVE_*`` variable that is not one of ours, with the likeliest name."""
    sentences = []
    for name in sorted(os.environ):
        if not name.startswith("ARCHIVE_") or name in KNOWN:
            continue
        ends = [known.removeprefix("ARCHIVE_") for known in sorted(KNOWN)]
        near = difflib.get_close_matches(name.removeprefix("ARCHIVE_"), ends, n=1)
        meant = f" Did you mean ARCHIVE_{near[0]}?" if near else ""
        sentences.append(f"{name} in the environment is no setting and changes nothing.{meant}")
    return sentences


def text(name: str, default: str = "") -> str:
    """A setting as it was given, without white space around it; an empty one is the default."""
    return os.environ.get(name, "").strip() or default


def whole(name: str, default: int, least: int = 0) -> int:
    """A whole number, not below ``least``."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal()) or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; a whole number from {least} is needed.")
    return int(value)


def flag(name: str) -> bool:
    """Yes or no; no unless given."""
    value = text(name, "false").lower()
    if value not in _YES + _NO:
        raise ImproperlyConfigured(f"{name} is {value!r}; allowed are true and false.")
    return value in _YES


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One value of a closed set."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; allowed are {', '.join(allowed)}.")
    return value


def log_level() -> str:
    """How much is logged, in whatever case it was written."""
    value = text("ARCHIVE_LOG_LEVEL", "INFO").upper()
    if value not in _LEVELS:
        raise ImproperlyConfigured(
            f"ARCHIVE_LOG_LEVEL is {value!r}; allowed are {', '.join(_LEVELS)}."
        )
    return value


def base_url() -> str:
    """The public address without a slash at its end: scheme and host, nothing behind them."""
    value = text("ARCHIVE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    try:
        url = urlsplit(value)
        is_good = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        is_good = False
    if not is_good or url.path or url.query or url.fragment or "@" in url.netloc:
        raise ImproperlyConfigured(
            f"ARCHIVE_BASE_URL is {value!r}; an address such as https://archive.example is "
            "needed, with http or https, a host and nothing behind it."
        )
    return f"{url.scheme}://{url.netloc}"


def site_name() -> str:
    """What the archive is called on its pages, in its mails and in the apps of staff."""
    return text("ARCHIVE_SITE_NAME", "Undercroft")


def hosts() -> list[str]:
    """Further host names, separated by commas."""
    names = [name.strip() for name in text("ARCHIVE_ALLOWED_HOSTS").split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9A-Fa-f:.]+\]", name):
            raise ImproperlyConfigured(
                f"ARCHIVE_ALLOWED_HOSTS holds {name!r}; host names without scheme, port and path "
                "are needed, separated by commas."
            )
    return names


def accent() -> str:
    """A colour such as ``#7c2d2d``, or nothing."""
    value = text("ARCHIVE_ACCENT")
    if value and not re.fullmatch(r"#(?:[0-9A-Fa-f]{3}){1,2}", value):
        raise ImproperlyConfigured(f"ARCHIVE_ACCENT is {value!r}; a colour looks like #7c2d2d.")
    return value


def database(folder: Path) -> dict[str, Any]:
    """Where the database is, as Django takes it; SQLite in the folder unless given."""
    return _service(
        "ARCHIVE_DATABASE_URL",
        f"sqlite:///{folder}/archive.sqlite3",
        _DATABASES,
        env.db_url_config,
        "postgres://user:password@host:5432/name or sqlite:////path/of/a/file, with signs such as "
        "@ and / in a password written as %40 and %2F.",
    )


def cache_url() -> str:
    """Where Redis is; nothing for a cache in the process."""
    value = text("ARCHIVE_CACHE_URL")
    if value and urlsplit(value).scheme not in _CACHES:
        raise ImproperlyConfigured(
            "ARCHIVE_CACHE_URL cannot be read; it looks like redis://host:6379/0."
        )
    return value


def mail() -> dict[str, Any]:
    """How mail is sent, as Django takes it; to standard output unless given."""
    return _service(
        "ARCHIVE_EMAIL_URL",
        "consolemail://",
        _MAILS,
        env.email_url_config,
        "smtp+tls://user:password@host:587, filemail:///var/spool/undercroft or consolemail://.",
    )


def _service(
    name: str, default: str, schemes: Container[str], read: Callable[[str], Any], example: str
) -> dict[str, Any]:
    value = text(name, default)
    try:
        if urlsplit(value).scheme not in schemes:
            raise ValueError("another scheme")
        config: dict[str, Any] = read(value)
    except (ValueError, KeyError) as error:
        # The value holds a password, so it is not repeated.
        raise ImproperlyConfigured(f"{name} cannot be read; it looks like {example}") from error
    return config


def sender(default: str) -> str:
    """The address that mail comes from."""
    value = text("ARCHIVE_EMAIL_FROM", default)
    if not re.search(r"[^\s@<]@[^\s@>]", value):
        raise ImproperlyConfigured(f"ARCHIVE_EMAIL_FROM is {value!r}; an e-mail address is needed.")
    return value


def data_dir() -> Path:
    """The one folder that holds everything that changes; made on first use, for us alone."""
    path = Path(text("ARCHIVE_DATA_DIR") or BASE_DIR / "data").expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {path} cannot be made: {error.strerror}. ARCHIVE_DATA_DIR names "
            "another."
        ) from error
    return path


def secret_key(folder: Path) -> str:
    """The given secret key, or one made on first start and kept in the data folder."""
    given = text("ARCHIVE_SECRET_KEY")
    if given:
        if len(given) < _SECRET_KEY_CHARS:
            raise ImproperlyConfigured(
                f"ARCHIVE_SECRET_KEY has {len(given)} characters; at least {_SECRET_KEY_CHARS} are "
                "needed."
            )
        return given
    path = folder / "secret_key"
    try:
        if not path.exists():
            _make_secret_key(path)
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key {path} cannot be read or made: {error.strerror}. The data folder "
            "belongs to the user that the archive runs as; ARCHIVE_DATA_DIR names another."
        ) from error
    if len(key) < _SECRET_KEY_CHARS:
        raise ImproperlyConfigured(
            f"The secret key {path} is damaged: it has {len(key)} characters. Put it back from a "
            "backup, or remove it: a new one signs everybody out."
        )
    return key


def _make_secret_key(path: Path) -> None:
    """The file appears whole: of two processes that start first, both read the key of one."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(48))
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was quicker
    finally:
        draft.unlink()


def rate(name: str, default: str) -> tuple[int, int] | None:
    """A rate such as ``120/min`` or ``60/h`` as (requests, seconds); None for ``off``."""
    value = text(name, default).lower()
    if value == "off":
        return None
    seconds = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86400}
    count, _, unit = value.partition("/")
    if not count.isdecimal() or int(count) < 1 or unit not in seconds:
        raise ImproperlyConfigured(f"{name} is {value!r}; a rate looks like 120/min, 60/h or off.")
    return int(count), seconds[unit]
