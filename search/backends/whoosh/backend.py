"""The Whoosh engine: one index folder, read by many processes, written by one."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from django.conf import settings
from whoosh.index import LockError

from archive.core.errors import Unavailable
from archive.core.said import say
from catalog.documents import Document
from catalog.querytext.nodes import ParsedQuery
from catalog.workquery import WorkQuery
from search.backends.base import BulkBuild, Health, Hits, IndexUnavailable, PartedBuild
from search.backends.memory import refuse_overlap
from search.backends.scoring import Scale
from search.backends.whoosh.build import WhooshBuild
from search.backends.whoosh.engine import Engine
from search.backends.whoosh.generations import Generations, Marker
from search.backends.whoosh.helping import Helper
from search.backends.whoosh.merge import MergePolicy
from search.backends.whoosh.reading import Reading, retrying
from search.backends.whoosh.snapshot import Snapshot
from search.backends.whoosh.toc import ArchiveIndex
from search.backends.whoosh.verifying import file_faults
from search.backends.whoosh.writer import ArchiveWriter, open_segments
from search.backends.words import WordReader

logger = logging.getLogger(__name__)

SEARCHES_AT_ONCE = 2
_WAIT_SECONDS = 1.0


class WhooshBackend:
    """The index in ``folder``, by default the one of the settings."""

    name = "whoosh"

    def __init__(self, folder: Path | None = None) -> None:
        self._generations = Generations(Path(folder or settings.SEARCH_INDEX_DIR))
        self._reading = Reading(self._generations)
        # What lies here are turns to be taken; a queue gives them faster than a semaphore.
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(SEARCHES_AT_ONCE):
            self._turns.put(None)
        self._words = WordReader()

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Replace and remove works, durably, visible to the next search of any process.

        Raises InvalidInput for an id in both, IndexUnavailable when there is no index, Unavailable
        while another process writes.
        """
        refuse_overlap(upserts, deletes)
        snapshot = self._reading.snapshot()
        folder = self._generations.path(snapshot.generation)
        scale = self._reading.scale(snapshot.generation)
        if upserts or deletes:
            known = self._reading.opened(snapshot)
            with writing(ArchiveIndex(folder), scale, self._words) as writer:
                opened = open_segments(writer, scale, known)
                write_changes(writer, upserts, deletes, MergePolicy(opened))
            self._words.forget_if_many()

    def search(
        self,
        query: WorkQuery,
        parsed: ParsedQuery,
        audience: Set[str],
        without: Sequence[int] = (),
    ) -> Hits:
        """One page of hits. Raises Unavailable when too many searches run at once."""
        with self._turn() as snapshot:
            return Engine(snapshot, audience, without).search(query, parsed)

    def random(
        self,
        query: WorkQuery,
        parsed: ParsedQuery,
        audience: Set[str],
        without: Sequence[int],
        limit: int,
    ) -> list[int]:
        """Some hits by chance."""
        with self._turn() as snapshot:
            return Engine(snapshot, audience, without).random(query, parsed, limit)

    def similar(
        self, work_id: int, audience: Set[str], without: Sequence[int], limit: int
    ) -> list[int]:
        """Works that share rare tags and telling words with this one."""
        with self._turn() as snapshot:
            return Helper(snapshot, audience, without).similar(work_id, limit)

    def corrections(
        self, words: Sequence[str], audience: Set[str], without: Sequence[int]
    ) -> dict[str, str]:
        """For words that find nothing the likeliest known word, from works of this audience."""
        with self._turn() as snapshot:
            return Helper(snapshot, audience, without).corrections(words)

    def complete_words(self, prefix: str, audience: Set[str], limit: int) -> list[str]:
        """Known words of titles and names that begin so, the most frequent first."""
        with self._turn() as snapshot:
            return Helper(snapshot, audience, ()).complete_words(prefix, limit)

    def versions(self) -> Iterator[tuple[int, int]]:
        """(work id, version) of everything in the index."""
        for view in self._reading.snapshot().views:
            ids, versions = view.opened.ids, view["work.version"]
            if view.alive is not None:
                ids, versions = ids[view.alive], versions[view.alive]
            yield from zip(ids.tolist(), versions.tolist(), strict=True)

    def verify(self) -> Iterable[str]:
        """Faults of the files themselves, each a sentence; reads everything."""
        return file_faults(self._generations)

    def begin_generation(self) -> PartedBuild:
        """Start a new generation beside the one that is searched."""
        # What was learnt for the parts would only lie in the memory while they are merged.
        self._words = WordReader()
        return WhooshBuild(self._generations)

    def begin_part(self, folder: Path, like: Path | None) -> BulkBuild:
        """Start a part in a folder of its own, with the measures of the part ``like``."""
        scale = None
        if like is not None:
            part = Generations(like)
            scale = part.scale(part.current())
        # The reader knows the words of the parts before: most come again.
        return WhooshBuild(Generations(folder), scale, self._words)

    def is_whole(self, folder: Path) -> bool:
        """Whether a part was promoted, by this very code."""
        part = Generations(folder)
        try:
            part.scale(part.current())
        except IndexUnavailable:
            return False
        return True

    def health(self) -> Health:
        """How the index is; never raises."""
        try:
            snapshot = self._reading.snapshot()
        except IndexUnavailable as error:
            return Health(generation=0, documents=0, problem=error.detail)
        schema = str(Marker.of_this_code())
        return Health(generation=snapshot.generation, documents=snapshot.works, schema=schema)

    @contextmanager
    def _turn(self) -> Iterator[Snapshot]:
        """A place among the searches that may run at once, and what they search."""
        try:
            self._turns.get(timeout=_WAIT_SECONDS)
        except Empty:
            raise Unavailable(
                say("Too many searches run at this moment; try again in a few seconds."),
                code="search.busy",
            ) from None
        try:
            yield self._reading.snapshot()
        except (IndexError, ValueError, OSError) as error:
            # Arrays that do not fit each other: a byte of the files is not what was written.
            logger.exception("The search index is damaged.")
            raise IndexUnavailable(
                say(
                    "The search index is damaged. Run verify_index, or rebuild_index to make it "
                    "anew."
                )
            ) from error
        finally:
            self._turns.put(None)


@contextmanager
def writing(index: ArchiveIndex, scale: Scale, words: WordReader) -> Iterator[ArchiveWriter]:
    """A writer that is published by the block, or cancelled when the block fails.

    Raises Unavailable when another process holds the lock.
    """
    try:
        writer = retrying(lambda: ArchiveWriter(index, scale, words))
    except LockError as error:
        raise Unavailable("Another process is writing the search index.") from error
    try:
        yield writer
    except BaseException:
        writer.give_up()
        raise


def write_changes(
    writer: ArchiveWriter,
    upserts: Mapping[int, Document],
    deletes: Set[int],
    policy: MergePolicy,
) -> None:
    """Remove and replace works in one commit."""
    writer.remove_works({*upserts, *deletes}, policy.opened)
    for work_id in sorted(upserts):
        writer.add_work(upserts[work_id])
    writer.publish(policy)
