"""``manage.py resanitise``: stored HTML by the rules of today's sanitiser."""

from typing import Any

from django.core.management.base import BaseCommand

from archive.core import html
from archive.core.progress import ProgressBar
from catalog.services.resanitising import resanitise_all


class Command(BaseCommand):
    """Safe while the archive runs; stopped or killed, it goes on where it was."""

    help = (
        "Sanitise stored texts again that an older version of the sanitiser wrote. Needed after "
        "an update that raises that version; readers never see old HTML meanwhile. "
        "Example: manage.py resanitise"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run to the end, with a bar on a terminal."""
        with ProgressBar() as progress:
            report = resanitise_all(progress=progress.show_stage)
        self.stdout.write(
            f"{report.rows:,} rows brought to version {html.SANITISER_VERSION}; "
            f"{report.changed:,} of them changed."
        )
