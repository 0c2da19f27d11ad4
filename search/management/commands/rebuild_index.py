"""``manage.py rebuild_index``: write the search index anew from the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.indexing import BATCH
from search.progress import ProgressLine
from search.rebuild import NoSpace, RebuildRunning, RebuildStopped, rebuild_index
from search.stopping import stop_on_signals


class Command(BaseCommand):
    """Builds a new generation beside the one that is searched, then swaps them."""

    help = (
        "Write the search index anew from the database. Searches go on in the old one until the "
        "new one is complete; Ctrl-C keeps the old one. "
        "Example: manage.py rebuild_index --batch 200"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--batch``."""
        parser.add_argument(
            "--batch", type=int, default=BATCH, help=f"works at a time (default {BATCH})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild with progress."""
        if not 1 <= options["batch"] <= 10_000:
            raise CommandError(f"--batch is {options['batch']}; 1 to 10,000 is allowed.")
        try:
            with stop_on_signals() as stop, ProgressLine("works", self.stderr) as line:
                report = rebuild_index(
                    batch=options["batch"], progress=line.show, should_stop=stop.is_set
                )
        except (RebuildRunning, RebuildStopped, NoSpace) as error:
            raise CommandError(str(error)) from error
        failed = f" {report.failed} failed and are tried again later." if report.failed else ""
        self.stdout.write(
            f"Generation {report.generation} holds {report.works} works and is in use.{failed}"
        )
