"""``manage.py backup FILE``: a consistent snapshot of the archive while it runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from archive.core.backups import BackupError, write_backup
from archive.core.progress import ProgressBar


class Command(BaseCommand):
    """Writes one file with the database, the secret key and the files beside them."""

    help = (
        "Write a backup of the whole archive to one file while it runs: the database as it is at "
        "this moment, the secret key and the files of the data folder; not the index, which "
        "restore builds again. Keep it as private as the archive itself. "
        "Example: manage.py backup /var/backups/archive-monday.tar.gz"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE."""
        parser.add_argument("file", type=Path, metavar="FILE", help="where to write; is replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it with a bar on a terminal."""
        try:
            with ProgressBar("pages") as progress:
                report = write_backup(options["file"], progress=progress.show)
        except BackupError as error:
            raise CommandError(str(error)) from error
        beside = f" and {len(report.files)} files" if report.files else ""
        self.stdout.write(f"{report.path}: database{beside}, {filesizeformat(report.size)}.")
