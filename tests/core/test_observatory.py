"""What Mozilla's HTTP Observatory would give the front page and the page of signing in: row A38.

Scored here by the published table (developer.mozilla.org, "Tests and Scoring", read on 2026-11-22),
since no scanner of Mozilla's can reach a machine of one's own: a hundred, less what is missing, and
from 90 on what goes beyond. Preloading and the certificate are outside of the headers; the first is
counted as not done, the second as sound.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ("/", "/account/login/")
_PROGRAM = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
client = Client(SERVER_NAME="archive.example")
pages = {}
for path in %r:
    plain = client.get(path)
    answer = client.get(path, headers={"X-Forwarded-Proto": "https"})
    cookies = [dict(morsel, name=name) for name, morsel in answer.cookies.items()]
    pages[path] = {
        "sent_to": plain.headers.get("Location", ""),
        "headers": {name.lower(): value for name, value in answer.headers.items()},
        "cookies": cookies,
        "html": answer.content.decode(),
    }
print(json.dumps(pages))
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The pages as the shipped production settings answer them behind a proxy with https."""
    done = subprocess.run(  # noqa: S603  this very interpreter
        [sys.executable, "-W", "ignore", "-c", _PROGRAM % (PAGES,)],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
            "ARCHIVE_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "ARCHIVE_BASE_URL": "https://archive.example",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def policy_of(headers: dict[str, str]) -> dict[str, list[str]]:
    """The directives of the content security policy."""
    parts = (part.split() for part in headers.get("content-security-policy", "").split(";"))
    return {part[0].lower(): part[1:] for part in parts if part}


def of_policy(page: dict[str, Any]) -> int:
    """Content Security Policy: 10 for ``default-src 'none'`` and nothing unsafe."""
    policy = policy_of(page["headers"])
    if not policy:
        return -25
    default = policy.get("default-src", ["*"])
    active = [policy.get(name, default) for name in ("script-src", "object-src")]
    broad = {"*", "http:", "https:", "data:", "blob:", "'unsafe-inline'", "'unsafe-hashes'"}
    if any(broad & set(sources) for sources in active):
        return -20
    everything = {source for sources in policy.values() for source in sources}
    if "'unsafe-eval'" in everything or any(source.startswith("http:") for source in everything):
        return -10
    if broad & set(policy.get("style-src", default)):
        return 0
    closed = default == ["'none'"] and policy.get("form-action") in (["'self'"], ["'none'"])
    return 10 if closed else 5


def of_cookies(page: dict[str, Any]) -> int:
    """Cookies: 5 where each is Secure and SameSite and sessions are HttpOnly."""
    cookies = page["cookies"]
    if not all(cookie["secure"] for cookie in cookies):
        return -20
    if not all(cookie["httponly"] for cookie in cookies if "session" in cookie["name"]):
        return -30
    if not all(cookie["samesite"] in ("Lax", "Strict") for cookie in cookies):
        return -20
    return 5 if cookies else 0


def of_sharing(page: dict[str, Any]) -> int:
    """Cross-origin sharing: never with credentials."""
    return -50 if "access-control-allow-credentials" in page["headers"] else 0


def of_redirection(page: dict[str, Any]) -> int:
    """From http to https on the same host at once."""
    return 0 if page["sent_to"].startswith("https://archive.example/") else -20


def of_referrers(page: dict[str, Any]) -> int:
    """Referrer-Policy: 5 for a private one."""
    private = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
    return 5 if page["headers"].get("referrer-policy") in private else -5


def of_transport(page: dict[str, Any]) -> int:
    """Strict-Transport-Security of half a year at least; 5 more only for those on the list."""
    age = re.search(r"max-age=(\d+)", page["headers"].get("strict-transport-security", ""))
    return -20 if age is None else 0 if int(age[1]) >= 15_768_000 else -10


def of_scripts(page: dict[str, Any]) -> int:
    """Scripts of this host alone need no hash of their content."""
    sources = re.findall(r"<script[^>]*\bsrc=[\"']?([^\"'\s>]+)", page["html"])
    return -50 if any(not re.match(r"/(?!/)", source) for source in sources) else 0


def of_sniffing(page: dict[str, Any]) -> int:
    """X-Content-Type-Options."""
    return 0 if page["headers"].get("x-content-type-options") == "nosniff" else -5


def of_frames(page: dict[str, Any]) -> int:
    """5 where the policy says who may frame a page, 0 where X-Frame-Options does."""
    if policy_of(page["headers"]).get("frame-ancestors", ["*"]) != ["*"]:
        return 5
    return 0 if page["headers"].get("x-frame-options") in ("DENY", "SAMEORIGIN") else -20


def of_resources(page: dict[str, Any]) -> int:
    """Cross-Origin-Resource-Policy: 10 for the same origin or site."""
    value = page["headers"].get("cross-origin-resource-policy", "cross-origin")
    return {"same-origin": 10, "same-site": 10, "cross-origin": 0}.get(value, -5)


TESTS = (
    *(of_policy, of_cookies, of_sharing, of_redirection, of_referrers, of_transport),
    *(of_scripts, of_sniffing, of_frames, of_resources),
)


def score(page: dict[str, Any]) -> int:
    """Points of a page."""
    points = [test(page) for test in TESTS]
    less = 100 + sum(point for point in points if point < 0)
    return max(0, less + sum(point for point in points if point > 0)) if less >= 90 else less


def test_every_one_of_the_ten_tests_is_passed_with_a_plus(pages: dict[str, Any]):
    missed = [(path, test.__name__) for path in PAGES for test in TESTS if test(pages[path]) < 0]
    assert missed == []
    assert score(pages["/"]) >= 130
    assert score(pages["/account/login/"]) >= 135


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("content-security-policy", "default-src *"),
        ("content-security-policy", "default-src 'none'; script-src 'self' 'unsafe-inline'"),
        ("strict-transport-security", "max-age=60"),
        ("x-content-type-options", "none"),
        ("referrer-policy", "unsafe-url"),
        ("access-control-allow-credentials", "true"),
    ],
)
def test_a_worse_header_costs_points(pages: dict[str, Any], header: str, value: str):
    """A score that cannot fall would say nothing."""
    page = pages["/"]
    assert score(page | {"headers": page["headers"] | {header: value}}) < score(page)
