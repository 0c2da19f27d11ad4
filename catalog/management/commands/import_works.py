"""``manage.py import_works``: stories from files into the archive."""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from archive.accounts.models import User
from archive.accounts.viewers import viewer_of
from archive.core.errors import DomainError, InvalidInput
from archive.core.viewer import SYSTEM, Viewer
from catalog.importers.zipsafe import is_epub_folder, pack_folder
from catalog.models import Tag
from catalog.services.checking import Faults, clean_language
from catalog.services.import_mapping import ImportOptions
from catalog.services.importing import ImportOutcome, ImportSession, refusal
from catalog.services.tagging import FIELDS
from catalog.services.tagnames import resolve_tag

SUFFIXES = frozenset({".txt", ".html", ".htm", ".xhtml", ".epub"})


class Command(BaseCommand):
    """One line for each work, one transaction for each work."""

    help = (
        "Import files or folders of stories. "
        'Example: manage.py import_works story.txt --fandom "Sherlock Holmes" --rating General '
        '--warning "No Archive Warnings Apply"'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of operations.md."""
        parser.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
        parser.add_argument("--creator", action="append", default=[], help="replaces the byline")
        parser.add_argument("--fandom", action="append", default=[])
        parser.add_argument("--rating", default="")
        parser.add_argument("--warning", action="append", default=[])
        parser.add_argument("--tag", action="append", default=[], metavar="KIND:NAME")
        parser.add_argument("--language", default="", help="a BCP 47 code or a name")
        parser.add_argument("--encoding", default="", help="of text files, if not recognised")
        parser.add_argument(
            "--accept-suggestions", action="store_true", help="use the suggested tags and warnings"
        )
        parser.add_argument("--as", dest="username", default="", help="import as this user")
        parser.add_argument("--dry-run", action="store_true", help="show, write nothing")
        parser.add_argument("--hold", action="store_true", help="keep for review")
        parser.add_argument("--json", action="store_true", help="one object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import everything; exit 0 when all went in, 1 when some was refused."""
        try:
            given = self._options(options)
            actor = self._actor(options["username"])
            files = list(self._files(options["paths"]))
        except DomainError as error:
            raise CommandError(self._explain(error), returncode=2) from error
        session = ImportSession(actor, write=not options["dry_run"])
        show = self._show_json if options["json"] else self._show
        counts: Counter[str] = Counter()
        try:
            for path in tqdm(files, unit="file", disable=None, leave=False):
                for outcome in self._import(session, path, given):
                    counts[outcome.outcome] += 1
                    show(outcome)
        finally:
            session.close()
        if options["json"]:
            self.stdout.write(json.dumps({"summary": {"files": len(files), **counts}}))
        else:
            said = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
            self.stdout.write(f"{len(files)} files: {said or 'nothing to import'}.")
        if counts["refused"]:
            sys.exit(1)

    def _import(
        self, session: ImportSession, path: Path, given: ImportOptions
    ) -> Iterator[ImportOutcome]:
        try:
            if path.is_dir():
                data, name = pack_folder(path), f"{path.name}.epub"
            else:
                data, name = path.read_bytes(), path.name
        except OSError as error:
            detail = f"{path} cannot be read: {error.strerror or error}."
            yield refusal(str(path), InvalidInput(detail, code="import.unreadable"))
            return
        except DomainError as error:
            yield refusal(str(path), error)
            return
        for outcome in session.import_file(data, name, given):
            outcome.file = str(path)
            yield outcome

    def _files(self, paths: list[str]) -> Iterator[Path]:
        for name in paths:
            path = Path(name)
            try:
                if not path.exists():
                    raise InvalidInput(f"There is no file or folder {name!r}.")
                yield from _walk(path) if path.is_dir() else [path]
            except OSError as error:  # a folder that may not be read, a name that is too long
                detail = f"{error.filename or name} cannot be read: {error.strerror or error}."
                raise InvalidInput(detail, code="import.unreadable") from error

    def _options(self, options: dict[str, Any]) -> ImportOptions:
        tags: dict[str, list[str]] = {"fandom": options["fandom"], "warning": options["warning"]}
        for text in options["tag"]:
            kind, colon, name = text.partition(":")
            if not colon or kind not in FIELDS or not name.strip():
                raise InvalidInput(
                    f"--tag {text!r} is not of the form KIND:NAME; kinds are {', '.join(FIELDS)}."
                )
            tags.setdefault(kind, []).append(name.strip())
        self._check_closed("rating", [options["rating"]] if options["rating"] else [])
        for kind in ("warning", "category"):
            self._check_closed(kind, tags.get(kind, []))
        faults = Faults()
        clean_language(faults, options["language"])
        faults.raise_if_any()
        return ImportOptions(
            creators=options["creator"],
            tags={kind: names for kind, names in tags.items() if names},
            rating=options["rating"],
            language=options["language"],
            encoding=options["encoding"],
            accept_suggestions=options["accept_suggestions"],
            hold=options["hold"],
        )

    def _check_closed(self, kind: str, names: list[str]) -> None:
        for name in names:
            if resolve_tag(kind, name) is None:
                raise InvalidInput(
                    f"There is no {kind} {name!r}; the archive knows: {_names_of(kind)}."
                )

    def _actor(self, username: str) -> Viewer:
        if not username:
            return SYSTEM
        user = User.objects.filter(username=username).first()
        if user is None:
            raise InvalidInput(f"There is no user {username!r}.", code="user.unknown")
        return viewer_of(user)

    def _explain(self, error: DomainError) -> str:
        return "\n".join([error.detail, *(f"  {e.field}: {e.detail}" for e in error.errors[1:])])

    def _show(self, outcome: ImportOutcome) -> None:
        if outcome.outcome == "refused":
            tqdm.write(f"refused    {outcome.file}: {outcome.detail} [{outcome.code}]")
            for error in outcome.errors[:20]:
                tqdm.write(f"           {error.field}: {error.detail}")
            return
        chapters = "1 chapter" if outcome.chapters == 1 else f"{outcome.chapters} chapters"
        by = f" by {', '.join(outcome.creators)}" if outcome.creators else ""
        tqdm.write(
            f"{outcome.outcome:<10} {outcome.title}{by} ({chapters}, {outcome.words:,} words)"
            f"{'  ' + outcome.url if outcome.url else ''}"
        )
        if outcome.continues_in is not None:
            tqdm.write(f"           to be continued: {outcome.continues_in or '(no title given)'}")
        if outcome.missing:
            tqdm.write(f"           missing before it can be posted: {', '.join(outcome.missing)}")
        for suggestion in outcome.suggestions:
            tqdm.write(f"           suggested {suggestion['kind']}: {suggestion['reason']}")
        for notice in outcome.notices:
            tqdm.write(f"           {notice}")

    def _show_json(self, outcome: ImportOutcome) -> None:
        tqdm.write(json.dumps(outcome.as_dict(), ensure_ascii=False), file=sys.stdout)


def _names_of(kind: str) -> str:
    rows = Tag.objects.filter(kind=kind).order_by("position")
    return ", ".join(rows.values_list("name", flat=True))


def _walk(folder: Path) -> Iterator[Path]:
    """The files to import below a folder, in the order of their names; a package is one file."""
    if is_epub_folder(folder):
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix.lower() in SUFFIXES and path.is_file():  # a pipe would wait for ever
            yield path
