"""``manage.py create_api_key``: make a key for the API and print it once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts import services
from archive.accounts.models import User
from archive.accounts.security_log import untold
from archive.core.errors import DomainError


class Command(BaseCommand):
    """Prints the key and nothing else."""

    help = (
        "Make an API key for a user and print it, this once. "
        "Example: manage.py create_api_key ada --scopes read,write --create-user"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument("username")
        parser.add_argument("--scopes", default="read", help="read,write,wrangle,moderate,admin")
        parser.add_argument("--name", default="command line", help="what the key is for")
        parser.add_argument("--create-user", action="store_true", help="make the user if missing")
        parser.add_argument("--superuser", action="store_true", help="make the user an admin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key."""
        try:
            scopes = services.parse_scopes(options["scopes"].split(","))
            user = self._user(options)
            with untold():  # the key and nothing else
                _, key = services.create_api_key(user=user, name=options["name"], scopes=scopes)
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        self.stdout.write(key)

    def _user(self, options: dict[str, Any]) -> User:
        name = options["username"]
        user = User.objects.filter(username=name).first()
        if user is None:
            if not options["create_user"]:
                raise CommandError(
                    f"There is no user {name!r}; --create-user makes one.", returncode=2
                )
            return services.create_user(username=name, is_superuser=options["superuser"])
        if options["superuser"] and not user.is_superuser:
            user.is_superuser = user.is_staff = True
            user.save(update_fields=["is_superuser", "is_staff"])
        return user
