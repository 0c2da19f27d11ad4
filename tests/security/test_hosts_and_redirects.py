"""Hosts are those of the settings, and nobody is sent elsewhere: row A39 of the design."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user, make_work

EVIL = "evil.example"
HOSTS = [
    EVIL,
    f"{EVIL}:80",
    f"testserver.{EVIL}",
    f"testserver@{EVIL}",
    f"testserver#{EVIL}",
    f"testserver, {EVIL}",
    f"{EVIL}/testserver",
    "testserver:80:80",
    "[::1",
    "testserver\t",
    "..",
    "",
    f".{EVIL}",
    f"{EVIL}.",
    f"testserver.{EVIL}:443",
    f"testserver:80@{EVIL}",
    f"testserver\\{EVIL}",
    f"testserver%00.{EVIL}",
    f"testserver%0d%0a{EVIL}",
    f"testserver;{EVIL}",
    f"testserver?{EVIL}",
    f"testserver {EVIL}",
    f"{EVIL}\u3002",
    "xn--vil-9na.example",
    "127.0.0.2",
    "2130706434",
    "0x7f.1",
    "[::ffff:127.0.0.2]",
    "testserver:-1",
    "testserver-",
]
HEADERS = [
    {name: value}
    for value in (EVIL, f"https://{EVIL}", f'for=1;host="{EVIL}";proto=https')
    for name in (
        *("HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_X_FORWARDED_SERVER", "HTTP_FORWARDED"),
        *("HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL", "HTTP_X_HTTP_HOST_OVERRIDE"),
        *("HTTP_X_ORIGINAL_HOST", "HTTP_ORIGIN", "HTTP_REFERER"),
    )
]
PAGES = (
    "/",
    "/works/",
    "/account/login/",
    "/sitemap.xml",
    "/opensearch.xml",
    "/robots.txt",
    "/api/v1/",
)
TARGETS = [
    f"https://{EVIL}/",
    f"http://{EVIL}",
    f"//{EVIL}",
    f"///{EVIL}",
    f"////{EVIL}/x",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"\\/{EVIL}",
    f"/\\/{EVIL}",
    f"/\t/{EVIL}",
    f"\t//{EVIL}",
    f" //{EVIL}",
    f"\n//{EVIL}",
    f"http:{EVIL}",
    f"http:/{EVIL}",
    f"https:/\\{EVIL}",
    f"http:///{EVIL}",
    f"HTTP://{EVIL}",
    f"hTTps:{EVIL}",
    f"ftp://{EVIL}",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    f"//testserver@{EVIL}/",
    f"https://testserver@{EVIL}/",
    f"https://testserver.{EVIL}/",
    f"https://{EVIL}#testserver",
    f"https://{EVIL}?testserver",
    f"https://{EVIL}%2f@testserver",
    f"https://{EVIL}\\@testserver",
    f"//{EVIL}%2f%2e%2e",
    f"/%09/{EVIL}/..",
    f"//{EVIL}:80/",
    f"//[::1]@{EVIL}",
    "//[",
    "http://[::1",
    f"/%5c{EVIL}/../\\{EVIL}",
    f"。//{EVIL}",
    "//evil。example",
    f"\u2028//{EVIL}",
    f"%0d%0aLocation: https://{EVIL}",
    f"/\r\nLocation: https://{EVIL}",
    f"https:{EVIL}",
    f"https://{EVIL}:443",
    f"//{EVIL}/%2e%2e",
    f"http:\\\\{EVIL}",
    f"\\\t\\{EVIL}",
    f"/..//{EVIL}/..;/",
    f"?next=https://{EVIL}",
    f"//{EVIL}\u2024com",
    f"\uff0f\uff0f{EVIL}",
    "http://\uff45vil.example",
    f"/\u2028/{EVIL}",
    f"\x00//{EVIL}",
    f"/./\\{EVIL}",
    f"blob:https://{EVIL}/1",
    f"file://{EVIL}/etc/passwd",
]


@pytest.mark.django_db
@pytest.mark.parametrize("host", HOSTS)
def test_other_hosts_are_refused(host: str):
    answer = Client(raise_request_exception=False).get("/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert EVIL not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("header", HEADERS, ids=lambda header: " ".join(*header.items()))
def test_no_header_of_a_request_reaches_an_answer(client: Client, header: dict[str, str]):
    for page in PAGES:
        answer = client.get(page, **header)
        assert answer.status_code == 200, page
        assert EVIL not in answer.content.decode(), page
        assert EVIL not in str(answer.headers.get("Location", ""))


@pytest.mark.django_db
@pytest.mark.parametrize("target", TARGETS)
def test_signing_in_leads_nowhere_else(target: str):
    user = make_user("ada")
    user.set_password("a long enough secret")
    user.save()
    client = Client()
    answer = client.post(
        reverse("login"), {"username": "ada", "password": "a long enough secret", "next": target}
    )
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert not location.startswith(("//", "/\\", "\\"))
    assert "\n" not in location
    ends_at = urlsplit(urljoin("http://testserver/account/login/", location))
    assert (ends_at.scheme, ends_at.netloc) == ("http", "testserver")


@pytest.mark.django_db
def test_pages_of_people_are_kept_by_no_cache_and_those_of_guests_hold_no_token():
    make_work()
    guest = Client().get("/works/")
    assert "csrftoken" not in guest.cookies
    assert "Cookie" in guest.headers["Vary"]
    client = Client()
    client.force_login(make_user("ada"))
    for page in ("/", "/works/", "/account/", "/drafts/"):
        cached = client.get(page).headers["Cache-Control"]
        assert "private" in cached
        assert "public" not in cached
