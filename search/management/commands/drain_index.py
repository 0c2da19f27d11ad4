"""``manage.py drain_index``: take over what waits in the outbox, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.indexer import CANNOT_INDEX, check_index
from search.indexing import drain_all, retry_events
from search.status import index_status


class Command(BaseCommand):
    """Drains the outbox beside, or instead of, a running indexer."""

    help = (
        "Take over the changes that wait for the index, then end. "
        "Example: manage.py drain_index --retry-parked"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--retry-parked``."""
        parser.add_argument(
            "--retry-parked", action="store_true", help="try works again that failed before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain, and say what is left."""
        if options["retry_parked"]:
            self.stdout.write(f"{retry_events()} failed works are tried again.")
        try:
            check_index()
            report = drain_all()
        except CANNOT_INDEX as error:
            raise CommandError(f"The index cannot be written: {error}") from error
        status = index_status()
        self.stdout.write(
            f"{report.works} works indexed, {report.failed} failed; "
            f"{status.lag_items} events wait, {status.parked} are parked."
        )
