"""Reading changes nothing, and says what it is: every address with GET. ASVS V3.5.3 and V4.1.1."""

import re

import pytest
from django.test import Client

from tests.api.test_mass_assignment import everything
from tests.factories import make_work
from tests.security.addresses import addresses
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
MARKUP = re.compile(r"text/|.*[/+]xml", re.IGNORECASE)


def charset_is_told(given: str, body: bytes) -> bool:
    """In the header, or for XML in its own first line, which goes with the file (RFC 7303)."""
    return "charset=utf-8" in given.lower().replace('"', "") or (
        "xml" in given and b'encoding="utf-8"' in body[:60].lower().replace(b"'", b'"')
    )


@pytest.mark.parametrize("who", ["guest", "admin"])
def test_no_get_changes_anything_and_every_answer_names_its_type(who: str):
    make_work()
    client = Client(raise_request_exception=False)
    if who == "admin":
        client.force_login(user_with_roles("boss", superuser=True))
    before = everything()
    nameless = []
    for path in sorted({address.path for address in addresses()} - {"/account/logout/"}):
        answer = client.get(path)
        assert answer.status_code < 500, path
        given = answer.headers.get("Content-Type", "")
        body = b"".join(answer)
        is_vague = not given or (MARKUP.match(given) and not charset_is_told(given, body))
        if body and is_vague:
            nameless.append((path, given))
    assert nameless == []
    now = everything()
    assert {name for name in now if now[name] != before[name]} == set()
