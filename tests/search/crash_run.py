"""A program of its own for test_crash: forks processes that are killed in the middle of indexing.

``python -m tests.search.crash_run`` in an environment with a fresh data folder; prints one JSON
object: for each point of death, and for random deaths, how index and database differ afterwards.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any

import django
from django.db import connections, transaction

Hook = Callable[[str], None]


class FileBackend:
    """An engine that survives its process: each generation is a JSON file, CURRENT names one.

    ``hook`` is told of every step, so that a test can end the process there.
    """

    name = "file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hook: Hook = lambda step: None
        folder.mkdir(exist_ok=True)
        if not (folder / "CURRENT").exists():
            self.write(folder / "gen-1", {})
            self.point_to(1)

    @property
    def generation(self) -> int:
        return int((self.folder / "CURRENT").read_text())

    @property
    def current(self) -> Path:
        return self.folder / f"gen-{self.generation}"

    def write(self, path: Path, versions: dict[int, int]) -> None:
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(versions))
        draft.replace(path)

    def point_to(self, generation: int) -> None:
        draft = self.folder / "CURRENT.draft"
        draft.write_text(str(generation))
        draft.replace(self.folder / "CURRENT")

    def read(self, path: Path) -> dict[int, int]:
        return {int(pk): version for pk, version in json.loads(path.read_text()).items()}

    def apply(self, upserts: Mapping[int, Any], deletes: Set[int]) -> None:
        self.hook("before apply")
        self.write(self.current, _changed(self.read(self.current), upserts, deletes))
        self.hook("after apply")

    def versions(self) -> Iterator[tuple[int, int]]:
        yield from self.read(self.current).items()

    def verify(self) -> list[str]:
        return []

    def health(self) -> Any:
        from search.backends import Health

        return Health(self.generation, len(self.read(self.current)))

    def begin_generation(self) -> "FileBuild":
        self.hook("before build")
        return FileBuild(self)


class FileBuild:
    """The next generation of such an engine."""

    def __init__(self, backend: FileBackend) -> None:
        self.backend = backend
        self.generation = backend.generation + 1
        self.built: dict[int, int] = {}

    def add(self, documents: Mapping[int, Any]) -> None:
        self.apply(documents, set())
        self.backend.hook("while building")

    def apply(self, upserts: Mapping[int, Any], deletes: Set[int]) -> None:
        self.built = _changed(self.built, upserts, deletes)

    def versions(self) -> Iterator[tuple[int, int]]:
        yield from self.built.items()

    def promote(self) -> None:
        self.backend.write(self.backend.folder / f"gen-{self.generation}", self.built)
        self.backend.hook("before promotion")
        self.backend.point_to(self.generation)
        self.backend.hook("after promotion")

    def abandon(self) -> None:
        self.built = {}


def _changed(
    versions: dict[int, int], upserts: Mapping[int, Any], deletes: Set[int]
) -> dict[int, int]:
    kept = {pk: version for pk, version in versions.items() if pk not in deletes}
    return kept | {pk: document.version for pk, document in upserts.items()}


DRAIN_POINTS = ("before apply", "after apply", "before the rows are gone")
REBUILD_POINTS = ("before build", "while building", "before promotion", "after promotion")


def main() -> None:
    """Run every death, then random ones."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.conf import settings

    backend = FileBackend(Path(settings.SEARCH_INDEX_DIR))
    _use(backend)
    results = {point: _die_draining(backend, point) for point in DRAIN_POINTS}
    results |= {point: _die_rebuilding(backend, point) for point in REBUILD_POINTS}
    results["at random"] = _die_at_random(rounds=8)
    sys.stdout.write(json.dumps(results))


def _use(backend: FileBackend) -> None:
    from search import indexer, indexing, rebuild, status, verify

    for module in (indexer, indexing, rebuild, status, verify):
        vars(module)["get_backend"] = lambda: backend


def _die_draining(backend: FileBackend, point: str) -> dict[str, Any]:
    from search import indexing

    _write_works()
    settle = indexing._settle

    def settle_and_die(*args: Any) -> int:
        with transaction.atomic():
            done = settle(*args)
            backend.hook("before the rows are gone")
        return done

    def child() -> None:
        backend.hook = _killer(point)
        vars(indexing)["_settle"] = settle_and_die
        indexing.drain()

    return _after_death(child)


def _die_rebuilding(backend: FileBackend, point: str) -> dict[str, Any]:
    from search.rebuild import rebuild_index

    _write_works()

    def child() -> None:
        backend.hook = _killer(point)
        rebuild_index(batch=2)

    return _after_death(child)


def _die_at_random(rounds: int) -> dict[str, Any]:
    """Writers and indexers in one process, killed after a random moment."""
    from search.indexing import drain

    chance = random.Random(7)  # noqa: S311  chance, not secrecy

    def child() -> None:
        while True:
            _write_works()
            drain(limit=3)

    result: dict[str, Any] = {}
    for _ in range(rounds):
        result = _after_death(child, seconds=chance.uniform(0.01, 0.12))
        if result["wrong"]:
            break
    return result


def _killer(point: str) -> Hook:
    def hook(step: str) -> None:
        if step == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def _after_death(child: Callable[[], None], seconds: float | None = None) -> dict[str, Any]:
    """Fork, let the child die, drain once, compare."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            child()
        finally:
            os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    from search.indexing import drain_all
    from search.models import IndexEvent
    from search.verify import verify_index

    waiting = IndexEvent.objects.count()
    drain_all()
    report = verify_index(full=True)
    return {
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "waiting": waiting,
        "left": IndexEvent.objects.count(),
        "wrong": sorted(report.wrong) + report.unreadable,
        "indexed": report.indexed,
        "listed": report.listed,
    }


def _write_works() -> None:
    """New works, a changed one, one that is taken away."""
    from catalog.events import announce_works_changed
    from catalog.models import Work
    from tests.factories import PUBLISHED

    with transaction.atomic():
        made = [
            Work.everything.create(
                title="A work",
                sort_title="a work",
                language_id="en",
                status="posted",
                published_at=PUBLISHED,
                updated_at=PUBLISHED,
            )
            for _ in range(3)
        ]
        oldest, *_, newest = Work.everything.filter(deleted_at=None).order_by("pk")
        newest.version += 1
        newest.save()
        oldest.deleted_at = PUBLISHED
        oldest.version += 1
        oldest.save()
        announce_works_changed([work.pk for work in made])
        announce_works_changed([oldest.pk], withdrawn=True)


if __name__ == "__main__":
    main()
