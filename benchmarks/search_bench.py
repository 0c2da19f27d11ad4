"""Measures the search engine beside its yardsticks on a synthetic catalogue.

    python -m benchmarks.search_bench 10000 [--text] [--engines archive,tantivy,fts5,whoosh]

Prints a table in milliseconds: median and 95th percentile over the queries of each class, behind
them hits and the ratio to the first engine. Times are processor time of the searching thread, in
which all of these engines search; so other load on the machine counts little. Updates are timed by
the clock.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import numpy as np

CLASSES = (
    "common",
    "rare",
    "and",
    "phrase",
    "prefix",
    "fuzzy",
    "tag",
    "tag_not",
    "text_tags",
    "facets",
    "page100",
)
_REPEATS = 5
_SECONDS_A_CLASS = 15.0


def main() -> int:
    """Build, measure, print."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.test")
    django.setup()
    from benchmarks.catalogue import Catalogue, pick_queries

    folder = Path(options.folder or tempfile.mkdtemp(prefix="search-bench-"))
    catalogue = Catalogue(with_text=options.text)
    queries = pick_queries(catalogue.works(options.works))
    report = {}
    for engine in _engines(options, folder):
        figures: dict[str, Any] = {}
        if not options.reuse:
            figures["build"] = _build(engine, catalogue, options.works)
        elif hasattr(engine, "learn"):
            engine.learn(catalogue.works(options.works))
        begin = time.perf_counter()
        engine.open()
        figures["open_ms"] = (time.perf_counter() - begin) * 1000
        for name in CLASSES:
            ask = getattr(engine, "and_" if name == "and" else name, None)
            if ask is not None:
                figures[name] = _measured(ask, queries[name])
        if hasattr(engine, "replace"):
            figures["update_ms"] = _updates(engine, list(catalogue.works(30)))
        engine.close()
        report[engine.name] = figures
    _print(report)
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", type=int)
    parser.add_argument("--text", action="store_true", help="with texts of about 1,500 words")
    parser.add_argument("--engines", default="archive,tantivy,fts5,whoosh")
    parser.add_argument("--language", default="", help="language of the archive's works")
    parser.add_argument("--folder", help="where the indexes lie; by default a new folder")
    parser.add_argument("--reuse", action="store_true", help="measure the indexes that are there")
    parser.add_argument("--json", help="a file for the figures")
    return parser.parse_args()


def _engines(options: argparse.Namespace, folder: Path) -> list[Any]:
    from benchmarks import engines, yardsticks

    makers: dict[str, Callable[[], Any]] = {
        "archive": lambda: engines.Archive(folder, options.language),
        "tantivy": lambda: yardsticks.Tantivy(folder),
        "fts5": lambda: yardsticks.Fts5(folder),
        "whoosh": lambda: yardsticks.StockWhoosh(folder),
    }
    made = []
    for name in options.engines.split(","):
        try:
            made.append(makers[name]())
        except ModuleNotFoundError as error:
            print(f"{name} is not measured: {error}.")
    return made


def _build(engine: Any, catalogue: Any, works: int) -> dict[str, float]:
    """Works per second of processor time, without making the texts; memory in MB."""
    rows = catalogue.works(works)
    making = _cpu()
    for _ in catalogue.works(min(works, 2000)):
        pass
    making = (_cpu() - making) * works / min(works, 2000)
    begin = _cpu()
    engine.build(rows)
    seconds = max(_cpu() - begin - making, 0.001)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"works_per_cpu_second": works / seconds, "peak_mb": peak}


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _measured(ask: Callable[[Any], int], instances: list[Any]) -> dict[str, float]:
    """Medians of some repetitions; over the instances their median and 95th percentile."""
    times, hits = [], 0
    end = time.perf_counter() + _SECONDS_A_CLASS
    ask(instances[0])
    for instance in instances:
        taken = []
        for _ in range(_REPEATS):
            begin = time.thread_time()
            found = ask(instance)
            taken.append(time.thread_time() - begin)
        hits += found
        times.append(statistics.median(taken) * 1000)
        if time.perf_counter() > end:
            break
    return {
        "p50": float(np.percentile(times, 50)),
        "p95": float(np.percentile(times, 95)),
        "hits": hits / len(times),
    }


def _updates(engine: Any, rows: list[Any]) -> float:
    times = []
    for old in rows:
        row = {**old, "summary": old["summary"] + " zzupdated"}
        begin = time.perf_counter()
        engine.replace([row], [old])
        times.append((time.perf_counter() - begin) * 1000)
        engine.common("zzupdated")
    return statistics.median(times)


def _print(report: dict[str, Any]) -> None:
    names = list(report)
    print(f"{'class':12}" + "".join(f"{name:>34}" for name in names))
    for row in CLASSES:
        cells = []
        for name in names:
            found = report[name].get(row)
            base = report[names[0]].get(row)
            cells.append(
                f"{found['p50']:10.3f} /{found['p95']:9.3f} {found['hits']:8.0f}"
                f" {found['p50'] / base['p50']:4.1f}x"[:34]
                if found and base
                else "-"
            )
        print(f"{row:12}" + "".join(f"{cell:>34}" for cell in cells))
    for name in names:
        figures = {key: value for key, value in report[name].items() if key not in CLASSES}
        print(name, json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
