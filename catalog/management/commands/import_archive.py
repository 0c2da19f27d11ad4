"""``manage.py import_archive``: an exported archive into an empty one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.core.errors import DomainError
from archive.core.progress import ProgressBar
from catalog.services.archive_export import describe_counts
from catalog.services.archive_files import ArchiveFiles
from catalog.services.archive_import import import_archive


class Command(BaseCommand):
    """Each batch of works is a transaction; given the same export again, it goes on."""

    help = (
        "Read what export_archive wrote into an archive without works. An interrupted import goes "
        "on where it stopped. Example: manage.py import_archive /srv/export"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument("folder", metavar="DIR", help="what export_archive wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every file; exit 2 for a folder or an archive that does not fit."""
        folder = Path(options["folder"])
        try:
            total = ArchiveFiles(folder).count("works")
            with ProgressBar("works", total=total) as progress:
                counts = import_archive(folder, progress.advance)
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        self.stdout.write(
            f"{describe_counts(counts)} read. Accounts have no password yet; the index follows by "
            "run_indexer, or at once by rebuild_index."
        )
