"""Keys do what their scopes and their user's roles both allow, at every address."""

import pytest

from archive.core.api.views import ApiView
from archive.core.viewer import SCOPES
from tests.api.conftest import APIClient
from tests.api.routes import make_objects, routes
from tests.api.test_mass_assignment import everything
from tests.factories import make_user
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
ROLE_SCOPES = ("wrangle", "moderate")


@pytest.fixture
def boss(db):
    return user_with_roles("boss", "wranglers", "moderators", "archivists", superuser=True)


def send(client: APIClient, method: str, address: str):
    return client.send(method, address.removeprefix("/api/v1/"), {})


def test_a_key_without_the_scope_is_refused_everywhere(boss):
    ids = make_objects(boss)
    before = everything()
    wrong = []
    clients = {
        scope: APIClient(boss, *(other for other in SCOPES if other not in (scope, "read")))
        for scope in SCOPES
        if scope != "read"
    }
    asked = 0
    for route in routes():
        scope = route.scope(ids)
        if scope in clients:
            asked += 1
            response = send(clients[scope], route.method, route.address(ids))
            if (response.status_code, response.json()["code"]) != (403, "scope.missing"):
                wrong.append((route.name, response.status_code))
    assert not wrong
    assert asked > 30
    now = everything()
    now["accounts.ApiKey"] = before["accounts.ApiKey"]
    assert now == before


def test_guests_are_asked_to_sign_in_wherever_a_scope_is_needed(boss):
    ids = make_objects(boss)
    for route in routes():
        if route.scope(ids):
            response = send(APIClient(), route.method, route.address(ids))
            assert (response.status_code, response.json()["code"]) == (401, "auth.required")
            assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_scope_without_the_role_allows_nothing(boss):
    ids = make_objects(boss)
    nobody = APIClient(make_user("nobody"))
    before = everything()
    for route in routes():
        if route.scope(ids) in ROLE_SCOPES:
            response = send(nobody, route.method, route.address(ids))
            # 400 tells of the body alone; 404 that there is nothing to know.
            assert response.status_code in (400, 403, 404), (route.name, response.status_code)
    assert everything() == before


def test_every_unsafe_method_needs_a_scope_but_for_reports(boss):
    ids = make_objects(boss)
    open_ones = {route.name for route in routes() if route.method != "GET" and not route.scope(ids)}
    assert open_ones == {"POST reports/"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"])
def test_errors_tell_nothing_of_what_is_behind(boss, monkeypatch, method):
    """Whatever fails, wherever: the same few words."""

    def fail(*_: object) -> None:
        raise RuntimeError('SELECT secret FROM /srv/archive/settings.py, line 7, in "Traceback"')

    monkeypatch.setattr(ApiView, "check_throttles", fail)
    ids = make_objects(boss)
    client = APIClient(boss)
    client.client.raise_request_exception = False
    seen = set()
    for route in {entry.address(ids): entry for entry in routes()}.values():
        response = send(client, method, route.address(ids))
        assert response.status_code == 500, route.name
        seen.add(response.content.decode())
    assert len(seen) == 1
    text = seen.pop()
    assert not [word for word in ("SELECT", "/srv", "line 7", "Traceback", ".py") if word in text]
