#!/usr/bin/env python3
"""React to changes: say a line whenever a work appears, changes or goes away.

    python react.py https://archive.example                          # everything, from now on
    python react.py https://archive.example --fandom "Sherlock Holmes" --every 300
    python react.py https://archive.example --run ./tell-the-channel.sh

Begins at this moment, not with the whole catalogue. With --state FILE it goes on where the last run
was. With --run a command gets each change as one line of JSON on its standard input. Nothing but
Python 3.11 is needed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Event = dict[str, Any]
FIELDS = "id,title,creators,fandoms,word_count,chapter_count,web_url,published_at,updated_at"


def get(url: str, key: str = "", **params: object) -> dict[str, Any]:
    """The answer of an address, waiting where the archive asks for it. Raises HTTPError."""
    headers = {"Accept": "application/json", "User-Agent": "react-example/1"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    address = url + ("?" + urlencode(params) if params else "")
    while True:
        try:
            with urlopen(Request(address, headers=headers), timeout=60) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except HTTPError as error:
            if error.code not in (429, 503):
                raise
            time.sleep(int(error.headers.get("Retry-After", "5")))


def newest_cursor(base: str, key: str = "") -> str:
    """The cursor of this moment, behind all changes so far."""
    return str(get(f"{base}/api/v1/sync/works/", key, since="now")["cursor"])


def changes_since(base: str, cursor: str, key: str = "") -> Iterator[tuple[str, list[Event]]]:
    """Pages of changes, each with the cursor behind it."""
    more = True
    while more:
        page = get(f"{base}/api/v1/sync/works/", key, page_size=200, since=cursor)
        cursor, more = page["cursor"], page["more"]
        yield cursor, page["changes"]


def describe(change: Event, key: str = "") -> Event:
    """A change with what there is to say about the work."""
    if change["change"] == "upsert":
        try:
            return {"change": "upsert", **get(change["url"], key, fields=FIELDS)}
        except HTTPError as error:
            if error.code not in (401, 403, 404):
                raise
    return {"change": "delete", "id": change["id"]}


def concerns(event: Event, fandom: str) -> bool:
    """Whether a work is of a fandom, by the name typed or the name it is sorted under."""
    if not fandom or event["change"] == "delete":
        return True
    names = {tag["name"] for tag in event["fandoms"]}
    names |= {tag["canonical"]["name"] for tag in event["fandoms"] if tag["canonical"]}
    return fandom.casefold() in {name.casefold() for name in names}


def line_of(event: Event) -> str:
    """A change as one line for people."""
    if event["change"] == "delete":
        return f"gone     work {event['id']}"
    by = ", ".join(creator["name"] for creator in event["creators"])
    return f"changed  {event['title']} by {by}, {event['word_count']:,} words: {event['web_url']}"


def react(
    base: str, state: Path | None, fandom: str, key: str, act: Callable[[Event], None]
) -> None:
    """Act on everything that changed since the state was written; from now on where there is none."""
    known = state.read_text().strip() if state and state.exists() else ""
    cursor = known or newest_cursor(base, key)
    for reached, page in changes_since(base, cursor, key):
        for change in page:
            event = describe(change, key)
            if concerns(event, fandom):
                act(event)
        if state:
            # After the acts: what was not acted upon comes again, never too seldom.
            state.write_text(reached)


def main(arguments: list[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Say what changes in an archive.")
    parser.add_argument("archive", help="its address, such as https://archive.example")
    parser.add_argument("--fandom", default="", help="works of this fandom alone")
    parser.add_argument("--state", type=Path, default=Path(".react-cursor"), help="where it was")
    parser.add_argument("--every", type=int, default=0, help="look again after so many seconds")
    parser.add_argument("--run", default="", help="a command that gets each change as JSON")
    parser.add_argument("--key", default=os.environ.get("ARCHIVE_KEY", ""), help="an API key")
    given = parser.parse_args(arguments)

    def act(event: Event) -> None:
        if given.run:
            subprocess.run([given.run], input=json.dumps(event), text=True, check=True)
        else:
            print(line_of(event), flush=True)

    if not given.state.exists():
        given.state.write_text(newest_cursor(given.archive.rstrip("/"), given.key))
    while True:
        react(given.archive.rstrip("/"), given.state, given.fandom, given.key, act)
        if not given.every:
            return
        time.sleep(given.every)


if __name__ == "__main__":
    main(sys.argv[1:])
