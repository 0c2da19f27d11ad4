"""PostgreSQL as a yardstick: full text with GIN, tags as arrays; a cluster of its own."""

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.catalogue import KINDS, Row, full_text, kind_of

PAGE = 20
ACCOUNT = "postgres"
_CONFIGURATION = """
listen_addresses = ''
shared_buffers = 1GB
work_mem = 64MB
maintenance_work_mem = 512MB
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
autovacuum = off
"""


class NoPostgres(RuntimeError):
    """There are no server programs on this machine."""


def programs() -> Path:
    """The folder with initdb and pg_ctl. Raises NoPostgres."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))  # noqa: PTH207  Debian's place
    if not folders:
        raise NoPostgres("no PostgreSQL server is installed")
    return Path(folders[-1])


@contextmanager
def cluster(folder: Path, port: int) -> Iterator[str]:
    """A server for the length of the block; gives its address. Data of an earlier run are kept."""
    bin_folder = programs()
    data = folder / "postgresql"
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # The server refuses to run as root.
        as_user = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}
    if not data.exists():
        data.mkdir(mode=0o700, parents=True)
        if as_user:
            shutil.chown(data, ACCOUNT, ACCOUNT)
        _run(
            [bin_folder / "initdb", "-D", data, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8"], as_user
        )
        with (data / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write(_CONFIGURATION)
    options = f"-p {port} -k {data}"
    _run(
        [bin_folder / "pg_ctl", "-w", "-D", data, "-l", data / "log", "-o", options, "start"],
        as_user,
    )
    try:
        yield f"host={data} port={port} user={ACCOUNT} dbname=postgres"
    finally:
        _run([bin_folder / "pg_ctl", "-w", "-m", "fast", "-D", data, "stop"], as_user)


def _run(command: list[Any], as_user: dict[str, Any]) -> None:
    done = subprocess.run(  # noqa: S603  PostgreSQL's own programs
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        cwd="/",
        **as_user,
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stderr)
        raise NoPostgres(f"{Path(command[0]).name} ended with {done.returncode}")


class Postgres:
    """tsvector('simple') and int[] of tags with GIN indexes, one schema for each catalogue."""

    name = "postgresql"

    def __init__(self, folder: Path, address: str) -> None:
        import psycopg

        self._lib = psycopg
        self._address = address
        self._schema = "b" + "".join(char for char in folder.name if char.isalnum())
        self._pid = 0

    def build(self, works: Iterator[Row]) -> None:
        db = self._connected()
        db.execute(f"drop schema if exists {self._schema} cascade")
        db.execute(f"create schema {self._schema}")
        db.execute("create extension if not exists intarray schema public")
        db.execute("create table raw(id int, updated bigint, tags int[], words text)")
        db.execute("create table tag(id int primary key, kind text, name text)")
        ids: dict[tuple[str, str], int] = {}
        with db.cursor().copy("copy raw from stdin") as copy:
            for row in works:
                tags = [
                    ids.setdefault((kind, name), len(ids) + 1)
                    for kind in KINDS
                    for name in row[kind]
                ]
                copy.write_row((row["id"], row["updated"], tags, full_text(row)))
        with db.cursor().copy("copy tag from stdin") as copy:
            for (kind, name), at in ids.items():
                copy.write_row((at, kind, name))
        for statement in (
            "create table work as select id, updated, tags, to_tsvector('simple', words) v from raw",
            "drop table raw",
            "alter table work add primary key (id)",
            "create index on work using gin(v)",
            "create index on work using gin(tags gin__int_ops)",
            "create index on work(updated)",
            "create unique index on tag(kind, name)",
            "vacuum analyze",
        ):
            db.execute(statement)
        db.close()

    def open(self) -> None:
        self._db = self._connected()

    def close(self) -> None:
        self._db.close()

    def size(self) -> int:
        """Bytes of tables and indexes."""
        return self._one(
            "select sum(pg_total_relation_size(c.oid))::bigint from pg_class c"
            " join pg_namespace s on s.oid = relnamespace where nspname = %s and relkind = 'r'",
            self._schema,
        )

    def cpu(self) -> float:
        """Seconds of processor time that the server has spent on this connection."""
        with suppress(OSError):
            return int(Path(f"/proc/{self._pid}/schedstat").read_text().split()[0]) / 1e9
        return 0.0

    def common(self, word: str, offset: int = 0) -> int:
        return self._matched(word, offset)

    rare = common

    def page100(self, word: str) -> int:
        return self._matched(word, 99 * PAGE)

    def and_(self, pair: tuple[str, str]) -> int:
        return self._matched(" & ".join(pair))

    def phrase(self, words: list[str]) -> int:
        return self._matched(" <-> ".join(words))

    def prefix(self, start: str) -> int:
        return self._matched(start + ":*")

    def tag(self, name: str) -> int:
        return self._by_date("tags @> %s", [self._id(name)])

    def tag_not(self, pair: tuple[str, str]) -> int:
        unwanted = [self._id(pair[1])]
        return self._by_date("tags @> %s and not tags && %s", [self._id(pair[0])], unwanted)

    def text_tags(self, asked: tuple[str, tuple[str, ...]]) -> int:
        tags = list(map(self._id, asked[1]))
        return self._by_date("v @@ to_tsquery('simple', %s) and tags @> %s", asked[0], tags)

    def facets(self, word: str) -> int:
        self._all(
            "select tag, count(*) c from work, unnest(tags) tag"
            " where v @@ to_tsquery('simple', %s) group by 1 order by c desc",
            word,
        )
        return self._matched(word)

    def replace(self, new: list[Row], old: list[Row]) -> None:
        """Write changed works in one transaction."""
        with self._db.transaction():
            for row in new:
                self._db.execute(
                    "update work set updated = %s, v = to_tsvector('simple', %s) where id = %s",
                    (row["updated"], full_text(row), row["id"]),
                )

    def _connected(self) -> Any:
        db = self._lib.connect(
            self._address,
            autocommit=True,
            options=f"-c search_path={self._schema},public",
        )
        self._pid = db.info.backend_pid
        return db

    def _matched(self, words: str, offset: int = 0) -> int:
        count = self._one("select count(*) from work where v @@ to_tsquery('simple', %s)", words)
        self._all(
            "select id from work, to_tsquery('simple', %s) q where v @@ q"
            " order by ts_rank(v, q) desc limit 20 offset %s",
            *(words, offset),
        )
        return count

    def _by_date(self, condition: str, *values: Any) -> int:
        base = f"from work where {condition}"
        count = self._one(f"select count(*) {base}", *values)
        self._all(f"select id {base} order by updated desc limit 20", *values)
        return count

    def _id(self, name: str) -> int:
        return self._one("select id from tag where name = %s and kind = %s", name, kind_of(name))

    def _one(self, statement: str, *values: Any) -> int:
        return int(self._db.execute(statement, values).fetchone()[0])

    def _all(self, statement: str, *values: Any) -> Any:
        return self._db.execute(statement, values).fetchall()
