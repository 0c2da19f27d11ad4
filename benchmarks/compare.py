"""Measures the archive's engine beside others, taking turns in one run, and writes the report.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.compare --folder build/bench --doc docs/benchmarks.md

Builds catalogues of 10,000 and 100,000 works with texts of about 1,500 words, the index of each
engine over them, and asks every class of queries of every engine in turn: query by query, engine
by engine. Times of queries are processor time of the thread that searches (for PostgreSQL also of
its server process), so other load on the machine counts little; updates and openings are timed by
the clock. An engine that is not installed is left out and named. What is in the folder from an
earlier run is used again unless ``--rebuild`` names the engine; PostgreSQL's server is started in
the folder and stopped at the end.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import engine_load, report
from benchmarks.catalogue import Catalogue, pick_queries
from benchmarks.postgres import NoPostgres, cluster
from benchmarks.process import CLASSES, ENGINES, EngineProcess, read_works

_ROUNDS = 2
_SECONDS_A_CLASS = 8.0
_UPDATES = 20
_BATCH = 1_000

Figures = dict[str, Any]


def main() -> int:
    """Build, measure, write."""
    options = _options()
    root = Path(options.folder or tempfile.mkdtemp(prefix="bench-"))
    root.mkdir(parents=True, exist_ok=True)
    before = os.getloadavg()[0]
    with contextlib.ExitStack() as stack:
        address = ""
        names = options.engines.split(",")
        if "postgresql" in names:
            try:
                address = stack.enter_context(cluster(root, options.port))
            except NoPostgres as error:
                print(f"postgresql is left out: {error}.")
                names.remove("postgresql")
        figures: dict[str, Figures] = {}
        sizes = list(map(int, options.sizes.split(",")))
        for size in sizes:
            left_out = options.small_only.split(",") if size > min(sizes) else []
            asked = [name for name in names if name not in left_out]
            figures[str(size)] = _measure(root, size, asked, address, options)
    if options.build_only:
        return 0
    facts = {
        "sizes": figures,
        "engines": names,
        "with_text": not options.no_text,
        "busy": [before, os.getloadavg()[0]],
    }
    (root / "figures.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    text = report.table(facts)
    print(text)
    if options.doc:
        report.write(Path(options.doc), facts)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,100000", help="works, comma-separated")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--folder", help="where everything lies; by default a new folder")
    parser.add_argument("--rebuild", default="", help="engines whose indexes are made anew, or all")
    parser.add_argument(
        "--small-only", default="", help="engines that are measured at the smallest size alone"
    )
    parser.add_argument("--build-only", action="store_true", help="measure in a later run")
    parser.add_argument("--no-text", action="store_true", help="titles and summaries alone")
    parser.add_argument("--port", type=int, default=54332, help="of PostgreSQL's server")
    parser.add_argument("--load-port", type=int, default=8102, help="of the servers under load")
    parser.add_argument("--load-seconds", type=float, default=8.0, help="for each engine; 0: none")
    parser.add_argument("--doc", help="the report to write")
    return parser.parse_args()


def _measure(
    root: Path, size: int, names: list[str], address: str, options: argparse.Namespace
) -> Figures:
    folder = root / f"{size}{'-short' if options.no_text else ''}"
    _prepare(folder, size, with_text=not options.no_text)
    built = _build_all(folder, names, address, set(options.rebuild.split(",")))
    if options.build_only:
        return {"build": built}
    engines = [EngineProcess(name, folder, address) for name in names if name in built]
    opened = {engine.name: engine.call("open") for engine in engines}
    classes = {name: _class(name, folder, engines) for name in CLASSES}
    used = {engine.name: engine.call("memory") for engine in engines}
    updates = {engine.name: _updates(engine, size) for engine in engines}
    for engine in engines:
        engine.end()
    under_load = {}
    if options.load_seconds:
        for name in [engine.name for engine in engines]:
            under_load[name] = engine_load.measure(
                name, folder, address, options.load_port, options.load_seconds
            )
            print(f"{size:>7} {name:10} load {under_load[name]}", flush=True)
    return {
        "build": built,
        "open": opened,
        "classes": classes,
        "memory_mb": used,
        "updates": updates,
        "load": under_load,
    }


def _prepare(folder: Path, size: int, *, with_text: bool) -> None:
    """The catalogue and the queries, once."""
    folder.mkdir(exist_ok=True)
    catalogue, queries = folder / "works.jsonl", folder / "queries.json"
    if not catalogue.exists():
        draft = catalogue.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as stream:
            for row in Catalogue(with_text=with_text).works(size):
                stream.write(json.dumps(row) + "\n")
        draft.rename(catalogue)
    if not queries.exists():
        draft = queries.with_suffix(".draft")
        draft.write_text(json.dumps(pick_queries(read_works(catalogue))), encoding="utf-8")
        draft.rename(queries)


def _build_all(folder: Path, names: list[str], address: str, anew: set[str]) -> dict[str, Figures]:
    """Build what is not built yet; figures of each build, which are kept beside the index."""
    built = {}
    for name in names:
        kept = folder / f"build-{name}.json"
        if not kept.exists() or anew & {name, "all"}:
            kept.unlink(missing_ok=True)
            try:
                engine = EngineProcess(name, folder, address)
            except ImportError as error:
                print(f"{name} is left out: {error}.")
                continue
            figures = engine.call("build")
            figures["bytes"] = _size(folder, name, engine)
            engine.end()
            kept.write_text(json.dumps(figures), encoding="utf-8")
        built[name] = json.loads(kept.read_text(encoding="utf-8"))
        print(f"{folder.name:>7} {name:10} {built[name]}", flush=True)
    return built


def _size(folder: Path, name: str, engine: EngineProcess) -> int:
    if name == "postgresql":
        engine.call("open")
        return int(engine.call("size"))
    return sum(
        path.stat().st_size
        for at in folder.glob(f"{name}*")
        for path in ([at] if at.is_file() else at.rglob("*"))
        if path.is_file()
    )


class _Turns:
    """One class of queries: every engine is asked each query in turn."""

    def __init__(self, name: str, engines: list[EngineProcess]) -> None:
        self.name = name
        self.engines = engines
        keys = [engine.name for engine in engines]
        self.spent = dict.fromkeys(keys, 0.0)
        self.times: dict[str, dict[int, list[float]]] = {key: {} for key in keys}
        self.hits: dict[str, dict[int, int]] = {key: {} for key in keys}
        self.first: dict[str, dict[int, float]] = {key: {} for key in keys}

    def ask(self, number: int) -> None:
        """One query of every engine that has time left."""
        for engine in self.engines:
            if self.spent[engine.name] > _SECONDS_A_CLASS:
                continue
            begin = time.perf_counter()
            answer = engine.call("ask", self.name, number)
            self.spent[engine.name] += time.perf_counter() - begin
            if answer is None:
                self.spent[engine.name] = float("inf")
                continue
            self.times[engine.name].setdefault(number, []).extend(answer[0])
            self.hits[engine.name][number] = answer[1]
            # In the second round the engine has been asked before.
            self.first[engine.name].setdefault(number, answer[2])

    def figures(self) -> dict[str, Figures]:
        """Median and 95th percentile over the queries, each the median of its times."""
        found = {}
        for key, by_query in self.times.items():
            if by_query:
                times = [statistics.median(taken) for taken in by_query.values()]
                first = list(self.first[key].values())
                found[key] = {
                    "first_p50": statistics.median(first),
                    "first_p95": _percentile(first, 0.95),
                    "p50": statistics.median(times),
                    "p95": _percentile(times, 0.95),
                    "hits": statistics.mean(self.hits[key].values()),
                    "queries": len(times),
                }
        return found


def _class(name: str, folder: Path, engines: list[EngineProcess]) -> dict[str, Figures]:
    """One class: some rounds over all its queries."""
    count = len(json.loads((folder / "queries.json").read_text(encoding="utf-8"))[name])
    turns = _Turns(name, engines)
    for _ in range(_ROUNDS):
        for number in range(count):
            turns.ask(number)
    found = turns.figures()
    for key, figures in found.items():
        print(f"{folder.name:>7} {key:10} {name:10} {figures}", flush=True)
    return found


def _percentile(values: list[float], share: float) -> float:
    """Between the two nearest values, as numpy does."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _updates(engine: EngineProcess, size: int) -> Figures:
    """Single updates until they are found; a thousand in one batch."""
    count = 3 if engine.name == "whoosh" else _UPDATES
    clock, cpu = zip(*engine.call("update", count, 1), strict=True)
    figures = {"one_ms": statistics.median(clock), "one_cpu_ms": statistics.median(cpu)}
    if engine.name != "whoosh":
        [(whole, spent)] = engine.call("update", 1, min(_BATCH, size))
        figures |= {"batch_ms": whole, "batch_cpu_ms": spent}
    print(f"{size:>7} {engine.name:10} updates {figures}", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
