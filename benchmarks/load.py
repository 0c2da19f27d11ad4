"""Readers and writers at once against a whole archive on 127.0.0.1: ``python -m benchmarks.load``.

Each mix is a closed loop of threads, bounded in clients, time and requests, and ends by itself:

A  80 % reading, 15 % searching, 5 % writing
B  writing alone, eight clients, the index rebuilt again and again meanwhile
C  sixteen clients that ask the worst legal queries, and one that reads other pages
D  A while the index is rebuilt again and again
E  A while a worker of the web server is killed twice

With ``--write FILE`` the tables become a document. Times are those of the machine at that moment;
counts of errors are what the mixes are for.
"""

import argparse
import math
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

from tests.faults.site import Answer, Site

MAX_SECONDS = 600
REQUESTS_A_MINUTE = 20_000
CLIENTS = {"A": 8, "B": 8, "C": 16, "D": 8, "E": 8}

READS = (
    "/",
    "/works/",
    "/works/{work}/?view_adult=true",
    "/works/?complete=true&ordering=-words",
    "/fandoms/",
    "/tags/{tag}/",
    "/api/v1/works/?facets=fandom,rating,warning",
    "/api/v1/works/{work}/",
    "/stats/",
)
SEARCHES = (
    "/api/v1/works/?q=night",
    "/api/v1/works/?q=night%20morning",
    "/works/?q=%22the%20night%22",
    "/api/v1/works/?q=nigt~",
    "/api/v1/works/?q=mor*&facets=fandom",
)
# At the caps of the query language: sixteen common words, phrases of five, prefixes, fuzzy words.
WORST = (
    "the OR and OR of OR to OR a OR in OR was OR he OR it OR that OR you OR his OR her OR had OR as OR i",
    "the and of to a in was he it that you his her had as i",
    '"of the and to a" "in the of and to"',
    "con* OR pre* the and of to",
    "nigt~ OR mornin~ the of and",
    "-the -and (of OR to OR in) (was OR he OR it)",
)


