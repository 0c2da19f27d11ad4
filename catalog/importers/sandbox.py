"""Reads foreign files in a child process with limits, and survives whatever happens to it."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog.importers.base import ImportedWork, ImportLimits, ImportRefused
from catalog.importers.child import read_head
from catalog.importers.wire import load_works

_ROOT = Path(__file__).resolve().parent.parent.parent
_SECONDS = 30.0
_FILES_PER_CHILD = 200


class Sandbox:
    """A reading child that is started on first use, reused, and replaced when it fails.

    Not for several threads at once. Use it as a context manager, or call ``close``.
    """

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self.seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(
        self,
        data: bytes,
        filename: str,
        *,
        limits: ImportLimits | None = None,
        encoding: str = "",
    ) -> list[ImportedWork]:
        """The works in a file. Raises ImportRefused, also when the child was killed or too slow."""
        limits = limits or ImportLimits()
        if len(data) > limits.file_bytes:
            raise ImportRefused(
                f"{filename} has {len(data):,} bytes; at most {limits.file_bytes:,} are allowed.",
                code="import.too_large",
            )
        child = self._start()
        request = {
            "filename": filename,
            "encoding": encoding,
            "size": len(data),
            "limits": asdict(limits),
        }
        alarm = threading.Timer(self.seconds, child.kill)
        alarm.start()
        try:
            head, body = self._ask(child, json.dumps(request).encode() + b"\n" + data)
        except (OSError, ValueError):
            head, body = {}, b""
        finally:
            alarm.cancel()
        if head.get("ok"):
            return load_works(body)
        if head.get("refused"):
            raise ImportRefused(str(head["detail"]), code=str(head["code"]))
        self.close()
        raise ImportRefused(
            f"{filename} could not be read within the limits of an import (time, memory).",
            code="import.hostile",
        )

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # the buffer held bytes that the dead child never read

    def _ask(
        self, child: subprocess.Popen[bytes], message: bytes
    ) -> tuple[dict[str, object], bytes]:
        assert child.stdin is not None  # noqa: S101  both are pipes, see _start
        assert child.stdout is not None  # noqa: S101
        child.stdin.write(message)
        child.stdin.flush()
        head = read_head(child.stdout)
        size = int(str(head.get("size", 0)))
        body = child.stdout.read(size)
        return (head, body) if len(body) == size else ({}, b"")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (
            self._child.poll() is not None or self._files >= _FILES_PER_CHILD
        ):
            self.close()
        if self._child is None:
            self._files = 0
            self._child = subprocess.Popen(
                [sys.executable, "-m", "catalog.importers.child"],
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self._files += 1
        return self._child
