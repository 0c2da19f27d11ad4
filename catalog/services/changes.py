"""The ledger of changes: marked where they happen, numbered in their order, told to each audience."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from archive.core.viewer import ANONYMOUS, Viewer
from catalog import events
from catalog.models import ChangeMark, SyncEpoch, Work, WorkChange
from catalog.rawsql import IdList, run

MARKS_AT_ONCE = 5_000
ROUNDS_PER_REQUEST = 10
_BATCH = 500
_SPREAD = """
INSERT INTO catalog_changemark (kind, object_id)
SELECT DISTINCT 'work', typed.work_id
FROM catalog_worktag AS typed JOIN catalog_tag AS tag ON tag.id = typed.tag_id
WHERE tag.id IN [[tags]] OR tag.synonym_of_id IN [[tags]]
"""
_MARK_MANY = """
INSERT INTO catalog_changemark (kind, object_id)
SELECT 'work', id FROM catalog_work WHERE id IN [[works]] ORDER BY id
"""
_FORGOTTEN = """
INSERT INTO catalog_changemark (kind, object_id)
SELECT 'work', work.id FROM catalog_work AS work
LEFT JOIN catalog_workchange AS told ON told.work_id = work.id AND told.audience = %(audience)s
WHERE COALESCE(told.is_listed, FALSE) <> (work.id IN [[listed]])
RETURNING object_id
"""
_GONE = """
INSERT INTO catalog_changemark (kind, object_id)
SELECT DISTINCT 'work', told.work_id FROM catalog_workchange AS told
LEFT JOIN catalog_work AS work ON work.id = told.work_id
WHERE told.is_listed AND work.id IS NULL
RETURNING object_id
"""
_AUDIENCES = {
    WorkChange.Audience.PUBLIC: ANONYMOUS,
    WorkChange.Audience.MEMBERS: Viewer(user_id=0, username="any member"),
}


def connect() -> None:
    """Listen to the catalogue's announcements."""
    events.works_changed.connect(_on_works_changed, dispatch_uid="catalog.changes.works")
    events.tags_changed.connect(_on_tags_changed, dispatch_uid="catalog.changes.tags")


def mark_works(ids: Iterable[int]) -> None:
    """Note, in the transaction of the change, that these works changed."""
    _mark(ChangeMark.Kind.WORK, ids)


def mark_many(ids: Iterable[int]) -> None:
    """The same for works that exist, by one statement for any number of them."""
    run(_MARK_MANY, works=sorted(set(ids)))


def settle(*, rounds: int | None = ROUNDS_PER_REQUEST) -> SyncEpoch:
    """Number the changes that were marked since the last time; None for all there are.

    Returns the epoch of their numbers, begun where there is none.
    """
    epoch = SyncEpoch.objects.order_by("-pk").first() or start_epoch()
    while (rounds is None or rounds > 0) and ChangeMark.objects.exists():
        _settle_some()
        rounds = None if rounds is None else rounds - 1
    return epoch


@transaction.atomic
def start_epoch() -> SyncEpoch:
    """Begin a new epoch: call it when the database was replaced by an older one.

    Whoever comes with a cursor of an older epoch is told to begin anew, because changes that the
    backup does not know cannot be told apart.
    """
    return SyncEpoch.objects.create()


def mark_forgotten() -> int:
    """Mark works whose state the ledger does not know, as after changes by hand in the database.

    Returns how many there were.
    """
    settle(rounds=None)
    with transaction.atomic():
        found = {row[0] for row in run(_GONE)}
        for audience, viewer in _AUDIENCES.items():
            listed = list(Work.objects.listed_to(viewer).values_list("pk", flat=True))
            found |= {row[0] for row in run(_FORGOTTEN, audience=audience.value, listed=listed)}
    return len(found)


def _on_works_changed(sender: Any, *, ids: Sequence[int], **kwargs: Any) -> None:
    mark_works(ids)


def _on_tags_changed(sender: Any, *, ids: Sequence[int], **kwargs: Any) -> None:
    _mark(ChangeMark.Kind.TAG, ids)


def _mark(kind: str, ids: Iterable[int]) -> None:
    rows = [ChangeMark(kind=kind, object_id=pk) for pk in ids]
    ChangeMark.objects.bulk_create(rows, batch_size=_BATCH)


@transaction.atomic
def _settle_some() -> None:
    """Number some marks. The rows of the epochs are the lock that keeps two of these apart."""
    list(SyncEpoch.objects.select_for_update().order_by("pk"))
    marks = list(ChangeMark.objects.order_by("pk")[:MARKS_AT_ONCE])
    ChangeMark.objects.filter(pk__in=IdList([mark.pk for mark in marks])).delete()
    tags = {mark.object_id for mark in marks if mark.kind == ChangeMark.Kind.TAG}
    if tags:
        run(_SPREAD, tags=sorted(tags))
    works: dict[int, None] = {}
    for mark in marks:
        if mark.kind == ChangeMark.Kind.WORK:
            # The last change of a work is the one that counts.
            works.pop(mark.object_id, None)
            works[mark.object_id] = None
    if works:
        _number(list(works))


def _number(ids: Sequence[int]) -> None:
    """Give works the next numbers, in this order, in the ledgers of those they concern."""
    last = WorkChange.objects.aggregate(last=Max("number"))["last"] or 0
    numbers = {pk: last + place for place, pk in enumerate(ids, start=1)}
    for audience, viewer in _AUDIENCES.items():
        rows = Work.objects.listed_to(viewer).filter(pk__in=IdList(ids))
        listed = set(rows.values_list("pk", flat=True))
        told = WorkChange.objects.filter(audience=audience, work_id__in=IdList(ids))
        shown = set(told.filter(is_listed=True).values_list("work_id", flat=True))
        changes = [
            WorkChange(audience=audience, work_id=pk, number=numbers[pk], is_listed=pk in listed)
            for pk in ids
            # What this audience never saw, or knows to be gone, is none of its business.
            if pk in listed or pk in shown
        ]
        WorkChange.objects.bulk_create(
            changes,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["audience", "work_id"],
            update_fields=["number", "is_listed"],
        )
