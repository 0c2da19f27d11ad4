"""No unsafe request of a browser is believed without the token: row A34 of the design."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from tests.factories import make_work
from tests.security.addresses import addresses
from tests.viewers import user_with_roles

TRICKS = {
    "no token": {},
    "a wrong token": {"HTTP_X_CSRFTOKEN": "a" * 64},
    "a foreign origin": {"HTTP_ORIGIN": "https://evil.example", "HTTP_X_CSRFTOKEN": "a" * 64},
}
# Read and never written: they take no unsafe method at all, which is 405 before anything else.
REFUSALS = {302, 400, 401, 403, 404, 405, 415}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "trick"), [("guest", "no token"), *(("admin", trick) for trick in TRICKS)]
)
def test_unsafe_requests_without_the_token_change_nothing(who: str, trick: str):
    make_work()
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if who == "admin":
        client.force_login(user_with_roles("boss", superuser=True))
    wrong = []
    methods = ("post", "delete") if trick == "no token" else ("post",)
    for address in addresses():
        for method in methods:
            answer = getattr(client, method)(address.path, **TRICKS[trick])
            if answer.status_code not in REFUSALS:
                wrong.append((method, address.path, answer.status_code))
            if who == "admin" and answer.status_code == 302 and "login" not in answer["Location"]:
                wrong.append((method, address.path, answer["Location"]))
    assert wrong == []
    assert not Group.objects.filter(name="").exists()


@pytest.mark.django_db
def test_most_addresses_are_tried():
    """The walk over the routes finds them all, or this list would be short."""
    paths = {address.path for address in addresses()}
    assert len(paths) > 200
    assert {"/account/login/", "/api/v1/works/", "/admin/catalog/work/"} <= paths
