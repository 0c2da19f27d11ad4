"""``manage.py run_jobs``: what otherwise happens by itself beside the indexer, now and to its end."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.models import JobRun
from catalog.services.jobs import JOBS, run_due_jobs


class Command(BaseCommand):
    """Scans changed works, purges what was deleted long ago, forgets old security events."""

    help = (
        "Run the jobs that run beside the indexer, to their end: scan changed works, purge works "
        "deleted more than 30 days ago, forget old security events. Example: manage.py run_jobs"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all of them and tell how they did."""
        run_due_jobs(force=True)
        runs = {row.name: row for row in JobRun.objects.all()}
        for job in JOBS:
            row = runs[job.name]
            said = f"failed: {row.error}" if row.error else f"{row.done:,} done"
            self.stdout.write(f"{job.label}: {said}, {row.seconds:.1f} s")
