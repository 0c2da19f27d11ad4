"""The bars of pages for readers: ``python -m benchmarks.pages_load --data DIR``.

Serves the archive of a data folder as ``benchmarks.api_load`` does and asks for pages with four
clients at once:

listing  works with all facets, narrowed in ten ways, and the works of the most used tags
chapter  one chapter of a work
home     the first page

Prints sizes as they are before compression, what clients see, and the processor time of the server
for each request, which a busy machine does not spoil.
"""

import argparse
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.api_load import BARS, Request, Server, measure

PAGE_BARS = {"listing": 100, "chapter": 40, "home": 100}
FILTERS = (
    *("", "complete=true", "words__gte=1000&words__lte=20000", "language=en", "ordering=-kudos"),
    *("ordering=title", "crossover=true", "q=night", "q=the+house&complete=true", "page=3"),
)


def makers(server: Server) -> dict[str, Callable[[random.Random], Request]]:
    """What each class of requests asks."""
    tags = json.loads(server.get("/api/v1/tags/?kind=fandom&ordering=-works&page_size=10")[1])
    lists = [f"/works/?{text}" for text in FILTERS]
    lists += [urlsplit(tag["web_url"]).path for tag in tags["results"]]
    works = json.loads(server.get("/api/v1/works/?page_size=50&fields=id&ordering=title")[1])
    chapters = []
    for work in works["results"]:
        rows = json.loads(server.get(f"/api/v1/works/{work['id']}/chapters/")[1])["results"]
        chapters += [f"/works/{work['id']}/chapters/{row['id']}/" for row in rows[:3]]
    return {
        "listing": lambda rng: (rng.choice(lists), {}),
        "chapter": lambda rng: (f"{rng.choice(chapters)}?view_adult=true", {}),
        "home": lambda rng: ("/", {}),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a filled data folder")
    parser.add_argument("--port", type=int, default=8107)
    parser.add_argument("--seconds", type=float, default=15, help="for each class")
    given = parser.parse_args()
    os.environ["ARCHIVE_DATA_DIR"] = str(given.data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.prod")
    BARS.update(PAGE_BARS)
    print("| pages | n | status | size | median ms | p95 ms | bar ms | server CPU ms |")
    print("|---|---|---|---|---|---|---|---|")
    with Server(given.data.resolve(), given.port) as server:
        for name, make in makers(server).items():
            print(measure(server, name, make, given.seconds).row(), flush=True)


if __name__ == "__main__":
    main()
