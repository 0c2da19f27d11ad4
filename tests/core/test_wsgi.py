"""What the web server has loaded before its first request."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_PROGRAM = """
import json
import sys
import archive.wsgi
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
before = set(sys.modules)
client = Client(SERVER_NAME="127.0.0.1")
answers = {path: client.get(path).status_code for path in %r}
ours = ("archive", "catalog", "search")
print(answers)
print(json.dumps([name for name in sys.modules.keys() - before if name.split(".")[0] in ours]))
"""
PAGES = (
    *("/", "/works/?q=night", "/api/v1/works/?q=night&facets=fandom", "/health/ready"),
    *("/account/login/", "/tags/", "/api/v1/schema/"),
)
# Named in settings and imported by Django when first needed; they import nothing that is not there.
ALONE = {
    "archive.core.api.schema_sharing",
    "archive.core.context",
    "archive.formats",
    "archive.formats.en",
    "archive.formats.en.formats",
}


def test_no_request_is_the_first_to_import_something(tmp_path: Path):
    """Two that import at once can meet modules that are half made, which was a 500 under load."""
    done = subprocess.run(  # noqa: S603  this very interpreter
        [sys.executable, "-W", "ignore", "-c", _PROGRAM % (PAGES,)],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
            "ARCHIVE_DATA_DIR": str(tmp_path),
            "ARCHIVE_LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers, imported = done.stdout.splitlines()[-2:]
    assert answers == str(dict.fromkeys(PAGES, 200))
    assert set(json.loads(imported)) - ALONE == set()
