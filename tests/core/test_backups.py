"""Backups hold everything, are of one moment, and put back what they hold or change nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def seen(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, Any]]:
    """What the program saw; one program, because each start costs a second."""
    environment = {name: value for name, value in os.environ.items() if "ARCHIVE" not in name}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "archive.settings.dev",
        "ARCHIVE_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "ARCHIVE_RATE_ANON": "off",
    }
    own = f"backup_{os.getpid()}"
    if connection.vendor == "postgresql":
        if shutil.which("pg_dump") is None:
            pytest.skip("pg_dump is not on the path: apt install postgresql-client")
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"create database {own}")
        address = os.environ["ARCHIVE_DATABASE_URL"].rpartition("/")[0]
        environment["ARCHIVE_DATABASE_URL"] = f"{address}/{own}"
    done = subprocess.run(  # noqa: S603  this very interpreter
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "tests.core.backup_run",
            tmp_path_factory.mktemp("b"),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    yield json.loads(done.stdout)
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"drop database {own} with (force)")


def test_a_backup_holds_database_key_and_files_but_nothing_that_can_be_made_again(seen):
    assert seen["parts"] == [
        "manifest.json",
        "database",
        "files/imports/upload.txt",
        "files/secret_key",
    ]
    assert seen["mode"] == "600"


def test_restore_puts_back_what_was_there_and_builds_the_index(seen):
    assert seen["works"] == ["The lamp in the cellar"]
    assert seen["found"] == [1, 0]
    assert seen["secret_key_is_back"]
    assert seen["file_is_back"]


def test_restore_keeps_what_was_there_before(seen):
    assert "What was there before is kept in" in seen["restore"]
    assert seen["works_of_the_kept_one"] == ["The lamp in the cellar", "Written after the backup"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no file", "There is no file"),
        ("text", "cannot be read as a backup"),
        ("cut short", "cannot be"),
        ("empty gzip", "backup"),
        ("later version", "catalog.9999_from_the_future is not known here"),
        ("other engine", "is of a mysql database"),
        ("other format", "has the format 2"),
        ("path outside", "names a file outside the archive: files/../../escape"),
        ("flipped byte", "is damaged: database"),
        ("part missing", "is damaged: files/lost"),
    ],
)
def test_a_bad_backup_is_refused_with_the_reason(seen, name, reason):
    assert seen["refused"][name].startswith("refused: ")
    assert reason in seen["refused"][name]


def test_a_refused_restore_changes_nothing(seen):
    assert seen["works_after_refusals"] == seen["works_of_the_kept_one"]


def test_a_folder_as_target_of_a_backup_is_refused(seen):
    assert "name a file in a folder that exists" in seen["refused folder"]


def test_a_backup_while_others_write_is_of_one_moment(seen):
    counts = seen["while_writing"]["counts"]
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)
    assert 0 < counts[-1] <= seen["while_writing"]["written"]


def test_nothing_is_left_lying_about(seen):
    assert seen["litter"] == []
