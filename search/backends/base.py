"""What every engine owes: the protocol, its answers and its errors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string

from archive.core.errors import Unavailable
from catalog.documents import Document
from catalog.querytext.nodes import ParsedQuery
from catalog.workquery import WorkQuery

BACKENDS = {
    "memory": "search.backends.memory.MemoryBackend",
    "whoosh": "search.backends.whoosh.WhooshBackend",
}


class IndexUnavailable(Unavailable):
    """There is no index that can be read: missing, torn, or of another schema."""

    default_code = "search.unavailable"


@dataclass
class Hits:
    """What an engine found, for one audience.

    ``ids`` are the works of the page in order; ``total`` is exact. ``facets`` maps a kind to
    (value, count), best first: values are tag ids, for "language" codes, for "complete" the
    strings "true" and "false". Selected values stand in it even at 0. ``left_out`` counts what
    blocked tags alone removed. ``partial``: the deadline came before the end.
    """

    ids: list[int]
    total: int
    facets: dict[str, list[tuple[int | str, int]]] = field(default_factory=dict)
    left_out: int = 0
    partial: bool = False


@dataclass(frozen=True)
class Health:
    """How the index is: ``generation`` 0 means there is none; ``documents`` counts works."""

    generation: int
    documents: int
    schema: str = ""
    problem: str = ""


class BulkBuild(Protocol):
    """A new generation while it is being built; nobody searches it yet."""

    def add(self, documents: Mapping[int, Document]) -> None:
        """Take over documents that the build does not have yet."""

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Take over changes that came while building."""

    def versions(self) -> Iterator[tuple[int, int]]:
        """(work id, version) of everything in the build."""

    def promote(self) -> None:
        """Make it durable, then make it the one that is searched, in one atomic step."""

    def abandon(self) -> None:
        """Throw it away."""


class PartedBuild(BulkBuild, Protocol):
    """A build that can take parts made beforehand, each of different works."""

    def adopt(self, folders: Sequence[Path]) -> None:
        """Take over everything in these parts. Raises IndexUnavailable for one that is torn."""


@runtime_checkable
class PartedBackend(Protocol):
    """An engine whose builds can be made of parts, by several processes and after a crash."""

    def begin_part(self, folder: Path, like: Path | None) -> BulkBuild:
        """Start a part in a folder of its own, with the measures of the part ``like``."""

    def is_whole(self, folder: Path) -> bool:
        """Whether a part was promoted, by this very code."""

    def begin_generation(self) -> PartedBuild:
        """Start a new generation beside the one that is searched."""


class SearchBackend(Protocol):
    """One engine.

    A mapping cannot hold an id twice and ``apply`` refuses an id that is in both arguments, so a
    work can never be in the index twice. Every method that reads raises IndexUnavailable when
    there is nothing to read.
    """

    name: str

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Replace and remove works, durably, visible to the next search of any process."""

    def search(
        self,
        query: WorkQuery,
        parsed: ParsedQuery,
        audience: Set[str],
        without: Sequence[int] = (),
    ) -> Hits:
        """One page of hits; ``without`` are works to leave out of ids, counts and facets."""

    def random(
        self,
        query: WorkQuery,
        parsed: ParsedQuery,
        audience: Set[str],
        without: Sequence[int],
        limit: int,
    ) -> list[int]:
        """Some hits by chance."""

    def similar(
        self, work_id: int, audience: Set[str], without: Sequence[int], limit: int
    ) -> list[int]:
        """Works like this one, best first, without itself."""

    def corrections(
        self, words: Sequence[str], audience: Set[str], without: Sequence[int]
    ) -> dict[str, str]:
        """For words that find nothing the likeliest known word, from works of this audience."""

    def complete_words(self, prefix: str, audience: Set[str], limit: int) -> list[str]:
        """Known words of titles and names that begin so, the most frequent first."""

    def versions(self) -> Iterator[tuple[int, int]]:
        """(work id, version) of everything in the index, to be compared with the database."""

    def verify(self) -> Iterable[str]:
        """Faults of the files themselves, each a sentence; reads everything."""

    def begin_generation(self) -> BulkBuild:
        """Start a new generation beside the one that is searched."""

    def health(self) -> Health:
        """How the index is; never raises."""


@lru_cache(maxsize=1)
def get_backend() -> SearchBackend:
    """The engine named by ``SEARCH_BACKEND``, one per process."""
    backend: SearchBackend = import_string(BACKENDS[settings.SEARCH_BACKEND])()
    return backend
