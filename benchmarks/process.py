"""Each engine in a process of its own, so that memory is its own and turns can be taken."""

import gc
import importlib
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.catalogue import Row

ENGINES = {
    "archive": "benchmarks.engines.Archive",
    "tantivy": "benchmarks.yardsticks.Tantivy",
    "fts5": "benchmarks.yardsticks.Fts5",
    "postgresql": "benchmarks.postgres.Postgres",
    "whoosh": "benchmarks.yardsticks.StockWhoosh",
}
CLASSES = (
    *("common", "rare", "and", "phrase", "prefix", "fuzzy"),
    *("tag", "tag_not", "text_tags", "facets", "page100"),
)
_CHANGED_WORD = "zzupdated"
_OPENINGS = 5
_REPEATS = 3
_SLOW_MS = 200.0


def make_engine(name: str, folder: Path, address: str) -> Any:
    """The engine with this name. Raises ImportError where its library is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.test")
    import django

    django.setup()
    module, _, kind = ENGINES[name].rpartition(".")
    maker = getattr(importlib.import_module(module), kind)
    return maker(folder, address) if name == "postgresql" else maker(folder)


def method_of(engine: Any, name: str) -> Any:
    """How the engine answers a class of queries; None where it does not."""
    return getattr(engine, "and_" if name == "and" else name, None)


def read_works(path: Path, count: int | None = None) -> Iterator[Row]:
    """The works of a catalogue file, or the first of them."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == count:
                break
            yield json.loads(line)


class Turns:
    """What the child does, a message at a time."""

    def __init__(self, name: str, folder: Path, address: str) -> None:
        self._catalogue = folder / "works.jsonl"
        self._queries = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
        self._engine = make_engine(name, folder, address)

    def build(self) -> dict[str, float]:
        """Works per second of processor time without reading them; highest memory in MB."""
        before = memory("VmRSS")
        rows = _Metered(read_works(self._catalogue))
        begin = self._cpu()
        clock = time.perf_counter()
        self._engine.build(rows)
        seconds = self._cpu() - begin - rows.seconds
        return {
            "works_per_cpu_second": rows.count / seconds,
            "seconds": time.perf_counter() - clock,
            "peak_mb": memory("VmHWM"),
            "before_mb": before,
        }

    def open(self) -> dict[str, float]:
        """Open, several times after the first; the median in milliseconds."""
        self._engine.open()
        self._engine.close()
        taken = []
        for number in range(_OPENINGS):
            begin = time.perf_counter()
            self._engine.open()
            taken.append((time.perf_counter() - begin) * 1000)
            if number < _OPENINGS - 1:
                self._engine.close()
        gc.collect()
        gc.freeze()
        return {"open_ms": statistics.median(taken), "open_mb": memory("VmRSS")}

    def ask(self, name: str, number: int) -> tuple[list[float], int, float] | None:
        """Milliseconds of processor time of some repetitions, hits, and those of the first asking.

        The first does not count among them, unless it was slow, in which case it is the only one.
        None where the engine has no such query.
        """
        method = method_of(self._engine, name)
        if method is None:
            return None
        instance = self._queries[name][number]
        taken: list[float] = []
        for _ in range(_REPEATS + 1):
            served = self._served()
            begin = time.thread_time()
            hits = method(instance)
            own = time.thread_time() - begin
            taken.append((own + self._served() - served) * 1000)
            if taken[0] > _SLOW_MS:
                return taken, hits, taken[0]
        return taken[1:], hits, taken[0]

    def update(self, count: int, at_once: int) -> list[tuple[float, float]]:
        """Milliseconds until changed works are found, for each commit: by the clock, of the CPU."""
        works = list(read_works(self._catalogue, count * at_once))
        taken = []
        for start in range(0, len(works), at_once):
            old = works[start : start + at_once]
            new = [{**row, "summary": f"{row['summary']} {_CHANGED_WORD}"} for row in old]
            begin, spent = time.perf_counter(), self._exact_cpu()
            self._engine.replace(new, old)
            found = self._engine.common(_CHANGED_WORD)
            clock, cpu = time.perf_counter() - begin, self._exact_cpu() - spent
            taken.append((clock * 1000, cpu * 1000))
            if found < len(new):
                raise AssertionError(f"{found} of {len(new)} changed works were found")
            self._engine.replace(old, new)
        return taken

    def size(self) -> int:
        """Bytes on the disk, of an engine that knows them."""
        return int(self._engine.size())

    def memory(self) -> float:
        """Memory of this process alone, in MB: without files that are mapped."""
        return memory("RssAnon")

    def _cpu(self) -> float:
        times = os.times()
        return times.user + times.system + self._served()

    def _exact_cpu(self) -> float:
        return time.process_time() + self._served()

    def _served(self) -> float:
        return float(self._engine.cpu()) if hasattr(self._engine, "cpu") else 0.0


class _Metered:
    """An iterator that knows how long its own making took."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.seconds = 0.0
        self.count = 0

    def __iter__(self) -> "Iterator[Row]":
        return self

    def __next__(self) -> Row:
        begin = time.thread_time()
        try:
            row = next(self._rows)
        finally:
            self.seconds += time.thread_time() - begin
        self.count += 1
        return row


def memory(name: str) -> float:
    """A figure of this process's memory in MB, as the kernel names it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


class EngineProcess:
    """The parent's end. Raises ImportError when the engine's library is missing."""

    def __init__(self, name: str, folder: Path, address: str = "") -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, name, folder, address))
        self._child.start()
        theirs.close()
        self._answer()

    def call(self, method: str, *values: Any) -> Any:
        """Run a method of Turns in the child. Raises RuntimeError with what failed there."""
        self._pipe.send((method, values))
        return self._answer()

    def end(self) -> None:
        """End the child."""
        self._pipe.close()
        self._child.join()

    def _answer(self) -> Any:
        try:
            failed, value = self._pipe.recv()
        except EOFError as error:
            raise RuntimeError(f"{self.name} has died") from error
        if failed == "ImportError":
            raise ImportError(value)
        if failed:
            raise RuntimeError(f"{self.name}: {failed}: {value}")
        return value


def _serve(pipe: Connection, name: str, folder: Path, address: str) -> None:
    try:
        turns = Turns(name, folder, address)
    except ImportError as error:
        pipe.send(("ImportError", str(error)))
        return
    pipe.send(("", None))
    while True:
        try:
            method, values = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("", getattr(turns, method)(*values)))
        except Exception as error:  # noqa: BLE001  the parent is told, whatever it is
            pipe.send((type(error).__name__, str(error)))
