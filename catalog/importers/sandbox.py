"""Reads foreign files in a child process with limits, and survives whatever happens to it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from archive.core.said import say, unpacked
from catalog.importers.base import Entry, ImportedWork, ImportLimits, ImportRefused
from catalog.importers.child import read_head
from catalog.importers.wire import load_works

_ROOT = Path(__file__).resolve().parent.parent.parent
_SECONDS = 30.0
_FILES_PER_CHILD = 200


class Sandbox:
    """A reading child that is started on first use, reused, and replaced when it fails.

    ``seconds`` is how long the archive waits for all that one file holds. Not for several threads
    at once. Use it as a context manager, or call ``close``.
    """

    command = (sys.executable, "-m", "catalog.importers.child")

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self.seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._left = seconds

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
        """The works in a file that is one. Raises ImportRefused, as ``entries`` tells it."""
        works: list[ImportedWork] = []
        for entry in self.entries(data, filename, limits=limits, encoding=encoding):
            if entry.refusal is not None:
                raise entry.refusal
            works += entry.works
        return works

    def entries(
        self,
        data: bytes,
        filename: str,
        *,
        limits: ImportLimits | None = None,
        encoding: str = "",
    ) -> Generator[Entry, None, None]:
        """The entries of a file; what cannot be read, takes too long or kills the child is refused.

        An entry that kills the child is refused alone, if time is left for the others.
        """
        limits = limits or ImportLimits()
        if len(data) > limits.file_bytes:
            detail = say(
                "{filename} has {given:,} bytes; at most {allowed:,} are allowed.",
                filename=filename,
                given=len(data),
                allowed=limits.file_bytes,
            )
            yield Entry(refusal=ImportRefused(detail, code="import.too_large"))
            return
        request = {
            "filename": filename,
            "encoding": encoding,
            "size": len(data),
            "limits": asdict(limits),
        }
        self._left = self.seconds
        skip = 0
        while True:
            stream = _Stream()
            try:
                yield from self._stream({**request, "skip": skip}, data, stream)
            finally:
                if not stream.is_done:  # it died, or nobody wants the rest
                    self.close()
            if stream.is_done:
                return
            skip += stream.count + 1
            what = stream.reading or filename
            yield Entry(stream.reading, refusal=_too_much(what))
            if not stream.reading:
                return
            if self._left <= 0:
                yield Entry(refusal=_out_of_time(filename, self.seconds))
                return

    def _stream(
        self, request: dict[str, object], data: bytes, stream: "_Stream"
    ) -> Iterator[Entry]:
        """Entries until the child is done (then the stream says so) or gone."""
        child = self._start()
        message = json.dumps(request).encode() + b"\n" + data
        head, body = self._ask(child, message)
        while head and not head.get("done"):
            if "reading" in head:
                stream.reading = str(head["reading"])
            else:
                stream.count += 1
                stream.reading = ""
                yield _entry(head, body)
            head, body = self._ask(child)
        stream.is_done = bool(head)

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
        self, child: subprocess.Popen[bytes], message: bytes = b""
    ) -> tuple[dict[str, object], bytes]:
        """The next line of the answer with its body; empty when the child died or was too slow."""
        stdin, stdout = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        alarm = threading.Timer(max(self._left, 0.0), child.kill)
        alarm.start()
        began = time.monotonic()
        try:
            if message:
                stdin.write(message)
                stdin.flush()
            head = read_head(stdout)
            size = int(str(head.get("size", 0)))
            body = stdout.read(size)
        except (OSError, ValueError):
            return {}, b""
        finally:
            alarm.cancel()
            self._left -= time.monotonic() - began
        return (head, body) if len(body) == size else ({}, b"")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (
            self._child.poll() is not None or self._files >= _FILES_PER_CHILD
        ):
            self.close()
        if self._child is None:
            self._files = 0
            self._child = subprocess.Popen(  # noqa: S603  our own program, no shell
                self.command,
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self._files += 1
        return self._child


class _Stream:
    """How far an answer has come: entries received, the one being read, whether it ended well."""

    def __init__(self) -> None:
        self.count = 0
        self.reading = ""
        self.is_done = False


def _entry(head: dict[str, object], body: bytes) -> Entry:
    name, is_line = str(head["entry"]), bool(head["line"])
    if "code" in head:
        refusal = ImportRefused(unpacked(head["detail"]), code=str(head["code"]))
        return Entry(name, refusal=refusal, is_line=is_line)
    if "skipped" in head:
        return Entry(name, skipped=unpacked(head["skipped"]), is_line=is_line)
    return Entry(name, load_works(body), is_line=is_line)


def _too_much(what: str) -> ImportRefused:
    return ImportRefused(
        say("{what} could not be read within the limits of an import (time, memory).", what=what),
        code="import.hostile",
    )


def _out_of_time(filename: str, seconds: float) -> ImportRefused:
    return ImportRefused(
        say(
            "Reading {filename} was stopped after {seconds:g} seconds; what came before "
            "was read. Unpack it and import the folder.",
            filename=filename,
            seconds=seconds,
        ),
        code="import.too_large",
    )
