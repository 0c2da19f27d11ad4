"""The API against its own description: whatever is sent, every answer is a described one."""

import os
from itertools import cycle

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import make_creator, make_series, make_user, make_work
from tests.viewers import bearer, user_with_roles

pytestmark = pytest.mark.django_db

ROLES = ("guest", "reader", "boss")
EXAMPLES = {"full": int(os.environ.get("API_FUZZ_EXAMPLES", "200")), "quick": 25}
SLICE = os.environ.get("API_FUZZ_SLICE", "")
"""Which operations the full lane asks, such as ``20:40`` (from 0, the last not among them)."""
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.fixture
def small_archive(db) -> None:
    """A few works in the states that matter."""
    owner = make_user("owner")
    creator = make_creator("Owner", owner)
    first = make_work("The Borrowed Violin", creators=[creator], tags={"freeform": ["Fluff"]})
    make_work("Members", is_restricted=True, creators=[creator])
    make_work("Draft", status="draft", creators=[creator])
    make_series(first)


@pytest.fixture
def described(small_archive):
    """The description as it is served, with a way to ask in this process.

    As with Django's own test client a request leaves the connection of the test open.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def key_of(role: str) -> dict[str, str]:
    """The headers of a role; answers come uncompressed, because nobody unpacks them here."""
    plain = {"Accept-Encoding": "identity"}
    if role == "guest":
        return plain
    roles = () if role == "reader" else ("wranglers", "moderators", "archivists")
    user = user_with_roles(role, *roles, superuser=bool(roles))
    return {**plain, "Authorization": bearer(user)["HTTP_AUTHORIZATION"]}


@pytest.mark.parametrize("lane", [pytest.param("full", marks=pytest.mark.slow), "quick"])
def test_every_answer_is_a_described_one(described, lane, subtests):
    """Quick: each example is asked as one of the roles in turn; full: as all of them.

    Takes a minute of processor time, the full lane far more: 200 examples for each of a hundred
    operations and three roles.
    """
    headers = [key_of(role) for role in ROLES]
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 70
    if lane == "full" and SLICE:
        start, _, end = SLICE.partition(":")
        operations = operations[int(start or 0) : int(end or len(operations))]
    for operation in operations:
        with subtests.test(operation.label):
            ask(operation, headers, lane)


def ask(operation, headers: list[dict[str, str]], lane: str) -> None:
    """Ask one operation with examples made from its description."""
    turns = cycle(headers)

    @hypothesis.settings(
        max_examples=EXAMPLES[lane],
        derandomize=lane == "quick",
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def check(case):
        for role in headers if lane == "full" else [next(turns)]:
            case.call_and_validate(checks=CHECKS, headers=role)

    check()