@dataclass
class Tally:
    """What the clients of one mix saw: seconds by class of request, statuses, broken connections."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    broken: int = 0
    faults: list[str] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    rss: list[float] = field(default_factory=list)
    files: list[float] = field(default_factory=list)
    rebuilds: int = 0
    wall: float = 0.0

    def add(self, kind: str, seconds: float, answer: Answer) -> None:
        """One answer; a 503 has to say when to come back."""
        self.seconds.setdefault(kind, []).append(seconds)
        self.statuses[kind, answer.status] += 1
        is_fault = answer.status >= 500 and answer.status != 503
        is_mute = answer.status == 503 and "retry-after" not in answer.headers
        if is_fault or is_mute or "database is locked" in answer.text:
            self.faults.append(f"{kind}: {answer.status} {answer.text[:120]}")

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(self.statuses.values())


class Client(threading.Thread):
    """One reader or writer, asking again as soon as it is answered."""

    def __init__(self, run: "Run", seed: int, choose: Callable[["Client"], str]) -> None:
        super().__init__(daemon=True)
        self.owner = run
        self.choose = choose
        self.chance = random.Random(seed)

    def run(self) -> None:
        """Until the run is over."""
        while not self.owner.is_over():
            kind = self.choose(self)
            method, path, body = self.owner.request(kind, self.chance)
            key = self.owner.site.key if kind == "write" else ""
            began = time.perf_counter()
            try:
                answer = self.owner.site.ask(method, path, body, key=key)
                if answer.status in (301, 302):
                    answer = self.owner.site.ask("GET", answer.headers["location"], key=key)
            except (OSError, HTTPException):
                with self.owner.lock:
                    self.owner.tally.broken += 1
                continue
            spent = time.perf_counter() - began
            with self.owner.lock:
                self.owner.tally.add(kind, spent, answer)


class Run:
    """One mix against a running site."""

    def __init__(self, site: Site, mix: str, seconds: float, works: int) -> None:
        self.site = site
        self.mix = mix
        self.works = works
        self.tally = Tally()
        self.lock = threading.Lock()
        self.limit = seconds
        self.end = 0.0

    def is_over(self) -> bool:
        """Time or requests are spent."""
        most = REQUESTS_A_MINUTE * math.ceil(self.limit / 60)
        return time.monotonic() >= self.end or self.tally.requests >= most

    def request(self, kind: str, chance: random.Random) -> tuple[str, str, object]:
        """Method, path and body of one request of a class."""
        if kind == "write":
            if chance.random() < 0.5:
                body = {"summary": f"<p>Changed {chance.random()}</p>"}
                return "PATCH", f"/api/v1/works/{chance.randint(1, self.works)}/", body
            return "POST", "/api/v1/works/", _new_work(chance)
        if kind == "worst":
            return "GET", f"/api/v1/works/?q={quote(chance.choice(WORST))}", None
        paths = SEARCHES if kind == "search" else READS
        path = chance.choice(paths)
        return (
            "GET",
            path.format(work=chance.randint(1, self.works), tag=chance.randint(30, 90)),
            None,
        )

    def go(self) -> Tally:
        """Start the clients, disturb them as the mix says, watch, and end."""
        began = time.monotonic()
        self.end = began + self.limit
        clients = [Client(self, seed, self._chooser(seed)) for seed in range(CLIENTS[self.mix])]
        if self.mix == "C":
            clients.append(Client(self, 99, lambda _: "read"))
        for client in clients:
            client.start()
        disturb = threading.Thread(target=self._disturb, daemon=True)
        disturb.start()
        while not self.is_over():
            self._watch()
            time.sleep(0.5)
        for client in clients:
            client.join(120)
        disturb.join(300)
        self.tally.wall = time.monotonic() - began
        return self.tally

    def _chooser(self, seed: int) -> Callable[[Client], str]:
        del seed
        if self.mix == "B":
            return lambda _: "write"
        if self.mix == "C":
            return lambda _: "worst"

        def choose(client: Client) -> str:
            return client.chance.choices(("read", "search", "write"), (80, 15, 5))[0]

        return choose

    def _disturb(self) -> None:
        if self.mix in ("B", "D"):
            while not self.is_over():
                self.site.manage("rebuild_index")
                self.tally.rebuilds += 1
        elif self.mix == "E":
            for _ in range(2):
                time.sleep(self.limit / 4)
                if workers := _children(self.site.web.pid if self.site.web else 0):
                    os.kill(workers[0], signal.SIGKILL)

    def _watch(self) -> None:
        with suppress(OSError, HTTPException, KeyError, ValueError):
            health = self.site.get("/health/ready").json
            self.tally.lags.append(float(health["index"]["lag_seconds"] or 0))
        if self.site.web:
            family = [self.site.web.pid, *_children(self.site.web.pid)]
            self.tally.rss.append(sum(map(_rss_mb, family)))
            self.tally.files.append(sum(map(_open_files, family)))


def _new_work(chance: random.Random) -> dict[str, object]:
    words = " ".join(chance.choices(("night", "lamp", "violin", "harbour", "orchard"), k=200))
    return {
        "title": f"Load {chance.random()}",
        "language": "en",
        "status": "posted",
        "rating": "General",
        "warnings": ["No Archive Warnings Apply"],
        "fandoms": ["Sherlock Holmes"],
        "chapters": [{"body": f"<p>{words}</p>"}],
    }


def _children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _rss_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(s.split()[1]) / 1024 for s in status.splitlines() if "VmRSS" in s), 0.0)


def _open_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _halves(values: list[float]) -> str:
    half = len(values) // 2
    first, second = _percentile(values[:half], 0.5), _percentile(values[half:], 0.5)
    return f"{first:.0f} and {second:.0f}"


def table(mix: str, tally: Tally) -> list[str]:
    """One mix as Markdown: a row for each class, then what was watched."""
    lines = [
        f"### Mix {mix}: {CLIENTS[mix]} clients, {tally.wall:.0f} s, {tally.requests:,} answers",
        "",
        "| class | answers | p50 ms | p95 ms | p99 ms | max ms | statuses |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, values in sorted(tally.seconds.items()):
        cells = [_percentile(values, share) * 1000 for share in (0.5, 0.95, 0.99, 1.0)]
        statuses = ", ".join(
            f"{status}: {n:,}" for (of, status), n in sorted(tally.statuses.items()) if of == kind
        )
        times = " | ".join(f"{cell:.0f}" for cell in cells)
        lines.append(f"| {kind} | {len(values):,} | {times} | {statuses} |")
    watched = (
        f"Broken connections: {tally.broken}. 5xx but 503, a 503 without `Retry-After`, or a "
        f"locked database: {len(tally.faults)}. Rebuilds meanwhile: {tally.rebuilds}. "
        f"Lag of the index: p95 {_percentile(tally.lags, 0.95):.1f} s, "
        f"max {max(tally.lags, default=0):.1f} s. Web server, median of the first and the second "
        f"half: {_halves(tally.rss)} MB of memory, {_halves(tally.files)} open files; open files "
        f"at most {max(tally.files, default=0)}."
    )
    return [*lines, "", watched, "", *[f"- {fault}" for fault in tally.faults[:10]]]


def _caught_up(site: Site) -> float:
    """Seconds until nothing waits for the index after the end of a mix."""
    began = time.monotonic()
    site.wait(
        lambda: site.get("/health/ready").json["index"]["lag_items"] == 0, "the index", seconds=120
    )
    return time.monotonic() - began


def main() -> int:
    """Seed an archive, run the mixes, print the tables; 1 when something broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--mix", nargs="+", choices=sorted(CLIENTS), default=sorted(CLIENTS))
    parser.add_argument("--seconds", type=int, default=20, help=f"a mix, at most {MAX_SECONDS}")
    parser.add_argument("--works", type=int, default=2_000)
    parser.add_argument("--database", default="", help="postgres://...; SQLite when left out")
    parser.add_argument("--write", type=Path, help="a document for the tables")
    options = parser.parse_args()
    if not 1 <= options.seconds <= MAX_SECONDS:
        parser.error(f"--seconds is {options.seconds}; 1 to {MAX_SECONDS} is allowed")
    engine = "PostgreSQL" if options.database else "SQLite"
    lines = [f"## {engine}, {options.works:,} works", ""]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), database_url=options.database)
        try:
            site.prepare()
            site.manage("make_catalogue", "--works", str(options.works), "--chapters")
            site.manage("rebuild_index")
            site.start_web()
            site.start_indexer()
            for mix in options.mix:
                tally = Run(site, mix, options.seconds, options.works).go()
                faults += len(tally.faults)
                lines += [
                    *table(mix, tally),
                    f"The index had caught up {_caught_up(site):.1f} s later.",
                    "",
                ]
                sys.stdout.write("\n".join(lines[-12:]) + "\n")
                sys.stdout.flush()
            site.kill("indexer")
            report = site.verify()
            faults += not report["ok"]
            lines.append(
                f"`verify_index --full` afterwards: {'in order' if report['ok'] else report}."
            )
        finally:
            site.stop()
    sys.stdout.write(lines[-1] + "\n")
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
