"""The security log: the events of ASVS V16 are there, and no secret with them."""

import json

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.models import SecurityEvent
from archive.accounts.security_log import EVENTS, record
from archive.accounts.services import create_api_key, grant_role, revoke_api_key
from archive.settings import base
from tests.accounts.conftest import PASSWORD
from tests.factories import make_work
from tests.house.sources import PACKAGES, python_files
from tests.viewers import bearer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_counts(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def events() -> list[str]:
    return list(SecurityEvent.objects.order_by("id").values_list("event", flat=True))


def test_every_event_of_the_list_is_written_somewhere():
    sources = " ".join(path.read_text() for path in python_files(*PACKAGES))
    unwritten = [event for event in EVENTS if sources.count(f'"{event}"') < 2]
    assert unwritten == []
    assert len(EVENTS) >= 14


def test_an_event_that_is_not_listed_is_a_mistake():
    with pytest.raises(ValueError, match="no security event"):
        record("sign_in.odd")


def test_a_refusal_for_lack_of_a_right_is_noted(person, sign_in):
    person("ada")
    client = sign_in("ada")
    client.get("/admin/")
    assert events() == ["sign_in.ok", "permission.denied"]
    row = SecurityEvent.objects.get(event="permission.denied")
    assert (row.name, row.path) == ("ada", "/admin/")


def test_a_refusal_of_the_api_is_noted_and_only_a_few_of_one_client(person):
    headers = bearer(person("ada"))
    SecurityEvent.objects.all().delete()
    for _ in range(9):
        assert Client().get("/api/v1/reports/", **headers).status_code == 403
    assert events() == ["permission.denied"] * 5


def test_a_form_without_its_token_is_noted():
    work = make_work()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/report/work/{work.pk}/", {"reason": "spam"})
    assert answer.status_code == 403
    assert "form" in answer.content.decode()
    assert events() == ["csrf.failed"]


def test_a_client_in_haste_is_noted(settings):
    settings.RATES = {"anon": (1, 60)}
    for _ in range(2):
        answer = Client().get("/api/v1/languages/")
    assert (answer.status_code, events()) == (429, ["throttled"])


def test_keys_and_roles_are_noted_without_the_secret(person):
    user = person("ada")
    row, key = create_api_key(user=user, name="laptop", scopes=["read"])
    revoke_api_key(user=user, key_id=row.pk)
    grant_role(username="ada", role="wranglers")
    assert events() == ["key.created", "key.revoked", "role.granted"]
    assert key.split("_", 2)[2] not in str(list(SecurityEvent.objects.values()))


def test_a_line_of_the_log_is_one_json_object_whatever_was_typed(sign_in, caplog):
    caplog.set_level("INFO", logger="archive.security")
    sign_in("evil\n2026 INFO root: signed in as admin", PASSWORD)
    lines = [row.getMessage() for row in caplog.records if row.name == "archive.security"]
    (line,) = lines
    assert "\n" not in line
    assert json.loads(line)["event"] == "sign_in.failed"
    assert PASSWORD not in line


def test_a_lost_second_factor_is_taken_away_by_command(person, capsys):
    user = person("mod", "moderators")
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "mod")
    with pytest.raises(CommandError, match="no user"):
        call_command("reset_second_factor", "nobody")
    TOTPDevice.objects.create(user=user, confirmed=True)
    call_command("reset_second_factor", "mod")
    assert not TOTPDevice.objects.exists()
    assert events() == ["factor.removed"]


def test_passwords_are_kept_by_argon2(settings):
    assert base.PASSWORD_HASHERS[0].endswith(".Argon2PasswordHasher")
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    stored = make_password(PASSWORD)
    assert stored.startswith("argon2$argon2id$")
    assert check_password(PASSWORD, stored)
