"""Merges a tag that stands on very many works, and kills the indexer while it catches up.

    python -m benchmarks.great_merge [--works 100000] [--kill-after 10]
    python -m benchmarks.great_merge --make FOLDER [--works 100000]
    python -m benchmarks.great_merge --archive FOLDER

Makes an archive of its own (SQLite, or the empty database in ARCHIVE_DATABASE_URL) and its index,
merges the tag by the web server's own way, and times the request. The server has answered the plan
of the merge before, as the desk shows it, so the time does not hold what a process loads once. Then
a `run_indexer` is killed with SIGKILL after some seconds and another one started, and it is timed
until nothing waits, with a search every second meanwhile: works found under the target may only
become more. At the end filter rows and counts are compared with the slow reference, and index and
database with each other. Exit 1 when a bar is missed or anything differs. `--make` makes the
archive and no more; `--archive` merges in a copy of one made so (SQLite alone).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django

REQUEST_SECONDS = 1.0
COMPLETE_SECONDS = 120.0
_AT_ONCE = 5_000
_LOSER, _WINNER = "Hot Tea", "Tea"


def main() -> int:
    """Build or take what was built; merge, kill, wait, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--kill-after", type=float, default=10.0, help="seconds")
    parser.add_argument("--make", type=Path, help="make the archive in this folder and end")
    parser.add_argument("--archive", type=Path, help="a folder made with --make")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.make or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="great-merge-"))
        )
        if options.archive:
            shutil.copytree(options.archive, folder, dirs_exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["ARCHIVE_DATA_DIR"] = str(folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.dev")
        django.setup()
        if not options.archive:
            make(options.works)
        return 0 if options.make else try_merge(options.kill_after)


def make(works: int) -> None:
    """An archive of so many works, with its index."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    timed("build the catalogue", lambda: build(works))
    timed("build the index", lambda: call_command("rebuild_index", verbosity=0))


def try_merge(kill_after: float) -> int:
    """Merge, kill, wait, compare; 1 when a bar is missed or anything differs."""
    from catalog.models import Tag

    tag = Tag.objects.get(kind="freeform", name=_LOSER).pk
    target = Tag.objects.get(kind="freeform", name=_WINNER).pk
    count = Tag.objects.get(pk=tag).works_count
    taken, processor, statements = merge(tag, target)
    print(f"the merge of {count:,} works answered after {taken:.2f} s (bar {REQUEST_SECONDS} s), ")
    print(f"{processor:.2f} s of processor time, {statements} statements", flush=True)
    begin = time.monotonic()
    first = indexer()
    time.sleep(kill_after)
    first.kill()
    first.wait()
    print(f"killed with {waiting()} events waiting")
    slowest, faults = catch_up(begin, target)
    complete = time.monotonic() - begin
    print(f"complete after {complete:.0f} s (bar {COMPLETE_SECONDS:.0f} s); ", end="")
    print(f"slowest search meanwhile {1000 * slowest:.0f} ms")
    faults += differences(count, tag, target)
    print("\n".join(faults) or "filter rows, counts and index agree")
    return int(bool(faults) or taken > REQUEST_SECONDS or complete > COMPLETE_SECONDS)


def timed(what: str, act: Callable[[], Any]) -> Any:
    """The answer of the act, with its seconds printed."""
    begin = time.monotonic()
    answer = act()
    print(f"{what}: {time.monotonic() - begin:.0f} s", flush=True)
    return answer


def build(count: int) -> None:
    """Works of one fandom that all carry one canonical tag, and another tag that none carries."""
    from django.utils import timezone

    from archive.core.text import fold_name
    from catalog.models import Creator, Creatorship, Kind, Tag, Work, WorkTag
    from catalog.services.filtering import refresh_works
    from catalog.tagwords import fill_missing_words

    def tag(kind: str, name: str) -> Tag:
        return Tag.objects.create(kind=kind, name=name, folded=fold_name(name), is_canonical=True)

    loser, _ = tag(Kind.FREEFORM, _LOSER), tag(Kind.FREEFORM, _WINNER)
    fandom, others = tag(Kind.FANDOM, "Kettles"), [tag(Kind.FREEFORM, f"T{n}") for n in range(200)]
    closed = Tag.objects.filter(kind__in=["rating", "warning"], position=1)
    common = [loser, fandom, *closed]
    fill_missing_words()
    pen, _ = Creator.objects.get_or_create(name="Somebody", folded="somebody")
    now = timezone.now()
    for start in range(0, count, _AT_ONCE):
        works = Work.everything.bulk_create(
            Work(
                title=f"Work {number}",
                sort_title=f"work {number:07}",
                language_id="en",
                status="posted",
                published_at=now,
                updated_at=now,
            )
            for number in range(start, min(start + _AT_ONCE, count))
        )
        Creatorship.objects.bulk_create(
            Creatorship(work=work, creator=pen, position=0) for work in works
        )
        WorkTag.objects.bulk_create(
            WorkTag(work=work, tag=each, name=each.name, position=place)
            for work in works
            for place, each in enumerate([*common, others[work.pk % len(others)]])
        )
        refresh_works([work.pk for work in works])


def merge(tag: int, target: int) -> tuple[float, float, int]:
    """Post the merge to the API as an admin, its plan first.

    Returns seconds until the answer, seconds of the processor, and the number of statements.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from archive.accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.create(username="admin", is_superuser=True))
    address = f"/api/v1/tags/{tag}/make-synonym/"
    plan = client.post(address, {"of": target, "dry_run": True}, content_type="application/json")
    with CaptureQueriesContext(connection) as statements:
        begin, spent = time.perf_counter(), time.process_time()
        answer = client.post(address, {"of": target}, content_type="application/json")
        taken, processor = time.perf_counter() - begin, time.process_time() - spent
    if (plan.status_code, answer.status_code) != (200, 200):
        raise SystemExit(f"The merge was refused: {answer.content.decode()}")
    return taken, processor, len(statements)


def indexer() -> "subprocess.Popen[bytes]":
    """The process that takes over changes, as the archive's host runs it."""
    command = [sys.executable, "manage.py", "run_indexer"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def waiting() -> int:
    """How many events have not been taken over."""
    from search.models import IndexEvent

    return IndexEvent.objects.count()


def catch_up(begin: float, target: int) -> tuple[float, list[str]]:
    """Wait for a second indexer; the seconds of the slowest search, and what was amiss."""
    from catalog.workquery import TagRef, WorkQuery

    second, slowest, before = indexer(), 0.0, 0
    faults = []
    try:
        while waiting() and time.monotonic() - begin < 10 * COMPLETE_SECONDS:
            started = time.perf_counter()
            found = find(WorkQuery(tags=(TagRef(target),)))
            slowest = max(slowest, time.perf_counter() - started)
            if found < before:
                faults.append(f"found under the target meanwhile: {before}, then {found}")
            before = found
            time.sleep(1)
    finally:
        second.terminate()
        second.wait()
    return slowest, faults


def find(query: Any) -> int:
    """How many works everybody finds."""
    from archive.core.viewer import ANONYMOUS
    from catalog.finder import find_works

    return int(find_works(query, ANONYMOUS).total)


def differences(count: int, tag: int, target: int) -> list[str]:
    """What is not as the merge has to leave it."""
    from django.core.management import call_command

    from catalog.models import Tag
    from catalog.workquery import TagRef, WorkQuery

    faults = []
    for what, query, wanted in (
        ("found under the target", WorkQuery(tags=(TagRef(target),)), count),
        ("found by the very words", WorkQuery(tags=(TagRef(tag, exact=True),)), count),
    ):
        found = find(query)
        if found != wanted:
            faults.append(f"{what}: {found}, should be {wanted}")
    if Tag.objects.get(pk=target).works_count != count:
        faults.append(f"counted under the target: {Tag.objects.get(pk=target).works_count}")
    for command in ("check_catalog", "verify_index"):
        try:
            call_command(command, verbosity=0)
        except SystemExit as end:
            if end.code:
                faults.append(f"{command} ended with {end.code}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
