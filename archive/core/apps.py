"""The shared kernel as an application, for its templates and checks."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from archive.core.said import speak_with
from archive.core.speaking import in_language_of_request


class CoreConfig(AppConfig):
    """The kernel; its one table is that of answers kept for repeated requests."""

    name = "archive.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks, which stand above all they look at; let sentences be translated."""
        import_module(settings.CHECKS)
        speak_with(in_language_of_request)
