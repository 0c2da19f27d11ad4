"""The rebuild in parts: by several processes, and from where an earlier one stopped."""

from array import array
from collections.abc import Callable
from pathlib import Path

from search.backends import PartedBackend, get_backend
from search.fanout import all_works_of_tag
from search.models import IndexEvent
from search.parts.crew import build_parts
from search.parts.plan import Part, Plan

Progress = Callable[[int, int], None]


class RebuildStopped(RuntimeError):
    """Somebody asked to stop; the index that was searched before still is."""


class Watch:
    """Tells how far a rebuild is, and stops it when asked to."""

    def __init__(
        self, progress: Progress | None = None, should_stop: Callable[[], bool] | None = None
    ) -> None:
        self._progress = progress
        self._should_stop = should_stop
        self._works = 0
        self.total = 0

    def done(self, works: int) -> None:
        """So many works more."""
        self._works += works
        if self._progress:
            self._progress(self._works, max(self.total, self._works))

    def check(self) -> None:
        """Raises RebuildStopped when somebody asked for it."""
        if self._should_stop and self._should_stop():
            raise RebuildStopped("The rebuild was stopped; the index before it is still in use.")


class PartedRun:
    """Builds every part that is not whole yet, and knows what came out of all."""

    def __init__(self, workers: int, watch: Watch, *, resume: bool) -> None:
        self._workers = workers
        self._watch = watch
        plan = Plan.unfinished() if resume else None
        if plan is None:
            covered = known_events()
            finish_tag_changes(watch)
            plan = Plan.begin(covered)
        self._plan = plan
        self._whole = {part.number for part in plan.parts if self._is_whole(part)}
        self.resumed = sum(part.works for part in plan.parts if part.number in self._whole)
        self.covered = array("q", plan.covered)
        self.missed = plan.missed()

    def build_parts(self) -> None:
        """All that are missing."""
        parts = self._plan.parts
        if not parts:
            return
        if 0 not in self._whole:
            # The measures of the first part are those of all others.
            self._whole.clear()
            self.resumed = 0
        self._watch.total = sum(part.works for part in parts)
        if self.resumed:
            self._watch.done(self.resumed)
        missing = [part for part in parts if part.number not in self._whole]
        build_parts(self._plan, missing, self._workers, self._watch.done, self._watch.check)

    @property
    def folders(self) -> list[Path]:
        """Where the parts lie."""
        return [self._plan.path(part) for part in self._plan.parts]

    @property
    def works(self) -> int:
        """Works in all parts."""
        return sum(result.works for result in self._results())

    @property
    def failures(self) -> dict[int, str]:
        """What was wrong with the works that are in no part."""
        found: dict[int, str] = {}
        for result in self._results():
            found |= result.failures
        return found

    def discard(self) -> None:
        """Throw the parts away."""
        self._plan.discard()

    def _results(self) -> list:
        return [result for part in self._plan.parts if (result := self._plan.result_of(part))]

    def _is_whole(self, part: Part) -> bool:
        backend = get_backend()
        return (
            isinstance(backend, PartedBackend)
            and self._plan.result_of(part) is not None
            and backend.is_whole(self._plan.path(part))
        )


def known_events() -> array:
    """The events there are at this moment."""
    return array("q", IndexEvent.objects.values_list("pk", flat=True))


def finish_tag_changes(watch: Watch) -> None:
    """Acts on tags with many works leave filter tags to the indexer: they come before all."""
    events = IndexEvent.objects.filter(kind=IndexEvent.Kind.TAG).order_by("pk")
    for tag_id, progress in list(events.values_list("object_id", "progress")):
        for _ in all_works_of_tag(tag_id, after=progress, refresh=True):
            watch.check()
