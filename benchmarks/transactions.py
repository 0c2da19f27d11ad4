"""How long write transactions hold the database: ``python -m benchmarks.transactions FILE...``.

In an archive of its own on SQLite: the demo is loaded, the files named are imported (the samples of
``fixtures/imports`` when none is), a tag of many works is merged, works are hidden and brought
back, and the index is drained and verified. Each outermost transaction is timed from the moment it
has the lock to the end of its commit, by the clock and by this process's own processor time.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def watch(times: list[tuple[float, float]]) -> None:
    """Note seconds and processor seconds of every outermost transaction from now on."""
    from django.db import connection, transaction

    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    began: list[tuple[float, float]] = []

    def entered(self: Any) -> None:
        is_outermost = not connection.in_atomic_block
        enter(self)
        if is_outermost:
            began.append((time.perf_counter(), time.process_time()))

    def left(self: Any, *reason: Any) -> None:
        leave(self, *reason)
        if began and not connection.in_atomic_block:
            clock, processor = began.pop()
            times.append((time.perf_counter() - clock, time.process_time() - processor))

    transaction.Atomic.__enter__ = entered  # type: ignore[method-assign]
    transaction.Atomic.__exit__ = left  # type: ignore[method-assign]


def line(what: str, times: list[tuple[float, float]]) -> str:
    """One row of the table, in milliseconds."""

    def percentile(values: list[float], share: float) -> float:
        ordered = sorted(values)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    if not times:
        return f"| {what} | 0 | | | | |"
    clock, processor = [t[0] for t in times], [t[1] for t in times]
    cells = [percentile(clock, share) for share in (0.5, 0.99, 1.0)] + [percentile(processor, 1.0)]
    return f"| {what} | {len(times):,} | " + " | ".join(f"{cell:.0f}" for cell in cells) + " |"


def acts(files: list[str]) -> dict[str, Callable[[], Any]]:
    """What is done, in this order."""
    from django.core.management import call_command

    from archive.accounts.models import User
    from archive.accounts.viewers import viewer_of
    from archive.core.viewer import SYSTEM
    from catalog.models import Tag, Work
    from catalog.services import moderation
    from catalog.services.wrangling import make_synonym

    def quietly(*arguments: str) -> Callable[[], Any]:
        def run() -> None:
            with suppress(SystemExit):
                call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO())

        return run

    def merge() -> None:
        tags = Tag.objects.filter(kind="character", is_canonical=True)
        most = list(tags.order_by("-works_count", "pk")[:2])
        make_synonym(actor=SYSTEM, tag_id=most[1].pk, of=most[0].pk)

    def hide() -> None:
        actor = viewer_of(User.objects.get(username="moderator"))
        for pk in list(Work.everything.filter(status="posted").values_list("pk", flat=True)[:20]):
            moderation.hide_work(actor=actor, work_id=pk, reason="Measured.")
            moderation.restore_work(actor=actor, work_id=pk, reason="Measured.")

    return {
        "demo loaded": quietly("demo"),
        "files imported": quietly("import_works", *files),
        "two frequent tags merged": merge,
        "20 works hidden and restored": hide,
        "index drained": quietly("drain_index"),
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="*", default=[str(ROOT / "fixtures" / "imports")])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ARCHIVE_DATA_DIR": folder,
            "ARCHIVE_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        times: list[tuple[float, float]] = []
        watch(times)
        rows, everything = [], []
        for what, act in acts(options.files).items():
            act()
            rows.append(line(what, times))
            everything += times
            times.clear()
        head = ["| what | transactions | p50 ms | p99 ms | max ms | max ms of the processor |"]
        table = [*head, "|---|---|---|---|---|---|", *rows, line("all", everything)]
        sys.stdout.write("\n".join(table) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
