"""From the catalogue's announcements to rows of the outbox, in the same transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from catalog import events
from search.models import IndexEvent
from search.nudge import nudge_indexer

_BATCH = 500


def connect() -> None:
    """Listen to both announcements."""
    events.works_changed.connect(on_works_changed, dispatch_uid="search.works")
    events.tags_changed.connect(on_tags_changed, dispatch_uid="search.tags")


def on_works_changed(
    sender: Any, *, ids: Sequence[int], withdrawn: bool = False, **kwargs: Any
) -> None:
    """One event for each work; a failing insert fails the change."""
    _enqueue(IndexEvent.Kind.WORK, ids, withdrawn=withdrawn)


def on_tags_changed(sender: Any, *, ids: Sequence[int], **kwargs: Any) -> None:
    """One event for each tag; the indexer hands it on to the tag's works."""
    _enqueue(IndexEvent.Kind.TAG, ids, withdrawn=False)


def _enqueue(kind: str, ids: Sequence[int], *, withdrawn: bool) -> None:
    IndexEvent.objects.bulk_create(
        [IndexEvent(kind=kind, object_id=pk, is_withdrawal=withdrawn) for pk in ids],
        batch_size=_BATCH,
    )
    # A nudge that fails costs half a second; it must not fail a request that is already saved.
    transaction.on_commit(nudge_indexer, robust=True)
