"""An engine behind two web server processes, asked by four clients at once."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.process import CLASSES, make_engine, method_of

WORKERS = 2
CLIENTS = 4
# What readers of an archive ask: mostly tags and words, now and then the dear ones.
_SHARES = {
    "tag": 30,
    "text_tags": 15,
    "common": 15,
    "and": 10,
    "tag_not": 10,
    "facets": 8,
    "phrase": 4,
    "prefix": 3,
    "page100": 3,
    "rare": 2,
}
_PATIENCE_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parent.parent


def app() -> Callable[..., Iterable[bytes]]:
    """The WSGI application of one process: ``/class/number`` answers with the number of hits."""
    folder = Path(os.environ["BENCH_FOLDER"])
    engine = make_engine(os.environ["BENCH_ENGINE"], folder, os.environ.get("BENCH_ADDRESS", ""))
    queries = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    engine.open()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, name, number = environ["PATH_INFO"].split("/")
        method = method_of(engine, name)
        hits = method(queries[name][int(number)]) if method else 0
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(hits).encode()]

    return answer


def measure(name: str, folder: Path, address: str, port: int, seconds: float) -> dict[str, float]:
    """Answers a second, and how long clients waited for them in milliseconds."""
    environment = {
        **os.environ,
        "BENCH_ENGINE": name,
        "BENCH_FOLDER": str(folder),
        "BENCH_ADDRESS": address,
    }
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--log-level", "error"]
    server = subprocess.Popen(  # noqa: S603  our own server
        [*command, "--bind", f"127.0.0.1:{port}", "benchmarks.engine_load:app()"],
        env=environment,
        cwd=_ROOT,
    )
    try:
        _wait_for(port)
        before = _spent(server.pid)
        figures = _ask(folder, port, seconds)
        answers = figures["per_second"] * seconds
        return {**figures, "cpu_ms": (_spent(server.pid) - before) * 1000 / answers}
    finally:
        server.terminate()
        server.wait()


def _spent(master: int) -> float:
    """Seconds of processor time of the worker processes."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    ticks = 0
    for pid in children:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait_for(port: int) -> None:
    """Until every process answers: each of some requests in a row."""
    end = time.monotonic() + _PATIENCE_SECONDS
    answered = 0
    while answered < 4 * WORKERS:
        with suppress(OSError):
            _get(port, "/rare/0")
            answered += 1
            continue
        if time.monotonic() > end:
            raise RuntimeError("The server does not answer.")
        time.sleep(0.2)


def _get(port: int, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with {response.status}.")
    finally:
        connection.close()


def _ask(folder: Path, port: int, seconds: float) -> dict[str, float]:
    queries = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    paths = [f"/{name}/{number}" for name in CLASSES for number in range(len(queries[name]))]
    by_class: dict[str, list[str]] = {}
    for path in paths:
        by_class.setdefault(path.split("/")[1], []).append(path)
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    end = time.monotonic() + seconds

    def client(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < end:
            name = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
            path = chance.choice(by_class[name])
            begin = time.perf_counter()
            _get(port, path)
            times[number].append((time.perf_counter() - begin) * 1000)

    clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    waited = sorted(time for row in times for time in row)
    return {
        "per_second": len(waited) / seconds,
        "p50_ms": waited[len(waited) // 2],
        "p95_ms": waited[int(len(waited) * 0.95)],
    }
