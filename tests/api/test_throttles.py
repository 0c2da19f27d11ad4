"""Limits: exact, told in the headers, not to be got around."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import time_machine
from django.test import RequestFactory

from archive.core import counters
from archive.core.client_address import client_network
from archive.core.counters import Rule, count
from tests.factories import make_user, make_work

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_file(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def rule(limit: int = 3, key: str = "a") -> Rule:
    return Rule("anon", key, limit, 60)


def test_exactly_as_many_pass_as_are_allowed(db, noon):
    assert [entry.is_exceeded for _ in range(5) for entry in count([rule()])] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_many_that_make_the_file_of_counts_at_once_are_all_counted(settings, tmp_path):
    if not _counts_in_a_file():
        pytest.skip("threads of their own do not see the test's transaction")
    gate = Barrier(8)

    def ask(_: int) -> int:
        gate.wait()
        return count([rule()])[0].n

    for attempt in range(40):
        settings.DATA_DIR = tmp_path / str(attempt)
        settings.DATA_DIR.mkdir()
        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(ask, range(8))) == list(range(1, 9))


def test_a_window_ends_and_tells_when(db, noon):
    (first,) = count([rule(1)])
    assert (first.remaining, first.reset) == (0, 60)
    noon.shift(59)
    (second,) = count([rule(1)])
    assert (second.is_exceeded, second.reset) == (True, 1)
    noon.shift(1)
    assert not count([rule(1)])[0].is_exceeded


def test_a_clock_that_jumps_back_starts_a_new_window(db, noon):
    count([rule(1)])
    noon.shift(-3600)
    assert not count([rule(1)])[0].is_exceeded


def test_keys_and_scopes_are_counted_apart(db, noon):
    rules = [rule(1), rule(1, "b"), Rule("write", "a", 1, 60)]
    assert not any(entry.is_exceeded for entry in count(rules))


def test_thirty_two_at_once_are_counted_one_by_one(settings, tmp_path):
    def ask(_: int) -> bool:
        return count([Rule("anon", "storm", 10, 600)])[0].is_exceeded

    if not _counts_in_a_file():
        pytest.skip("threads of their own do not see the test's transaction")
    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(ask, range(32)))
    assert refused.count(False) == 10


def test_old_counts_are_forgotten(db, noon, monkeypatch):
    count([rule()])
    noon.shift(2 * 86_400)
    monkeypatch.setattr(counters.secrets, "randbelow", lambda _: 0)
    count([rule(key="other")])
    keys = counters._run("select n, key from accounts_throttlecount", [])
    assert [row[1] for row in keys] == ["other"]


def test_an_archive_that_cannot_count_still_answers(api, settings, tmp_path):
    settings.RATES = {"anon": (1, 60)}
    settings.DATA_DIR = tmp_path / "not there"
    if not _counts_in_a_file():
        pytest.skip("other databases keep the counts in a table")
    assert [api.get("languages/").status_code for _ in range(2)] == [200, 200]


def test_guests_are_limited_by_address_and_told_so(api, settings, noon):
    settings.RATES = {"anon": (2, 60)}
    first = api.get("languages/")
    assert first.headers["RateLimit-Limit"] == "2"
    assert first.headers["RateLimit-Remaining"] == "1"
    assert first.headers["RateLimit-Reset"] == "60"
    assert api.get("works/999/").status_code == 404
    refused = api.get("languages/")
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "60"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert api.get("languages/", REMOTE_ADDR="192.0.2.9").status_code == 200


@pytest.mark.parametrize(
    "trick",
    [
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_FORWARDED": "for=203.0.113.7"},
        {"HTTP_X_REAL_IP": "203.0.113.7"},
        {"HTTP_CLIENT_IP": "203.0.113.7"},
        {"HTTP_USER_AGENT": "another"},
        {"HTTP_ACCEPT": "text/html"},
        {"HTTP_AUTHORIZATION": "Bearer uc_wrong_key"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
    ],
)
def test_no_header_buys_another_request(api, settings, noon, trick):
    settings.RATES = {"anon": (1, 60)}
    api.get("languages/")
    assert api.get("languages/", **trick).status_code == 429


def test_no_method_or_spelling_buys_another_request(api, settings, noon):
    settings.RATES = {"anon": (1, 60)}
    api.get("languages/")
    for method in ("HEAD", "OPTIONS", "POST"):
        assert api.send(method, "languages/").status_code == 429
    assert api.get("languages/", {"page": 1}).status_code == 429
    assert api.get("nothing/").status_code == 429


def test_addresses_of_one_household_count_together(api, settings, noon):
    settings.RATES = {"anon": (1, 60)}
    assert api.get("languages/", REMOTE_ADDR="2001:db8:1:2::a").status_code == 200
    assert api.get("languages/", REMOTE_ADDR="2001:db8:1:2:ffff::b").status_code == 429
    assert api.get("languages/", REMOTE_ADDR="2001:db8:1:3::a").status_code == 200
    assert api.get("languages/", REMOTE_ADDR="::ffff:192.0.2.1").status_code == 200
    assert api.get("languages/", REMOTE_ADDR="192.0.2.1").status_code == 429


@pytest.mark.parametrize(
    "path", ["/api/v1//languages/", "/api/v1/LANGUAGES/", "/api/v1/languages", "/api/v2/languages/"]
)
def test_odd_spellings_of_an_address_count_or_tell_nothing(api, settings, noon, path):
    settings.RATES = {"anon": (1, 60)}
    api.get("languages/")
    response = api.client.get(path)
    assert response.status_code in (308, 429)
    assert b"English" not in response.content


def test_every_answer_tells_the_limits_errors_too(api, api_as, settings, noon):
    settings.RATES = {"anon": (100, 60), "key": (100, 60), "write": (50, 60)}
    work = make_work()
    client = api_as(make_user("ozfan"))
    answers = [
        api.get("works/"),
        api.get("works/", {"nonsense": "1"}),
        api.get("works/999999/"),
        api.get("nothing/here/"),
        api.get("me/"),
        api.get("works/", HTTP_ACCEPT="image/png"),
        api.get("works/", HTTP_AUTHORIZATION="Bearer uc_a_b"),
        api.put("works/", {}),
        api.send("OPTIONS", "works/"),
        api.send("HEAD", "works/"),
        api.get(f"works/{work.pk}/download.txt"),
        api.get(f"works/{work.pk}/download.xyz"),
        api.get("schema/"),
        client.get("me/"),
        client.post("works/", {"title": ""}),
        client.patch(f"works/{work.pk}/", {}),
    ]
    for answer in answers:
        for name in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"):
            assert answer.headers[name].isdecimal(), (answer.request["PATH_INFO"], answer)
    assert answers[-1].headers["RateLimit-Limit"] == "50"


def test_guessing_keys_is_limited_like_guests(api, settings, noon):
    settings.RATES = {"anon": (2, 60)}
    answers = [
        api.get("me/", HTTP_AUTHORIZATION=f"Bearer uc_{number}_x").status_code
        for number in range(3)
    ]
    assert answers == [401, 401, 429]


def test_an_account_has_one_limit_whatever_keys_it_has(api_as, settings, noon):
    settings.RATES = {"anon": (1, 60), "key": (2, 60)}
    user = make_user("ozfan")
    first, second = api_as(user), api_as(user)
    assert [first.get("me/").status_code, second.get("me/").status_code] == [200, 200]
    assert first.get("me/").status_code == 429
    assert api_as(make_user("other")).get("me/").status_code == 200


def test_writes_and_searches_have_limits_of_their_own(api, api_as, settings, noon):
    settings.RATES = {"key": (100, 60), "write": (1, 60), "anon": (100, 60), "search_anon": (1, 60)}
    client = api_as(make_user("ozfan"))
    assert client.post("works/", {"title": "One"}).status_code == 201
    refused = client.post("works/", {"title": "Two"})
    assert (refused.status_code, "write" in refused.json()["detail"]) == (429, True)
    assert client.get("works/").status_code == 200
    assert api.get("works/", {"q": "one"}).status_code == 200
    assert api.get("works/", {"title": "one"}).status_code == 429
    assert api.get("works/").status_code == 200
    assert client.get("works/", {"q": "one"}).status_code == 200


def test_rates_that_are_off_send_no_headers(api, settings):
    settings.RATES = {"anon": None}
    assert "RateLimit-Limit" not in api.get("languages/").headers


def test_a_304_counts_and_tells(api, settings, noon):
    work = make_work()
    settings.RATES = {"anon": (5, 60)}
    etag = api.get(f"works/{work.pk}/").headers["ETag"]
    response = api.get(f"works/{work.pk}/", HTTP_IF_NONE_MATCH=etag)
    assert (response.status_code, response.headers["RateLimit-Remaining"]) == (304, "3")


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "203.0.113.7", "192.0.2.1"),
        (1, "10.0.0.1", "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "10.0.0.1", "203.0.113.7", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "<script>", "unknown"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "2001:db8:1:2::9", "", "2001:db8:1:2::/64"),
        (0, "::1", "", "::/64"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "", "", "unknown"),
    ],
)
def test_whose_request_it_is(settings, proxies, remote, forwarded, expected):
    settings.NUM_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_network(request) == expected


def _counts_in_a_file() -> bool:
    return counters.connection.vendor == "sqlite"
