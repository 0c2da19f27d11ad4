"""Measures the completion of tags on an archive that holds tags, such as an imported corpus.

    python -m benchmarks.completion [--questions 400] [--seed 4]

Asks the archive of ARCHIVE_DATA_DIR or ARCHIVE_DATABASE_URL for beginnings of names, of two words,
of a word in the middle, and for names with a slip, seven in ten within one kind. Prints median,
95th percentile and maximum in milliseconds, by the clock and as processor time: of this process,
and on PostgreSQL (on this machine, with the right to read its processes) of the server's too.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import django


def main() -> int:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.dev")
    django.setup()
    from django.db import connection

    from catalog.models import Tag
    from catalog.tagsearch import autocomplete

    chosen = random.Random(options.seed)
    rows = Tag.objects.offered().order_by("pk").values_list("name", "kind")
    names = list(rows)
    asked = [question(chosen, *chosen.choice(names)) for _ in range(options.questions)]
    for text, kind in asked[:20]:
        autocomplete(text, kind=kind)
    server = server_process()
    clock, processor = [], []
    for text, kind in asked:
        begin, spent = time.perf_counter(), processor_time(server)
        autocomplete(text, kind=kind)
        clock.append(time.perf_counter() - begin)
        processor.append(processor_time(server) - spent)
    print(f"{connection.vendor}, {len(names):,} names, {len(asked)} questions, milliseconds")
    for label, times in (("clock", clock), ("processor", processor)):
        print(f"{label:10} median {at(times, 0.5):6.1f}  p95 {at(times, 0.95):6.1f}", end="")
        print(f"  most {at(times, 1):6.1f}")
    return 0


def question(chosen: random.Random, name: str, kind: str) -> tuple[str, str]:
    """What somebody may have typed who means this tag, and the kind they ask for."""
    words, way = name.split(), chosen.random()
    if way < 0.35:
        text = name[: chosen.randint(1, 4)]
    elif way < 0.7:
        text = " ".join([words[0][: chosen.randint(2, 8)], *words[1:2]])
    elif way < 0.85:
        text = chosen.choice(words)[: chosen.randint(2, 9)]
    else:
        letters = list(name[:14])
        letters[chosen.randrange(len(letters))] = chosen.choice("abcdefgh")
        text = "".join(letters)
    return text, kind if chosen.random() < 0.7 else ""


def server_process() -> Path | None:
    """Where the system tells of the process that answers on PostgreSQL; None on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def processor_time(server: Path | None) -> float:
    """Seconds of this process, and of the server's."""
    of_server = int(server.read_text().split()[0]) / 1e9 if server and server.exists() else 0.0
    return time.process_time() + of_server


def at(times: Sequence[float], share: float) -> float:
    """A percentile in milliseconds."""
    ordered = sorted(times)
    return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)]


if __name__ == "__main__":
    sys.exit(main())
