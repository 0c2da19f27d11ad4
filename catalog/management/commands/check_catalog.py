"""``manage.py check_catalog``: everything computed against a slow reference."""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from archive.core.progress import ProgressBar
from catalog.services.catalog_check import CheckReport, check_catalogue

_SHOWN_OF_EACH = 10


class Command(BaseCommand):
    """Safe while the archive runs."""

    help = (
        "Count words, chapters, filter tags, flags, metatag ancestors, works of tags and words of "
        "tag names again and report what differs; exit 1 if anything does. With --fix it is put "
        "right (exit 0). Example: manage.py check_catalog --fix"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument("--fix", action="store_true", help="put right what differs")
        parser.add_argument("--json", action="store_true", help="one object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check; exit 1 when something is wrong and stays so."""
        with ProgressBar() as progress:
            report = check_catalogue(fix=options["fix"], progress=progress.show_stage)
        if options["json"]:
            self.stdout.write(json.dumps(_summary(report), ensure_ascii=False, default=str))
        else:
            self._show(report)
        if not report.is_clean:
            sys.exit(1)

    def _show(self, report: CheckReport) -> None:
        shown: Counter[str] = Counter()
        for difference in report.differences:
            shown[difference.what] += 1
            if shown[difference.what] <= _SHOWN_OF_EACH:
                self.stdout.write(str(difference)[:300])
        for what, count in report.by_kind.items():
            if count > _SHOWN_OF_EACH:
                self.stdout.write(f"{what}: {count:,} differences in all")
        found = len(report.differences)
        said = f"{found:,} differences, {report.fixed:,} put right" if found else "no difference"
        self.stdout.write(f"{report.works:,} works and {report.tags:,} tags checked: {said}.")


def _summary(report: CheckReport) -> dict[str, Any]:
    return {
        "works": report.works,
        "tags": report.tags,
        "fixed": report.fixed,
        "by_kind": dict(report.by_kind),
        "differences": [
            {
                "what": one.what,
                "id": one.object_id,
                "stored": one.stored,
                "expected": one.expected,
            }
            for one in report.differences[:1_000]
        ],
    }
