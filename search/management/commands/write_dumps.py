"""``manage.py write_dumps``: the public catalogue as a file for whoever wants all of it."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.core.locks import LockHeld, file_lock
from archive.core.management.arguments import whole_number
from archive.core.progress import ProgressBar
from catalog.api.dumping import dump_catalogue
from catalog.models import Work
from catalog.services.dumps import KEEP


class Command(BaseCommand):
    """Writes a dump; run it each night."""

    help = (
        "Write all public works to a file that /api/v1/dumps/ offers, with its checksum: one work "
        "a line, as the API sends it. Run it each night. A dump appears when it is whole; the "
        "oldest go. Example: manage.py write_dumps --texts --keep 3"
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """--texts, --keep."""
        parser.add_argument(
            "--texts", action="store_true", help="a second dump with the texts of all chapters"
        )
        parser.add_argument(
            "--keep",
            type=whole_number(1, 10_000),
            default=KEEP,
            metavar="N",
            help=f"how many dumps of each sort stay ({KEEP} unless given)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one dump, or two."""
        try:
            with file_lock(settings.SEARCH_LOCK_DIR / "dumps.lock"):
                for with_texts in (False, True)[: 1 + options["texts"]]:
                    self._dump(with_texts=with_texts, keep=options["keep"])
        except LockHeld as error:
            raise CommandError("Another write_dumps is at work.") from error

    def _dump(self, *, with_texts: bool, keep: int) -> None:
        total = Work.objects.public().count()
        with ProgressBar("works", total=total) as progress:
            dump = dump_catalogue(with_texts=with_texts, keep=keep, report=progress.advance)
        self.stdout.write(f"{dump.path}: {dump.works} works, {dump.size:,} bytes")
        self.stdout.write(f"sha256 {dump.sha256}")
