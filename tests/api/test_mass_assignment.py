"""No request sets what it may not: every writable address, every field of every model."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction

from tests.api.routes import Route, make_objects, routes
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db

CLASSIC = frozenset(
    (
        *("_method", "_state", "__class__", "__proto__", "constructor", "admin", "approved"),
        *("group", "groups", "is_admin", "is_staff", "is_superuser", "isAdmin", "owner"),
        *("owner_id", "password", "permissions", "pk", "published", "role", "roles"),
        *("superuser", "user", "user_id", "user_permissions", "verified"),
    )
)
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in ("catalog", "accounts", "auth") and not model._meta.proxy
]
MODEL_FIELDS = frozenset(
    name
    for model in MODELS
    for field in model._meta.get_fields()
    for name in (field.name, getattr(field, "attname", field.name))
)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TOUCHED = ("last_used_at",)


def writable() -> Iterable[Route]:
    return [route for route in routes() if route.method in ("POST", "PATCH", "PUT")]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for the last use of keys and the log of what was refused."""
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name not in TOUCHED}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in MODELS
        if model._meta.label
        not in ("core.KeptAnswer", "accounts.SecurityEvent", "accounts.ThrottleCount")
    }


@pytest.fixture
def boss(api_as, db):
    """Somebody with every role: even they set only what an address is for."""
    user = user_with_roles("boss", "wranglers", "moderators", "archivists", superuser=True)
    client = api_as(user)
    client.ids = make_objects(user)
    return client


def test_unknown_fields_are_refused_by_name_and_change_nothing(boss):
    before = everything()
    accepted = []
    for route in writable():
        if route.fields is None:
            continue
        extra = sorted((MODEL_FIELDS | CLASSIC) - route.fields - {"dry_run"})
        body = dict.fromkeys(extra, 1)
        response = boss.client.generic(
            route.method,
            route.address(boss.ids),
            json.dumps(body),
            content_type="application/json",
            **boss.headers,
        )
        told = {
            error["field"]
            for error in response.json().get("errors", ())
            if error["code"] == "field.unknown"
        }
        # What cannot be acted upon at all may say so before it looks at the body.
        if response.status_code not in (404, 409) and not told >= set(extra):
            accepted.append((route.name, response.status_code, sorted(set(extra) - told)[:5]))
    assert not accepted
    assert everything() == before


def test_addresses_without_a_body_read_none(boss):
    body = json.dumps(dict.fromkeys(sorted(MODEL_FIELDS | CLASSIC), 1))

    def outcome(route: Route, sent: str) -> tuple[int, Any]:
        with transaction.atomic(), time_machine.travel(NOW, tick=False):
            response = boss.client.generic(
                route.method,
                route.address(boss.ids),
                sent,
                content_type="application/json",
                **boss.headers,
            )
            rows = everything()
            transaction.set_rollback(True)
        return response.status_code, rows

    bare = [route for route in writable() if route.fields is None]
    assert bare
    for route in bare:
        assert outcome(route, body)[1] == outcome(route, "{}")[1], route.name


def test_the_model_fields_looked_at_are_many():
    assert len(MODEL_FIELDS) > 120
    assert len(list(writable())) > 25
