"""The demo archive, served by the real server in a process of its own."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 400
_ACCOUNT = re.compile(r"^\s+(\S+) / (\S+)$", re.M)


@dataclass(frozen=True)
class Site:
    """Where it answers, and the passwords of the demo's accounts."""

    base: str
    passwords: dict[str, str]

    def address(self, path: str) -> str:
        """The whole address of a path."""
        return self.base + path


@contextmanager
def serve_demo(folder: Path) -> Iterator[Site]:
    """Load the demo into the folder and serve it until the block ends."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if "ARCHIVE_" not in name}
    environment |= {
        "ARCHIVE_DATA_DIR": str(folder / "data"),
        "ARCHIVE_BASE_URL": base,
        "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
        **{f"ARCHIVE_RATE_{name}": "off" for name in ("ANON", "KEY", "SEARCH_ANON", "WRITE")},
    }
    out = folder / "server.log"
    with out.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  our own interpreter and program
            [sys.executable, "manage.py", "demo", "--serve", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(process, base, out)
        yield Site(base, dict(_ACCOUNT.findall(out.read_text())))
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], base: str, out: Path) -> None:
    """Until the server answers. Raises RuntimeError with its output when it does not."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/about/", timeout=2):  # noqa: S310  loopback
                return
        except (urllib.error.URLError, OSError):
            # No test sleeps; this waits for another process that is starting.
            process_is_over = _over_within(process, 0.3)
            if process_is_over:
                break
    raise RuntimeError(f"The server does not answer:\n{out.read_text()[-3000:]}")


def _over_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
