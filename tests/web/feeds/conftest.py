"""Fixtures of the feeds: people with keys, a client that signs in as e-readers do."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.accounts.services import create_api_key


@pytest.fixture
def basic(db) -> Callable[[User], dict[str, str]]:
    """Client arguments that sign in by Basic with a fresh key as password."""

    def headers(user: User, *scopes: str) -> dict[str, Any]:
        _, key = create_api_key(user=user, name="reader", scopes=scopes or ["read"])
        pair = base64.b64encode(f"{user.username}:{key}".encode()).decode()
        return {"HTTP_AUTHORIZATION": f"Basic {pair}"}

    return headers
