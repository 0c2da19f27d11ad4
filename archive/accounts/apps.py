"""The application "accounts"."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and keys."""

    name = "archive.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Signing in is noted."""
        from archive.accounts import receivers  # models are not loaded when this is imported

        receivers.connect()
