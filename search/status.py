"""How the index is doing, in a few figures."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from search.backends import get_backend
from search.models import IndexEvent

LAG_ACCEPTED_SECONDS = 60


@dataclass(frozen=True)
class IndexStatus:
    """``lag_items`` events wait, the oldest for ``lag_seconds``; ``parked`` ones wait for people.

    ``generation`` 0 and a ``problem`` say that there is no index that can be searched.
    """

    generation: int
    documents: int
    problem: str
    lag_items: int
    lag_seconds: int
    parked: int

    @property
    def is_ok(self) -> bool:
        """Searches are answered from an index that is nearly up to date."""
        return bool(
            self.generation
            and not self.problem
            and not self.parked
            and self.lag_seconds <= LAG_ACCEPTED_SECONDS
        )


def index_status() -> IndexStatus:
    """The figures of now, in one statement. Raises the errors of a database that is away."""
    waiting = Q(is_parked=False)
    rows = IndexEvent.objects.aggregate(
        lag=Count("pk", filter=waiting),
        oldest=Min("created_at", filter=waiting),
        parked=Count("pk", filter=Q(is_parked=True)),
    )
    health = get_backend().health()
    oldest = rows["oldest"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0
    return IndexStatus(
        generation=health.generation,
        documents=health.documents,
        problem=health.problem,
        lag_items=rows["lag"],
        lag_seconds=max(0, int(age)),
        parked=rows["parked"],
    )
