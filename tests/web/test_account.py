"""The account page: saved searches, blocked tags, keys; each person's own."""

import pytest
from django.test import Client

from archive.accounts.models import ApiKey
from archive.accounts.services import create_api_key, find_api_key
from catalog.models import BlockedTag, Kind, SavedSearch
from tests.factories import make_tag, make_user, make_work
from tests.viewers import user_with_roles
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return make_user("reader")


@pytest.fixture
def browser(reader):
    client = Client()
    client.force_login(reader)
    return client


def send(client, path: str, **values) -> Page:
    return Page(client.post(path, values, follow=True))


def test_guests_are_asked_to_sign_in(client):
    asked = get(client, "/account/?save=q=lamp")
    assert asked.response["Location"] == "/account/login/?next=/account/%3Fsave%3Dq%3Dlamp"
    for path in ("searches", "keys"):
        assert client.post(f"/account/{path}/", {"name": "x"}).status_code == 401


def test_a_list_is_saved_and_found_again(browser, reader, indexed):
    indexed(make_work("The Lamp", tags={Kind.FANDOM: ["Dracula"]}), make_work("Other"))
    listing = get(browser, "/works/", {"fandom": "Dracula", "page": "1"})
    (address,) = listing.links("save this search")
    form = get(browser, address.partition("#")[0])
    (field,) = form.all("//input[@name='query']")
    saved = send(browser, "/account/searches/", name="Bats", query=field.get("value"))
    assert "“Bats” is saved." in saved.text()
    (kept,) = saved.links("Bats")
    assert get(browser, kept).titles == ["The Lamp"]
    row = SavedSearch.objects.get(user=reader)
    gone = send(browser, f"/account/searches/{row.pk}/delete/")
    assert not gone.links("Bats")


def test_what_cannot_be_saved_is_said_and_kept_in_the_form(browser):
    refused = send(browser, "/account/searches/", name="Odd", query="colour=red")
    assert refused.status == 400
    assert "There is no parameter 'colour'" in refused.text("//div[@role='alert']")
    assert refused.all("//input[@name='name']")[0].get("value") == "Odd"
    send(browser, "/account/searches/", name="Twice", query="q=a")
    taken = send(browser, "/account/searches/", name="Twice", query="q=b")
    assert taken.status == 409
    assert "already" in taken.text("//div[@role='alert']")


def test_tags_are_blocked_by_name_and_leave_the_lists(browser, indexed):
    spiders = make_tag(Kind.FREEFORM, "Spiders")
    make_tag(Kind.FREEFORM, "Wasps")
    indexed(make_work("Webs", tags={Kind.FREEFORM: ["Spiders"]}), make_work("Calm"))
    (address,) = get(browser, spiders.get_absolute_url()).links("Block this tag")
    (field,) = get(browser, address.partition("#")[0]).all("//input[@name='tag']")
    assert field.get("value") == "Spiders"
    send(browser, "/account/blocked/", tag="spiders")
    send(browser, "/account/blocked/", tag="Wasps")
    assert get(browser, "/works/").titles == ["Calm"]
    send(browser, f"/account/blocked/{spiders.pk}/delete/")
    assert sorted(get(browser, "/works/").titles) == ["Calm", "Webs"]
    assert [row.tag.name for row in BlockedTag.objects.all()] == ["Wasps"]


def test_an_unknown_tag_is_not_blocked(browser):
    refused = send(browser, "/account/blocked/", tag="Nothing of the kind")
    assert refused.status == 400
    assert "Nothing of the kind" in refused.text("//div[@role='alert']")
    assert not BlockedTag.objects.exists()


def test_a_key_is_shown_once_and_works(browser, reader):
    made = send(browser, "/account/keys/", name="laptop", scope=["read", "write"])
    key = made.text("//code[@class='secret']")
    row = find_api_key(key)
    assert row is not None
    assert (row.user, row.scopes) == (reader, ["read", "write"])
    assert made.response["Cache-Control"] == "private, no-store"
    assert key not in get(browser, "/account/").source
    send(browser, f"/account/keys/{row.pk}/revoke/")
    assert find_api_key(key) is None


def test_scopes_are_offered_by_role(browser):
    offered = get(browser, "/account/").all("//input[@name='scope']")
    assert [field.get("value") for field in offered] == ["read", "write"]
    client = Client()
    client.force_login(user_with_roles("wrangler", "wranglers"))
    offered = get(client, "/account/").all("//input[@name='scope']")
    assert [field.get("value") for field in offered] == ["read", "write", "wrangle"]


def test_nobody_touches_what_belongs_to_others(browser):
    other = make_user("other")
    search = SavedSearch.objects.create(user=other, name="Theirs", query="q=x")
    key, _ = create_api_key(user=other, name="theirs", scopes=["read"])
    assert send(browser, f"/account/searches/{search.pk}/delete/").status == 404
    assert send(browser, f"/account/keys/{key.pk}/revoke/").status == 404
    assert SavedSearch.objects.count() == 1
    assert ApiKey.objects.get().is_active
    assert "Theirs" not in get(browser, "/account/").source


def test_forms_need_their_token(reader):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    assert client.post("/account/keys/", {"name": "x"}).status_code == 403
    assert client.get("/account/keys/").status_code == 405
