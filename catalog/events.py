"""What the catalogue announces: works and tags that changed, inside the changing transaction."""

from collections.abc import Iterable

from django.db import transaction
from django.dispatch import Signal

works_changed = Signal()
tags_changed = Signal()


def announce_works_changed(ids: Iterable[int], *, withdrawn: bool = False) -> None:
    """Tell that these works changed; ``withdrawn`` when somebody can no longer see them.

    Raises RuntimeError outside a transaction: an announcement that could get lost is a mistake.
    """
    _announce(works_changed, ids, withdrawn=withdrawn)


def announce_tags_changed(ids: Iterable[int]) -> None:
    """Tell that the names, states or links of these tags changed, and so works found by them."""
    _announce(tags_changed, ids)


def _announce(signal: Signal, ids: Iterable[int], **details: bool) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A change is announced inside the transaction that makes it.")
    unique = sorted(set(ids))
    if unique:
        signal.send(sender=None, ids=unique, **details)
