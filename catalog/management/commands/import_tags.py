"""``manage.py import_tags``: tags with their states and links from tables, in bulk."""

import csv
import json
import sys
from argparse import ArgumentParser
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from archive.core.errors import InvalidInput
from archive.core.progress import ProgressBar
from catalog.services.bulk_tags import OWN_COLUMNS, TagFiles, read_tag_files
from catalog.services.tag_graph import load_tag_graph
from catalog.services.tag_graph_data import GraphReport, Refusal

_EXAMPLES_SHOWN = 3
_SAID = {
    "created": "tags created",
    "canonical": "known tags made canonical",
    "unwrangleable": "marked unwrangleable",
    "synonyms": "synonyms",
    "metatags": "metatag links",
    "parents": "parent links",
}


class Command(BaseCommand):
    """All files are read first, so their order does not matter."""

    help = (
        "Import tags from tables (.csv, .csv.gz) or folders of them. Our own table has the columns "
        f"{', '.join(OWN_COLUMNS)}; only kind and name are needed. Several names in a cell stand "
        "between semicolons, or between commas. Without `canonical` a tag becomes canonical unless "
        "it is a synonym. Lists, synonyms, metatags and fandom families of public data dumps are "
        "recognised by their header. What wranglers decided stays. "
        "Example: manage.py import_tags tags.csv --report refused.csv"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument("paths", nargs="+", metavar="FILE", type=Path, help="files or folders")
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write everything refused into this table"
        )
        parser.add_argument("--dry-run", action="store_true", help="show, write nothing")
        parser.add_argument("--json", action="store_true", help="the summary as one object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import everything; exit 0 when all went in, 1 when some was refused, 2 when nothing can."""
        try:
            files = read_tag_files(options["paths"])
        except InvalidInput as error:
            raise CommandError(error.detail, returncode=2) from error
        if not files.read:
            reasons = {**files.skipped, **files.unusable}
            said = "; ".join(f"{name} {reason}" for name, reason in reasons.items())
            raise CommandError(f"There is no list of tags: {said or 'no files'}.", returncode=2)
        with _open_report(options["report"]) as table, ProgressBar() as progress:
            report = load_tag_graph(
                files.rows, dry_run=options["dry_run"], progress=progress.show_stage
            )
            if table:
                _write_report(table, report.refusals)
        if options["json"]:
            self.stdout.write(json.dumps(_summary(files, report), ensure_ascii=False))
        else:
            self._show(files, report, dry_run=options["dry_run"])
        if report.refusals or files.unusable:
            sys.exit(1)

    def _show(self, files: TagFiles, report: GraphReport, *, dry_run: bool) -> None:
        write = self.stdout.write
        for name, count in files.read.items():
            write(f"{name}: {count:,} rows.")
        for name, reason in files.skipped.items():
            write(f"{name}: left out, {reason}.")
        for name, reason in files.unusable.items():
            write(f"{name}: refused, {reason}.")
        if dry_run:
            write("Nothing was written; an import would make these changes:")
        for what, said in _SAID.items():
            if report.changed[what]:
                write(f"  {report.changed[what]:>9,} {said}{_by_kind(report, what)}")
        if not report.has_changed:
            write("  nothing new")
        write(f"  {report.unchanged:>9,} statements were so already")
        if report.same_name:
            write(f"  {report.same_name:>9,} synonyms are their tag's name in another spelling")
        if report.works:
            write(f"  {report.works:>9,} works brought up to date")
        self._show_refusals(report)

    def _show_refusals(self, report: GraphReport) -> None:
        for code, count in report.refused.most_common():
            self.stdout.write(f"  {count:>9,} refused: {code}")
            same = (refusal for refusal in report.refusals if refusal.code == code)
            for refusal, _ in zip(same, range(_EXAMPLES_SHOWN), strict=False):
                self.stdout.write(f"            {refusal.source}: {refusal.name}: {refusal.detail}")


def _by_kind(report: GraphReport, what: str) -> str:
    if what != "created":
        return ""
    return f" ({', '.join(f'{count:,} {kind}' for kind, count in report.created.most_common())})"


def _summary(files: TagFiles, report: GraphReport) -> dict[str, Any]:
    return {
        "summary": {
            "rows": report.rows,
            "changed": dict(report.changed),
            "created": dict(report.created),
            "unchanged": report.unchanged,
            "same_name": report.same_name,
            "works": report.works,
            "refused": dict(report.refused),
            "skipped": files.skipped,
            "unusable": files.unusable,
        }
    }


def _open_report(path: Path | None) -> AbstractContextManager[TextIO | None]:
    """Opened before anything is imported, so that a name that cannot be written costs nothing."""
    if path is None:
        return nullcontext()
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from error


def _write_report(file: TextIO, refusals: list[Refusal]) -> None:
    table = csv.writer(file)
    table.writerow(["source", "kind", "name", "code", "detail"])
    table.writerows([one.source, one.kind, one.name, one.code, one.detail] for one in refusals)
