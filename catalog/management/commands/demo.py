"""``manage.py demo``: load the demo archive, and serve it when asked."""

import logging
import os
import socket
import sys
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from archive.accounts.security_log import untold
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
        if options["serve"]:
            _check_address(options["serve"])
        call_command("migrate", verbosity=0, interactive=False)
        if not demo.is_loaded():
            self.stdout.write("Loading the demo archive ...")
            demo.load_demo(self._report)
            self._index()
        self._print_accounts(options["serve"])
        if options["serve"]:
            self._serve(options["serve"])

    def _index(self) -> None:
        """Take over what waits; that there is no index yet is no news in a first start."""
        logger = logging.getLogger("search")
        level = logger.level
        logger.setLevel(logging.ERROR)
        try:
            call_command("drain_index", stdout=StringIO())
        finally:
            logger.setLevel(level)

    def _report(self, outcome: ImportOutcome) -> None:
        if outcome.outcome in ("refused", "draft"):
            why = outcome.detail or f"missing: {', '.join(outcome.missing)}"
            self.stderr.write(f"{outcome.file}: {outcome.outcome}, {why}")
        else:
            self.stdout.write(f"  {outcome.title} ({outcome.words:,} words)")

    def _print_accounts(self, address: str | None) -> None:
        with untold():  # the lines below tell it
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


def _check_address(address: str) -> None:
    """Raise CommandError when nothing can be served there, before anything is loaded."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise CommandError(
            f"{address!r} is no address to serve on: 127.0.0.1:8000 is one, with a port from 1 to "
            "65535 (make demo PORT=9000).",
            returncode=2,
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            raise CommandError(
                f"{address} cannot be served on: {error.strerror}. Another port may be free: "
                "make demo PORT=9000, or --serve 127.0.0.1:9000."
            ) from error
