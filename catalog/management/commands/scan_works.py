"""``manage.py scan_works``: fingerprints and the watch list for an archive that has works."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from archive.core.progress import ProgressBar
from catalog.models import DuplicatePair
from catalog.services.scanning import scan_all


class Command(BaseCommand):
    """Safe while the archive runs; stopped, it goes on where it was."""

    help = (
        "Compute the fingerprints of works that have none of the present version, find works that "
        "look alike, and look for watched words and links. Example: manage.py scan_works --all"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--all``."""
        parser.add_argument("--all", action="store_true", help="works that were scanned, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Scan, with a bar on a terminal."""
        with ProgressBar() as progress:
            done = scan_all(progress=progress.show_stage, every_work=options["all"])
        pairs = DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN).count()
        self.stdout.write(f"{done:,} works scanned; {pairs:,} pairs look alike.")
