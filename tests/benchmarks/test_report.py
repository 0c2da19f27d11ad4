"""What the benchmarks print: tables, and bars that are told honestly."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.catalogue import Catalogue, full_text, pick_queries
from benchmarks.engines import Archive
from benchmarks.process import CLASSES, method_of
from benchmarks.report import BEGIN, END, table, write
from benchmarks.yardsticks import Fts5, StockWhoosh


def figures(slower: float) -> dict[str, Any]:
    """Of one size, with the archive so many times slower than tantivy."""
    built = {"works_per_cpu_second": 1_200, "peak_mb": 900, "bytes": 2**20}
    one = {"p50": slower, "p95": slower, "hits": 7, "first_p50": 3.0, "first_p95": 4.0}
    other = {"p50": 1.0, "p95": 1.0, "hits": 7, "first_p50": 1.5, "first_p95": 2.0}
    names = ("archive", "tantivy")
    return {
        "build": dict.fromkeys(names, built),
        "open": {name: {"open_ms": 3.0, "open_mb": 100} for name in names},
        "classes": {key: {"archive": one, "tantivy": other} for key in CLASSES},
        "memory_mb": dict.fromkeys(names, 80),
        "updates": {
            name: {"one_ms": 30.0, "one_cpu_ms": 20.0, "batch_ms": 1_500.0, "batch_cpu_ms": 900.0}
            for name in names
        },
        "load": {
            name: {"per_second": 900, "p50_ms": 2.0, "p95_ms": 7.0, "cpu_ms": 1.0} for name in names
        },
    }


def facts(slower: float = 0.5) -> dict[str, Any]:
    return {"sizes": {"1000": figures(0.4), "100000": figures(slower)}, "busy": [0.5, 1.5]}


def test_bars_are_told_reached_and_not_reached():
    text = table(facts(0.5))
    assert "| common word: at most 1.5 times tantivy | 0.50 | yes |" in text
    assert "| 1,000 updates within 1,000 ms | 1,500, CPU 900 | **no** |" in text
    assert "| ahead of tantivy in at least six classes | 11 | yes |" in text
    text = table(facts(1.6))
    assert "| common word: at most 1.5 times tantivy | 1.60 | **no** |" in text
    assert "| every class grows by at most 3.5 | 4.0 (common word) | **no** |" in text


def test_what_the_first_asking_takes_is_told_apart():
    text = table(facts(0.5))
    assert "### 100,000 works: each query asked for the first time" in text
    assert "| rare word (7) | 0.500 / 0.500 | 1.000 / 1.000 | 0.50 |" in text
    assert "| rare word (7) | 3.000 / 4.000 | 1.500 / 2.000 | 2.00 |" in text


def test_what_stands_around_the_tables_is_kept(tmp_path: Path):
    report = tmp_path / "benchmarks.md"
    report.write_text(f"# By hand\n\n{BEGIN}\nold\n{END}\n\nWhy it is so.\n", encoding="utf-8")
    write(report, facts())
    text = report.read_text(encoding="utf-8")
    assert text.startswith("# By hand\n")
    assert text.endswith("\n\nWhy it is so.\n")
    assert "old" not in text
    assert "### 100,000 works: queries" in text


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(with_text=True)


def test_a_work_is_the_same_in_every_catalogue(catalogue):
    small = list(catalogue.works(20))
    assert list(catalogue.works(50))[:20] == small
    assert len(full_text(small[0]).split()) > 100


def test_engines_find_the_same_number_of_works(tmp_path, catalogue):
    rows = list(catalogue.works(60))
    queries = pick_queries(iter(rows), instances=3)
    archive, *others = Archive(tmp_path), Fts5(tmp_path), StockWhoosh(tmp_path)
    for engine in (archive, *others):
        engine.build(iter(rows))
        engine.open()
    for name in ("common", "rare", "and", "phrase", "tag", "tag_not", "text_tags"):
        for query in queries[name]:
            ours = method_of(archive, name)(query)
            for engine in others:
                assert method_of(engine, name)(query) == ours, (name, query)
    for engine in others:
        engine.close()
