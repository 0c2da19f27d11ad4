"""The caller's own things: profile, keys, blocked tags, saved searches."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from archive.accounts.models import ApiKey
from archive.accounts.services import create_api_key
from tests.api.conftest import APIClient, codes
from tests.factories import make_creator, make_tag, make_user, make_work
from tests.viewers import user_with_roles


@pytest.mark.parametrize("path", ["me/", "me/keys/", "me/blocked-tags/", "me/saved-searches/"])
def test_guests_have_nothing(api, path):
    assert api.get(path).status_code == 401


def test_who_the_caller_is(api_as):
    user = user_with_roles("ozfan", "wranglers")
    creator = make_creator("Ozfan", user)
    body = api_as(user, "write").get("me/").json()
    assert (body["id"], body["username"]) == (user.pk, "ozfan")
    assert body["roles"] == ["wranglers"]
    assert body["scopes"] == ["read", "write"]
    assert body["creators"] == [{"id": creator.pk, "name": "Ozfan"}]


def test_a_key_is_shown_once_works_and_is_revoked(api_as):
    user = make_user("ozfan")
    client = api_as(user)
    made = client.post("me/keys/", {"name": "script", "scopes": ["write"]})
    assert made.status_code == 201
    key = made.json()
    assert key["scopes"] == ["read", "write"]
    assert made.headers["Cache-Control"] == "no-store"
    listed = client.get("me/keys/").json()["results"]
    assert "key" not in listed[0]
    assert key["key"] not in str(ApiKey.objects.values().get(pk=key["id"]))
    own = APIClient()
    own.headers = {"HTTP_AUTHORIZATION": f"Bearer {key['key']}"}
    assert own.get("me/").status_code == 200
    assert client.delete(f"me/keys/{key['id']}/").status_code == 204
    assert own.get("me/").status_code == 401
    assert key["id"] not in [row["id"] for row in client.get("me/keys/").json()["results"]]
    assert client.delete(f"me/keys/{key['id']}/").status_code == 404


def test_keys_of_others_are_not_there(api_as):
    other = make_user("other")
    row, _ = create_api_key(user=other, name="x", scopes=[])
    client = api_as(make_user("ozfan"))
    assert client.delete(f"me/keys/{row.pk}/").status_code == 404
    assert all(key["id"] != row.pk for key in client.get("me/keys/").json()["results"])


def test_a_key_gives_away_no_more_than_it_has(api_as):
    user = user_with_roles("ozfan", "moderators")
    writer = api_as(user, "write")
    refused = writer.post("me/keys/", {"name": "more", "scopes": ["moderate"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope.missing")
    reader = api_as(user, "read")
    assert reader.post("me/keys/", {"name": "more"}).status_code == 403
    ends = timezone.now() + timedelta(days=1)
    _, key = create_api_key(user=user, name="short", scopes=["write"], expires_at=ends)
    short = APIClient()
    short.headers = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    assert short.post("me/keys/", {"name": "long"}).json()["code"] == "key.outlives"
    fine = short.post("me/keys/", {"name": "same", "expires_at": ends.isoformat()})
    assert fine.status_code == 201


def test_wrong_keys_are_refused_with_every_fault(api_as):
    client = api_as(make_user("ozfan"))
    assert codes(client.post("me/keys/", {"scopes": ["read", "fly"], "colour": 1})) == [
        ("colour", "field.unknown"),
        ("name", "field.required"),
        ("scopes[1]", "field.invalid_choice"),
    ]
    past = client.post("me/keys/", {"name": "x", "expires_at": "2001-01-01T00:00:00Z"})
    assert codes(past) == [("expires_at", "date.past")]


def test_blocked_tags_are_put_as_a_whole(api_as):
    spiders, death = make_tag("freeform", "Spiders"), make_tag("warning", "Major Character Death")
    client = api_as(make_user("ozfan"))
    body = client.put("me/blocked-tags/", {"tags": ["spiders", death.pk]}).json()
    assert {tag["id"] for tag in body["tags"]} == {spiders.pk, death.pk}
    client.put("me/blocked-tags/", {"tags": [spiders.pk]})
    assert [tag["name"] for tag in client.get("me/blocked-tags/").json()["tags"]] == ["Spiders"]
    unknown = client.put("me/blocked-tags/", {"tags": ["Spiders", "No Such Tag"]})
    assert codes(unknown) == [("tags[1]", "tag.unknown")]
    assert client.put("me/blocked-tags/", {"tags": []}).json() == {"tags": []}
    reader = api_as(make_user("reader"), "read")
    assert reader.put("me/blocked-tags/", {"tags": []}).status_code == 403


def test_searches_are_saved_in_their_normal_form_and_found_again(api_as, indexed):
    hamlet = make_tag("fandom", "Hamlet")
    indexed(make_work("Denmark", tags={"fandom": ["Hamlet"]}))
    client = api_as(make_user("ozfan"))
    sent = {"name": "My  Hamlet", "query": "fandom=hamlet&updated=<+2000+weeks&page=3"}
    made = client.post("me/saved-searches/", sent)
    assert made.status_code == 201
    search = made.json()
    assert search["name"] == "My Hamlet"
    assert search["query"] == f"tag={hamlet.pk}&updated=%3C2000weeks"
    url = urlsplit(search["url"])
    found = client.get(f"{url.path.removeprefix('/api/v1/')}?{url.query}").json()
    assert [work["title"] for work in found["results"]] == ["Denmark"]
    again = client.post("me/saved-searches/", {"name": "My Hamlet", "query": ""})
    assert (again.status_code, again.json()["code"]) == (409, "search.name_taken")
    wrong = client.post("me/saved-searches/", {"name": "Bad", "query": "words=x&foo=1"})
    assert [field for field, _ in codes(wrong)] == ["words", "foo"]
    stranger = api_as(make_user("other"))
    assert stranger.get("me/saved-searches/").json()["count"] == 0
    assert stranger.delete(f"me/saved-searches/{search['id']}/").status_code == 404
    assert client.delete(f"me/saved-searches/{search['id']}/").status_code == 204
    assert client.get("me/saved-searches/").json()["count"] == 0
