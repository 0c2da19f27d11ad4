"""Tables of what was measured, and which of the bars it reaches."""

import importlib.metadata
import os
import platform
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.process import CLASSES

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"
NAMES = {
    "archive": "archive",
    "tantivy": "tantivy",
    "fts5": "SQLite FTS5",
    "postgresql": "PostgreSQL",
    "whoosh": "stock Whoosh",
}
CLASS_NAMES = {
    "common": "common word",
    "rare": "rare word",
    "and": "two words, AND",
    "phrase": "phrase of two",
    "prefix": "prefix, 3 letters",
    "fuzzy": "fuzzy, one edit",
    "tag": "tag by date",
    "tag_not": "tag AND NOT tag",
    "text_tags": "word and 3 tags by date",
    "facets": "facets of 7 kinds",
    "page100": "page 100",
}
_WITHIN = {"common": 1.5, "and": 1.5, "tag": 1.5, "tag_not": 1.5, "text_tags": 1.5}
_WITHIN |= {"facets": 1.5, "page100": 1.5, "prefix": 3.0, "fuzzy": 3.0}

Facts = dict[str, Any]


def write(path: Path, facts: Facts) -> None:
    """Put the tables between the marks of a report; what stands around them is kept."""
    text = (
        path.read_text(encoding="utf-8") if path.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    )
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n\n{table(facts)}\n{END}{tail}", encoding="utf-8")


def table(facts: Facts) -> str:
    """Everything as Markdown."""
    before, after = facts["busy"]
    busy = f"Load of the machine by everything on it: {before:.1f} before, {after:.1f} after."
    parts = [f"{_machine()} {busy}"]
    for size, figures in facts["sizes"].items():
        parts += [_queries(int(size), figures), _first(int(size), figures)]
        parts.append(_building(int(size), figures))
        if figures["load"]:
            parts.append(_load(int(size), figures))
    if len(facts["sizes"]) > 1:
        parts.append(_growth(facts))
    parts.append(_bars(facts))
    return "\n\n".join(parts) + "\n"


def _machine() -> str:
    model = "unknown processor"
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for name in ("numpy", "tantivy", "Whoosh"):
        with suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{name} {importlib.metadata.version(name)}")
    cores = len(os.sched_getaffinity(0))
    return (
        f"Machine: {cores} cores ({model}), {memory:.0f} GiB, {platform.system()}. "
        f"{', '.join(versions)}."
    )


def _present(figures: Facts) -> list[str]:
    return [name for name in NAMES if name in figures["build"]]


