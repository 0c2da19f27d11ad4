"""Whatever goes wrong, wherever: no trace, no path, no SQL. Row A45 of the design."""

from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.addresses import addresses
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
SECRET = 'SELECT token FROM "accounts_apikey" -- File "/srv/archive/prod.py", line 7, in Traceback'
TELLING = ("SELECT", "accounts_apikey", "/srv/", "prod.py", "line 7", "Traceback", "token FROM")
# What a view may raise, and the statuses that may come of it.
FAULTS: dict[str, tuple[Callable[[], Exception], set[int]]] = {
    "a mistake of ours": (lambda: RuntimeError(SECRET), {500}),
    "a missing key": (lambda: KeyError(SECRET), {500}),
    "no memory": (lambda: MemoryError(SECRET), {500}),
    "a file": (lambda: FileNotFoundError(2, SECRET, "/srv/archive/prod.py"), {500}),
    "a constraint": (lambda: IntegrityError(SECRET), {500}),
    "a value": (lambda: DataError(SECRET), {500}),
    "the database": (lambda: OperationalError(SECRET), {503}),
    "a right": (lambda: PermissionDenied(SECRET), {403}),
    "nothing there": (lambda: Http404(SECRET), {404}),
    "a trick": (lambda: SuspiciousOperation(SECRET), {400}),
}


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern)
        else:
            yield pattern


SHARE = 5
"""Each kind of fault is tried at every fifth address, so each address has two kinds."""


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=list(FAULTS))
def test_a_view_that_fails_tells_nothing(monkeypatch: pytest.MonkeyPatch, number: int):
    make, expected = list(FAULTS.values())[number]

    def fail(*_: object, **__: object) -> None:
        raise make()

    for pattern in _patterns(get_resolver()):
        monkeypatch.setattr(pattern, "callback", fail)
    client = Client(raise_request_exception=False)
    client.force_login(user_with_roles("boss", superuser=True))
    paths = sorted({address.path for address in addresses()})
    assert len(paths) * len(FAULTS) // SHARE >= 500
    wrong = []
    for path in paths[number % SHARE :: SHARE]:
        answer = client.get(path)
        text = b"".join(answer).decode() + str(dict(answer.headers))
        told = [word for word in TELLING if word in text]
        if told or answer.status_code not in expected:
            wrong.append((path, answer.status_code, told))
    assert wrong == []
