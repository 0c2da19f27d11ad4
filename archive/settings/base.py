"""What every way of running the archive has in common."""

from typing import Any
from urllib.parse import urlsplit

from archive.settings.api import RATES as _RATES
from archive.settings.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS
from archive.settings.env import BASE_DIR as _BASE_DIR
from archive.settings.env import (
    accent,
    base_url,
    cache_url,
    choice,
    data_dir,
    database,
    flag,
    hosts,
    log_level,
    secret_key,
    site_name,
    whole,
)
from archive.settings.logs import logging_config

BASE_DIR = _BASE_DIR
DATA_DIR = data_dir()
SECRET_KEY = secret_key(DATA_DIR)
DEBUG = flag("ARCHIVE_DEBUG")
SITE_NAME = site_name()
BASE_URL = base_url()
_HOST = urlsplit(BASE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = [*dict.fromkeys([_HOST, *hosts(), "127.0.0.1", "localhost", "[::1]"])]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "archive.core",
    "archive.accounts",
    "catalog",
    "search",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "archive.accounts.workplace.WorkplaceConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "archive.core.headers.SecurityHeadersMiddleware",
    "archive.core.compression.StrongGZipMiddleware",
    "archive.core.cookies.BareCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "archive.accounts.middleware.ViewerMiddleware",
    "archive.accounts.web.refusals.RefusalLogMiddleware",
    "archive.accounts.middleware.AccountLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "archive.core.problems.DomainErrorMiddleware",
]
ROOT_URLCONF = "archive.urls"
WSGI_APPLICATION = "archive.wsgi.application"
CHECKS = "archive.checks"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "archive" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "archive.core.context.site",
            ]
        },
    }
]


def _database() -> dict[str, Any]:
    """SQLite in the data folder by default; any other by ``ARCHIVE_DATABASE_URL``.

    WAL, IMMEDIATE, FULL and 20 s: the only combination that lost neither a writer nor a row in
    the measurements of the design (reliability, E13 and E14).
    """
    config = database(DATA_DIR)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;"
            ),
        }
        config["CONN_MAX_AGE"] = None
    else:
        # A connection is asked before it is used, and trying to connect is given up soon: after a
        # restart of the database the next request finds it again.
        config["CONN_HEALTH_CHECKS"] = True
        config.setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": 8,
            "timeout": 2,
            "reconnect_timeout": 3,
        }
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_CACHE_URL = cache_url()
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "archive.core.caching.ForgivingRedisCache",
        "LOCATION": _CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if _CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["archive.accounts.backends.MemberBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length and known passwords count, not of what signs one is made (ASVS 6.2.5).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
REGISTRATION = choice("ARCHIVE_REGISTRATION", "open", ("open", "invite", "closed"))

LANGUAGE_CODE = choice("ARCHIVE_LANGUAGE", "en", ("en", "de"))
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "archive" / "locale"]
FORMAT_MODULE_PATH = "archive.formats"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "archive" / "static"]
WHITENOISE_USE_FINDERS = True

ACCENT = accent()
DOWNLOAD_CACHE_MB = whole("ARCHIVE_DOWNLOAD_CACHE_MB", 512)
MAX_UPLOAD_MB = whole("ARCHIVE_MAX_UPLOAD_MB", 20, least=1)
HOLD_IMPORTS = flag("ARCHIVE_HOLD_IMPORTS")
ADULT_NOT_RATED = flag("ARCHIVE_ADULT_NOT_RATED")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
NUM_PROXIES = whole("ARCHIVE_NUM_PROXIES", 0)

LOGGING = logging_config(log_level())

RATES = _RATES
REST_FRAMEWORK = {**REST_FRAMEWORK}
SPECTACULAR_SETTINGS = {**SPECTACULAR_SETTINGS, "TITLE": f"{SITE_NAME} API"}

from archive.settings.accounts import *  # noqa: E402,F403  the names of one subject, as they are
from archive.settings.search import *  # noqa: E402,F403  the names of one subject, as they are
from archive.settings.security import *  # noqa: E402,F403  the names of one subject, as they are
