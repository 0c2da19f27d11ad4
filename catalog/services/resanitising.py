"""Brings stored HTML up to the rules of today's sanitiser, from the sources as submitted.

Each batch is one transaction that starts where the last one ended, so a run can be stopped or
killed at any moment and the next one goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from archive.core import html
from archive.core.wordcount import count_words
from catalog.events import announce_works_changed
from catalog.models import Chapter, Creator, Series, Tag, Work
from catalog.models.sanitised import SanitisedModel
from catalog.services.checking import as_html
from catalog.services.counting import recount_work, touch
from catalog.services.filtering import refresh_works

ROWS_AT_ONCE = 50
MODELS: tuple[type[SanitisedModel], ...] = (Work, Chapter, Series, Creator, Tag)


@dataclass
class Resanitised:
    """How many rows were looked at, and how many of them changed."""

    rows: int = 0
    changed: int = 0


def outdated_counts() -> dict[str, int]:
    """How many rows of each kind an older sanitiser wrote."""
    return {
        model.__name__: model._base_manager.filter(
            sanitiser_version__lt=html.SANITISER_VERSION
        ).count()
        for model in MODELS
    }


def resanitise_all(*, progress: Callable[[str, int, int], None]) -> Resanitised:
    """Every row of an older version, batch by batch."""
    report = Resanitised()
    totals = outdated_counts()
    for model in MODELS:
        done, total = 0, totals[model.__name__]
        while rows := resanitise_some(model, report):
            done += rows
            progress(model.__name__, min(done, total), total)
    return report


@transaction.atomic
def resanitise_some(model: type[SanitisedModel], report: Resanitised) -> int:
    """Some rows of one kind that an older sanitiser wrote; how many, 0 when none is left."""
    rows = model._base_manager.select_for_update().filter(
        sanitiser_version__lt=html.SANITISER_VERSION
    )
    # Not by ``from_db``: what is stored now has to be compared with what is to be stored.
    names = ["pk", *model.HTML_FIELDS, *filter(None, model.HTML_FIELDS.values())]
    batch = list(rows.order_by("pk").values(*names)[:ROWS_AT_ONCE])
    works: set[int] = set()
    for row in batch:
        fresh = {name: _fresh(row, name, source) for name, source in model.HTML_FIELDS.items()}
        report.rows += 1
        changed = {name: value for name, value in fresh.items() if value != row[name]}
        values: dict[str, object] = {**changed, "sanitiser_version": html.SANITISER_VERSION}
        if changed:
            report.changed += 1
            works |= _works_of(model, row["pk"])
            if "html" in changed:
                values["word_count"] = count_words(changed["html"])
        model._base_manager.filter(pk=row["pk"]).update(**values)
    _follow_up(works)
    return len(batch)


def _fresh(row: dict[str, str], name: str, source_name: str) -> str:
    """From the source where it was kept and today's rules take it, else from the old HTML."""
    source = row[source_name] if source_name else ""
    if source.strip():
        again = html.sanitise_again(as_html(source))
        if again:
            return again
    return html.sanitise_again(row[name]) if row[name] else ""


def _works_of(model: type[SanitisedModel], pk: int) -> set[int]:
    if model is Work:
        return {pk}
    if model is Chapter:
        return set(Chapter.everything.filter(pk=pk).values_list("work_id", flat=True))
    return set()


def _follow_up(ids: set[int]) -> None:
    """Works whose text changed are counted anew, get a new version, and are indexed again."""
    for work in Work.everything.select_for_update().filter(pk__in=ids).order_by("pk"):
        recount_work(work)
        touch(work)
        work.save()
    if ids:
        refresh_works(sorted(ids))
        announce_works_changed(ids)
