"""The package can be used without Django, by a script or a worker of its own."""

import subprocess
import sys

_CHECK = """
import sys
import catalog.querytext
print(sorted(set(sys.modules) & {"django", "whoosh", "numpy"}))
"""


def test_importing_it_brings_no_framework():
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _CHECK], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
