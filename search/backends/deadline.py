"""The moment when a search, or what goes with it, has to answer with what it has."""

import time
from collections.abc import Callable
from typing import ClassVar

CORRECTION_SECONDS = 0.2
"""How long known words are looked for that may have been meant."""


class Deadline:
    """Is asked between the steps of a search, none of which takes more than some milliseconds."""

    clock: ClassVar[Callable[[], float]] = time.monotonic
    """Seconds that pass while somebody waits, whoever needs them."""

    def __init__(self, seconds: float, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or Deadline.clock
        self._end = self._clock() + max(seconds, 0)
        self.has_passed = False

    @property
    def seconds_left(self) -> float:
        """How long there is time."""
        return max(self._end - self._clock(), 0.0)

    def is_over(self) -> bool:
        """Whether the time is up; remembers it."""
        if not self.has_passed:
            self.has_passed = self._clock() > self._end
        return self.has_passed
