"""A whole archive in a folder of its own: web server, indexer, commands, an API client."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
_LANE = os.environ.get("UNDERCROFT_FAULTS", "quick")
FULL = _LANE != "quick"

_GUNICORN = (
    *("-m", "gunicorn", "archive.wsgi", "--worker-class=gthread", "--workers=2", "--threads=4"),
    *("--graceful-timeout=20", "--log-level=critical"),
)
_POLL_SECONDS = 0.05


def rounds(*, quick: int, full: int) -> int:
    """How often a fault is tried in this lane: ``quick``, ``full``, or a share such as ``20%``."""
    if _LANE == "quick":
        return quick
    share = 1.0 if _LANE == "full" else float(_LANE.removesuffix("%")) / 100
    return max(quick, round(full * share))


class NotReady(RuntimeError):
    """Something that should have come about did not, within its time."""


@dataclass
class Answer:
    """What the server said: status, headers in lower case, body as text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass
class Site:
    """An archive on 127.0.0.1; every process has a session of its own, so it can be killed whole."""

    folder: Path
    database_url: str = ""
    key: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    web: "subprocess.Popen[bytes] | None" = None
    indexer: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.port = free_port()
        self.data = self.folder / "data"
        self.log = self.folder / "log"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes run with: nothing of ours but the path."""
        names = {k: v for k, v in os.environ.items() if not k.startswith(("ARCHIVE", "DJANGO"))}
        return {
            **names,
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
            "PYTHONWARNINGS": "ignore",
            "ARCHIVE_DATA_DIR": str(self.data),
            "ARCHIVE_BASE_URL": f"http://127.0.0.1:{self.port}",
            **({"ARCHIVE_DATABASE_URL": self.database_url} if self.database_url else {}),
            **dict.fromkeys(
                (
                    *("ARCHIVE_RATE_ANON", "ARCHIVE_RATE_KEY", "ARCHIVE_RATE_SEARCH_ANON"),
                    *("ARCHIVE_RATE_WRITE", "ARCHIVE_RATE_IMPORT", "ARCHIVE_RATE_DOWNLOAD"),
                ),
                "off",
            ),
            **self.settings,
        }

    def prepare(self) -> None:
        """Tables and the key of an administrator."""
        self.manage("migrate", "-v0")
        scopes = "read,write,wrangle,moderate,admin"
        done = self.manage(
            "create_api_key", "keeper", "--create-user", "--superuser", "--scopes", scopes
        )
        self.key = done.stdout.strip()

    def manage(
        self, *arguments: str, check: bool = True, prefix: tuple[str, ...] = ()
    ) -> "subprocess.CompletedProcess[str]":
        """One command to its end."""
        done = subprocess.run(  # noqa: S603  this very interpreter
            [*prefix, sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if check and done.returncode:
            raise NotReady(f"{arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A process that goes on."""
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  this very interpreter
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_web(self) -> None:
        """The web server, once it answers."""
        self.web = self.start(*_GUNICORN, f"--bind=127.0.0.1:{self.port}")
        # A machine that others use takes long to start two processes; that is no fault.
        self.wait(lambda: self.get("/health/live").status == 200, "the web server", seconds=240)

    def start_indexer(self) -> None:
        """The indexer, not waited for."""
        self.indexer = self.start("manage.py", "run_indexer")

    def kill(self, which: str) -> None:
        """End ``web`` or ``indexer`` without a word of warning, children included."""
        process = getattr(self, which)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            setattr(self, which, None)

    def stop(self) -> None:
        """Everything off."""
        for which in ("web", "indexer"):
            self.kill(which)

    def get(self, path: str, *, key: str = "") -> Answer:
        """One GET, as a guest unless a key is given."""
        return self.ask("GET", path, key=key)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request over a connection of its own; OSError and HTTPException when it fails."""
        key = self.key if key is None else key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Authorization": f"Bearer {key}"} if key else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, sent | (headers or {}))
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, text)

    def post_work(self, title: str, text: str = "A quiet night.") -> Answer:
        """A posted work with one chapter."""
        return self.ask("POST", "/api/v1/works/", work(title, text))

    def found(self, word: str) -> set[int]:
        """The ids of the works that a guest's search for one word tells of."""
        answer = self.get(f"/api/v1/works/?q={word}&page_size=100&fields=id")
        if answer.status != 200:
            raise NotReady(f"The search answered {answer.status}: {answer.text[:300]}")
        return {row["id"] for row in answer.json["results"]}

    def verify(self, *more: str) -> dict[str, Any]:
        """Let the index catch up, then compare all of it with the database."""
        self.manage("drain_index")
        done = self.manage("verify_index", "--full", "--json", *more, check=False)
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def wait(self, is_so: Callable[[], bool], what: str, seconds: float = 180) -> None:
        """Until something is so; NotReady when that takes too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if is_so():
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(_POLL_SECONDS)
        tail = self.log.read_text()[-2000:] if self.log.exists() else ""
        raise NotReady(f"{what}: not within {seconds} s. {tail}")


def work(title: str, text: str) -> dict[str, Any]:
    """The smallest work that can be posted."""
    return {
        "title": title,
        "language": "en",
        "status": "posted",
        "rating": "General",
        "warnings": ["No Archive Warnings Apply"],
        "fandoms": ["Sherlock Holmes"],
        "chapters": [{"body": f"<p>{text}</p>"}],
    }
