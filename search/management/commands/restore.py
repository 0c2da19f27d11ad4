"""``manage.py restore FILE``: the archive as a backup holds it, with a new index."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from archive.core.backups import BackupError, put_back
from archive.core.progress import ProgressBar
from catalog.services.changes import start_epoch
from search.indexing import writer_lock
from search.rebuild import NoSpace, RebuildRunning, RebuildStopped, rebuild_index
from search.stopping import stop_on_signals


class Command(BaseCommand):
    """Puts a backup in the place of what is there now, migrates it and rebuilds the index."""

    help = (
        "Replace the archive by a backup. What was there before is kept as a backup of its own in "
        "the data folder. A backup of an older version is brought up to date; the index is built "
        "again. Restart the servers afterwards. "
        "Example: manage.py restore /var/backups/archive-monday.tar.gz"
    )
    # The database may be empty or of another version: looking at models comes later.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE."""
        parser.add_argument("file", type=Path, metavar="FILE", help="what backup wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Put back, migrate, rebuild."""
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.", returncode=2)
        try:
            # The indexer waits: it must not follow events of one database into the other.
            with writer_lock(wait=True):
                manifest, kept = put_back(options["file"])
                call_command("migrate", verbosity=0, interactive=False)
                # Mirrors know changes that the backup does not: they begin anew.
                start_epoch()
        except BackupError as error:
            raise CommandError(str(error)) from error
        if kept:
            self.stdout.write(f"What was there before is kept in {kept}.")
        self.stdout.write(f"The archive is as it was on {manifest.created}.")
        try:
            with stop_on_signals() as stop, ProgressBar("works") as progress:
                report = rebuild_index(progress=progress.show, should_stop=stop.is_set)
        except (RebuildRunning, RebuildStopped, NoSpace) as error:
            raise CommandError(
                f"The data is back, the index is not: {error} Run manage.py rebuild_index."
            ) from error
        self.stdout.write(f"The index holds {report.works} works. Restart the servers now.")
