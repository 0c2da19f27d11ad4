"""Forgotten passwords, new ones, e-mail addresses and other sessions."""

import re

import pytest
from django.core import mail
from django.test import Client

from archive.settings.accounts import ACCOUNT_LIMITS
from tests.accounts.conftest import PASSWORD
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db
NEW = "harbour-candle-77"
_LINK = re.compile(r"https?://\S+/account/password/\S+")


@pytest.fixture
def ada(person):
    user = person("ada")
    user.email = "ada@example.org"
    user.save()
    return user


@pytest.fixture(autouse=True)
def _sent_at_once(monkeypatch):
    """Letters leave when the transaction ends, which in a test it does not."""
    monkeypatch.setattr("archive.core.mail.transaction.on_commit", lambda act: act())


def ask(email: str, client: Client | None = None) -> Page:
    return Page((client or Client()).post("/account/password/", {"email": email}))


def link_of(letter) -> str:
    (address,) = _LINK.findall(letter.body)
    return address


def path_of(address: str) -> str:
    return address.partition("/account")[1] + address.partition("/account")[2]


def test_a_letter_brings_a_link_that_sets_a_new_password_once(ada, settings):
    settings.BASE_URL = "https://archive.example"
    old = Client()
    old.force_login(ada)
    ask("ADA@example.org")
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.org"]
    address = link_of(letter)
    assert address.startswith("https://archive.example/account/password/")
    client = Client()
    form = client.get(path_of(address))
    assert form["Location"].endswith("/set/")
    assert "For the account of ada" in get(client, form["Location"]).text()
    done = client.post(form["Location"], {"new_password": NEW, "again": NEW}, follow=True)
    assert "The new password is set" in done.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert old.get("/account/").status_code == 302
    used = Page(Client().get(path_of(address)))
    assert used.status == 400
    assert "too old, or has been used" in used.text()


def test_the_answer_is_the_same_for_an_address_that_nobody_has(ada):
    known, unknown = ask("ada@example.org"), ask("nobody@example.org")
    assert known.text() == unknown.text()
    assert known.status == unknown.status == 200
    assert len(mail.outbox) == 1


def test_the_host_of_the_request_is_never_in_a_letter(ada, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(HTTP_HOST="evil.example").post("/account/password/", {"email": ada.email})
    assert "evil.example" not in mail.outbox[0].body


@pytest.mark.parametrize("email", ["", "x", "a@b", "ada@example.org\nBcc: x@y.z", "é@é", "\x00"])
def test_odd_addresses_get_the_same_answer(ada, email):
    assert ask(email).status in (200, 400)
    assert mail.outbox == []


def test_suspended_accounts_get_no_letter(ada):
    ada.is_active = False
    ada.save()
    ask(ada.email)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "path", ["MQ/set", "MQ/x-y", "%00/x", "OTk5/abc-def", "9" * 400 + "/x", "é/é"]
)
def test_invented_links_are_dead(ada, path):
    assert Client().get(f"/account/password/{path}/").status_code == 400


def test_letters_are_limited_by_address_and_by_network(ada, settings, tmp_path):
    settings.DATA_DIR, settings.ACCOUNT_LIMITS = tmp_path, ACCOUNT_LIMITS
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post("/account/password/", {"email": ada.email})
        for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Retry-After" in answers[3]
    assert len(mail.outbox) == 3
    near = [ask(f"somebody{n}@example.org").status for n in range(6)]
    assert near == [200] * 5 + [429]


def change(client: Client, act: str, **values: str) -> Page:
    sent = {"act": act, "your_password": PASSWORD, **values}
    return Page(client.post("/account/protection/", sent, follow=True))


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(ada):
    client, other = Client(), Client()
    client.force_login(ada)
    other.force_login(ada)
    wrong = change(client, "password", your_password="wrong", new_password=NEW, again=NEW)
    assert wrong.status == 400
    assert "not your password" in wrong.text("//div[@role='alert']")
    differ = change(client, "password", new_password=NEW, again=f"{NEW}!")
    assert "not the same" in differ.text("//div[@role='alert']")
    easy = change(client, "password", new_password="password", again="password")
    assert easy.status == 400
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    done = change(client, "password", new_password=NEW, again=NEW)
    assert "all other sessions have ended" in done.text()
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_the_e_mail_address_changes(ada):
    client = Client()
    client.force_login(ada)
    refused = change(client, "email", email="nowhere")
    assert refused.status == 400
    assert refused.all("//input[@name='email']")[0].get("value") == "nowhere"
    change(client, "email", email="new@example.org")
    ada.refresh_from_db()
    assert ada.email == "new@example.org"


def test_other_sessions_end_without_a_new_password(ada):
    client, other = Client(), Client()
    client.force_login(ada)
    other.force_login(ada)
    change(client, "sessions")
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_guests_are_asked_to_sign_in(client):
    assert client.get("/account/protection/").status_code == 302


def test_the_old_password_is_not_guessed_here_either(ada, limits):
    client = Client()
    client.force_login(ada)
    codes = [change(client, "sessions", your_password=f"guess-{n}").status for n in range(6)]
    assert codes == [400] * 5 + [429]


def test_pages_of_protection_are_kept_by_no_cache(ada):
    client = Client()
    client.force_login(ada)
    for path in ("/account/protection/", "/account/password/"):
        assert "no-store" in client.get(path)["Cache-Control"]
