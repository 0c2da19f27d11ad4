"""Progress of long commands: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

LINE_EVERY_SECONDS = 5.0


class ProgressLine:
    """Shows (done, total) of some ``unit`` on a stream; a context manager that leaves it tidy."""

    def __init__(self, unit: str, stream: Any) -> None:
        self.unit = unit
        self.stream = stream
        self._bar: tqdm | None = None
        self._shown_at = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """Tell how far it is; lines come at most every five seconds."""
        if self.stream.isatty():
            if self._bar is None:
                self._bar = tqdm(total=total, unit=f" {self.unit}", file=sys.stderr)
            self._bar.total = total
            self._bar.update(done - self._bar.n)
        elif time.monotonic() - self._shown_at >= LINE_EVERY_SECONDS:
            self._shown_at = time.monotonic()
            self.stream.write(f"{done:,} of {total:,} {self.unit}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
