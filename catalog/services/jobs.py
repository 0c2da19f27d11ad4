"""Jobs that run by themselves, a little at a time, wherever the indexer runs."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from archive.core.said import say
from catalog.models import JobRun
from catalog.services.purging import forget_some_events, purge_some_works
from catalog.services.scanning import scan_some

SECONDS_AT_ONCE = 2.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """``step`` does a little and returns how much, 0 when nothing is left for now."""

    name: str
    label: str
    step: Callable[[], int]
    every: timedelta


JOBS = (
    Job("scan", say("Watch list and look-alikes"), scan_some, timedelta(seconds=20)),
    Job("purge", say("Purge of deleted works"), purge_some_works, timedelta(hours=1)),
    Job("forget", say("Old security events"), forget_some_events, timedelta(hours=6)),
)


def run_due_jobs(*, should_stop: Callable[[], bool] = bool, force: bool = False) -> int:
    """Run each job that is due for a moment; how much was done in all.

    A job that fails is noted and tried again when it is next due. Raises DatabaseError: without
    a database there is nothing to run, and nowhere to note it.
    """
    done = 0
    last = dict(JobRun.objects.values_list("name", "started_at"))
    for job in JOBS:
        is_due = job.name not in last or last[job.name] + job.every <= timezone.now()
        if (is_due or force) and not should_stop():
            done += _run(job, should_stop, until_done=force)
    return done


def _run(job: Job, should_stop: Callable[[], bool], *, until_done: bool) -> int:
    started, clock, done, error = timezone.now(), time.monotonic(), 0, ""
    try:
        while count := job.step():
            done += count
            is_long = time.monotonic() - clock > SECONDS_AT_ONCE and not until_done
            if is_long or should_stop():
                break
    except DatabaseError:
        raise
    except Exception as failure:
        # A job that fails must not end the indexer.
        error = type(failure).__name__
        logger.exception("The job %s failed", job.name)
    JobRun.objects.update_or_create(
        name=job.name,
        defaults={
            "started_at": started,
            "seconds": time.monotonic() - clock,
            "done": done,
            "error": error,
        },
    )
    return done
