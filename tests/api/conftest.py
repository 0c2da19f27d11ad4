"""Fixtures of the API: a client that speaks JSON, works that the index knows."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from archive.accounts.models import User
from archive.core.api.docs import schema_document
from catalog.api.serializers import common
from catalog.events import announce_works_changed
from catalog.models import Work
from tests.viewers import bearer


class APIClient:
    """Asks /api/v1/ as a guest, or with the key of ``user``."""

    def __init__(self, user: User | None = None, *scopes: str) -> None:
        self.client = Client()
        self.headers = bearer(user, *scopes) if user is not None else {}

    def get(self, path: str = "", params: Any = None, **headers: str) -> Any:
        """GET below /api/v1/."""
        return self.client.get(f"/api/v1/{path}", params or {}, **self.headers, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Any method with a JSON body."""
        data = "" if body is None else json.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data,
            content_type="application/json",
            **{**self.headers, **headers},
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST a JSON body."""
        return self.send("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """PATCH a JSON body."""
        return self.send("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """PUT a JSON body."""
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        """DELETE."""
        return self.send("DELETE", path, **headers)


@pytest.fixture
def api(db) -> APIClient:
    """A guest."""
    return APIClient()


@pytest.fixture
def api_as(db) -> Callable[..., APIClient]:
    """A client with a fresh key of a user, all scopes unless named."""
    return APIClient


@pytest.fixture
def indexed(drained) -> Callable[..., None]:
    """Call it with works to put them into the index."""

    def put(*works: Work) -> None:
        with transaction.atomic():
            announce_works_changed([work.pk for work in works])
        drained()

    return put


@pytest.fixture(autouse=True)
def _no_kept_documents():
    """The description and the download formats are worked out anew."""
    yield
    schema_document.cache_clear()
    common._download_paths.cache_clear()


def codes(response: Any) -> list[tuple[str, str]]:
    """(field, code) of every error of a problem document."""
    return [(error["field"], error["code"]) for error in response.json()["errors"]]
