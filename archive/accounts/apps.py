"""The application "accounts"."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and keys."""

    name = "archive.accounts"
    label = "accounts"
    verbose_name = "Accounts"
