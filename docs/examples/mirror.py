#!/usr/bin/env python3
"""Mirror the catalogue of an archive into a folder, and stay in step.

    python mirror.py https://archive.example ./mirror
    python mirror.py https://archive.example ./mirror --text --key uc_...

The first run fetches everything, each later run what changed since: run it every few minutes, or
once a night. One file of JSON a work, as the API sends it. It may be stopped at any moment; the
next run goes on where this one was. Works that leave the archive, or that you may no longer see,
leave the folder. Nothing but Python 3.11 is needed.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

STATE = "cursor.json"
GONE = (401, 403, 404)
PATIENCE = 5


class Archive:
    """Asks the API politely: waits when it is told to."""

    def __init__(self, base: str, key: str = "") -> None:
        self.base = base.rstrip("/")
        self.headers = {"Accept": "application/json", "User-Agent": "mirror-example/1"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **params: object) -> dict[str, Any]:
        """The answer of an address of the API. Raises HTTPError."""
        url = path if path.startswith("http") else f"{self.base}/api/v1/{path}"
        if params:
            url += "?" + urlencode(params)
        for attempt in range(PATIENCE):
            try:
                with urlopen(Request(url, headers=self.headers), timeout=60) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except HTTPError as error:
                # 429: too many requests. 503: busy. Both say how long to wait.
                if error.code not in (429, 503) or attempt == PATIENCE - 1:
                    raise
                time.sleep(int(error.headers.get("Retry-After", "5")))
        raise AssertionError("The last attempt raises.")

    def changes(self, cursor: str) -> Iterator[dict[str, Any]]:
        """Pages of changes after a cursor, until there are no more."""
        more = True
        while more:
            page = self.get("sync/works/", page_size=500, **({"since": cursor} if cursor else {}))
            yield page
            cursor, more = page["cursor"], page["more"]


class Mirror:
    """The folder: one file a work, and the cursor up to which they are right."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def cursor(self) -> str:
        """How far the last run came; empty before the first."""
        path = self.folder / STATE
        return json.loads(path.read_text())["cursor"] if path.exists() else ""

    def advance(self, cursor: str) -> None:
        """Note how far we are, once everything before it is in its place."""
        self._put(self.folder / STATE, {"cursor": cursor})

    def keep(self, work: dict[str, Any]) -> None:
        """Put a work into its file."""
        self._put(self.path(work["id"]), work)

    def forget(self, work_id: int) -> None:
        """Remove a work."""
        self.path(work_id).unlink(missing_ok=True)

    def forget_all(self) -> None:
        """Begin anew."""
        for path in self.folder.glob("work-*.json"):
            path.unlink()

    def path(self, work_id: int) -> Path:
        """The file of a work."""
        return self.folder / f"work-{work_id}.json"

    def _put(self, path: Path, data: dict[str, Any]) -> None:
        """Write beside and rename: a file is whole or not there."""
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(data, ensure_ascii=False, indent=1))
        draft.replace(path)


def bring_up_to_date(archive: Archive, mirror: Mirror, **params: object) -> tuple[int, int]:
    """Fetch what changed and forget what is gone; how many there were of each."""
    kept = gone = 0
    for page in archive.changes(mirror.cursor):
        if page["reset"]:
            # The archive was put back from a backup: what we have may never have been.
            mirror.forget_all()
        for change in page["changes"]:
            work = fetch(archive, change, **params)
            if work is None:
                mirror.forget(change["id"])
                gone += 1
            else:
                mirror.keep(work)
                kept += 1
        mirror.advance(page["cursor"])
    return kept, gone


def fetch(archive: Archive, change: dict[str, Any], **params: object) -> dict[str, Any] | None:
    """The work of a change, None where it is gone."""
    if change["change"] == "delete":
        return None
    try:
        return archive.get(change["url"], **params)
    except HTTPError as error:
        # It went away between the two requests; a `delete` will say so.
        if error.code in GONE:
            return None
        raise


def main(arguments: list[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Mirror the catalogue of an archive.")
    parser.add_argument("archive", help="its address, such as https://archive.example")
    parser.add_argument("folder", type=Path, help="where the works go")
    parser.add_argument("--text", action="store_true", help="with the texts of all chapters")
    parser.add_argument("--key", default=os.environ.get("ARCHIVE_KEY", ""), help="an API key")
    given = parser.parse_args(arguments)
    params = {"include": "text"} if given.text else {}
    kept, gone = bring_up_to_date(Archive(given.archive, given.key), Mirror(given.folder), **params)
    print(f"{kept} fetched, {gone} gone")


if __name__ == "__main__":
    main(sys.argv[1:])
