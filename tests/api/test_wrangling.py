"""Acts on tags through the API: by wranglers alone, planned first, undone later."""

import pytest

from catalog.models import Tag
from tests.api.conftest import APIClient
from tests.factories import make_tag, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrangler() -> APIClient:
    return APIClient(user_with_roles("wrang", "wranglers"))


@pytest.fixture
def burn() -> Tag:
    return make_tag("freeform", "Slow Burn")


def unsorted(name: str) -> Tag:
    return make_tag("freeform", name, is_canonical=False)


def test_a_dry_run_answers_the_plan_and_changes_nothing(wrangler, burn):
    loser = unsorted("slowburn")
    make_work(tags={"freeform": ["slowburn"]})
    path = f"tags/{loser.pk}/make-synonym/"
    for response in (
        wrangler.post(f"{path}?dry_run=true", {"of": burn.pk}),
        wrangler.post(path, {"of": burn.pk, "dry_run": True}),
    ):
        assert response.status_code == 200
        plan = response.json()
        assert set(plan) == {"works_affected", "changes", "conflicts"}
        assert plan["works_affected"] == 1
        assert plan["changes"]
    loser.refresh_from_db()
    assert loser.synonym_of is None


def test_a_merge_answers_the_tag_and_can_be_undone(wrangler, api_as, burn):
    loser = unsorted("slowburn")
    body = wrangler.post(f"tags/{loser.pk}/make-synonym/", {"of": "slow burn"}).json()
    assert (body["id"], body["synonym_of"]["id"]) == (loser.pk, burn.pk)
    assert isinstance(body["log"], int)
    elsewhere = wrangler.post(f"tags/{burn.pk}/undo/", {"log": body["log"]})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "log.not_found")
    undone = wrangler.post(f"tags/{loser.pk}/undo/", {"log": body["log"]})
    assert (undone.status_code, undone.json()["status"]) == (200, "unwrangled")


def test_canonical_split_links_and_decanonise(wrangler, burn):
    loser = unsorted("slowburn")
    assert wrangler.post(f"tags/{loser.pk}/make-canonical/").json()["canonical"] is True
    path = f"tags/{loser.pk}/metatags/"
    assert wrangler.post(path, {"add": [burn.pk]}).json()["metatags"][0]["id"] == burn.pk
    cycle = wrangler.post(f"tags/{burn.pk}/metatags/", {"add": [loser.pk]})
    assert (cycle.status_code, cycle.json()["code"]) == (409, "tag.cycle")
    assert wrangler.post(path, {"remove": ["Slow Burn"]}).json()["metatags"] == []
    fandom = make_tag("fandom", "Hamlet")
    parents = wrangler.post(f"tags/{loser.pk}/parents/", {"add": ["hamlet"]}).json()["parents"]
    assert parents == [{"id": fandom.pk, "name": "Hamlet", "kind": "fandom"}]
    wrong = wrangler.post(path, {"add": [fandom.pk]})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "tag.kind_mismatch")
    assert wrangler.post(f"tags/{loser.pk}/decanonise/").json()["status"] == "unwrangled"
    merged = wrangler.post(f"tags/{loser.pk}/make-synonym/", {"of": burn.pk}).json()
    assert merged["status"] == "synonym"
    assert wrangler.post(f"tags/{loser.pk}/split/").json()["status"] == "unwrangled"


def test_tags_are_made_renamed_marked_and_deleted(wrangler):
    made = wrangler.post("tags/", {"kind": "freeform", "name": "Pining", "canonical": True})
    assert made.status_code == 201
    tag = made.json()
    assert (tag["name"], tag["canonical"]) == ("Pining", True)
    path = f"tags/{tag['id']}/"
    assert wrangler.patch(path, {"name": "PINING"}).json()["name"] == "PINING"
    assert wrangler.patch(path, {"name": "Longing"}).status_code == 403
    taken = wrangler.post("tags/", {"kind": "freeform", "name": "pining"})
    assert (taken.status_code, taken.json()["code"]) == (409, "tag.in_use")
    bad = wrangler.post("tags/", {"kind": "freeform", "name": "a, b"})
    assert (bad.status_code, bad.json()["code"]) == (400, "tag.name_invalid")
    assert wrangler.delete(path).status_code == 204
    mark = unsorted("asdf")
    marked = wrangler.patch(f"tags/{mark.pk}/", {"unwrangleable": True}).json()
    assert marked["status"] == "unwrangleable"
    both = wrangler.patch(f"tags/{mark.pk}/", {"unwrangleable": False, "name": "x"})
    assert both.json()["code"] == "request.invalid"


def test_a_dry_run_makes_no_tag(wrangler):
    response = wrangler.post("tags/?dry_run=true", {"kind": "freeform", "name": "Pining"})
    assert response.status_code == 200
    assert response.json()["conflicts"] == []
    assert not Tag.objects.filter(name="Pining").exists()


def test_if_match_guards_tags(wrangler, burn):
    path = f"tags/{burn.pk}/"
    etag = wrangler.get(path).headers["ETag"]
    assert wrangler.patch(path, {"name": "SLOW BURN"}, HTTP_IF_MATCH=etag).status_code == 200
    assert wrangler.patch(path, {"name": "Slow burn"}, HTTP_IF_MATCH=etag).status_code == 412


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "tags/", {"kind": "freeform", "name": "New"}),
        ("PATCH", "tags/{tag}/", {"name": "SLOW BURN"}),
        ("DELETE", "tags/{tag}/", None),
        ("POST", "tags/{tag}/make-canonical/", {}),
        ("POST", "tags/{tag}/decanonise/", {}),
        ("POST", "tags/{tag}/make-synonym/", {"of": "Other"}),
        ("POST", "tags/{tag}/split/", {}),
        ("POST", "tags/{tag}/metatags/", {"add": []}),
        ("POST", "tags/{tag}/parents/", {"add": []}),
        ("POST", "tags/{tag}/undo/", {"log": 1}),
    ],
)
def test_only_wranglers_with_the_scope_act(api, api_as, burn, method, path, body):
    path = path.format(tag=burn.pk)
    assert api.send(method, path, body).status_code == 401
    scoped = api_as(user_with_roles("wrang", "wranglers"), "read", "write")
    refused = scoped.send(method, path, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope.missing")
    for user in (make_user("member"), user_with_roles("arch", "archivists")):
        response = api_as(user).send(method, path, body)
        assert response.status_code == (404 if "undo" in path else 403), response.content
    assert Tag.objects.filter(pk=burn.pk, is_canonical=True, name="Slow Burn").exists()
