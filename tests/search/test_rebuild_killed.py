"""kill -9 for a rebuild of several processes: the next one goes on, and the index is right."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.search.rebuild_run import WORKS

ROOT = Path(__file__).resolve().parent.parent.parent


def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path):
    """A program of its own takes some seconds: real processes and a real database file."""
    environment = {name: value for name, value in os.environ.items() if "ARCHIVE" not in name}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.search.rebuild_settings",
        "ARCHIVE_DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.search.rebuild_run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcome = json.loads(done.stdout)
    assert (outcome["killed"], outcome["workers"], outcome["ended"]) == (True, 2, True)
    assert outcome["resumed"] >= 12
    assert (outcome["works"], outcome["listed"]) == (WORKS, WORKS)
    assert outcome["wrong"] == []
    assert outcome["renamed"] == 1
