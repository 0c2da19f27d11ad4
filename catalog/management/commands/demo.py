"""``manage.py demo``: load the demo archive, and serve it when asked."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from catalog.services import demo
from catalog.services.importing import ImportOutcome


class Command(BaseCommand):
    """Idempotent: a filled archive is left as it is."""

    help = "Load the demo archive. Example: manage.py demo --serve 127.0.0.1:8000"
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to serve."""
        parser.add_argument("--serve", metavar="HOST:PORT", help="then serve the archive there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tables, demo, index, accounts, server."""
        call_command("migrate", verbosity=0, interactive=False)
        if not demo.is_loaded():
            self.stdout.write("Loading the demo archive ...")
            demo.load_demo(self._report)
            call_command("drain_index", verbosity=0)
        self._print_accounts(options["serve"])
        if options["serve"]:
            self._serve(options["serve"])

    def _report(self, outcome: ImportOutcome) -> None:
        if outcome.outcome in ("refused", "draft"):
            why = outcome.detail or f"missing: {', '.join(outcome.missing)}"
            self.stderr.write(f"{outcome.file}: {outcome.outcome}, {why}")
        else:
            self.stdout.write(f"  {outcome.title} ({outcome.words:,} words)")

    def _print_accounts(self, address: str | None) -> None:
        accounts = demo.demo_accounts()
        base = f"http://{address}" if address else settings.BASE_URL
        write = self.stdout.write
        write("")
        write(f"{settings.SITE_NAME}   {base}/")
        write(f"API          {base}/api/v1/docs/")
        write(f"Admin site   {base}/admin/")
        write("Accounts     name / password")
        for name, password in accounts["passwords"].items():
            write(f"             {name} / {password}")
        write(f"API key      {accounts['key']}")
        write("")
        self.stdout.flush()

    def _serve(self, address: str) -> None:
        """Become gunicorn: one process, so that the small cache and the indexer are shared."""
        environment = {
            **os.environ,
            "BIND": address,
            "WEB_WORKERS": "1",
            "WEB_THREADS": "8",
            "ARCHIVE_INDEXER": "inline",
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
        }
        config = str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")
        arguments = [sys.executable, "-m", "gunicorn", "-c", config, "archive.wsgi"]
        os.chdir(settings.BASE_DIR)
        os.execve(sys.executable, arguments, environment)  # noqa: S606  our own interpreter
