"""Processor time in tests: the best of a few tries, because anything can come in between once.

A bar in the quick suite tells linear from quadratic, which is a matter of minutes: it stands at
ten times or more of what the code takes, so that no machine's bad day fails it. Bars that tell fast
from slow are in the slow lane (``pytest -m slow``) and in ``benchmarks/``.
"""

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
