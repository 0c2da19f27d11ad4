"""The shared kernel as an application, for its templates and checks."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    """The kernel; its one table is that of answers kept for repeated requests."""

    name = "archive.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks, which stand above everything they look at."""
        import_module(settings.CHECKS)
