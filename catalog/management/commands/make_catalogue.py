"""``manage.py make_catalogue``: a synthetic archive for load tests and benchmarks."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from archive.core.management.arguments import whole_number
from archive.core.progress import ProgressBar
from catalog.services.synthetic import SyntheticPlan, make_catalogue


class Command(BaseCommand):
    """Adds works; an archive with other works in it keeps them."""

    help = "Make a synthetic archive. Example: manage.py make_catalogue --works 10000 --chapters"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument(
            "--works", type=whole_number(1, 10_000_000), required=True, help="how many works"
        )
        parser.add_argument("--chapters", action="store_true", help="with texts of real lengths")
        parser.add_argument("--seed", type=int, default=1, help="another number, another archive")
        parser.add_argument("--no-index", action="store_true", help="leave the index as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make works, then the index."""
        plan = SyntheticPlan(options["works"], options["chapters"], options["seed"])
        with ProgressBar("works", total=plan.works) as progress:
            make_catalogue(
                plan,
                texts=settings.BASE_DIR / "fixtures" / "demo" / "works",
                corpus=_corpus(),
                report=progress.advance,
            )
        self.stdout.write(f"{plan.works:,} works made.")
        if not options["no_index"]:
            call_command("rebuild_index", verbosity=options["verbosity"])


def _corpus() -> Path | None:
    """The corpus of real tag names beside the checkout, if it is there."""
    folder = Path(os.environ.get("UNDERCROFT_CORPUS") or settings.BASE_DIR / "../shared/corpus")
    return folder if (folder / "tags").is_dir() else None
