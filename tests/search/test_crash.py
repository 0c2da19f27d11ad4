"""A process that is killed anywhere in the middle leaves nothing wrong behind the next drain."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.search.crash_run import DRAIN_POINTS, REBUILD_POINTS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What all the deaths left behind; one program, because each start costs a second."""
    environment = {name: value for name, value in os.environ.items() if "ARCHIVE" not in name}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "archive.settings.test",
        "ARCHIVE_DATA_DIR": str(tmp_path_factory.mktemp("crash")),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.search.crash_run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return outcomes


@pytest.mark.parametrize("point", [*DRAIN_POINTS, *REBUILD_POINTS, "at random"])
def test_death_leaves_the_index_right_after_the_next_drain(point, outcomes):
    outcome = outcomes[point]
    assert outcome["killed"]
    assert (outcome["wrong"], outcome["left"]) == ([], 0)
    assert outcome["indexed"] == outcome["listed"]


@pytest.mark.parametrize("point", [*DRAIN_POINTS, *REBUILD_POINTS])
def test_no_event_is_lost_by_a_death(point, outcomes):
    """The rows go last: whatever had been done before is done again."""
    assert outcomes[point]["waiting"] == 4
