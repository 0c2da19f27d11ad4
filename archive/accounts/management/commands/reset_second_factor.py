"""``manage.py reset_second_factor``: for staff that has lost the app and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.models import User
from archive.accounts.second_factor import has_factor, remove_factor


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
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r}.")
        if not has_factor(user):
            raise CommandError(f"{user.username} has no second factor.")
        remove_factor(user=user)
        self.stdout.write(f"{user.username} sets up a new second factor at the next sign-in.")
