"""Processor time in tests: the best of a few tries, because anything can come in between once."""

import time
from collections.abc import Callable


def least_seconds(run: Callable[[], object], *, enough: float, tries: int = 3) -> float:
    """The processor time that a call takes, in seconds: the least of some tries.

    A collection of garbage, or the other half of the core, makes a single measurement several
    times too long. The first below ``enough`` is the answer, so that fast code is run once.
    """
    least = float("inf")
    for _ in range(tries):
        began = time.process_time()
        run()
        least = min(least, time.process_time() - began)
        if least < enough:
            break
    return least
