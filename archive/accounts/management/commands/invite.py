"""``manage.py invite``: make invitations and print the addresses to send to people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from archive.accounts.registration import INVITATION_DAYS, invitation_address, invite
from archive.core.management.arguments import whole_number


class Command(BaseCommand):
    """Prints one address a line and nothing else."""

    help = (
        "Make invitations, each for one account, and print their addresses. "
        "Example: manage.py invite --count 3 --days 14 --note 'reading circle'"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, how long they last, whom they are for."""
        parser.add_argument(
            "--count",
            type=whole_number(1, 1_000),
            default=1,
            metavar="N",
            help="how many (default 1)",
        )
        parser.add_argument(
            "--days",
            type=whole_number(1, 3_650),
            metavar="N",
            default=INVITATION_DAYS,
            help=f"valid for (default {INVITATION_DAYS})",
        )
        parser.add_argument("--note", default="", help="whom they are for, for the admin site")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        for _ in range(options["count"]):
            code = invite(days=options["days"], note=options["note"])
            self.stdout.write(invitation_address(code))
