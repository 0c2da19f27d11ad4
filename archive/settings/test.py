"""Settings of the test suite: the memory engine, no throttles, a quick password hash."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "ARCHIVE_DATA_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="undercroft-test-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["ARCHIVE_DATA_DIR"] = _folder
# Workers of pytest-xdist inherit the environment of the process that starts them. Each has a folder
# of its own within that process's: between tests it empties the file of counts.
os.environ.setdefault("UNDERCROFT_TEST_DATA", os.environ["ARCHIVE_DATA_DIR"])
if (
    "PYTEST_XDIST_WORKER" in os.environ
    and os.environ["ARCHIVE_DATA_DIR"] == os.environ["UNDERCROFT_TEST_DATA"]
):
    _own = Path(os.environ["ARCHIVE_DATA_DIR"], os.environ["PYTEST_XDIST_WORKER"])
    _own.mkdir(exist_ok=True)
    os.environ["ARCHIVE_DATA_DIR"] = str(_own)
os.environ.setdefault("ARCHIVE_SECRET_KEY", "only-for-tests-" + "x" * 40)

from archive.settings.base import *  # noqa: F403  a settings module is its base plus differences
from archive.settings.base import INSTALLED_APPS, MIDDLEWARE

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SEARCH_BACKEND = "memory"
RATES = {}
SIGN_IN_LIMITS = {}
ACCOUNT_LIMITS = {}
MAIL_IN_BACKGROUND = False
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = [*MIDDLEWARE, "zeal.middleware.zeal_middleware"]
# Django reads a session that does not fit its user any more, and reads it again to delete it.
ZEAL_ALLOWLIST: list[dict[str, str]] = [{"model": "sessions.Session"}]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Static files need not have been collected; WhiteNoise would warn at every client.
WHITENOISE_AUTOREFRESH = True
