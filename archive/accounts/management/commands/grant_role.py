"""``manage.py grant_role``: put a user into a role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts import services
from archive.core.errors import DomainError
from archive.core.viewer import ROLES


class Command(BaseCommand):
    """Grants wranglers, moderators or archivists."""

    help = "Put a user into a role. Example: manage.py grant_role ada wranglers"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """User and role."""
        parser.add_argument("username")
        parser.add_argument("role", help=", ".join(ROLES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant it."""
        try:
            user = services.grant_role(username=options["username"], role=options["role"])
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        self.stdout.write(f"{user.username} is one of the {options['role']} now.")
