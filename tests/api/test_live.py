"""Limits and repeated requests on the real server: two workers, many clients at once, kills."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import cycle
from pathlib import Path

import pytest

from tests.faults.site import Answer, Site, rounds, work

pytestmark = pytest.mark.slow

CLIENTS = 32
TRICKS = (
    {},
    {"X-Forwarded-For": "203.0.113.{n}"},
    {"X-Forwarded-For": "203.0.113.{n}, 198.51.100.7"},
    {"Forwarded": "for=203.0.113.{n}"},
    {"X-Real-IP": "203.0.113.{n}"},
    {"Client-IP": "203.0.113.{n}"},
    {"True-Client-IP": "203.0.113.{n}"},
    {"CF-Connecting-IP": "203.0.113.{n}"},
    {"X-Forwarded-Host": "other{n}.example"},
    {"User-Agent": "another {n}"},
    {"Accept": "text/html"},
    {"Authorization": "Basic eDp5"},
    {"Cookie": "sessionid=nonsense{n}"},
)
RATES = {
    "ARCHIVE_RATE_SEARCH_ANON": "7/h",
    "ARCHIVE_RATE_KEY": "10/h",
    "ARCHIVE_RATE_WRITE": "6/h",
    "ARCHIVE_RATE_IMPORT": "5/h",
    "ARCHIVE_RATE_DOWNLOAD": "8/h",
}


@pytest.fixture
def served(tmp_path) -> Iterator[Callable[..., Site]]:
    """Call it with settings for a server that runs."""
    sites: list[Site] = []

    def start(**settings: str) -> Site:
        folder = Path(tmp_path) / f"site{len(sites)}"
        folder.mkdir()
        site = Site(folder, settings=settings)
        sites.append(site)
        site.prepare()
        site.start_web()
        return site

    yield start
    for site in sites:
        site.stop()


def passed(ask: Callable[[int], Answer]) -> int:
    """How many of 32 requests at once are not refused for their number."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(ask, range(CLIENTS)))
    assert {answer.status for answer in answers} <= {200, 201, 400, 429}
    refused = [answer for answer in answers if answer.status == 429]
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert all("ratelimit-limit" in answer.headers for answer in answers)
    return CLIENTS - len(refused)


def test_exactly_as_many_pass_as_each_limit_allows(served):
    site = served(**RATES)
    keys = {
        name: site.manage(
            *("create_api_key", name, "--create-user", "--scopes", "read,write")
        ).stdout.strip()
        for name in ("reader", "writer", "importer", "author")
    }
    made = site.ask("POST", "/api/v1/works/", work("A work", "A quiet night."), key=keys["author"])
    pk = made.json["id"]
    form = {"text": ""}
    acts: dict[str, tuple[int, Callable[[int], Answer]]] = {
        "search": (7, lambda n: site.get(f"/api/v1/works/?q=night{n}")),
        "key": (10, lambda n: site.get("/api/v1/me/", key=keys["reader"])),
        "write": (
            6,
            lambda n: site.ask("POST", "/api/v1/works/", {"title": f"W{n}"}, key=keys["writer"]),
        ),
        "import": (5, lambda n: site.ask("POST", "/api/v1/imports/", form, key=keys["importer"])),
        "download": (8, lambda n: site.get(f"/api/v1/works/{pk}/download.txt")),
    }
    site.key = ""
    found = {name: passed(act) for name, (_, act) in acts.items()}
    assert found == {name: limit for name, (limit, _) in acts.items()}


def test_no_trick_buys_a_guest_another_request(served):
    site = served(ARCHIVE_RATE_ANON="10/h")
    site.key = ""
    tricks = cycle(TRICKS)
    methods = cycle(("GET", "HEAD", "OPTIONS"))
    asked = [(next(tricks), next(methods)) for _ in range(CLIENTS)]

    def ask(number: int) -> Answer:
        trick, method = asked[number]
        headers = {name: value.format(n=number) for name, value in trick.items()}
        return site.ask(method, f"/api/v1/languages/?page_size={number + 1}", headers=headers)

    # The health of the server was asked for outside of the API.
    assert passed(ask) == 10


def test_double_posts_and_kills_leave_exactly_one_work_each(served):
    """A17: whoever posts twice, or again after a crash, with one key, gets one work."""
    site = served()
    pairs, kills = rounds(quick=24, full=200), rounds(quick=4, full=50)
    chosen = random.Random(17).sample(range(pairs), kills)  # noqa: S311  which is no secret
    killed = set(chosen)
    for number in range(pairs):
        title = f"Posted {number}"
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answers = post_twice(site, title, headers, kill=number in killed)
        assert {answer.status for answer in answers} <= {201, 409}
        final = post_until_done(site, title, headers)
        told = [answer.json["id"] for answer in (*answers, final) if answer.status == 201]
        assert len(set(told)) == 1
    assert Counter(title_of(site)) == Counter({f"Posted {n}": 1 for n in range(pairs)})


def post_twice(site: Site, title: str, headers: dict[str, str], *, kill: bool) -> list[Answer]:
    """The answers that came of two posts at once, the server killed meanwhile."""
    answers: list[Answer] = []

    def post() -> None:
        try:
            answers.append(
                site.ask("POST", "/api/v1/works/", work(title, "Night."), headers=headers)
            )
        except (OSError, HTTPException):
            return

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    if kill:
        moment = random.Random(title).uniform(0, 0.06)  # noqa: S311  when is no secret
        threads[0].join(moment)
        site.kill("web")
    for thread in threads:
        thread.join()
    if kill:
        site.start_web()
    return answers


def post_until_done(site: Site, title: str, headers: dict[str, str]) -> Answer:
    """As a client does after a network that broke."""
    for _ in range(20):
        answer = site.ask("POST", "/api/v1/works/", work(title, "Night."), headers=headers)
        if answer.status == 201:
            return answer
    raise AssertionError(answer.text)


def title_of(site: Site) -> list[str]:
    """The titles of all works, by the changes that are told."""
    changes = site.get("/api/v1/sync/works/?page_size=1000").json["changes"]
    return [site.get(f"/api/v1/works/{change['id']}/").json["title"] for change in changes]
