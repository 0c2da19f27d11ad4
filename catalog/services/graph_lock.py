"""Keeps wranglers and people who tag works apart, where the database lets them act at once."""

from collections.abc import Iterable

from django.db import connection

from catalog.models import Tag

# Any number will do, as long as nothing else in this database uses it.
_GRAPH = 7_216_001


def lock_graph() -> None:
    """Be the only one who changes the tag graph until the transaction ends.

    Closes the race between a change of the graph and a work that is being tagged: each would
    compute filter tags from what it sees, and neither sees the other's rows. On SQLite immediate
    transactions do the same.
    """
    _lock("pg_advisory_xact_lock")


def share_graph() -> None:
    """Keep the tag graph as it is until the transaction ends; many may do so at once."""
    _lock("pg_advisory_xact_lock_shared")


def lock_tags(ids: Iterable[int]) -> dict[int, Tag]:
    """These tags by id, locked in the order of their ids so that nobody waits in a circle.

    Only their columns are locked, never their keys: works can still be given the tags meanwhile.
    """
    rows = Tag.objects.filter(pk__in=set(ids)).order_by("pk")
    return {tag.pk: tag for tag in rows.select_for_update(no_key=True)}


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_GRAPH])
