"""The application "search"."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Connects the receivers of the catalogue's announcements."""

    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Listen to the catalogue."""
        from search import receivers  # models are not loaded when this module is imported

        receivers.connect()
