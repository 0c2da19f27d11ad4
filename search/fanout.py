"""From one tag event to the works it concerns, in ranges of their keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from catalog.models import WorkFilterTag, WorkTag
from search.models import IndexEvent


@dataclass(frozen=True)
class Slice:
    """The next works of a tag event; ``is_last`` when none come after them."""

    event_id: int
    work_ids: tuple[int, ...]
    is_last: bool


def next_slice(event: IndexEvent, size: int) -> Slice:
    """Up to ``size`` works after the event's ``progress``."""
    ids = works_of_tag(event.object_id, after=event.progress, size=size)
    return Slice(event_id=event.pk, work_ids=tuple(ids), is_last=len(ids) < size)


def works_of_tag(tag_id: int, *, after: int, size: int) -> list[int]:
    """The ``size`` lowest work ids above ``after`` that the tag concerns.

    Those are works that carry the tag or one of its synonyms, and works found under it. A change
    that took works away from under a tag announces the tags by which they were there.
    """
    found: set[int] = set()
    for rows in (
        WorkTag.objects.filter(tag_id=tag_id),
        WorkTag.objects.filter(tag__synonym_of=tag_id),
        WorkFilterTag.objects.filter(tag_id=tag_id),
    ):
        found.update(_lowest(rows, after, size))
    return sorted(found)[:size]


def all_works_of_tag(tag_id: int, *, after: int = 0, size: int = 500) -> Iterator[list[int]]:
    """Every work that the tag concerns, range after range."""
    while True:
        ids = works_of_tag(tag_id, after=after, size=size)
        if ids:
            yield ids
        if len(ids) < size:
            return
        after = ids[-1]


def _lowest(rows: QuerySet, after: int, size: int) -> list[int]:
    ids = rows.filter(work_id__gt=after).order_by("work_id").distinct()
    return list(ids.values_list("work_id", flat=True)[:size])
