"""``manage.py import_works``: stories from files into the archive."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from archive.accounts.services import find_user
from archive.accounts.viewers import viewer_of
from archive.core.errors import DomainError, InvalidInput
from archive.core.text import clean_name, clean_tag_name
from archive.core.viewer import SYSTEM, Viewer
from catalog.importers.encoding import known_encoding
from catalog.management.import_sources import Skipped, find_sources, sources_of
from catalog.models import Tag
from catalog.services import limits
from catalog.services.checking import Faults, clean_language
from catalog.services.import_mapping import ImportOptions
from catalog.services.import_session import ImportSession, Source
from catalog.services.importing import ImportOutcome
from catalog.services.tagging import FIELDS
from catalog.services.tagnames import resolve_tag

_ACCEPTED_FROM = 0.5
# The keys of an object of --json, a promise to programs.
_KEYS = (
    *("file", "outcome", "work", "url", "title", "creators", "chapters", "words", "missing"),
    *("suggestions", "code", "detail"),
)


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
        parser.add_argument(
            "--suggestion-score",
            type=_score,
            default=_ACCEPTED_FROM,
            metavar="SCORE",
            help="the least score (0 to 1) of suggestions that are used; %(default)s unless said",
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
            found = list(find_sources(options["paths"]))
        except DomainError as error:
            raise CommandError(self._explain(error), returncode=2) from error
        self.as_json, self.is_dry = options["json"], options["dry_run"]
        counts: Counter[str] = Counter()
        skipped: list[dict[str, str]] = []
        paths = [entry for entry in found if isinstance(entry, Path)]
        for entry in found:
            if isinstance(entry, Skipped):
                self._skip(ImportOutcome(entry.shown, "skipped", detail=entry.detail), skipped)
        for outcome in self._import(actor, paths, given):
            if outcome.outcome == "skipped":
                self._skip(outcome, skipped)
                continue
            outcome.outcome = outcome.would or outcome.outcome
            counts[outcome.outcome] += 1
            self._show_json(outcome) if self.as_json else self._show(outcome)
        self._sum_up(len(paths), counts, skipped)
        if counts["refused"]:
            sys.exit(1)

    def _import(
        self, actor: Viewer, paths: list[Path], given: ImportOptions
    ) -> Iterator[ImportOutcome]:
        limit = settings.MAX_UPLOAD_MB * 1024 * 1024

        def sources() -> Iterator[Source]:
            for path in paths:
                yield from sources_of(path, file_bytes=limit)

        shown = ""
        with (
            closing(ImportSession(actor, write=not self.is_dry)) as session,
            tqdm(total=len(paths), unit="file", disable=None, leave=False) as bar,
        ):
            for source, outcomes in session.import_all(sources(), given):
                if not outcomes and source.shown != shown:
                    shown = source.shown
                    bar.update()
                yield from outcomes

    def _skip(self, outcome: ImportOutcome, skipped: list[dict[str, str]]) -> None:
        skipped.append({"file": outcome.file, "detail": outcome.detail})
        if not self.as_json:
            self._say(f"skipped    {outcome.file}: {outcome.detail}")

    def _sum_up(self, files: int, counts: "Counter[str]", skipped: list[dict[str, str]]) -> None:
        if self.as_json:
            summary: dict[str, Any] = {"files": files, **counts}
            summary |= {"skipped": skipped} if skipped else {}
            summary |= {"dry_run": True} if self.is_dry else {}
            self.stdout.write(json.dumps({"summary": summary}, ensure_ascii=False))
            return
        said = [f"{count:,} {name}" for name, count in sorted(counts.items())]
        said += [f"{len(skipped):,} skipped"] if skipped else []
        about = " (dry run: nothing was written)" if self.is_dry else ""
        number = "1 file" if files == 1 else f"{files:,} files"
        self.stdout.write(f"{number}: {', '.join(said) or 'nothing to import'}{about}.")

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
        for kind in ("rating", "warning", "category"):
            self._check_closed(kind, tags.get(kind, []))
        faults = Faults()
        clean_language(faults, options["language"])
        for kind, names in tags.items():
            for name in names:
                faults.attempt(f"--{kind}", partial(clean_tag_name, name), "")
        for name in options["creator"]:
            clean = partial(clean_name, max_length=limits.CREATOR_NAME_CHARS, what="creator")
            faults.attempt("--creator", partial(clean, name), "")
        faults.raise_if_any()
        if options["encoding"]:
            known_encoding(options["encoding"])
        return ImportOptions(
            creators=options["creator"],
            tags={kind: names for kind, names in tags.items() if names},
            rating=options["rating"],
            language=options["language"],
            encoding=options["encoding"],
            accept_from=options["suggestion_score"] if options["accept_suggestions"] else None,
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
        return viewer_of(find_user(username))

    def _explain(self, error: DomainError) -> str:
        return "\n".join([error.detail, *(f"  {e.field}: {e.detail}" for e in error.errors[1:])])

    def _show(self, outcome: ImportOutcome) -> None:
        if outcome.outcome == "refused":
            self._say(f"refused    {outcome.file}: {outcome.detail} [{outcome.code}]")
            for error in outcome.errors[:20]:
                self._say(f"           {error.field}: {error.detail}")
            return
        chapters = "1 chapter" if outcome.chapters == 1 else f"{outcome.chapters} chapters"
        words = "1 word" if outcome.words == 1 else f"{outcome.words:,} words"
        by = f" by {', '.join(outcome.creators)}" if outcome.creators else ""
        self._say(
            f"{outcome.outcome:<10} {outcome.title}{by} ({chapters}, {words})"
            f"{'  ' + outcome.url if outcome.url else ''}"
        )
        if outcome.continues_in is not None:
            self._say(f"           to be continued: {outcome.continues_in or '(no title given)'}")
        if outcome.missing:
            self._say(f"           missing before it can be posted: {', '.join(outcome.missing)}")
        for suggestion in outcome.suggestions:
            self._say(f"           suggested {suggestion['kind']}: {suggestion['reason']}")
        for notice in outcome.notices:
            self._say(f"           {notice}")

    def _show_json(self, outcome: ImportOutcome) -> None:
        about = outcome.as_dict()
        about["detail"] = outcome.detail or " ".join(outcome.notices)
        row = {name: about[name] for name in _KEYS}
        self._say(json.dumps(row, ensure_ascii=False))

    def _say(self, line: str) -> None:
        """A line above the progress bar."""
        with tqdm.external_write_mode():
            self.stdout.write(line)


def _score(text: str) -> float:
    """A score of suggestions. Raises ArgumentTypeError for what is no number from 0 to 1."""
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise ArgumentTypeError(f"{text!r} is no score: a number from 0 to 1 is.")
    return score


def _names_of(kind: str) -> str:
    rows = Tag.objects.filter(kind=kind).order_by("position")
    return ", ".join(rows.values_list("name", flat=True))
