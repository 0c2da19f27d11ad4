"""Headers that every answer carries, whatever it is an answer to."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_work

ROOT = Path(__file__).resolve().parent.parent.parent
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
}
ADDRESSES = (
    "/",
    "/works/",
    "/works/{work}/",
    "/works/{work}/download/epub/",
    "/works/999999/",
    "/nothing/here/",
    "/account/login/",
    "/account/",
    "/admin/",
    "/admin/login/",
    "/api/v1/",
    "/api/v1/works/",
    "/api/v1/works/999999/",
    "/api/v1/works/?words_min=x",
    "/health/live",
    "/health/ready",
    "/robots.txt",
    "/static/nothing.css",
)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_answer_carries_the_headers(client: Client, address: str, method: str):
    response = getattr(client, method)(address.format(work=make_work().pk))
    missing = {
        name: response.headers.get(name)
        for name, value in EXPECTED.items()
        if response.headers.get(name) != value
    }
    assert not missing
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "geolocation=()" in response.headers["Permissions-Policy"]


def test_an_https_archive_binds_its_cookies_and_sends_everybody_to_https(tmp_path: Path):
    """Settings are read once, so a process of its own says what they become."""
    program = (
        "import django; django.setup();"
        "from django.conf import settings as s;"
        "from django.test import Client;"
        "c = Client(SERVER_NAME='archive.example');"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE);"
        "print(c.get('/robots.txt').headers.get('Location'));"
        "print(c.get('/health/live').status_code);"
        "print(c.get('/robots.txt', headers={'X-Forwarded-Proto': 'https'})"
        ".headers['Strict-Transport-Security'])"
    )
    done = _in_production(["-c", program], tmp_path)
    assert done.stdout.splitlines() == [
        "__Host-sessionid __Host-csrftoken True",
        "https://archive.example/robots.txt",
        "200",
        "max-age=63072000; includeSubDomains; preload",
    ], done.stderr


def test_the_shipped_production_settings_pass_the_checks_of_a_deployment(tmp_path: Path):
    done = _in_production(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def _in_production(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    data = folder / "data"
    return subprocess.run(  # noqa: S603  this very interpreter
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "archive.settings.prod",
            "ARCHIVE_DATA_DIR": str(data),
            "ARCHIVE_BASE_URL": "https://archive.example",
        },
        capture_output=True,
        text=True,
        check=False,
    )
