"""The process that reads foreign files: small limits, no network, nothing to steal.

It is started as ``python -m catalog.importers.child`` and answers on standard output. A request
is a line of JSON (``filename``, ``encoding``, ``size``, ``limits``, ``skip``) and ``size`` bytes. The
answer is lines of JSON: ``reading`` with the name of an entry before it is read; for each entry
``entry`` and ``line`` with either ``size`` and as many bytes of JSON, ``code`` and ``detail`` of a
refusal, or ``skipped``; and ``done`` at the end.
"""

import json
import resource
import sys
from typing import IO

from archive.core.errors import DomainError
from archive.core.said import packed, say
from catalog.importers.base import Entry, ImportLimits
from catalog.importers.batch import read_entries
from catalog.importers.wire import dump_works

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
FILE_BYTES = 100 * 1024 * 1024
OPEN_FILES = 64


def main() -> None:
    """Answer requests until the pipe is closed."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    for line in source:
        request = json.loads(line)
        _limit_cpu()
        _answer(request, source.read(request["size"]), sink)
        _send(sink, {"done": True})


def _limit_cpu() -> None:
    """Give each entry its own seconds on top of what was used before."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _answer(request: dict[str, object], data: bytes, sink: IO[bytes]) -> None:
    def on_start(name: str) -> None:
        _limit_cpu()
        if name:  # lines have none, and there may be very many
            _send(sink, {"reading": name})

    entries = read_entries(
        data,
        str(request["filename"]),
        limits=ImportLimits(**request["limits"]),  # type: ignore[arg-type]  # made by sandbox.py
        encoding=str(request["encoding"]),
        skip=int(str(request["skip"])),
        on_start=on_start,
    )
    try:
        for entry in entries:
            _send_entry(sink, entry)
    except DomainError as error:
        _send(
            sink, {"entry": "", "line": False, "code": error.code, "detail": packed(error.detail)}
        )
    except (MemoryError, RecursionError):
        detail = say("Reading this file needs more memory than an import may use.")
        head = {"entry": "", "line": False, "code": "import.hostile", "detail": packed(detail)}
        _send(sink, head)


def _send_entry(sink: IO[bytes], entry: Entry) -> None:
    head: dict[str, object] = {"entry": entry.name, "line": entry.is_line}
    if entry.refusal is not None:
        _send(sink, {**head, "code": entry.refusal.code, "detail": packed(entry.refusal.detail)})
    elif entry.skipped:
        _send(sink, {**head, "skipped": packed(entry.skipped)})
    else:
        body = dump_works(list(entry.works))
        _send(sink, {**head, "size": len(body)}, body)


def _send(sink: IO[bytes], head: dict[str, object], body: bytes = b"") -> None:
    sink.write(json.dumps(head).encode() + b"\n" + body)
    sink.flush()


def read_head(source: IO[bytes]) -> dict[str, object]:
    """One line of an answer; empty when the child has gone."""
    line = source.readline()
    head: dict[str, object] = json.loads(line) if line.endswith(b"\n") else {}
    return head


if __name__ == "__main__":
    main()
