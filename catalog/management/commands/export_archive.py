"""``manage.py export_archive``: the whole archive as NDJSON and texts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.core.errors import DomainError
from archive.core.progress import ProgressBar
from catalog.services.archive_export import count_works, describe_counts, export_archive


class Command(BaseCommand):
    """Reads the archive as it is at one moment; others go on writing."""

    help = (
        "Write the whole archive, drafts and all, into a folder. A folder that an interrupted "
        "export left is brought up to date. Example: manage.py export_archive /srv/export"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument("folder", metavar="DIR", help="new, empty, or of an earlier export")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every file, the manifest last."""
        folder = Path(options["folder"])
        try:
            with ProgressBar("works", total=count_works()) as progress:
                counts = export_archive(folder, progress.advance)
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        except OSError as error:
            name = error.filename or folder
            raise CommandError(f"{name}: {error.strerror or error}.", returncode=1) from error
        self.stdout.write(f"{folder}: {describe_counts(counts)}.")
