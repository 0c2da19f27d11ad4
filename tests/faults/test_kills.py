"""kill -9 while others write: what was acknowledged is there, and the index says the same."""

import random
import threading

import pytest

from tests.faults.site import Site, rounds
from tests.faults.writers import Writer, lost


def test_nothing_acknowledged_is_lost_by_kills_at_random(site: Site):
    """Rows A1 and A4: web server, indexer or both, whatever they are doing."""
    chance = random.Random(3)  # noqa: S311  chance, not secrecy
    site.start_web()
    site.start_indexer()
    writers = [Writer(site, seed) for seed in range(3)]
    for writer in writers:
        writer.start()
    pause = threading.Event()
    for _ in range(rounds(quick=3, full=200)):
        pause.wait(chance.uniform(0.2, 1.2))
        victims = chance.choice((["web"], ["indexer"], ["web", "indexer"]))
        for victim in victims:
            site.kill(victim)
        if "web" in victims:
            site.start_web()
        if "indexer" in victims:
            site.start_indexer()
    # A slow machine acknowledges less between the kills; what is too little proves nothing.
    site.wait(lambda: sum(writer.acknowledged for writer in writers) > 10, "enough writes")
    for writer in writers:
        writer.finish()
    site.kill("indexer")
    assert lost(site, writers) == []
    assert [failure for writer in writers for failure in writer.failures] == []
    report = site.verify()
    assert report["ok"], report


@pytest.mark.parametrize("times", range(rounds(quick=1, full=15)))
def test_a_rebuild_that_is_killed_leaves_the_old_index_and_the_next_one_ends_clean(
    site: Site, times
):
    """Row A12: the restart; C11 and C12 of the design."""
    chance = random.Random(times)  # noqa: S311  chance, not secrecy
    site.start_web()
    before = site.found("washcloth")
    rebuild = site.start("manage.py", "rebuild_index", "--batch", "5")
    threading.Event().wait(chance.uniform(0.5, 2.5))
    rebuild.kill()
    rebuild.wait()
    assert site.found("washcloth") == before
    site.manage("rebuild_index")
    assert site.found("washcloth") == before
    assert site.verify()["ok"]
    left = {path.name for path in (site.data / "index").iterdir() if path.is_dir()}
    assert len([name for name in left if name.startswith("gen-")]) <= 2


def test_a_second_indexer_says_so_and_ends(site: Site):
    """C13: the lock is outside the index and dies with its holder."""
    site.start_indexer()
    site.wait(lambda: "The indexer runs" in site.log.read_text(), "the first indexer")
    second = site.manage("run_indexer")
    assert "running already" in second.stdout + second.stderr
    site.kill("indexer")
    site.start_indexer()
    site.wait(lambda: site.log.read_text().count("The indexer runs") == 2, "the next indexer")


def test_a_graceful_stop_breaks_no_answer(site: Site):
    """Row A21: SIGTERM to the web server while it is being read and written."""
    for _ in range(rounds(quick=1, full=20)):
        site.start_web()
        writers = [Writer(site, seed) for seed in range(2)]
        for writer in writers:
            writer.start()
        threading.Event().wait(0.7)
        assert site.web is not None
        site.web.terminate()
        assert site.web.wait(30) == 0
        for writer in writers:
            writer.finish()
        assert [failure for writer in writers for failure in writer.failures] == []
        site.start_web()
        assert lost(site, writers) == []
        site.kill("web")
