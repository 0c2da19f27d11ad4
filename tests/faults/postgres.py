"""A PostgreSQL of the test's own, which may be stopped and killed."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.faults.site import NotReady
from tests.ports import free_port


class Postgres:
    """One cluster in a folder, synced to the disk as in production; only 127.0.0.1 reaches it."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            pytest.skip("not measured: PostgreSQL is not installed")
        self.programs = found[-1]
        self.folder = folder
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self._prefix: tuple[str, ...] = ()
        folder.mkdir()
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root; its user has to reach the folder, which
            # is why it is not one of pytest's.
            folder.parent.chmod(0o711)
            shutil.chown(folder, "postgres")
            self._prefix = ("runuser", "-u", "postgres", "--")
        self._run("initdb", "-D", str(folder), "-U", "postgres", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        """Once it takes connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """At once, as on a restart of the machine in good order."""
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-m", "fast", "stop")

    def kill(self) -> None:
        """kill -9 to the postmaster and all its children."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in (pid, *map(int, children)):
            os.kill(process, signal.SIGKILL)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603  PostgreSQL's own programs
            [*self._prefix, str(self.programs / program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            cwd="/",
            check=False,
        )
        if done.returncode:
            raise NotReady(f"{program}: {done.stderr[-500:]}")
