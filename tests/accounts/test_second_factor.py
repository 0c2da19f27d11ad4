"""The second factor of staff: without it a session has no role, anywhere."""

import os
import re
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.models import SecurityEvent
from tests.accounts.conftest import PASSWORD
from tests.factories import make_work
from tests.viewers import bearer
from tests.web.pages import get

pytestmark = pytest.mark.django_db
ADDRESS = "/account/second-factor/"


@pytest.fixture(autouse=True)
def clock():
    """Stands still: codes change by the half minute, and waits after wrong ones by the second."""
    with time_machine.travel("2026-03-03T12:00:00Z", tick=False) as stopped:
        yield stopped


@pytest.fixture
def asked(settings):
    """As in production."""
    settings.STAFF_TOTP = "required"


@pytest.fixture
def moderator(person, sign_in) -> Client:
    person("mod", "moderators")
    return sign_in("mod")


def code(device: TOTPDevice, drift: int = 0) -> str:
    return f"{totp(device.bin_key, drift=drift):06d}"


def enrol(client: Client) -> list[str]:
    """Set the factor up; the recovery codes."""
    client.get(ADDRESS)
    device = TOTPDevice.objects.get(confirmed=False)
    answer = client.post(ADDRESS, {"act": "confirm", "code": code(device, -1)})
    assert answer.status_code == 200
    return re.findall(r"<li><code>(.*?)</code>", answer.content.decode())


def test_staff_without_it_gets_nowhere(asked, moderator):
    work = make_work()
    assert moderator.answer["Location"].startswith(ADDRESS)
    assert moderator.get("/admin/").status_code == 302
    assert moderator.get("/admin/login/?next=/admin/")["Location"].startswith(ADDRESS)
    assert moderator.get("/api/v1/reports/").status_code == 403
    assert moderator.get("/api/v1/moderation/log/").status_code == 403
    hide = moderator.post(
        f"/api/v1/moderation/works/{work.pk}/hide/",
        {"reason": "x"},
        content_type="application/json",
    )
    assert hide.status_code == 403


def test_such_a_session_makes_no_key_with_the_rights_of_the_role(asked, moderator):
    answer = moderator.post(
        "/api/v1/me/keys/",
        {"name": "x", "scopes": ["moderate"]},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "scope.missing")
    page = moderator.post("/account/keys/", {"name": "x", "scope": ["read", "moderate"]})
    assert page.status_code == 403


def test_it_is_set_up_with_a_picture_and_taken_into_use_with_a_code(asked, moderator):
    shown = get(moderator, ADDRESS)
    assert shown.all("//*[name()='svg'][@class='qr']")
    assert not shown.all("//*[@style]")
    secret = shown.texts("//code[@class='secret']")[0]
    assert len(secret) >= 32
    recovery = enrol(moderator)
    assert len(set(recovery)) == 10
    assert moderator.get("/admin/").status_code == 200
    assert moderator.get("/api/v1/reports/").status_code == 200
    assert not any(secret in page for page in [get(moderator, ADDRESS).source])


def test_a_later_session_asks_for_a_code_and_takes_each_once(asked, moderator, sign_in):
    enrol(moderator)
    device = TOTPDevice.objects.get()
    TOTPDevice.objects.update(last_t=-1)
    client = sign_in("mod")
    assert client.get("/admin/").status_code == 302
    key = client.session.session_key
    right = code(device)
    done = client.post(ADDRESS, {"act": "show", "code": right, "next": "/admin/"})
    assert done["Location"] == "/admin/"
    assert client.session.session_key != key
    assert client.get("/admin/").status_code == 200
    replayed = sign_in("mod").post(ADDRESS, {"act": "show", "code": right})
    assert replayed.status_code == 400


def test_a_recovery_code_works_once_and_is_kept_as_a_hash(asked, moderator, sign_in):
    recovery = enrol(moderator)
    plain = recovery[0].replace("-", "")
    assert plain not in StaticToken.objects.values_list("token", flat=True)
    client = sign_in("mod")
    assert client.post(ADDRESS, {"act": "show", "code": recovery[0]}).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert sign_in("mod").post(ADDRESS, {"act": "show", "code": recovery[0]}).status_code == 400


