"""The shared kernel as an application, for its templates and checks."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The kernel has no models of its own."""

    name = "archive.core"
    label = "core"
