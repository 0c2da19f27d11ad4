"""``manage.py rebuild_index``: write the search index anew from the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.core.management.arguments import whole_number
from archive.core.progress import ProgressBar
from search.indexing import BATCH, EngineFailure
from search.parts.crew import cores
from search.rebuild import NoSpace, RebuildRunning, RebuildStopped, rebuild_index
from search.stopping import stop_on_signals

_MAX_WORKERS = 64


class Command(BaseCommand):
    """Builds a new generation beside the one that is searched, then swaps them."""

    help = (
        "Write the search index anew from the database. Searches go on in the old one until the "
        "new one is complete. Interrupted or killed, it goes on where it was when it is run again. "
        "Example: manage.py rebuild_index --workers 2"
    )

    # The checks of pages and forms import what a rebuild needs nothing of: a third of its memory.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--batch``, ``--workers`` and ``--from-scratch``."""
        parser.add_argument(
            "--batch",
            type=whole_number(1, 10_000),
            default=BATCH,
            metavar="N",
            help=f"works at a time (default {BATCH})",
        )
        parser.add_argument(
            "--workers",
            type=whole_number(1, _MAX_WORKERS),
            default=cores(),
            metavar="N",
            help="processes (default: one for each core)",
        )
        parser.add_argument(
            "--from-scratch",
            action="store_true",
            help="leave aside what an interrupted rebuild has done",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild with progress."""
        try:
            with stop_on_signals() as stop, ProgressBar("works") as progress:
                report = rebuild_index(
                    batch=options["batch"],
                    workers=options["workers"],
                    resume=not options["from_scratch"],
                    progress=progress.show,
                    should_stop=stop.is_set,
                )
        except (RebuildRunning, RebuildStopped, NoSpace) as error:
            raise CommandError(str(error)) from error
        except EngineFailure as error:
            raise CommandError(f"The index cannot be written: {error}") from error
        if report.resumed:
            self.stdout.write(f"{report.resumed} works were there from the rebuild before.")
        failed = f" {report.failed} failed and are tried again later." if report.failed else ""
        self.stdout.write(
            f"Generation {report.generation} holds {report.works} works and is in use.{failed}"
        )
