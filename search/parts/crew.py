"""Several processes that build the parts of a rebuild at once."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.db import connection

from search.indexing import EngineFailure
from search.parts.builder import build_part
from search.parts.plan import Part, Plan

_GLANCE_SECONDS = 0.2

_ALLOCATION = {"MALLOC_MMAP_THRESHOLD_": "1000000", "MALLOC_TRIM_THRESHOLD_": "1000000"}
"""For the C library: large arrays go back to the system at once, not when all around them goes."""

Done = Callable[[int], None]
Check = Callable[[], None]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def build_parts(plan: Plan, parts: list[Part], workers: int, done: Done, check: Check) -> None:
    """Build the parts that are not whole; ``check`` raises to stop, and what is whole stays.

    The first part of a plan comes first: its measures are those of all. With one worker this
    process does it all. Raises EngineFailure.
    """
    if min(workers, len(parts)) > 1:
        _Crew(plan, parts, min(workers, len(parts))).run(done, check)
        return
    for part in parts:
        check()

        def told(works: int) -> None:
            done(works)
            check()

        build_part(plan.path(part), part.first, part.last, _like(plan, part), told)


def _like(plan: Plan, part: Part) -> Path | None:
    return None if part.number == 0 else plan.path(plan.parts[0])


class _Crew:
    """Processes with a thread each that hands out orders and listens.

    The process that leads builds nothing: what it learnt would stay in its memory beside theirs.
    """

    def __init__(self, plan: Plan, parts: list[Part], workers: int) -> None:
        self._plan = plan
        # None: there is nothing more to do.
        self._orders: queue.SimpleQueue[Part | None] = queue.SimpleQueue()
        self._waiting = list(parts)
        self._left = len(parts)
        # A number of works that are done, None for a part, an error.
        self._news: queue.SimpleQueue[int | EngineFailure | None] = queue.SimpleQueue()
        self._processes = [_start() for _ in range(workers)]
        self._threads = [
            threading.Thread(target=self._direct, args=(process,), daemon=True)
            for process in self._processes
        ]

    def run(self, done: Done, check: Check) -> None:
        """Until every part is whole; on any error the processes are ended."""
        try:
            for thread in self._threads:
                thread.start()
            self._hand_out()
            while self._left:
                check()
                try:
                    news = self._news.get(timeout=_GLANCE_SECONDS)
                except queue.Empty:
                    continue
                if isinstance(news, EngineFailure):
                    raise news
                if news is None:
                    self._left -= 1
                    self._hand_out()
                else:
                    done(news)
        finally:
            for _ in self._threads:
                self._orders.put(None)
            for process in self._processes:
                process.terminate()
            for process in self._processes:
                process.wait()
            for thread in self._threads:
                thread.join()

    def _hand_out(self) -> None:
        """All parts, but for the first of the plan: the others wait for its measures."""
        is_first = bool(self._waiting) and self._waiting[0] == self._plan.parts[0]
        for part in self._waiting[: 1 if is_first else None]:
            self._orders.put(part)
        del self._waiting[: 1 if is_first else None]

    def _direct(self, process: "subprocess.Popen[str]") -> None:
        while (part := self._orders.get()) is not None and self._order(process, part):
            pass

    def _order(self, process: "subprocess.Popen[str]", part: Part) -> bool:
        """One part; whether the process can take another."""
        stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        like = _like(self._plan, part)
        order = {
            "folder": str(self._plan.path(part)),
            "first": part.first,
            "last": part.last,
            "like": str(like) if like else "",
            "database": str(connection.settings_dict["NAME"]),
        }
        try:
            stdin.write(json.dumps(order) + "\n")
            stdin.flush()
            for line in stdout:
                message = json.loads(line)
                if "done" in message:
                    self._news.put(int(message["done"]))
                elif "error" in message:
                    self._news.put(EngineFailure(message["error"]))
                    return False
                else:
                    self._news.put(None)
                    return True
        except (OSError, ValueError) as error:
            self._news.put(EngineFailure(f"A worker cannot be reached: {error}"))
            return False
        code = process.wait()
        self._news.put(
            EngineFailure(f"A worker ended with {code} while it built part {part.number}.")
        )
        return False


def _start() -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        **_ALLOCATION,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "search.parts.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
        env=environment,
        # Ctrl-C is for the one who leads: it stops between two batches.
        process_group=0,
    )
