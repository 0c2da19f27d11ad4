"""Settings of the servers: fingerprinted static files once they have been collected."""

from archive.settings.base import *  # noqa: F403  a settings module is its base plus differences
from archive.settings.base import STATIC_ROOT

_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not _COLLECTED
WHITENOISE_MANIFEST_STRICT = False
