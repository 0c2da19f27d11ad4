"""Fixtures of the pages: works that the index knows, people who are signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from archive.accounts.models import User
from catalog.events import announce_works_changed
from catalog.models import Work
from tests.web.pages import Page, get


@pytest.fixture
def indexed(drained) -> Callable[..., None]:
    """Call it with works to put them into the index."""

    def put(*works: Work) -> None:
        with transaction.atomic():
            announce_works_changed([work.pk for work in works])
        drained()

    return put


@pytest.fixture
def page(client) -> Callable[..., Page]:
    """Ask for a page as a guest."""

    def ask(path: str, params: Any = None, **extra: Any) -> Page:
        return get(client, path, params, **extra)

    return ask


@pytest.fixture
def page_as(db) -> Callable[..., Page]:
    """Ask for a page as somebody who is signed in."""

    def ask(user: User, path: str, params: Any = None, **extra: Any) -> Page:
        client = Client()
        client.force_login(user)
        return get(client, path, params, **extra)

    return ask
