"""The process that reads foreign files: small limits, no network, nothing to steal.

It is started as ``python -m catalog.importers.child`` and answers on standard output. A request
is a line of JSON (``filename``, ``encoding``, ``size``, ``limits``) and ``size`` bytes; an answer a
line of JSON (``ok`` with ``size`` and a JSON body, or ``refused`` with ``code`` and ``detail``).
"""

import json
import resource
import sys
from typing import IO

from archive.core.errors import DomainError
from catalog.importers.base import ImportLimits
from catalog.importers.registry import read_file
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
        head, body = _answer(request, source.read(request["size"]))
        sink.write(json.dumps(head).encode() + b"\n" + body)
        sink.flush()


def _limit_cpu() -> None:
    """Give each file its own seconds on top of what was used before."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _answer(request: dict[str, object], data: bytes) -> tuple[dict[str, object], bytes]:
    limits = ImportLimits(**request["limits"])  # type: ignore[arg-type]  # made by sandbox.py
    try:
        works = read_file(
            data,
            str(request["filename"]),
            limits=limits,
            encoding=str(request["encoding"]),
        )
    except DomainError as error:
        return {"refused": True, "code": error.code, "detail": error.detail}, b""
    except (MemoryError, RecursionError):
        return {
            "refused": True,
            "code": "import.hostile",
            "detail": "Reading this file needs more memory than an import may use.",
        }, b""
    body = dump_works(list(works))
    return {"ok": True, "size": len(body)}, body


def read_head(source: IO[bytes]) -> dict[str, object]:
    """The head line of an answer; empty when the child has gone."""
    line = source.readline()
    head: dict[str, object] = json.loads(line) if line.endswith(b"\n") else {}
    return head


if __name__ == "__main__":
    main()
