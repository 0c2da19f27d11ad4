"""``manage.py verify_index``: compare the search index with the database."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.core.progress import ProgressBar
from search.health import note_verified
from search.rebuild import NoSpace, RebuildRunning
from search.verify import VerifyReport, repair_index, verify_index


class Command(BaseCommand):
    """Tells what is missing, stale, ghost, duplicate or unreadable."""

    help = (
        "Compare the search index with the database. Ends with 0 when they agree or were "
        "repaired, 1 when they differ, 2 when the index cannot be read. "
        "Example: manage.py verify_index --full --repair"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        depth = parser.add_mutually_exclusive_group()
        depth.add_argument("--quick", action="store_true", help="numbers and 200 samples only")
        depth.add_argument("--full", action="store_true", help="read every file of the index too")
        parser.add_argument("--repair", action="store_true", help="queue what differs, or rebuild")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, repair if asked to, and say how it went."""
        report = verify_index(quick=options["quick"], full=options["full"])
        if options["repair"]:
            try:
                with ProgressBar("works") as progress:
                    report = repair_index(report, progress=progress.show)
            except (RebuildRunning, NoSpace) as error:
                raise CommandError(str(error), returncode=2) from error
        note_verified(report.as_dict())
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict()))
        else:
            self._print(report)
        if report.exit_code:
            sys.exit(report.exit_code)

    def _print(self, report: VerifyReport) -> None:
        self.stdout.write(
            f"Generation {report.generation}: {report.indexed} works indexed, {report.listed} "
            f"listed, {report.pending} changes pending."
        )
        for kind in ("missing", "stale", "ghost", "duplicate"):
            ids = getattr(report, kind)
            if ids:
                shown = ", ".join(map(str, ids[:20])) + (", ..." if len(ids) > 20 else "")
                self.stdout.write(f"{len(ids)} {kind}: {shown}")
        for sentence in report.unreadable[:20]:
            self.stdout.write(f"unreadable: {sentence}")
        if report.is_ok:
            self.stdout.write("Index and database agree.")
        elif report.repair != "nothing":
            self.stdout.write(f"Repaired: {report.repair}.")
        else:
            self.stdout.write("They differ; --repair puts it right.")
