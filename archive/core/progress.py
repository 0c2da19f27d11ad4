"""Progress of long commands: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

LINE_EVERY_SECONDS = 5.0


class ProgressBar:
    """Told how far a command is; a context manager that leaves the screen tidy.

    On a terminal it draws a bar, and a new one for each stage of the work. Elsewhere, in a log or
    a pipe, it writes a line at most every five seconds. Both go to standard error.
    """

    def __init__(self, unit: str = "", *, total: int = 0) -> None:
        self._unit = unit
        self._total = total
        self._done = 0
        self._stage = ""
        self._bar: tqdm | None = None
        self._line_at = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """So many of so many are done."""
        self.show_stage("", done, total)

    def advance(self, size: int) -> None:
        """So many more of the total that was given at the start are done."""
        self.show(self._done + size, self._total)

    def show_stage(self, stage: str, done: int, total: int) -> None:
        """So many of so many are done of a stage that has a name."""
        if stage != self._stage:
            self._close()
            self._stage = stage
        self._done, self._total = done, total
        if sys.stderr.isatty():
            self._draw()
        elif time.monotonic() - self._line_at >= LINE_EVERY_SECONDS:
            self._line_at = time.monotonic()
            about = f"{stage}: " if stage else ""
            sys.stderr.write(f"{about}{done:,} of {total:,} {self._unit}".rstrip() + "\n")

    def _draw(self) -> None:
        if self._bar is None:
            self._bar = tqdm(
                desc=self._stage or None,
                unit=f" {self._unit}" if self._unit else "it",
                file=sys.stderr,
                leave=not self._stage,
            )
        self._bar.total = self._total
        self._bar.update(self._done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()
