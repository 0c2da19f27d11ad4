"""``manage.py reset_second_factor``: for staff that has lost the app and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.second_factor import has_factor, remove_factor
from archive.accounts.services import find_user
from archive.core.errors import NotFound


class Command(BaseCommand):
    """The account sets a new one up when it signs in next."""

    help = (
        "Take away the second factor of an account, so that it can set up a new one. Make sure "
        "first who is asking. Example: manage.py reset_second_factor ada"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it away."""
        try:
            user = find_user(options["username"])
        except NotFound as error:
            raise CommandError(error.detail, returncode=2) from error
        if not has_factor(user):
            raise CommandError(f"{user.username} has no second factor.")
        remove_factor(user=user)
        self.stdout.write(f"{user.username} sets up a new second factor at the next sign-in.")
