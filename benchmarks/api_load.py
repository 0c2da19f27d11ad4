"""The bars of the REST API: ``python -m benchmarks.api_load --data DIR``.

Serves the archive of a data folder with gunicorn (two workers of four threads) on 127.0.0.1 and asks
it with four clients at once, each over a connection of its own that stays open, each a closed loop:

works    a page of 20 works with all facets, narrowed in twelve ways
detail   one work
text     a work of 100 chapters with ``include=text``
304      one work that the client has already

``--data`` is filled before with ``manage.py make_catalogue --works 100000`` and ``rebuild_index``; the
long work is added where it is missing. Prints the median and the 95th percentile as the client sees
them, and the processor time of the server for each request, which a busy machine does not spoil.
"""

import argparse
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = 4
WORKERS = 2
BARS = {"works": 100, "detail": 30, "text": 150, "304": 5}
LONG_TITLE = "A work of a hundred chapters"
CHAPTERS, WORDS = 100, 3_000
FILTERS = (
    "",
    "complete=true",
    "words=1000-20000",
    "language=en",
    "ordering=-kudos",
    "ordering=title",
    "updated=%3C%202%20years",
    "crossover=true",
    "fandom={fandom}",
    "freeform={freeform}",
    "q=night",
    "q=the%20house&complete=true",
)
Request = tuple[str, dict[str, str]]


@dataclass
class Measured:
    """Milliseconds of each request as a client saw them; processor milliseconds of the server."""

    name: str
    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    cpu_ms: float = 0.0

    def row(self) -> str:
        """A row of the table."""
        ordered = sorted(self.times)
        p95 = ordered[int(len(ordered) * 0.95)]
        median = statistics.median(ordered)
        statuses = ", ".join(map(str, sorted(self.statuses)))
        return (
            f"| {self.name} | {len(ordered)} | {statuses} | {statistics.median(self.sizes) / 1024:.0f} KB "
            f"| {median:.1f} | {p95:.1f} | {BARS[self.name]} | {self.cpu_ms / len(ordered):.1f} |"
        )


class Server:
    """gunicorn on the data folder, for a while."""

    def __init__(self, data: Path, port: int) -> None:
        off = {
            f"ARCHIVE_RATE_{name}": "off"
            for name in ("ANON", "KEY", "SEARCH_ANON", "WRITE", "IMPORT", "DOWNLOAD")
        }
        environment = {**os.environ, **off, "ARCHIVE_DATA_DIR": str(data)}
        environment["ARCHIVE_BASE_URL"] = f"http://127.0.0.1:{port}"
        self.port = port
        self._process = subprocess.Popen(  # noqa: S603  our own server
            [
                *(sys.executable, "-m", "gunicorn", "archive.wsgi", "-k", "gthread"),
                *("-b", f"127.0.0.1:{port}", "-w", str(WORKERS), "--threads", "4"),
                *("--keep-alive", "30", "--log-level", "warning"),
            ],
            env=environment,
            start_new_session=True,
        )

    def __enter__(self) -> "Server":
        for _ in range(600):
            try:
                if self.get("/health/ready")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server does not answer.")

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)

    def get(self, path: str) -> tuple[int, bytes, str]:
        """Status, body and ETag of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return fetch(connection, (path, {}))
        finally:
            connection.close()

    def cpu_ms(self) -> float:
        """Processor time of all workers so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # Fields 5, 14 and 15 of proc(5): the process group, user and system time.
            if int(fields[2]) == self._process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def fetch(connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes, str]:
    """Status, body and ETag."""
    path, headers = request
    connection.request("GET", path, headers={"Accept": "application/json", **headers})
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers.get("ETag", "")


def measure(
    server: Server, name: str, make: Callable[[random.Random], Request], seconds: float
) -> Measured:
    """Ask for some seconds with four clients at once, after a little warming up."""
    found = Measured(name)
    lock = threading.Lock()

    def client(seed: int, until: float, keep: bool) -> None:  # noqa: FBT001  a thread's target
        rng = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while time.monotonic() < until:
            request = make(rng)
            begin = time.perf_counter()
            status, body, _ = fetch(connection, request)
            spent = (time.perf_counter() - begin) * 1000
            if keep:
                with lock:
                    found.times.append(spent)
                    found.sizes.append(len(body))
                    found.statuses.add(status)
        connection.close()

    for keep, duration in ((False, min(3.0, seconds)), (True, seconds)):
        before = server.cpu_ms()
        until = time.monotonic() + duration
        threads = [
            threading.Thread(target=client, args=(seed + 100 * keep, until, keep))
            for seed in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found.cpu_ms = server.cpu_ms() - before
    return found


def prepare() -> int:
    """The id of the long work, made where it is missing."""
    import django

    django.setup()
    from django.core.management import call_command

    from archive.core.viewer import SYSTEM
    from catalog.models import Work
    from catalog.services.data import ChapterData, WorkData
    from catalog.services.works import create_work

    call_command("migrate", verbosity=0, interactive=False)
    made = Work.objects.public().filter(title=LONG_TITLE).first()
    if made is None:
        rng = random.Random(1)
        words = ["night", "the", "a", "house", "of", "came", "back", "and", "letter", "said"]
        body = "".join(
            f"<p>{' '.join(rng.choice(words) for _ in range(60))}.</p>" for _ in range(WORDS // 60)
        )
        data = WorkData(
            title=LONG_TITLE,
            language="en",
            creators=["Load"],
            tags={
                "rating": ["General"],
                "warning": ["No Archive Warnings Apply"],
                "fandom": ["Sherlock Holmes"],
            },
            chapters=[ChapterData(body=body) for _ in range(CHAPTERS)],
        )
        made = create_work(actor=SYSTEM, data=data, post=True)
    return made.pk


def makers(server: Server, long_work: int) -> dict[str, Callable[[random.Random], Request]]:
    """What each class of requests asks."""
    top = {
        kind: json.loads(server.get(f"/api/v1/{kind}s/?page_size=20")[1])["results"]
        for kind in ("fandom", "freeform")
    }
    page = json.loads(server.get("/api/v1/works/?page_size=100&fields=id&ordering=title")[1])
    ids = [work["id"] for work in page["results"]]
    tags = {pk: server.get(f"/api/v1/works/{pk}/")[2] for pk in ids}

    def works(rng: random.Random) -> Request:
        names = {kind: rng.choice(rows)["id"] for kind, rows in top.items()}
        return f"/api/v1/works/?facets=all&{rng.choice(FILTERS).format(**names)}".rstrip("&"), {}

    def known(rng: random.Random) -> Request:
        pk = rng.choice(ids)
        return f"/api/v1/works/{pk}/", {"If-None-Match": tags[pk]}

    return {
        "works": works,
        "detail": lambda rng: (f"/api/v1/works/{rng.choice(ids)}/", {}),
        "text": lambda rng: (f"/api/v1/works/{long_work}/?include=text", {}),
        "304": known,
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a filled data folder")
    parser.add_argument("--port", type=int, default=8105)
    parser.add_argument("--seconds", type=float, default=15, help="for each class")
    given = parser.parse_args()
    data = given.data.resolve()
    os.environ["ARCHIVE_DATA_DIR"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.prod")
    long_work = prepare()
    print("| requests | n | status | size | median ms | p95 ms | bar ms | server CPU ms |")
    print("|---|---|---|---|---|---|---|---|")
    with Server(data, given.port) as server:
        for name, make in makers(server, long_work).items():
            print(measure(server, name, make, given.seconds).row(), flush=True)


if __name__ == "__main__":
    main()
