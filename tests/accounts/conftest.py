"""Fixtures of accounts: people with a password, the real limits, counts of their own."""

from collections.abc import Callable

import pytest
from django.test import Client

from archive.accounts.models import User
from archive.settings.accounts import SIGN_IN_LIMITS
from tests.viewers import user_with_roles

PASSWORD = "plum-lantern-41"


@pytest.fixture
def limits(settings, tmp_path) -> dict[str, tuple[int, int]]:
    """The limits of signing in, as shipped, with counts of this test alone."""
    settings.DATA_DIR = tmp_path
    settings.SIGN_IN_LIMITS = SIGN_IN_LIMITS
    settings.SIGN_IN_DELAY_SECONDS = 0
    return SIGN_IN_LIMITS


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Somebody with the password of the tests, in the roles named."""

    def make(name: str, *roles: str, superuser: bool = False) -> User:
        user = user_with_roles(name, *roles, superuser=superuser)
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def sign_in(db) -> Callable[..., Client]:
    """A browser after a try to sign in on the form of the site."""

    def attempt(name: str, password: str = PASSWORD, client: Client | None = None, **extra):
        client = client or Client()
        client.answer = client.post(
            "/account/login/", {"username": name, "password": password}, **extra
        )
        return client

    return attempt
