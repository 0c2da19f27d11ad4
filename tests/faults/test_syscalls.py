"""SIGKILL at each step a commit of the index takes on the disk: the old state or the new one."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.site import FULL, Site, rounds

CALLS = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,mkdir"
_TRACE = ("strace", "-f", "-qq", "-o")


def _change(site: Site) -> None:
    site.start_web()
    assert site.ask("PATCH", "/api/v1/works/1/", {"title": "The changed lantern"}).status == 200
    assert site.ask("DELETE", "/api/v1/works/2/").status == 204
    assert site.post_work("New", "About a periwinkle.").status == 201
    site.kill("web")


def _steps(site: Site, trace: Path) -> dict[str, int]:
    """How often each call is made from the first that writes into the index on."""
    site.manage("drain_index", prefix=(*_TRACE, str(trace), f"-etrace={CALLS}"))
    counts: dict[str, int] = {}
    for line in trace.read_text(errors="replace").splitlines():
        if found := re.match(r"\d+\s+(\w+)\(", line):
            counts[found[1]] = counts.get(found[1], 0) + 1
    return counts


def test_every_step_of_a_commit_may_be_the_last(
    new_site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Row A5."""
    if shutil.which("strace") is None:
        pytest.skip("not measured: strace is not installed")
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)  # noqa: S607
    if tried.returncode != 0:
        pytest.skip(f"not measured: strace may not trace here: {tried.stderr.decode()[-200:]}")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    site = new_site()
    _change(site)
    waiting = tmp_path / "waiting"
    shutil.copytree(site.data, waiting)
    counts = _steps(site, tmp_path / "trace")
    assert counts.get("fsync", 0) + counts.get("fdatasync", 0) > 0, counts
    points = [(call, n) for call, count in sorted(counts.items()) for n in range(1, count + 1)]
    if not FULL:
        points = [(call, counts[call]) for call in ("fsync", "rename", "write") if call in counts]
    # A share of them is spread over all calls.
    points = points[:: max(1, len(points) // rounds(quick=3, full=len(points)))]
    wrong = []
    killed = 0
    for call, number in points:
        shutil.rmtree(site.data)
        shutil.copytree(waiting, site.data)
        inject = f"-einject={call}:signal=KILL:when={number}"
        trace = (*_TRACE, "/dev/null", f"-etrace={call}", inject)
        killed += site.manage("drain_index", prefix=trace, check=False).returncode != 0
        # Before anything else is done: what is indexed and what waits are the database.
        state = json.loads(site.manage("verify_index", "--full", "--json", check=False).stdout)
        after = site.verify()
        if not (state["ok"] and after["ok"] and after["pending"] == 0):
            wrong.append((call, number, state, after))
    print(f"{killed} of {len(points)} calls were the last")  # noqa: T201  for row A5
    assert wrong == []
    assert killed >= len(points) // 2
