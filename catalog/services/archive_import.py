"""Reads an exported archive into an empty one, so that exporting it again gives the same bytes."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, transaction

from archive.accounts.models import User
from archive.accounts.services import create_user
from archive.core.errors import Conflict, DomainError
from archive.core.text import fold_name, sort_title
from catalog.models import Chapter, Creator, Language, Series, Tag, Work
from catalog.models.tag import CLOSED_KINDS
from catalog.services.archive_fields import (
    CREATOR,
    LANGUAGE,
    SERIES,
    ArchiveBroken,
    clean_row,
)
from catalog.services.archive_files import ArchiveFiles
from catalog.services.archive_import_tags import import_tags
from catalog.services.archive_import_works import WORKS_AT_ONCE, WorkLoader
from catalog.vocabulary import language_index, language_names

_ROWS_AT_ONCE = 1_000


def import_archive(folder: Path, report: Callable[[int], None]) -> dict[str, int]:
    """Read an export; ``report`` gets the number of works of each batch.

    Each batch of works is a transaction. An import that was interrupted goes on where it stopped
    when the same export is given again. Returns the lines of each file. Raises Conflict for an
    archive that holds anything else, InvalidInput for an export that is not whole.
    """
    files = ArchiveFiles(folder)
    marker = Path(settings.DATA_DIR) / "archive-import.json"
    _insist_on_empty(files, marker)
    marker.write_text(json.dumps({"export": files.digest}), encoding="utf-8")
    with _explained(), transaction.atomic():
        _import_languages(files)
        import_tags(files)
        _import_creators(files)
        _import_series(files)
    loader = WorkLoader(files)
    for batch in files.batches("works", WORKS_AT_ONCE):
        with _explained(), transaction.atomic():
            loader.load(batch)
        report(len(batch))
    _reset_sequences()
    marker.unlink(missing_ok=True)
    language_index.cache_clear()
    language_names.cache_clear()
    return {name: files.count(name) for name in files.manifest["counts"]}


def _insist_on_empty(files: ArchiveFiles, marker: Path) -> None:
    try:
        begun = json.loads(marker.read_text(encoding="utf-8")).get("export")
    except (OSError, ValueError, AttributeError):
        begun = None
    if begun == files.digest:
        return
    holds_works = Work.objects.unscoped("only an empty archive is filled").exists()
    if holds_works or Tag.objects.exclude(kind__in=CLOSED_KINDS).exists():
        raise Conflict(
            "This archive holds works or tags already; an export is read into an empty one. "
            "Single works come in by import_works.",
            code="archive.not_empty",
        )


@contextmanager
def _explained() -> Iterator[None]:
    """Errors of the domain that name no place pass; anything odd in a row is a broken export."""
    try:
        yield
    except DomainError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IntegrityError, DataError) as error:
        raise ArchiveBroken(f"The export holds a value that does not fit: {error}.") from error


def _import_languages(files: ArchiveFiles) -> None:
    rows = [Language(**clean_row(row, LANGUAGE, where)) for where, row in files.rows("languages")]
    Language.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[key.attribute for key in LANGUAGE if key.name != "code"],
    )


def _import_creators(files: ArchiveFiles) -> None:
    accounts = dict(User.objects.values_list("username", "pk"))
    known = set(Creator.objects.values_list("pk", flat=True))
    for batch in files.batches("creators", _ROWS_AT_ONCE):
        rows = []
        for where, row in batch:
            values = clean_row(row, CREATOR, where)
            name = row.get("account")
            if name and name not in accounts:
                accounts[name] = create_user(username=str(name)).pk
            user_id = accounts[name] if name else None
            if values["id"] not in known:
                folded = fold_name(values["name"])
                rows.append(Creator(**values, folded=folded, user_id=user_id))
        Creator.objects.bulk_create(rows)


def _import_series(files: ArchiveFiles) -> None:
    creators = dict(Creator.objects.values_list("name", "pk"))
    known = set(Series.objects.values_list("pk", flat=True))
    links = Series.creators.through
    for batch in files.batches("series", _ROWS_AT_ONCE):
        rows, made = [], []
        for where, row in batch:
            values = clean_row(row, SERIES, where)
            if values["id"] in known:
                continue
            rows.append(Series(**values, sort_title=sort_title(values["title"], "en")))
            made += [
                links(series_id=values["id"], creator_id=creators[name])
                for name in row.get("creators", ())
            ]
        Series.objects.bulk_create(rows)
        links.objects.bulk_create(made)


def _reset_sequences() -> None:
    """Let new rows take ids after those that were read."""
    models = [Work, Chapter, Creator, Series, Tag]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
