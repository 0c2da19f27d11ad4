"""Builds one part of a rebuild."""

import shutil
from collections.abc import Callable
from pathlib import Path

from archive.core.errors import Unavailable
from catalog.documents import Document, build_documents
from search.backends import PartedBackend, get_backend
from search.frugal import small_caches
from search.indexing import ERROR_LENGTH, EngineFailure, in_batches, isolate
from search.parts.plan import PartResult, listed_works, write_result

_BATCH = 200
_ATTEMPTS = 9

Done = Callable[[int], None]


def build_part(folder: Path, first: int, last: int, like: Path | None, done: Done) -> None:
    """Write the part with the works from ``first`` to ``last``, and how it went.

    ``done`` is told of each batch how many works it has. A work that the engine cannot take is
    left out, and the part begun anew without it: what of it was taken is not known. Raises
    EngineFailure when it is evidently not the works, and the errors of a database that is away.
    """
    failures: dict[int, str] = {}
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        filling = _Filling(folder, like, failures, done if not failures else _silent)
        with small_caches():
            is_whole = filling.run(first, last)
        if is_whole:
            write_result(folder, PartResult(filling.works, failures))
            return
    raise EngineFailure(next(iter(failures.values())))


def _silent(works: int) -> None:
    """The same works were told of before."""


class _Filling:
    """One attempt at a part."""

    def __init__(
        self, folder: Path, like: Path | None, failures: dict[int, str], done: Done
    ) -> None:
        backend = get_backend()
        if not isinstance(backend, PartedBackend):
            raise TypeError(f"{type(backend).__name__} does not build in parts.")
        self._build = backend.begin_part(folder, like)
        self._failures = failures
        self._done = done
        self.works = 0

    def run(self, first: int, last: int) -> bool:
        """Whether the part is whole; if not there is one failure more."""
        try:
            for ids in in_batches(_live_ids(first, last, self._failures), _BATCH):
                documents = self._documents(ids)
                if not all(self._take(pk, documents[pk]) for pk in sorted(documents)):
                    self._build.abandon()
                    return False
                self._done(len(ids))
            self._build.promote()
        except BaseException:
            self._build.abandon()
            raise
        return True

    def _documents(self, ids: list[int]) -> dict[int, Document]:
        documents: dict[int, Document] = {}
        self._failures |= isolate(ids, lambda some: documents.update(build_documents(some)))
        return documents

    def _take(self, work_id: int, document: Document) -> bool:
        try:
            self._build.add({work_id: document})
        except (OSError, Unavailable) as error:
            raise EngineFailure(f"{type(error).__name__}: {error}") from error
        except Exception as error:  # noqa: BLE001  whatever one work does, the others go on
            self._failures[work_id] = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
            return False
        self.works += 1
        return True


def _live_ids(first: int, last: int, without: dict[int, str]) -> list[int]:
    rows = listed_works().filter(pk__gte=first, pk__lte=last).order_by("pk")
    ids = rows.values_list("pk", flat=True)
    return [pk for pk in ids if pk not in without]
