"""Full disks and cuts of power: the old state is kept, and nothing acknowledged is lost."""

import os
import random
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.disks import mounted, new_image, small_disk
from tests.faults.site import Site, rounds
from tests.faults.writers import Writer, lost

_SLACK_MB = 24


def _used_mb(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 2**20 + 1


@pytest.mark.parametrize("number", range(rounds(quick=1, full=20)))
def test_a_full_disk_refuses_writes_kindly_and_recovers_by_itself(
    new_site: Callable[..., Site], prepared: Site, tmp_path: Path, number: int
):
    """Row A13, C7 and C8: database and index on one disk that fills up under the writers."""
    size = _used_mb(prepared.data) + _SLACK_MB + number
    with small_disk(tmp_path / "disk", size) as disk:
        site = new_site(disk)
        site.start_web()
        site.start_indexer()
        ballast = disk / "ballast"
        before = site.post_work("Before the disk was full", "About a periwinkle.")
        assert before.status == 201
        site.wait(lambda: len(site.found("periwinkle")) == 1, "the index")
        _fill(ballast)
        refused = [site.post_work(f"Too much {n}", "word " * 60_000) for n in range(3)]
        assert {answer.status for answer in refused} == {503}, [a.text[:300] for a in refused]
        assert all("retry-after" in answer.headers for answer in refused)
        for path in ("/", "/works/", f"/works/{before.json['id']}/", "/api/v1/works/?q=violin"):
            assert site.get(path).status == 200
        assert len(site.found("periwinkle")) == 1
        ballast.unlink()
        after = site.post_work("After", "About a periwinkle.")
        assert after.status == 201, after.text
        site.wait(lambda: len(site.found("periwinkle")) == 2, "the index to go on")
        assert site.get("/api/v1/works/?q=much").json["count"] == 0
        site.stop()
        assert site.verify()["ok"]


def _fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as handle:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    handle.write(b"\0" * size)
            except OSError:
                continue


@pytest.mark.parametrize("number", range(rounds(quick=1, full=100)))
def test_a_cut_of_power_loses_nothing_acknowledged(
    new_site: Callable[..., Site], tmp_path: Path, number: int
):
    """Rows A2 and A3: everything stops, and a copy of the disk as it is starts again."""
    image, copy = tmp_path / "disk.img", tmp_path / "copy.img"
    new_image(image, 64)
    chance = random.Random(number)  # noqa: S311  chance, not secrecy
    with mounted(image, tmp_path / "disk") as disk:
        site = new_site(disk)
        os.sync()
        site.start_web()
        site.start_indexer()
        writers = [Writer(site, seed) for seed in range(2)]
        for writer in writers:
            writer.start()
        threading.Event().wait(chance.uniform(0.5, 2.5))
        for process in (site.web, site.indexer):
            assert process is not None
            os.killpg(process.pid, signal.SIGSTOP)
        # What was acknowledged by now must be on the disk; what comes later is not in the copy.
        known = [{pk: set(states) for pk, states in w.known.items()} for w in writers]
        shutil.copyfile(image, copy)
        site.stop()
        for writer in writers:
            writer.finish()
    with mounted(copy, tmp_path / "after") as disk:
        again = Site(disk, key=site.key)
        again.start_web()
        try:
            for writer, states in zip(writers, known, strict=True):
                writer.known = states
            assert lost(again, writers) == []
            assert again.verify()["ok"]
        finally:
            again.stop()
