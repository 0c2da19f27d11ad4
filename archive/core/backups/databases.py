"""A consistent copy of the database while others write, and the way back.

SQLite is copied by its own backup interface inside one read transaction, so that writers neither
wait nor make it start again. PostgreSQL is copied by ``pg_dump``, whose snapshot is as consistent.
Either way back is one transaction: readers see the archive before or after, never half of it.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, connections

from archive.core.backups.errors import BackupError

# Of a page each; the pause between two portions is when the bar moves and Ctrl-C is heard.
_PAGES_AT_A_TIME = 4_096
_LOCK_WAIT = "60s"
# Those of triggers; functions of extensions stay with their extension.
_OWN_FUNCTIONS = """
select p.oid::regprocedure::text from pg_proc p
where p.pronamespace = current_schema()::regnamespace
and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""

Progress = Callable[[int, int], None]


def dump_database(target: Path, *, progress: Progress | None = None) -> None:
    """Write a consistent copy of the configured database to ``target``, synced to the disk.

    ``progress`` is told (done, total) pages, where the database tells. Raises BackupError.
    """
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(connection.settings_dict["NAME"]), target, progress)
    elif connection.vendor == "postgresql":
        _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
    else:
        raise BackupError(f"There is no backup of a database of the kind {connection.vendor}.")
    with target.open("rb+") as copy:
        os.fsync(copy.fileno())


def load_database(source: Path) -> None:
    """Put what :func:`dump_database` wrote in the place of the configured database.

    Other processes may be connected. Raises BackupError; the database is then as it was.
    """
    if connection.vendor == "sqlite":
        _check_sqlite(source)
        connections.close_all()
        _copy_sqlite(source, Path(connection.settings_dict["NAME"]), None)
    else:
        _load_postgres(source)
    connections.close_all()


def _copy_sqlite(source: Path, target: Path, progress: Progress | None) -> None:
    def tell(status: int, remaining: int, total: int) -> None:
        if progress:
            progress(total - remaining, total)

    try:
        with (
            closing(sqlite3.connect(source, timeout=20, isolation_level=None)) as origin,
            closing(sqlite3.connect(target, timeout=60, isolation_level=None)) as copy,
        ):
            # A transaction of our own: the copy is of this moment, whatever is written meanwhile.
            origin.execute("begin")
            origin.execute("select count(*) from sqlite_master").fetchone()
            origin.backup(copy, pages=_PAGES_AT_A_TIME, progress=tell, sleep=0)
            origin.execute("rollback")
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied: {error}.") from error
    _check_sqlite(target)


def _check_sqlite(path: Path) -> None:
    """Raises BackupError unless the file is a database without damage."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            found = database.execute("pragma quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupError(f"The database in the backup cannot be read: {error}.") from error
    if found != "ok":
        raise BackupError(f"The copy of the database is damaged: {found}.")


def _load_postgres(source: Path) -> None:
    """Drop every table and create those of the dump, in one transaction of ``psql``."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(_OWN_FUNCTIONS)
        functions = [name for (name,) in cursor.fetchall()]
    quote = connection.ops.quote_name
    script = source.with_suffix(".sql")
    _run(
        "pg_restore",
        ["--no-owner", "--no-privileges", f"--file={script}", str(source)],
        connects=False,
    )
    connections.close_all()
    drops = [f"drop table if exists {quote(name)} cascade" for name in tables]
    drops += [f"drop function if exists {name} cascade" for name in functions]
    commands = [f"set lock_timeout = '{_LOCK_WAIT}'", *drops]
    steps = [*(f"--command={command}" for command in commands), f"--file={script}"]
    options = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", [*options, "--output=/dev/null", *steps])


def _run(program: str, arguments: Sequence[str], *, connects: bool = True) -> None:
    """Run one of PostgreSQL's own programs against the configured database."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is needed for a PostgreSQL database and was not found: "
            "apt install postgresql-client"
        )
    environment = {**os.environ, **(_postgres_environment() if connects else {})}
    done = subprocess.run(  # noqa: S603  a fixed program with arguments of our own
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[:1] or [f"it ended with {done.returncode}"]
        raise BackupError(f"{program} failed: {reason[0]}")


def _postgres_environment() -> dict[str, str]:
    """The connection in the variables of libpq: a password is never an argument others can see."""
    settings: dict[str, Any] = connection.settings_dict
    names = {
        "PGDATABASE": settings["NAME"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"] or ""),
        "PGSSLMODE": str(settings.get("OPTIONS", {}).get("sslmode", "")),
    }
    return {name: value for name, value in names.items() if value}
