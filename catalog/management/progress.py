"""Progress of long commands: a bar for each stage, on a terminal alone."""

from types import TracebackType

from tqdm import tqdm


class Bars:
    """Called with (stage, done, total); used as a context so that the last bar is cleared."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm | None = None

    def __enter__(self) -> "Bars":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if stage != self._stage:
            self._close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, disable=None, leave=False)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None
