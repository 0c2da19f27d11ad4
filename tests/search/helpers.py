"""Help for the tests of the pipeline: changes as services announce them, engines that fail."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from catalog.documents import Document
from catalog.events import announce_tags_changed, announce_works_changed
from catalog.models import Work
from search import fanout, indexing, rebuild, verify
from search.backends import get_backend
from search.backends.memory import MemoryBackend
from tests.factories import make_work


def post_work(title: str = "", **values: Any) -> Work:
    """A posted work that the outbox knows of."""
    with transaction.atomic():
        work = make_work(title, **values)
        announce_works_changed([work.pk])
    return work


def post_works(count: int) -> list[int]:
    """So many bare works in one statement, with their events."""
    sample = make_work("Sample", text=None)
    rows = []
    for number in range(count):
        row = Work.everything.get(pk=sample.pk)
        row.pk, row._state.adding, row.title = None, True, f"Bulk {number}"
        row.uuid = Work._meta.get_field("uuid").default()
        rows.append(row)
    with transaction.atomic():
        made = Work.everything.bulk_create(rows)
        announce_works_changed([work.pk for work in made])
    return [work.pk for work in made]


def change_work(work: Work, *, withdrawn: bool = False, **values: Any) -> None:
    """Change a work as services do: one version more, announced."""
    with transaction.atomic():
        for name, value in values.items():
            setattr(work, name, value)
        work.version += 1
        work.save()
        announce_works_changed([work.pk], withdrawn=withdrawn)


def change_tag(tag: Any, **values: Any) -> None:
    """Change a tag as services do."""
    with transaction.atomic():
        for name, value in values.items():
            setattr(tag, name, value)
        tag.save()
        announce_tags_changed([tag.pk])


def indexed() -> dict[int, int]:
    """What the index holds: work id to version."""
    return dict(get_backend().versions())


def listed() -> dict[int, int]:
    """What it ought to hold."""
    rows = Work.everything.filter(status="posted", hidden_at=None, held_at=None, deleted_at=None)
    return dict(rows.values_list("pk", "version"))


class FaultyBackend(MemoryBackend):
    """A memory engine that fails as it is told to: ``refuse`` gets the ids of each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.refuse: Callable[[set[int]], None] = lambda ids: None
        self.batches: list[set[int]] = []

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Fail, or do it."""
        ids = {*upserts, *deletes}
        self.batches.append(ids)
        self.refuse(ids)
        super().apply(upserts, deletes)


def use_backend(monkeypatch: Any, backend: Any) -> None:
    """Let the pipeline use this engine."""
    for module in (indexing, rebuild, verify):
        monkeypatch.setattr(module, "get_backend", lambda: backend)
    monkeypatch.setattr("search.status.get_backend", lambda: backend)
    monkeypatch.setattr("search.indexer.get_backend", lambda: backend)
    monkeypatch.setattr("search.finder.get_backend", lambda: backend)
    monkeypatch.setattr("search.spelling.get_backend", lambda: backend)


def poison(bad: Iterable[int]) -> Callable[[set[int]], None]:
    """A refusal of every batch that holds one of these works."""
    wrong = set(bad)

    def refuse(ids: set[int]) -> None:
        if ids & wrong:
            raise ValueError("cannot index this")

    return refuse


@contextmanager
def small_slices(monkeypatch: Any, size: int) -> Iterator[None]:
    """Tag events are handed on in slices of ``size`` works."""
    real = fanout.next_slice
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "next_slice", lambda event, room: real(event, min(room, size)))
        yield
