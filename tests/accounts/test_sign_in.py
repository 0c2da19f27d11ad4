"""Signing in: limits that are exact, never a lock-out, and nothing that tells names."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.test import Client
from zeal import zeal_ignore

from archive.accounts.models import SecurityEvent
from archive.accounts.sign_in import SignInTry
from archive.core.errors import TooMany
from tests.accounts.conftest import PASSWORD
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def statuses(sign_in, name: str, times: int, **extra) -> list[int]:
    return [sign_in(name, "wrong", **extra).answer.status_code for _ in range(times)]


def test_five_wrong_passwords_pass_for_a_name_from_an_address(limits, person, sign_in):
    person("ada")
    assert statuses(sign_in, "ada", 6) == [200] * 5 + [429]
    right = sign_in("ada").answer
    assert (right.status_code, int(right["Retry-After"]) > 1700) == (429, True)
    assert "too many tries" in right.content.decode()


def test_the_owner_still_gets_in_from_elsewhere(limits, person, sign_in):
    person("ada")
    statuses(sign_in, "ada", 6)
    assert sign_in("ada", REMOTE_ADDR="192.0.2.9").answer.status_code == 302


@pytest.mark.parametrize(
    "trick",
    [
        {"HTTP_X_FORWARDED_FOR": "192.0.2.1"},
        {"HTTP_X_REAL_IP": "192.0.2.1"},
        {"HTTP_FORWARDED": "for=192.0.2.1"},
        {"HTTP_CLIENT_IP": "192.0.2.1"},
        {"HTTP_TRUE_CLIENT_IP": "192.0.2.1"},
        {"HTTP_USER_AGENT": "another"},
        {"HTTP_HOST": "localhost"},
    ],
)
def test_no_header_buys_further_tries(limits, person, sign_in, trick):
    person("ada")
    statuses(sign_in, "ada", 5)
    assert sign_in("ada", "wrong", **trick).answer.status_code == 429


@pytest.mark.parametrize("spelling", ["Ada", "ADA", " ada ", "ａｄａ"])
def test_no_spelling_of_a_name_buys_further_tries(limits, person, sign_in, spelling):
    person("ada")
    statuses(sign_in, "ada", 5)
    assert sign_in(spelling, "wrong").answer.status_code == 429


def test_addresses_of_one_network_are_one(limits, person, sign_in):
    person("ada")
    statuses(sign_in, "ada", 5, REMOTE_ADDR="2001:db8::1")
    again = sign_in("ada", "wrong", REMOTE_ADDR="2001:db8::ffff")
    assert again.answer.status_code == 429
    other = sign_in("ada", "wrong", REMOTE_ADDR="2001:db8:0:1::1")
    assert other.answer.status_code == 200


def test_twenty_wrong_passwords_pass_for_an_address(limits, sign_in, person):
    codes = [sign_in(f"name{n}", "wrong").answer.status_code for n in range(21)]
    assert codes == [200] * 20 + [429]
    with time_machine.travel("2040-01-01"):
        assert sign_in("name99", "wrong").answer.status_code == 200


def test_the_admin_takes_ten_tries_of_an_address(limits, person):
    client = Client()
    codes = [
        client.post("/admin/login/", {"username": f"n{n}", "password": "x"}).status_code
        for n in range(11)
    ]
    assert codes == [200] * 10 + [429]


def test_a_right_password_is_no_guess(limits, person, sign_in):
    person("ada")
    for _ in range(3):
        assert statuses(sign_in, "ada", 4) == [200] * 4
        assert sign_in("ada").answer.status_code == 302
    assert statuses(sign_in, "bob", 5) == [200] * 5


def test_after_a_hundred_guesses_a_name_is_slow_and_not_locked(limits, person, sign_in, settings):
    waits: list[float] = []
    person("ada")
    settings.SIGN_IN_DELAY_SECONDS = 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.accounts.sign_in.time.sleep", waits.append)
        for n in range(101):
            sign_in("ada", "wrong", REMOTE_ADDR=f"198.51.{n}.1")
        assert waits == [3]
        assert sign_in("ada", REMOTE_ADDR="203.0.113.1").answer.status_code == 302
    assert waits == [3, 3]


def test_of_thirty_two_tries_at_once_exactly_five_are_compared(limits, settings):
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("threads of their own do not see the test's transaction")

    def attempt(_: int) -> bool:
        try:
            SignInTry("storm", "192.0.2.7").admit()
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(attempt, range(32))).count(True) == 5


def test_known_and_unknown_names_are_answered_alike(limits, person, sign_in):
    person("ada")
    known, unknown = (sign_in(name, "wrong").answer for name in ("ada", "nobody"))
    pages = [answer.content.decode() for answer in (known, unknown)]
    tidy = [page.replace("ada", "").replace("nobody", "") for page in pages]
    assert [line for line in tidy[0].splitlines() if "csrf" not in line] == [
        line for line in tidy[1].splitlines() if "csrf" not in line
    ]


def test_the_session_key_changes_when_somebody_signs_in(person, sign_in):
    person("ada")
    client = Client()
    session = client.session
    session["kept"] = "x"
    session.save()
    before = session.session_key
    with zeal_ignore([{"model": "sessions.Session", "field": "get()"}]):
        sign_in("ada", client=client)
    assert client.session.session_key != before


def test_signing_out_empties_the_session(person, sign_in):
    person("ada")
    client = sign_in("ada")
    key = client.session.session_key
    # Django's session and its deletion both fetch the row.
    with zeal_ignore([{"model": "sessions.Session", "field": "get()"}]):
        client.post("/account/logout/")
    assert client.session.session_key != key
    assert "_auth_user_id" not in client.session


def test_who_signed_in_and_who_failed_is_noted_without_what_was_typed(limits, person, sign_in):
    person("ada")
    sign_in("ada")
    sign_in("ada", "wrong")
    sign_in("my secret password", "x")
    rows = list(SecurityEvent.objects.order_by("id").values_list("event", "name"))
    assert rows[:2] == [("sign_in.ok", "ada"), ("sign_in.failed", "ada")]
    assert rows[2][0] == "sign_in.failed"
    assert rows[2][1].startswith("unknown:")
    assert "secret" not in str(list(SecurityEvent.objects.values()))
    assert PASSWORD not in str(list(SecurityEvent.objects.values()))


def test_an_account_that_is_closed_cannot_sign_in(limits, person, sign_in):
    user = person("ada")
    user.is_active = False
    user.save()
    assert sign_in("ada").answer.status_code == 200
    assert sign_in("ada").answer.context["form"].errors


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_away_from_this_site(person, target):
    make_user("other")
    person("ada")
    answer = Client().post(
        "/account/login/", {"username": "ada", "password": PASSWORD, "next": target}
    )
    assert answer["Location"] == "/"
