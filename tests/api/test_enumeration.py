"""What a caller may not know of looks exactly like what is not there: every address, every method."""

import re

import pytest
from django.test import Client

from catalog.models import Kind
from tests.api.conftest import APIClient
from tests.factories import make_chapter, make_creator, make_tag, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db

MISSING = 987_654
SECRET = {
    "draft": {"status": "draft", "published_at": None, "updated_at": None},
    "hidden": {"hidden_at": "2024-05-01T00:00Z"},
    "held": {"held_at": "2024-05-01T00:00Z"},
    "deleted": {"deleted_at": "2024-05-01T00:00Z"},
}
OF_WORKS = [
    ("GET", "works/{}/"),
    ("HEAD", "works/{}/"),
    ("GET", "works/{}/?include=text"),
    ("GET", "works/{}/?include=source"),
    ("GET", "works/{}/?fields=id"),
    ("GET", "works/{}/chapters/"),
    ("GET", "works/{}/chapters/1/"),
    ("GET", "works/{}/similar/"),
    ("GET", "works/{}/download.epub"),
    ("GET", "works/{}/download.txt"),
    ("PATCH", "works/{}/"),
    ("DELETE", "works/{}/"),
    ("POST", "works/{}/post/"),
    ("POST", "works/{}/chapters/"),
    ("POST", "works/{}/chapters/reorder/"),
    ("GET", "moderation/works/{}/"),
    ("POST", "moderation/works/{}/hide/"),
]
OF_CHAPTERS = [
    ("GET", "chapters/{}/"),
    ("HEAD", "chapters/{}/"),
    ("GET", "chapters/{}/?include=source"),
    ("PATCH", "chapters/{}/"),
    ("DELETE", "chapters/{}/"),
    ("POST", "chapters/{}/post/"),
]
CONDITIONS = (
    {},
    {"HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_IF_MATCH": '"work{0}.1.x", "work{0}.2.x", "chapter{0}.1.x", "chapter{0}.2.x"'},
)
BODIES = {
    "works/{}/chapters/": {"body": "<p>A chapter of ten letters.</p>"},
    "works/{}/chapters/reorder/": {"order": [1]},
    "moderation/works/{}/hide/": {"reason": "Tried."},
}


@pytest.fixture
def secrets(db) -> dict[str, tuple[int, int]]:
    """(work, chapter) by state; and a draft chapter of a public work."""
    pen = make_creator("Owner", make_user("owner"))
    found = {}
    for state, values in SECRET.items():
        work = make_work(f"Secret {state}", creators=[pen], **values)
        found[state] = (work.pk, work.chapters.unscoped("test").get().pk)
    public = make_work("Public", creators=[pen])
    found["draft chapter"] = (0, make_chapter(public, "Later.", status="draft").pk)
    return found


def ask(client: APIClient, method: str, path: str, pk: int, condition: dict[str, str]):
    headers = {name: value.format(pk) for name, value in condition.items()}
    body = None if method in ("GET", "HEAD") else BODIES.get(path, {})
    return client.send(method, path.format(pk), body, **headers)


def seen(response, pk: int) -> tuple[object, ...]:
    """What a caller can tell apart: status, headers, body, without the id that was asked for."""
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in ("Content-Length", "Server-Timing", "X-Request-Id")
    }
    return response.status_code, headers, re.sub(rf"\b{pk}\b", "ID", response.content.decode())


@pytest.mark.parametrize("person", ["guest", "reader", "wrangler", "archivist"])
def test_secret_works_and_chapters_look_missing(secrets, person):
    user = None if person == "guest" else user_with_roles(person, f"{person}s")
    client = APIClient(user)
    told = []
    for state, (work, chapter) in secrets.items():
        pairs = [(path, work) for path in OF_WORKS if work] + [(p, chapter) for p in OF_CHAPTERS]
        for (method, path), pk in pairs:
            for condition in CONDITIONS if "?" not in path else CONDITIONS[:1]:
                known = seen(ask(client, method, path, pk, condition), pk)
                unknown = seen(ask(client, method, path, MISSING, condition), MISSING)
                if known != unknown:
                    told.append((state, method, path, condition, known[0], unknown[0]))
    assert not told


def test_restricted_works_ask_guests_to_sign_in_and_tell_no_more(api):
    work = make_work("Members only", is_restricted=True)
    for method, path in OF_WORKS[:1] + OF_WORKS[5:10]:
        response = api.send(method, path.format(work.pk))
        assert (response.status_code, response.json()["code"]) == (401, "auth.required")
        assert "Members only" not in response.content.decode()
        assert not {"ETag", "Last-Modified"} & set(response.headers)


def test_tags_of_secret_works_alone_look_missing(api):
    tag = make_tag(Kind.FREEFORM, "A telling name", is_canonical=False)
    work = make_work(tags={Kind.FREEFORM: ["A telling name"]}, status="draft")
    assert work.work_tags.filter(tag=tag).exists()
    for path in ("tags/{}/", "tags/{}/works/", "tags/{}/related/", "freeforms/{}/"):
        known = seen(api.get(path.format(tag.pk)), tag.pk)
        assert known == seen(api.get(path.format(MISSING)), MISSING)
    known = api.get("tags/resolve/", {"name": "A telling name"})
    unknown = api.get("tags/resolve/", {"name": "A failing game"})
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert "A telling name" not in str(known.json().get("suggestions"))


def test_keys_that_never_were_and_keys_that_ended_look_alike(api, api_as):
    user = make_user("reader")
    client = api_as(user)
    ended = client.headers["HTTP_AUTHORIZATION"]
    user.api_keys.update(revoked_at="2024-05-01T00:00Z")
    prefix = "_".join(ended.split("_", 2)[:2])
    for given in (ended, f"{prefix}_wrong", "Bearer uc_0123456789ab_x", "Bearer nonsense"):
        response = Client().get("/api/v1/works/", HTTP_AUTHORIZATION=given)
        assert (response.status_code, response.json()) == (
            401,
            Client().get("/api/v1/works/", HTTP_AUTHORIZATION="Bearer uc_a_b").json(),
        )


def test_other_peoples_things_look_missing(api_as):
    owner, other = make_user("owner"), make_user("other")
    mine, theirs = api_as(owner), api_as(other)
    search = mine.post("me/saved-searches/", {"name": "Mine", "query": "q=lamp"}).json()["id"]
    key = mine.post("me/keys/", {"name": "script"}).json()["id"]
    for path, pk in (("me/saved-searches/{}/", search), ("me/keys/{}/", key)):
        known = theirs.delete(path.format(pk))
        unknown = theirs.delete(path.format(MISSING))
        assert seen(known, pk) == seen(unknown, MISSING)
        assert known.status_code == 404
