"""Cookies of look, language, blocked tags and the adult gate: bound to the host under https."""

import pytest
from django.test import Client

from archive.core.cookies import ADULT, BLOCKED, LANGUAGE, LOOK
from tests.factories import make_tag, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def secure(settings):
    """A browser at a site with https."""
    settings.COOKIE_PREFIX = "__Host-"
    settings.LANGUAGE_COOKIE_NAME = "__Host-django_language"
    return Client(headers={"x-forwarded-proto": "https"})


@pytest.fixture
def adult():
    return make_work("Late", tags={"rating": ["Explicit"]}, text="Only the grown may read this.")


def assert_is_bound(cookie) -> None:
    """What browsers ask of a cookie whose name begins with ``__Host-``."""
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert cookie["samesite"] == "Lax"


def test_every_choice_is_kept_under_the_bound_name(secure, adult):
    tag = make_tag("freeform", "Spiders")
    secure.post("/account/reading/", {"theme": "sepia"})
    secure.post("/account/language/", {"language": "de"})
    secure.post("/account/blocked/", {"tag": tag.pk, "name": tag.name})
    secure.get(f"/works/{adult.pk}/?view_adult=true")
    names = {LOOK: "theme-sepia", LANGUAGE: "de", BLOCKED: str(tag.pk), ADULT: "true"}
    for name, value in names.items():
        cookie = secure.cookies[f"__Host-{name}"]
        assert_is_bound(cookie)
        assert cookie.value == value
        assert name not in secure.cookies
        assert bool(cookie["httponly"]) == (name != LOOK)
    assert 'data-theme="sepia"' in secure.get("/about/").content.decode()
    assert 'lang="de"' in secure.get("/about/").content.decode()
    assert "grown" in secure.get(f"/works/{adult.pk}/").content.decode()


def test_cookies_of_the_time_before_still_count_and_are_moved(secure, adult):
    for name, value in {LOOK: "theme-dark", LANGUAGE: "de", BLOCKED: "7.8", ADULT: "true"}.items():
        secure.cookies[name] = value
    answer = secure.get(f"/works/{adult.pk}/")
    shown = answer.content.decode()
    assert "grown" in shown
    assert 'data-theme="dark"' in shown
    assert 'lang="de"' in shown
    for name in (LOOK, LANGUAGE, BLOCKED, ADULT):
        assert answer.cookies[name]["max-age"] == 0
        assert_is_bound(answer.cookies[f"__Host-{name}"])
    assert answer.cookies[f"__Host-{BLOCKED}"].value == "7.8"


def test_a_bare_cookie_overrules_no_bound_one(secure):
    secure.cookies[f"__Host-{LOOK}"] = "theme-dark"
    secure.cookies[LOOK] = "theme-sepia"
    answer = secure.get("/about/")
    assert 'data-theme="dark"' in answer.content.decode()
    assert answer.cookies[f"__Host-{LOOK}"].value == "theme-dark"


def test_what_is_taken_back_does_not_return_by_the_bare_name(secure):
    secure.cookies[LOOK] = "theme-sepia"
    answer = secure.post("/account/reading/", {"theme": ""})
    assert answer.cookies[f"__Host-{LOOK}"]["max-age"] == 0
    assert answer.cookies[LOOK]["max-age"] == 0


def test_the_script_is_told_the_name(secure, client):
    assert 'data-cookie="__Host-look"' in secure.get("/account/reading/").content.decode()


def test_without_https_names_are_bare(client):
    client.post("/account/reading/", {"theme": "sepia"})
    assert client.cookies[LOOK].value == "theme-sepia"
    assert not client.cookies[LOOK]["secure"]
    assert 'data-cookie="look"' in client.get("/account/reading/").content.decode()
