"""The database away and back: 503 and never an unfiltered hit, and nothing acknowledged is lost."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.postgres import Postgres
from tests.faults.site import FULL, NotReady, Site, rounds
from tests.faults.writers import Writer, lost

pytestmark = pytest.mark.skipif(not FULL, reason="in the full lane: make faults")

PAGES = (
    "/",
    "/works/",
    "/works/1/",
    "/works/?q=violin",
    "/api/v1/works/",
    "/api/v1/works/?q=violin",
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Site, Postgres]]:
    """A small archive on a PostgreSQL that may be broken."""
    outside = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    database = Postgres(Path(outside.name) / "pg")
    database.start()
    site = Site(tmp_path, database_url=database.url)
    try:
        site.prepare()
        site.start_web()
        site.start_indexer()
        assert site.post_work("The first", "About a violin.").status == 201
        site.wait(lambda: len(site.found("violin")) == 1, "the index")
        yield site, database
    finally:
        site.stop()
        with suppress(NotReady):
            database.stop()
        outside.cleanup()


def test_a_database_that_is_away_is_503_and_comes_back_by_itself(served: tuple[Site, Postgres]):
    """Row A18 and C14."""
    site, database = served
    for _ in range(rounds(quick=1, full=10)):
        database.stop()
        for path in PAGES:
            answer = site.get(path)
            assert answer.status == 503, (path, answer.text[:300])
            assert "retry-after" in answer.headers
            assert "The first" not in answer.text
        assert site.get("/health/live").status == 200
        health = site.get("/health/ready")
        assert (health.status, health.json["status"]) == (503, "unavailable")
        database.start()
        site.wait(
            lambda: site.get("/works/").status == 200,
            "the archive",
            seconds=rounds(quick=60, full=5),
        )
        assert site.found("violin") == {1}
    site.kill("indexer")
    assert site.verify()["ok"]


def test_nothing_acknowledged_is_lost_when_the_database_is_killed(served: tuple[Site, Postgres]):
    """Row A1 on PostgreSQL."""
    site, database = served
    writers = [Writer(site, seed) for seed in range(2)]
    for writer in writers:
        writer.start()
    for _ in range(rounds(quick=1, full=20)):
        threading.Event().wait(0.7)
        database.kill()
        site.wait(lambda: _started(database), "the database")
    for writer in writers:
        writer.finish()
    site.wait(lambda: site.get("/works/").status == 200, "the archive")
    assert lost(site, writers) == []
    assert sum(writer.acknowledged for writer in writers) > 10
    site.kill("indexer")
    assert site.verify()["ok"]


def _started(database: Postgres) -> bool:
    """Start it; an orphan of the killed one may still hold the shared memory for a moment."""
    try:
        database.start()
    except NotReady:
        return False
    return True
