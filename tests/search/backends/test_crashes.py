"""Processes that are killed, and generations that change under readers."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from search.backends.whoosh import WhooshBackend
from tests.search.asking import found
from tests.search.documents import as_mapping, make_document

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import sys
import django
django.setup()
from pathlib import Path
from search.backends.whoosh import WhooshBackend
from tests.search.documents import as_mapping, make_document

backend = WhooshBackend(Path(sys.argv[1]))
for version in range(int(sys.argv[2]), 1_000_000):
    works = [make_document(pk, text=f"v{version} all", version=version) for pk in range(1, 8)]
    backend.apply(as_mapping(*works), {100 + version})
    print(version, flush=True)
"""


def versions_of(folder: Path) -> list[int]:
    """The versions of all works, read by a process that has never seen the index."""
    backend = WhooshBackend(folder)
    assert list(backend.verify()) == []
    versions = dict(backend.versions())
    assert sorted(versions) == list(range(1, 8))
    newest = versions[1]
    assert found(backend, f"v{newest}") == list(range(1, 8))
    assert found(backend, "all") == list(range(1, 8))
    return list(versions.values())


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_commits_and_no_lock(tmp_path):
    """Each acknowledged commit is there; at most the one that was on its way may be there too."""
    folder = tmp_path / "index"
    WhooshBackend(folder).begin_generation().promote()
    chance = random.Random(7)  # noqa: S311  a reproducible moment, no secret
    acknowledged = 0
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "archive.settings.test"}
    for _ in range(20):
        command = [sys.executable, "-c", WRITER, str(folder), str(acknowledged + 1)]
        process = subprocess.Popen(  # noqa: S603  code of this very file
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(chance.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines()
        process.stdout.close()
        process.wait()
        acknowledged = max(int(line) for line in lines if line.strip())
        versions = set(versions_of(folder))
        assert len(versions) == 1
        assert versions <= {acknowledged, acknowledged + 1}
        acknowledged = versions.pop()


def test_readers_meet_no_error_while_generations_change(tmp_path):
    folder = tmp_path / "index"
    documents = as_mapping(*(make_document(pk, text="rose") for pk in range(1, 6)))
    writer = WhooshBackend(folder)
    build = writer.begin_generation()
    build.add(documents)
    build.promote()
    over = threading.Event()
    answers: list[object] = []

    def read() -> None:
        reader = WhooshBackend(folder)
        while not over.is_set():
            try:
                answers.append(found(reader, "rose"))
            except Exception as error:  # noqa: BLE001  whatever it is, the test must show it
                answers.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(8):
        build = writer.begin_generation()
        build.add(documents)
        build.promote()
        writer.apply(as_mapping(make_document(1, text="rose again")), set())
    over.set()
    for thread in threads:
        thread.join()
    assert len(answers) > 8
    assert [answer for answer in answers if answer != [1, 2, 3, 4, 5]] == []
