"""Making an account: who may, under which names, how often; nobody learns who is here."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from archive.accounts.models import Invitation, User
from archive.accounts.registration import invite
from archive.accounts.usernames import look
from archive.settings.accounts import ACCOUNT_LIMITS
from tests.factories import make_user
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db
GOOD = {"username": "ada", "email": "ada@example.org", "password": "plum-lantern-41"}


def join(client: Client, **values: str) -> Page:
    return Page(client.post("/account/register/", {**GOOD, **values}, follow=True))


def faults(shown: Page) -> str:
    return " ".join(shown.texts("//div[@role='alert']"))


def test_an_account_is_made_and_signed_in(client):
    made = join(client)
    assert made.h1 == "Your account"
    user = User.objects.get()
    assert (user.username, user.email, user.is_staff) == ("ada", "ada@example.org", False)
    assert user.check_password(GOOD["password"])
    again = Client()
    again.post("/account/login/", {"username": "ada", "password": GOOD["password"]})
    assert get(again, "/account/").status == 200


def test_it_goes_on_to_where_somebody_was_but_never_to_another_site(client):
    there = client.post("/account/register/", {**GOOD, "next": "/works/"})
    assert there["Location"] == "/works/"
    other = Client().post(
        "/account/register/", {**GOOD, "username": "grace", "next": "https://evil.example/"}
    )
    assert other["Location"] == "/account/"


@pytest.mark.parametrize(
    "name",
    [
        *("ab", "a" * 41, "", "Ada", "ada lovelace", "adа", "ａｄａ", "ada\u200b", "\u202eada"),
        *("ada\n", "ada.", "ad@a", "🦇🦇🦇", "ada\x00", "ａdmin", "é" * 5, "a\u0301da"),
    ],
)
def test_names_have_small_latin_letters_digits_and_two_signs(client, name):
    refused = join(client, username=name)
    assert refused.status == 400
    assert "3 to 40 characters" in faults(refused)
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["admin", "m0derator", "rnoderator", "an-on", "sup_port"])
def test_names_of_the_archive_itself_are_kept(client, name):
    assert "kept for the archive" in faults(join(client, username=name))


@pytest.mark.parametrize("name", ["r0se-marl0w", "rosemarlow", "rose_rnarlovv", "rose-mar1ow"])
def test_a_name_that_looks_like_another_is_refused(client, name):
    make_user("rose-marlow")
    assert "looks just like one" in faults(join(client, username=name))


def test_names_that_differ_at_a_glance_are_fine(client):
    make_user("rose-marlow")
    assert join(client, username="rose-marlowe").h1 == "Your account"


def test_what_looks_alike_is_the_same_key():
    assert look("rn0de1-vv_x") == look("modelwx") == "modelwx"


def test_all_faults_are_shown_at_once_beside_their_fields(client):
    refused = join(client, username="A", email="nowhere", password="12345678")
    assert [link.get("href") for link in refused.all("//div[@role='alert']//a")] == [
        *("#username", "#email", "#password"),
    ]
    assert refused.all("//input[@name='email']")[0].get("value") == "nowhere"
    assert refused.all("//input[@name='username'][@aria-invalid='true']")
    assert not refused.all("//input[@name='password'][@value]")


@pytest.mark.parametrize("password", ["short", "password", "12345678901", "ada@example.org"])
def test_easy_passwords_are_refused(client, password):
    assert join(client, password=password).status == 400
    assert not User.objects.exists()


def test_a_known_e_mail_address_makes_no_difference(client):
    make_user("grace", email=GOOD["email"])
    assert join(client).h1 == "Your account"
    assert User.objects.filter(email=GOOD["email"]).count() == 2


def test_nobody_registers_where_it_is_closed(client, settings):
    settings.REGISTRATION = "closed"
    assert "takes no new accounts" in get(client, "/account/register/").text()
    refused = join(client)
    assert refused.status == 403
    assert not User.objects.exists()
    assert not get(client, "/account/login/").links("Make an account")


def test_an_invitation_makes_one_account(client, settings):
    settings.REGISTRATION = "invite"
    assert "invitation is unknown" in faults(join(client))
    code = invite()
    form = get(client, f"/account/register/?invitation={code}")
    assert form.all("//input[@name='invitation']")[0].get("value") == code
    assert join(client, invitation=code).h1 == "Your account"
    row = Invitation.objects.get()
    assert row.used_by == User.objects.get()
    assert code not in (row.digest, row.note)
    second = join(Client(), username="grace", invitation=code)
    assert "invitation is unknown" in faults(second)


def test_an_old_invitation_is_spent(client, settings):
    settings.REGISTRATION = "invite"
    code = invite()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "too old" in faults(join(client, invitation=code))


def test_the_command_prints_addresses_that_work(client, settings):
    settings.REGISTRATION = "invite"
    out = StringIO()
    call_command("invite", "--count", "2", "--note", "reading circle", stdout=out)
    addresses = out.getvalue().split()
    assert len(addresses) == 2
    code = addresses[0].partition("invitation=")[2]
    assert join(client, invitation=code).h1 == "Your account"


def test_the_sixth_account_of_an_hour_waits(settings, tmp_path):
    settings.DATA_DIR, settings.ACCOUNT_LIMITS = tmp_path, ACCOUNT_LIMITS
    for number in range(5):
        assert join(Client(), username=f"reader{'abcde'[number]}").h1 == "Your account"
    refused = Client().post("/account/register/", {**GOOD, "username": "readerf"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert join(elsewhere, username="readerg").h1 == "Your account"


def test_mistakes_do_not_use_up_the_accounts_of_an_hour(settings, tmp_path):
    settings.DATA_DIR, settings.ACCOUNT_LIMITS = tmp_path, ACCOUNT_LIMITS
    for _ in range(8):
        assert join(Client(), username="A").status == 400
    assert join(Client()).h1 == "Your account"


def test_the_form_needs_its_token():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/register/", GOOD).status_code == 403


def test_who_is_signed_in_needs_no_second_account(client):
    client.force_login(make_user())
    assert client.get("/account/register/")["Location"] == "/account/"