def _rows(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _queries(size: int, figures: Facts) -> str:
    return (
        f"### {size:,} works: queries\n\nMilliseconds of processor time, median / 95th percentile "
        f"of the queries of a class.\n\n{_by_class(figures, '')}"
    )


def _first(size: int, figures: Facts) -> str:
    return (
        f"### {size:,} works: each query asked for the first time\n\nThe same before anything about "
        f"the query is remembered, and before its part of the files was read by this process."
        f"\n\n{_by_class(figures, 'first_')}"
    )


def _by_class(figures: Facts, prefix: str) -> str:
    """Median and 95th percentile by class and engine."""
    names = _present(figures)
    rows = []
    for key in CLASSES:
        found = figures["classes"][key]
        hits = found.get("archive", {}).get("hits", 0)
        cells = [f"{CLASS_NAMES[key]} ({hits:,.0f})"]
        for name in names:
            cell = found.get(name)
            shown = cell and f"{_ms(cell[f'{prefix}p50'])} / {_ms(cell[f'{prefix}p95'])}"
            cells.append(shown or "-")
        ratio = _ratio(figures, key, f"{prefix}p50")
        rows.append([*cells, f"{ratio:.2f}" if ratio else "-"])
    return _rows(["class (hits)", *(NAMES[name] for name in names), "archive / tantivy"], rows)


def _building(size: int, figures: Facts) -> str:
    rows = []
    for name in _present(figures):
        built, opened = figures["build"][name], figures["open"][name]
        updates = figures["updates"][name]
        batch = updates.get("batch_ms")
        rows.append(
            [
                NAMES[name],
                f"{built['works_per_cpu_second']:,.0f}",
                f"{built['peak_mb']:,.0f}",
                f"{built['bytes'] / 2**20:,.0f}",
                _ms(opened["open_ms"]),
                f"{figures['memory_mb'][name]:,.0f}",
                f"{_ms(updates['one_ms'])} ({_ms(updates['one_cpu_ms'])})",
                f"{batch:,.0f} ({updates['batch_cpu_ms']:,.0f})" if batch else "-",
            ]
        )
    head = ["engine", "works / CPU s", "peak MB", "size MB", "open ms"]
    head += ["own memory MB", "one update ms", "1,000 updates ms"]
    return (
        f"### {size:,} works: building, size, updates\n\nOwn memory is that of the process after all "
        "queries without mapped files (of PostgreSQL the client's). An update counts until a search "
        "finds it, by the clock, behind it the processor time alone; the archive, tantivy and PostgreSQL sync to the disk, FTS5 (WAL, NORMAL) and "
        f"Whoosh do not.\n\n{_rows(head, rows)}"
    )


def _load(size: int, figures: Facts) -> str:
    rows = [
        [
            *(NAMES[name], f"{row['per_second']:,.0f}", _ms(row["p50_ms"]), _ms(row["p95_ms"])),
            _ms(row["cpu_ms"]),
        ]
        for name, row in figures["load"].items()
    ]
    head = ["engine", "answers / s", "median ms", "95th percentile ms", "CPU ms an answer"]
    return (
        f"### {size:,} works: two web server processes, four clients\n\nA mix of all classes, mostly "
        "tags and words, over HTTP; clients and servers share the cores with whatever else runs, so "
        "the processor time of the workers for an answer, the web server's included, says most "
        "(PostgreSQL's own processes are not in it).\n\n"
        f"{_rows(head, rows)}"
    )


def _growth(facts: Facts) -> str:
    small, *_, large = facts["sizes"]
    rows = []
    for key in CLASSES:
        cells = [CLASS_NAMES[key]]
        for name in _present(facts["sizes"][large]):
            before = facts["sizes"][small]["classes"][key].get(name)
            after = facts["sizes"][large]["classes"][key].get(name)
            cells.append(f"{after['p50'] / before['p50']:.1f}" if before and after else "-")
        rows.append(cells)
    head = ["class", *(NAMES[name] for name in _present(facts["sizes"][large]))]
    return (
        f"### Growth from {int(small):,} to {int(large):,} works\n\nThe median of the larger over "
        f"that of the smaller.\n\n{_rows(head, rows)}"
    )


def _bars(facts: Facts) -> str:
    large = facts["sizes"][list(facts["sizes"])[-1]]
    lines: list[tuple[str, str, bool]] = []
    if "tantivy" in large["build"]:
        lines += _beside_tantivy(large)
    for name in [name for name in NAMES if name not in {"archive", "tantivy"}]:
        lines += _ahead(facts, name)
    built, updates = large["build"]["archive"], large["updates"]["archive"]
    opened = large["open"]["archive"]["open_ms"]
    speed = built["works_per_cpu_second"]
    lines += [
        ("build at least 1,000 works per CPU second", f"{speed:,.0f}", speed >= 1_000),
        ("peak memory at most 1,500 MB", f"{built['peak_mb']:,.0f}", built["peak_mb"] <= 1_500),
        ("opening at most 20 ms", _ms(opened), opened <= 20),
        _update_bar("one update found within 60 ms", updates, "one", 60),
        _update_bar("1,000 updates within 1,000 ms", updates, "batch", 1_000),
    ]
    lines += _growth_bars(facts)
    rows = [[text, value, "yes" if reached else "**no**"] for text, value, reached in lines]
    return f"### Bars\n\n{_rows(['bar', 'measured', 'reached'], rows)}"


def _update_bar(text: str, updates: Facts, key: str, limit: float) -> tuple[str, str, bool]:
    clock, cpu = updates[f"{key}_ms"], updates[f"{key}_cpu_ms"]
    return text, f"{_ms(clock)}, CPU {_ms(cpu)}", clock <= limit


def _growth_bars(facts: Facts) -> list[tuple[str, str, bool]]:
    sizes = list(facts["sizes"].values())
    if len(sizes) < 2:
        return []
    grown = {
        key: sizes[-1]["classes"][key]["archive"]["p50"]
        / sizes[0]["classes"][key]["archive"]["p50"]
        for key in CLASSES
    }
    worst = max(grown, key=grown.__getitem__)
    text = f"{grown[worst]:.1f} ({CLASS_NAMES[worst]})"
    return [("every class grows by at most 3.5", text, grown[worst] <= 3.5)]


def _ahead(facts: Facts, name: str) -> list[tuple[str, str, bool]]:
    """Ahead of an engine in every class, at the largest size that it was measured at."""
    sizes = [size for size, figures in facts["sizes"].items() if name in figures["build"]]
    if not sizes:
        return []
    behind = [key for key in CLASSES if _behind(facts["sizes"][sizes[-1]], key, name)]
    text = ", ".join(CLASS_NAMES[key] for key in behind) or "no class behind"
    where = f" ({int(sizes[-1]):,} works)"
    return [(f"ahead of {NAMES[name]} in every class{where}", text, not behind)]


def _beside_tantivy(figures: Facts) -> list[tuple[str, str, bool]]:
    lines = []
    for key, limit in _WITHIN.items():
        ratio = _ratio(figures, key) or 0.0
        text = f"{CLASS_NAMES[key]}: at most {limit} times tantivy"
        lines.append((text, f"{ratio:.2f}", ratio <= limit))
    found = figures["classes"]["phrase"]
    ratio = found["archive"]["p95"] / found["tantivy"]["p95"]
    lines.append(("phrase, 95th percentile: at most 1.5 times", f"{ratio:.2f}", ratio <= 1.5))
    ahead = sum((_ratio(figures, key) or 9.0) < 1 for key in CLASSES)
    lines.append(("ahead of tantivy in at least six classes", str(ahead), ahead >= 6))
    return lines


def _behind(figures: Facts, key: str, name: str) -> bool:
    found = figures["classes"][key]
    return name in found and found[name]["p50"] < found["archive"]["p50"]


def _ratio(figures: Facts, key: str, figure: str = "p50") -> float | None:
    found = figures["classes"][key]
    if "archive" not in found or "tantivy" not in found:
        return None
    return float(found["archive"][figure] / found["tantivy"][figure])


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"
