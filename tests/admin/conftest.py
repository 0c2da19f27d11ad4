"""Fixtures of the admin: browsers of people in roles."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.viewers import user_with_roles
from tests.web.conftest import indexed

__all__ = ["browser", "indexed"]

ROLES = {
    "wrangler": ("wranglers",),
    "moderator": ("moderators",),
    "archivist": ("archivists",),
    "both": ("wranglers", "moderators"),
}


@pytest.fixture
def browser(db) -> Callable[[str], Client]:
    """The browser of somebody in a role; ``admin`` is a superuser, ``member`` has none."""

    def open_for(who: str) -> Client:
        user = user_with_roles(who, *ROLES.get(who, ()), superuser=who == "admin")
        client = Client()
        client.force_login(user)
        return client

    return open_for
