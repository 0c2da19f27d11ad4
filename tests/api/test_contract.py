"""Sentences of the contract that are easily read in two ways: both readings are answered."""

import base64

import pytest

from archive.accounts.services import create_api_key
from catalog.models import Kind, Language, SavedSearch
from tests.factories import make_creator, make_tag, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["works/", "tags/", "languages/", "me/keys/"])
@pytest.mark.parametrize("page", ["5001", "100001", "999999999999", "9" * 50])
def test_pages_too_deep_lead_to_the_whole_collection(api_as, path, page):
    response = api_as(make_user("reader")).get(path, {"page": page})
    assert (response.status_code, response.json()["code"]) == (400, "page.too_deep")
    assert "/api/v1/sync/works/" in response.json()["detail"]
    assert "/api/v1/dumps/" in response.json()["detail"]


def test_languages_have_ids_of_their_own_that_stay(api):
    rows = [
        row
        for page in (1, 2)
        for row in api.get(f"languages/?page_size=100&page={page}").json()["results"]
    ]
    assert len(rows) == Language.objects.count()
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(0 < row["id"] < 2**48 for row in rows)
    english = next(row for row in rows if row["code"] == "en")
    assert english["id"] == 241_702_046_338_448
    only = api.get("languages/?fields=id").json()["results"]
    assert all(set(row) == {"id"} for row in only)


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", ["live", "ready"])
def test_health_is_answered_below_the_api_too(client, prefix, slash, name):
    response = client.get(f"{prefix}/health/{name}{slash}")
    assert response.status_code == 200
    assert "status" in response.json()


@pytest.mark.parametrize("kind", ["tags", "fandoms", "creators"])
def test_details_say_since_when_they_are_so(api, kind):
    creator, fandom = make_creator("Pen"), make_tag(Kind.FANDOM, "Old Name")
    make_work(creators=[creator], tags={"fandom": ["Old Name"]})
    row = creator if kind == "creators" else fandom
    first = api.get(f"{kind}/{row.pk}/")
    since = first.headers["Last-Modified"]
    again = api.get(f"{kind}/{row.pk}/")
    assert again.headers["Last-Modified"] == since
    assert api.get(f"{kind}/{row.pk}/", HTTP_IF_MODIFIED_SINCE=since).status_code == 304
    assert api.get(f"{kind}/{row.pk}/?fields=id").headers["Last-Modified"]


def test_what_changed_is_not_said_to_be_as_it_was(api):
    fandom = make_tag(Kind.FANDOM, "Old Name")
    api.get(f"tags/{fandom.pk}/")
    later = "Wed, 21 Oct 2065 07:28:00 GMT"
    fandom.name = "New Name"
    fandom.save()
    changed = api.get(f"tags/{fandom.pk}/", HTTP_IF_NONE_MATCH='"x"', HTTP_IF_MODIFIED_SINCE=later)
    assert changed.json()["name"] == "New Name"


def test_a_report_is_given_to_a_moderator_by_id(api, api_as):
    moderator = user_with_roles("mod", "moderators")
    work = make_work()
    body = {"target": {"kind": "work", "id": work.pk}, "reason": "spam"}
    report = api.post("reports/", body).json()["id"]
    client = api_as(moderator)
    taken = client.post(f"reports/{report}/assign/", {"to": moderator.pk})
    assert taken.status_code == 200
    assert taken.json()["assignee"] == {"id": moderator.pk, "name": "mod"}
    reader = make_user("reader")
    refused = client.post(f"reports/{report}/assign/", {"to": reader.pk})
    assert (refused.status_code, refused.json()["code"]) == (400, "user.unknown")
    assert client.post(f"reports/{report}/assign/", {"to": ""}).json()["assignee"] is None


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("baker street", "q=baker+street"),
        ("q=violin", "q=violin"),
        ("?complete=true", "complete=true"),
        ("https://archive.example/works/?q=violin", "q=violin"),
        ("/works/", ""),
        ("M/M slow burn", "q=M%2FM+slow+burn"),
        ("", ""),
    ],
)
def test_a_saved_search_may_be_words_or_parameters(api_as, query, kept):
    made = api_as(make_user("reader")).post("me/saved-searches/", {"name": "mine", "query": query})
    assert made.status_code == 201, made.content
    assert made.json()["query"] == kept == SavedSearch.objects.get().query


def test_a_tag_cannot_be_its_own_synonym_whoever_asks(api_as):
    tag = make_tag(Kind.FREEFORM, "Fluff")
    for user in (user_with_roles("plain", "wranglers"), user_with_roles("boss", superuser=True)):
        for of in (tag.pk, "fluff"):
            response = api_as(user).post(f"tags/{tag.pk}/make-synonym/", {"of": of})
            assert (response.status_code, response.json()["code"]) == (409, "tag.self")


@pytest.mark.parametrize("name", ["", "   ", "a,b", "\u200b", "x" * 151])
def test_every_name_that_cannot_be_has_one_code(api_as, name):
    wrangler = api_as(user_with_roles("plain", "wranglers"))
    tag = make_tag(Kind.FREEFORM, "Fluff")
    made = wrangler.post("tags/", {"kind": "freeform", "name": name})
    renamed = wrangler.patch(f"tags/{tag.pk}/", {"name": name})
    assert (made.status_code, made.json()["code"]) == (400, "tag.name_invalid")
    assert (renamed.status_code, renamed.json()["code"]) == (400, "tag.name_invalid")


def test_a_key_by_basic_is_for_catalogues_of_readers_alone(api):
    """An e-reader sends Basic; the API answers it as a guest, and tells nothing about anybody."""
    _, key = create_api_key(user=make_user("reader"), name="x", scopes=["read"])
    basic = "Basic " + base64.b64encode(f"reader:{key}".encode()).decode()
    assert api.get("me/", HTTP_AUTHORIZATION=basic).status_code == 401
