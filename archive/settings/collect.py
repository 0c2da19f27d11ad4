"""Settings of ``collectstatic`` alone: it writes the manifest that ``prod`` reads."""

from archive.settings.prod import *  # noqa: F403  a settings module is its base plus differences

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
