"""The moment when a search has to answer with what it has."""

import time
from collections.abc import Callable


class Deadline:
    """Is asked between the steps of a search, none of which takes more than some milliseconds."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self.has_passed = False

    def is_over(self) -> bool:
        """Whether the time is up; remembers it."""
        if not self.has_passed:
            self.has_passed = self._clock() > self._end
        return self.has_passed