def test_wrong_codes_are_refused_noted_and_slowed(asked, moderator, sign_in, clock):
    enrol(moderator)
    client = sign_in("mod")
    assert client.post(ADDRESS, {"act": "show", "code": "000000"}).status_code == 400
    device = TOTPDevice.objects.get()
    TOTPDevice.objects.update(last_t=-1)
    hasty = client.post(ADDRESS, {"act": "show", "code": code(device)})
    assert (hasty.status_code, hasty["Retry-After"]) == (429, "1")
    assert "Wait for 1 second" in hasty.content.decode()
    events = list(SecurityEvent.objects.values_list("event", flat=True))
    assert events.count("factor.failed") == 2
    assert "factor.added" in events
    clock.shift(1.5)
    right = client.post(ADDRESS, {"act": "show", "code": code(device), "next": "/admin/"})
    assert right["Location"] == "/admin/"


def test_a_right_code_too_soon_after_a_wrong_one_is_not_called_wrong(asked, moderator, clock):
    moderator.get(ADDRESS)
    device = TOTPDevice.objects.get(confirmed=False)
    for _ in range(2):
        moderator.post(ADDRESS, {"act": "confirm", "code": "000000"})
        clock.shift(1)
    hasty = moderator.post(ADDRESS, {"act": "confirm", "code": code(device)})
    assert (hasty.status_code, hasty["Retry-After"]) == (429, "1")
    clock.shift(1.5)
    assert moderator.post(ADDRESS, {"act": "confirm", "code": code(device)}).status_code == 200


def test_it_is_taken_away_with_the_password_only(asked, moderator):
    enrol(moderator)
    wrong = moderator.post(ADDRESS, {"act": "remove", "your_password": "no"})
    assert wrong.status_code == 400
    assert TOTPDevice.objects.exists()
    moderator.post(ADDRESS, {"act": "remove", "your_password": PASSWORD})
    assert not TOTPDevice.objects.exists()
    assert moderator.get("/admin/").status_code == 302


def test_new_recovery_codes_end_the_old_ones(asked, moderator, sign_in):
    old = enrol(moderator)
    answer = moderator.post(ADDRESS, {"act": "renew", "your_password": PASSWORD})
    assert len(re.findall(r"<li><code>", answer.content.decode())) == 10
    assert sign_in("mod").post(ADDRESS, {"act": "show", "code": old[0]}).status_code == 400


def test_where_it_is_waived_it_still_protects_whoever_has_one(settings, moderator, sign_in):
    assert settings.STAFF_TOTP == "waived"
    assert moderator.get("/admin/").status_code == 200
    enrol(moderator)
    client = sign_in("mod")
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/v1/reports/").status_code == 403


def test_members_have_none(person, sign_in):
    person("ada")
    assert sign_in("ada").get(ADDRESS).status_code == 403
    assert Client().get(ADDRESS)["Location"].startswith("/account/login/")


def test_a_key_of_staff_needs_none(asked, person):
    user = person("mod", "moderators")
    assert Client().get("/api/v1/reports/", **bearer(user)).status_code == 200


@pytest.mark.parametrize(
    ("base", "asked", "told"),
    [
        ("https://archive.example", "", "required"),
        ("http://127.0.0.1:8000", "", "waived"),
        ("http://127.0.0.1:8000", "required", "required"),
        ("https://archive.example", "waived", "can be waived only for an archive on this machine"),
    ],
)
def test_only_an_archive_of_this_machine_can_do_without(base, asked, told, tmp_path):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ARCHIVE_")},
        "ARCHIVE_BASE_URL": base,
        "ARCHIVE_STAFF_TOTP": asked,
        "ARCHIVE_DATA_DIR": str(tmp_path),
    }
    ran = subprocess.run(
        [sys.executable, "-c", "from archive.settings import accounts; print(accounts.STAFF_TOTP)"],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told in (ran.stdout or ran.stderr)
    assert (ran.returncode == 0) == (told in ("required", "waived"))
