"""Whether time tells what answers do not: ``python -m benchmarks.enumeration``.

In an archive of its own on SQLite 200 pairs of requests are made at each of five addresses: one
for what is there but not for the caller to know, one for what never was, in turn. The middle of
each half is told in milliseconds of this process's own processor time, which a busy machine does
not spoil, and the gap between the two; reliability.md asks for less than 10 ms (A37).
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

PAIRS = 200
MISSING = 987_654
Ask = Callable[[int], Any]


def asker() -> Callable[..., int]:
    """Asks, and tells the status.

    Limits count by name and address, so each request comes under another of both.
    """
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    places = iter(range(10**6))

    def ask(path: str, form: dict[str, str] | None = None, **headers: Any) -> int:
        place = next(places)
        headers["REMOTE_ADDR"] = f"10.{place >> 16}.{place >> 8 & 255}.{place & 255}"
        client.cookies.clear()
        asked = client.get(path, **headers) if form is None else client.post(path, form, **headers)
        return int(asked.status_code)

    return ask


def pairs_of_requests() -> dict[str, tuple[Ask, Ask]]:
    """At each address: what asks for something that is there, and for something that is not."""
    from django.contrib.auth.hashers import make_password

    from archive.accounts.models import User
    from archive.accounts.services import create_api_key
    from archive.core.viewer import SYSTEM
    from catalog.services.data import ChapterData, WorkData
    from catalog.services.works import create_work

    hashed = make_password("plum-lantern-41")
    users = User.objects.bulk_create(
        User(username=f"known-{n}", email=f"known-{n}@example.org", password=hashed)
        for n in range(PAIRS + 1)
    )
    keys = [create_api_key(user=user, name="x", scopes=["read"])[0].prefix for user in users]
    data = WorkData(title="A draft", language="en", chapters=[ChapterData(body="<p>Secret.</p>")])
    draft = create_work(actor=SYSTEM, data=data, post=False).pk
    ask = asker()

    def sign_in(name: str) -> int:
        return ask("/account/login/", {"username": name, "password": "wrong-lantern-41"})

    def recover(email: str) -> int:
        return ask("/account/password/", {"email": email})

    def register(name: str, email: str) -> int:
        form = {"username": name, "email": email, "password": "plum-lantern-42"}
        return ask("/account/register/", form)

    def with_key(prefix: str) -> int:
        return ask("/api/v1/works/", HTTP_AUTHORIZATION=f"Bearer uc_{prefix}_wrong")

    return {
        "signing in, by name": (lambda n: sign_in(f"known-{n}"), lambda n: sign_in(f"other-{n}")),
        "a forgotten password, by e-mail": (
            lambda n: recover(f"known-{n}@example.org"),
            lambda n: recover(f"other-{n}@example.org"),
        ),
        "registering, by e-mail": (
            lambda n: register(f"first-{n}", f"known-{n}@example.org"),
            lambda n: register(f"second-{n}", f"other-{n}@example.org"),
        ),
        "a draft, by id": (
            lambda n: ask(f"/api/v1/works/{draft}/"),
            lambda n: ask(f"/api/v1/works/{MISSING + n}/"),
        ),
        "an API key, by its beginning": (
            lambda n: with_key(keys[n]),
            lambda n: with_key(f"{n:012x}"),
        ),
    }


def measure(known: Ask, unknown: Ask) -> tuple[list[float], list[float], set[int]]:
    """Milliseconds of the processor for either, and the statuses of the answers."""
    times: tuple[list[float], list[float]] = ([], [])
    statuses: set[int] = set()
    for n in range(PAIRS + 1):
        for place, ask in enumerate((known, unknown)):
            began = time.process_time()
            statuses.add(ask(n))
            # The first pair warms up.
            if n:
                times[place].append(1000 * (time.process_time() - began))
    return *times, statuses


def main() -> int:
    """Print the table; 1 where a gap is 10 ms or more."""
    argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0]).parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ARCHIVE_DATA_DIR": folder,
            "ARCHIVE_LOG_LEVEL": "CRITICAL",
            "ARCHIVE_RATE_ANON": "off",
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
        }
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        call_command("migrate", verbosity=0)
        print("| what is asked for | answers | known, ms | unknown, ms | gap, ms |")
        print("|---|---|---|---|---|")
        for what, (known, unknown) in pairs_of_requests().items():
            there, missing, statuses = measure(known, unknown)
            middles = statistics.median(there), statistics.median(missing)
            gap = abs(middles[0] - middles[1])
            worst = max(worst, gap)
            codes = ", ".join(map(str, sorted(statuses)))
            print(
                f"| {what} | {codes} | {middles[0]:.2f} | {middles[1]:.2f} | {gap:.2f} |",
                flush=True,
            )
    return int(worst >= 10)


if __name__ == "__main__":
    sys.exit(main())
