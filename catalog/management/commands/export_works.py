"""``manage.py export_works``: works as files, or several of them as one book."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from tqdm import tqdm

from archive.accounts.services import find_user
from archive.accounts.viewers import viewer_of
from archive.core.errors import DomainError, InvalidInput
from archive.core.viewer import ANONYMOUS, Viewer
from catalog.filters import WorkFilterSet
from catalog.models import Work
from catalog.reading import get_work
from catalog.services.export_books import BookPlan, download_book, plan_asked, plan_series
from catalog.services.export_files import ExportedFile, line_of, works_found, write_work
from catalog.services.exporting import check_format, formats


class Command(BaseCommand):
    """A line for each file; what the folder has already is not written again."""

    help = (
        "Write works as files. Without --as only what everybody may see goes out. "
        'Example: manage.py export_works --out books --format epub --query "fandom=Dracula"'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to write, how, where, and for whose eyes."""
        parser.add_argument("--out", required=True, metavar="DIR", help="made where missing")
        parser.add_argument(
            "--format",
            action="append",
            default=[],
            help=f"{', '.join(formats())} or ndjson; several times for several (epub)",
        )
        parser.add_argument(
            "--query", default="", metavar="PARAMETERS", help="of the works list; all without"
        )
        parser.add_argument("--work", type=int, action="append", default=[], metavar="ID")
        parser.add_argument("--series", type=int, default=0, metavar="ID")
        parser.add_argument("--one-book", action="store_true", help="all in one, 50 works at most")
        parser.add_argument("--title", default="", help="of the one book")
        parser.add_argument("--as", dest="username", default="", help="with this user's eyes")
        parser.add_argument("--json", action="store_true", help="one object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when all is written, 1 when some was refused, 2 for unusable arguments."""
        folder = Path(options["out"])
        counts: Counter[str] = Counter()
        try:
            viewer = _viewer(options["username"])
            extensions = options["format"] or ["epub"]
            _check_formats(extensions)
            folder.mkdir(parents=True, exist_ok=True)
            for file in self._files(options, extensions, folder, viewer):
                counts[file.outcome] += 1
                self._show(file, as_json=options["json"])
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        except OSError as error:
            name = error.filename or folder
            raise CommandError(f"{name}: {error.strerror or error}.", returncode=1) from error
        if options["json"]:
            tqdm.write(json.dumps({"summary": dict(counts)}), file=sys.stdout)
        else:
            said = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
            self.stdout.write(f"{folder}: {said or 'no work found'}.")
        if counts["refused"]:
            sys.exit(1)

    def _files(
        self, options: dict[str, Any], extensions: list[str], folder: Path, viewer: Viewer
    ) -> Iterator[ExportedFile]:
        if options["one_book"] or options["series"]:
            yield from _books(_plan(options, viewer), extensions, folder)
            return
        total, works = _works(options, viewer)
        as_lines = "ndjson" in extensions
        others = [extension for extension in extensions if extension != "ndjson"]
        lines = folder / "works.ndjson"
        part = lines.with_name("works.ndjson.part")
        with part.open("wb") if as_lines else BytesIO() as target:
            for work in tqdm(works, total=total, unit="work", disable=None, leave=False):
                if as_lines:
                    target.write(line_of(work, viewer))
                    yield ExportedFile(work.pk, work.title, lines.name, "written")
                yield from write_work(work, others, folder, viewer)
        if as_lines:
            part.replace(lines)

    def _show(self, file: ExportedFile, *, as_json: bool) -> None:
        if as_json:
            row = json.dumps(dataclasses.asdict(file), ensure_ascii=False)
            tqdm.write(row, file=sys.stdout)
        elif file.outcome == "refused":
            tqdm.write(f"refused    {file.path}: {file.detail} [{file.code}]", file=sys.stdout)
        else:
            tqdm.write(f"{file.outcome:<10} {file.path}", file=sys.stdout)


def _check_formats(extensions: list[str]) -> None:
    """Raises NotFound, EngineMissing."""
    for extension in extensions:
        if extension != "ndjson":
            check_format(extension)


def _viewer(username: str) -> Viewer:
    if not username:
        return ANONYMOUS
    return viewer_of(find_user(username))


def _works(options: dict[str, Any], viewer: Viewer) -> tuple[int, Iterator[Work]]:
    """The works asked for. Raises InvalidInput, NotFound, SignInRequired."""
    ids = options["work"]
    if ids:
        found = [get_work(pk, viewer) for pk in dict.fromkeys(ids)]
        return len(found), iter(found)
    filters = WorkFilterSet(QueryDict(options["query"].removeprefix("?")), viewer=viewer)
    return works_found(filters.to_query(), viewer)


def _plan(options: dict[str, Any], viewer: Viewer) -> BookPlan:
    if options["series"]:
        return plan_series(options["series"], viewer)
    given = QueryDict(options["query"].removeprefix("?"), mutable=True)
    if options["work"]:
        given.setlist("work", [str(pk) for pk in options["work"]])
    if options["title"]:
        given["book_title"] = options["title"]
    return plan_asked(given, viewer, strict=True)


def _books(plan: BookPlan, extensions: list[str], folder: Path) -> Iterator[ExportedFile]:
    for extension in extensions:
        if extension == "ndjson":
            raise InvalidInput("A book is no NDJSON; leave out --one-book and --series.")
        made = download_book(plan, extension)
        (folder / made.filename).write_bytes(made.body)
        yield ExportedFile(0, plan.title, made.filename, "written")
