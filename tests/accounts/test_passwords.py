"""Passwords: taken exactly as typed, of any make, asked for in fields that managers fill. ASVS V6.2."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from archive.accounts.models import User
from archive.accounts.registration import register
from tests.house.sources import ROOT, templates

pytestmark = pytest.mark.django_db
ODD = [
    "  two spaces before and after  ",
    "Ünï-cödé-pÄss-Σίσυφος",
    "correct horse battery staple " * 4,
    "🦉🦉🦉🦉owl-of-the-north",
    "!!!???***<>&\"'",
    "ALLCAPITALSANDNOTHINGELSE",
    "31415926535897932384",
]


def joined(password: str) -> User:
    return register(username="ada", email="ada@archive.example", password=password)


@pytest.mark.parametrize("password", ODD)
def test_passwords_of_any_make_are_compared_exactly(password):
    user = joined(password)
    assert user.check_password(password)
    others = {password.strip(), password.lower(), password.upper(), password[:-1], password[:64]}
    assert [other for other in others - {password} if user.check_password(other)] == []


def test_a_form_signs_in_with_exactly_that(sign_in):
    joined(ODD[0])
    assert sign_in("ada", ODD[0].strip()).answer.status_code == 200
    assert sign_in("ada", ODD[0]).answer.status_code == 302


def test_fields_for_passwords_hide_them_and_are_filled_by_managers():
    fields = [
        field
        for path in templates()
        for field in re.findall(r"<input[^>]*password[^>]*>", path.read_text(encoding="utf-8"))
        if 'type="hidden"' not in field
    ]
    assert len(fields) >= 6
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field


def test_no_script_stops_pasting():
    scripts = sorted((ROOT / "archive" / "static" / "archive").glob("*.js"))
    assert scripts
    assert [path.name for path in scripts if "paste" in path.read_text(encoding="utf-8")] == []


def test_a_link_for_a_new_password_dies_after_a_day(client):
    user = joined(ODD[1])
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    address = f"/account/password/{uid}/{token}/"
    assert b"new_password" in client.get(address, follow=True).content
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert b"new_password" not in client.get(address, follow=True).content


def test_a_new_archive_has_no_accounts():
    """Migrations make none: there is no name and password that every archive has."""
    assert not User.objects.exists()
