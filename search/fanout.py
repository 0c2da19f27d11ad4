"""From one tag event to the works it concerns, in ranges of their keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.services import tag_works
from search.models import IndexEvent


@dataclass(frozen=True)
class Slice:
    """The next works of a tag event; ``is_last`` when none come after them."""

    event_id: int
    work_ids: tuple[int, ...]
    is_last: bool


def next_slice(event: IndexEvent, size: int) -> Slice:
    """Up to ``size`` works after the event's ``progress``, brought up to date in the catalogue.

    An act on a tag with many works leaves their filter tags to this moment. A slice that is taken
    twice changes nothing, so the progress may be kept later.
    """
    ids = tag_works.refresh_works_of_tag(event.object_id, event.progress, size)
    return Slice(event_id=event.pk, work_ids=tuple(ids), is_last=len(ids) < size)


def works_of_tag(tag_id: int, *, after: int, size: int) -> list[int]:
    """The ``size`` lowest work ids above ``after`` that the tag concerns, as they stand.

    Those are works that carry the tag, a tag below it or a synonym of these, and works found under
    it. A change that took works away from under a tag announces the tags by which they were there.
    """
    return tag_works.works_of_tag(tag_id, after_work_id=after, limit=size)


def all_works_of_tag(
    tag_id: int, *, after: int = 0, size: int = 500, refresh: bool = False
) -> Iterator[list[int]]:
    """Every work that the tag concerns, range after range; with ``refresh`` brought up to date.

    Whoever settles a tag event refreshes; whoever only looks what it concerns does not.
    """
    while True:
        if refresh:
            ids = tag_works.refresh_works_of_tag(tag_id, after, size)
        else:
            ids = works_of_tag(tag_id, after=after, size=size)
        if ids:
            yield ids
        if len(ids) < size:
            return
        after = ids[-1]
