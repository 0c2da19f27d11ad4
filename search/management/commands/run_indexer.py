"""``manage.py run_indexer``: keep the index in step with the database."""

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.backends import get_backend
from search.indexer import CANNOT_INDEX, AlreadyRunning, Indexer, check_index
from search.indexing import drain_all
from search.stopping import stop_on_signals


class Command(BaseCommand):
    """The process beside the web server that writes the index."""

    help = (
        "Take over changes into the search index, until stopped with SIGTERM or Ctrl-C. "
        "A second one says so and ends. "
        "Example: manage.py run_indexer, or manage.py run_indexer --once after a bulk import"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--once``."""
        parser.add_argument(
            "--once", action="store_true", help="take over what is due now, then end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped, or once."""
        with stop_on_signals() as stop:
            if options["once"]:
                self._once(stop)
                return
            try:
                Indexer(stop).run(on_start=self._say_hello)
            except AlreadyRunning as error:
                self.stdout.write(str(error))
            else:
                self.stdout.write("The indexer has ended.")

    def _once(self, stop: threading.Event) -> None:
        try:
            before = get_backend().health().generation
            check_index(stop)
            report = drain_all(should_stop=stop.is_set)
        except CANNOT_INDEX as error:
            raise CommandError(f"The index cannot be written: {error}") from error
        health = get_backend().health()
        if health.generation != before:
            self.stdout.write(f"The index was built anew and holds {health.documents} works.")
        if report.works or report.failed:
            self.stdout.write(f"{report.works} changed works indexed, {report.failed} failed.")
        elif health.generation == before:
            self.stdout.write("Nothing had changed since the index was written.")

    def _say_hello(self) -> None:
        self.stdout.write("The indexer runs; Ctrl-C ends it after the batch at hand.")
        self.stdout.flush()
