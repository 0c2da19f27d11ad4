"""A program of its own for test_rebuild_killed: a rebuild by two processes, killed and run again.

``python -m tests.search.rebuild_run`` in an environment with a fresh data folder; prints one JSON
object with what was found.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

WORKS = 60
_PARTS_BEFORE_DEATH = 3
_PATIENCE_SECONDS = 240.0


def main() -> None:
    """Kill the one who leads in the middle, then rebuild, then look."""
    django.setup()
    if sys.argv[1:] == ["lead"]:
        _lead()
        return
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _write_works()
    parts = Path(settings.SEARCH_INDEX_DIR) / "parts"
    child = subprocess.Popen([sys.executable, "-m", "tests.search.rebuild_run", "lead"])
    end = time.monotonic() + _PATIENCE_SECONDS
    while len(list(parts.glob("*/RESULT"))) < _PARTS_BEFORE_DEATH and time.monotonic() < end:
        time.sleep(0.005)
    workers = _children_of(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    outcome = {"killed": child.returncode == -signal.SIGKILL, "workers": len(workers)}
    outcome["ended"] = _are_gone(workers, end)
    _change_works()
    sys.stdout.write(json.dumps(outcome | _finish()))


def _lead() -> None:
    from search.parts import plan
    from search.rebuild import rebuild_index

    plan.PART_WORKS = 4
    rebuild_index(workers=2)


def _finish() -> dict[str, Any]:
    from search.rebuild import rebuild_index
    from search.verify import verify_index
    from tests.search.asking import ask

    report = rebuild_index(workers=2)
    verified = verify_index(full=True)
    from search.backends import get_backend

    return {
        "works": report.works,
        "resumed": report.resumed,
        "wrong": sorted(verified.wrong) + verified.unreadable,
        "listed": verified.listed,
        "renamed": ask(get_backend(), "title:zebra").total,
    }


def _write_works() -> None:
    from catalog.models import Work
    from tests.factories import PUBLISHED

    Work.everything.bulk_create(
        Work(
            title=f"A work {number}",
            sort_title="a work",
            language_id="en",
            status="posted",
            published_at=PUBLISHED,
            updated_at=PUBLISHED,
        )
        for number in range(WORKS)
    )


def _change_works() -> None:
    from django.db import transaction

    from catalog.events import announce_works_changed
    from catalog.models import Work

    with transaction.atomic():
        work = Work.everything.order_by("pk")[0]
        work.title, work.version = "Zebra", work.version + 1
        work.save()
        announce_works_changed([work.pk])


def _children_of(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return list(map(int, path.read_text().split()))


def _are_gone(pids: list[int], end: float) -> bool:
    """Whether they end by themselves, now that nobody gives them orders."""
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


if __name__ == "__main__":
    main()
