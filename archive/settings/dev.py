"""Settings for work on the archive itself and for management commands."""

from archive.settings.base import *  # noqa: F403  a settings module is its base plus differences

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
