"""More than eighty files made to harm: each is refused with a reason or read clean.

They are read as in service, by the child with its limits, watched by a hook of the interpreter:
whoever opens a socket, starts a process or writes a file there ends the child with a mark.
"""

import re
import sys
from functools import cache
from pathlib import Path

import pytest

from catalog.importers.base import ImportLimits
from catalog.importers.sandbox import Sandbox
from tests.catalog.importers.hostile_texts import SECRET, books, documents, texts
from tests.catalog.importers.hostile_zips import zips_of

CODES = {
    f"import.{name}"
    for name in (
        *("empty", "binary", "too_large", "line_too_long", "encoding", "protected"),
        *("unknown_format", "broken", "hostile", "no_text", "withheld"),
    )
}
WATCHED = """
import os, sys
from catalog.importers import child
MARK = sys.argv[1]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
ACTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
        "os.remove", "os.rename", "os.mkdir", "os.link", "os.symlink", "shutil.")
def watch(event, args):
    wrote = event == "open" and isinstance(args[2], int) and args[2] & WRITES
    if wrote or event.startswith(ACTS):
        os.write(2, f"{event} {args!r}".encode())
        os._exit(77)
sys.addaudithook(watch)
child.main()
"""
MEMORY_KB = 512 * 1024


@cache
def all_files(path: str) -> dict[str, bytes]:
    files = books(path) | documents(path) | texts()
    for kind in ("epub", "docx", "zip"):
        files |= {f"{what}.{kind}": data for what, data in zips_of(kind).items()}
    return files


def peak_kb(sandbox: Sandbox) -> int:
    """The most memory that the living child ever had; 0 when it is gone."""
    if sandbox._child is None:
        return 0
    try:
        status = Path(f"/proc/{sandbox._child.pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


def test_there_are_at_least_eighty():
    assert len(all_files("/nowhere/secret.txt")) >= 80


# Reads over a hundred files, some of them of megabytes, in one child.
def test_hostile_files_are_refused_or_read_clean(tmp_path, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    monkeypatch.setattr(Sandbox, "command", (sys.executable, "-c", WATCHED, str(tmp_path)))
    died, wrong = [], []
    with Sandbox() as sandbox:
        for name, data in all_files(str(secret)).items():
            entries = list(sandbox.entries(data, name, limits=ImportLimits()))
            if sandbox._child is None:
                died.append(name)
            assert entries, name
            for entry in entries:
                if entry.refusal is not None and entry.refusal.code not in CODES:
                    wrong.append((name, entry.refusal.code))
                if SECRET in repr(entry):
                    wrong.append((name, "the secret"))
            assert peak_kb(sandbox) <= MEMORY_KB, name
    assert not wrong
    assert not died
    assert list(tmp_path.iterdir()) == [secret]


@pytest.mark.parametrize("act", ["socket.socket()", "open({path!r}, 'w')", "os.system('true')"])
def test_the_watch_sees_what_it_should(act, tmp_path, monkeypatch):
    code = WATCHED.replace("child.main()", "import socket\n" + act.format(path=str(tmp_path / "x")))
    monkeypatch.setattr(Sandbox, "command", (sys.executable, "-c", code, str(tmp_path)))
    with Sandbox() as sandbox:
        [entry] = sandbox.entries(b"x", "x.txt")
    assert entry.refusal.code == "import.hostile"
    assert not list(tmp_path.iterdir())
