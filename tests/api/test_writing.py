"""Writing works and chapters: whole or not at all, by whom it may be, version by version."""

import pytest
from django.utils import timezone

from archive.accounts.models import User
from catalog.models import ActionLog, Chapter, Work
from tests.api.conftest import codes
from tests.factories import make_chapter, make_creator, make_user, make_work, refresh_work
from tests.viewers import user_with_roles

BODY = "<p>The violin came back on a Tuesday.</p>"
WHOLE = {
    "title": "The Borrowed Violin",
    "summary": "A violin comes back.",
    "notes": "Thanks.",
    "end_notes": "The end.",
    "language": "en",
    "status": "posted",
    "expected_chapters": 3,
    "rating": "General Audiences",
    "warnings": ["No Archive Warnings Apply"],
    "categories": ["Gen"],
    "fandoms": ["Sherlock Holmes"],
    "characters": ["John Watson", "Sherlock Holmes"],
    "relationships": ["Sherlock Holmes & John Watson"],
    "freeforms": ["slow burn"],
    "series": [{"title": "Lent and Borrowed"}],
    "external_id": "row-17",
    "source_url": "https://example.org/1",
    "published_at": "2020-05-01T10:00:00Z",
    "chapters": [
        {"title": "A Letter", "body": BODY, "published_on": "2020-05-01"},
        {"title": "A Visitor", "body": BODY, "published_on": "2020-06-01", "notes": "Sorry."},
    ],
}


@pytest.fixture
def writer(db) -> User:
    return make_user("ozfan")


@pytest.fixture
def mine(writer) -> Work:
    return make_work("Mine", creators=[make_creator("Ozfan", writer)])


def test_a_whole_work_is_written_in_one_request(api_as, writer):
    response = api_as(writer).post("works/", WHOLE)
    assert response.status_code == 201, response.content
    body = response.json()
    assert response.headers["Location"] == body["url"]
    assert response.headers["ETag"]
    assert body["creators"][0]["name"] == "ozfan"
    assert body["summary_html"] == "<p>A violin comes back.</p>"
    assert body["rating"]["name"] == "General"
    assert [chapter["title"] for chapter in body["chapters"]] == ["A Letter", "A Visitor"]
    assert body["external_id"] == "row-17"
    assert body["series"][0]["position"] == 1
    assert body["published_at"] == "2020-05-01T10:00:00Z"
    assert body["updated_at"] == "2020-06-01T12:00:00Z"
    assert (body["chapter_count"], body["expected_chapters"], body["complete"]) == (2, 3, False)


def test_a_posted_work_is_found_and_a_draft_is_not(api, api_as, writer, drained):
    client = api_as(writer)
    client.post("works/", WHOLE)
    client.post("works/", {"title": "Draft", "chapters": [{"body": BODY}]})
    drained()
    assert [work["title"] for work in api.get("works/").json()["results"]] == [
        "The Borrowed Violin"
    ]


def test_every_fault_of_all_fields_and_chapters_is_told_at_once(api_as, writer):
    sent = {
        **WHOLE,
        "title": "",
        "language": "xx",
        "rating": "Naughty",
        "hits": 10**6,
        "restricted": "perhaps",
        "published_at": "2999-01-01T00:00:00Z",
        "chapters": [
            {"body": BODY},
            {"body": "short"},
            {"body": "<script>x</script>" * 3, "published_on": "someday"},
            {"body": 5},
        ],
    }
    response = api_as(writer).post("works/", sent)
    assert response.status_code == 400
    found = set(codes(response))
    assert found >= {
        ("title", "title.empty"),
        ("language", "language.unknown"),
        ("rating", "tag.unknown"),
        ("hits", "field.unknown"),
        ("restricted", "field.invalid"),
        ("published_at", "date.future"),
        ("chapters[1].body", "body.too_short"),
        ("chapters[2].body", "chapter.empty"),
        ("chapters[2].published_on", "field.invalid"),
        ("chapters[3].body", "field.invalid"),
    }
    assert not Work.everything.exists()


def test_what_is_missing_for_posting_is_named(api_as, writer):
    response = api_as(writer).post("works/", {"title": "Bare", "status": "posted"})
    assert response.json()["code"] == "work.not_postable"
    assert {field for field, _ in codes(response)} >= {
        "language",
        "rating",
        "warnings",
        "fandoms",
        "chapters",
    }


def test_fields_that_are_not_offered_change_nothing(api_as, writer, mine):
    names = [field.name for field in Work._meta.get_fields()]
    classic = ["id", "pk", "owner", "user", "is_staff", "is_superuser", "role", "hidden_at"]
    offered = set(WHOLE) | {"restricted", "anonymous", "creators"}
    before = Work.everything.values().get(pk=mine.pk)
    for name in {*names, *classic} - offered:
        response = api_as(writer).patch(f"works/{mine.pk}/", {name: 1})
        assert codes(response) == [(name, "field.unknown")], name
    assert Work.everything.values().get(pk=mine.pk) == before


def test_a_change_touches_only_what_is_sent(api_as, writer, mine):
    client = api_as(writer)
    body = client.patch(f"works/{mine.pk}/", {"summary": "New.", "anonymous": True}).json()
    assert (body["title"], body["summary_html"], body["anonymous"]) == ("Mine", "<p>New.</p>", True)
    assert body["version"] == mine.version + 1
    assert body["creators"][0]["name"] == "Ozfan"


def test_chapters_are_not_changed_through_their_work(api_as, writer, mine):
    response = api_as(writer).patch(f"works/{mine.pk}/", {"chapters": [{"body": BODY}]})
    assert codes(response) == [("chapters", "field.unknown")]


def test_if_match_guards_against_lost_updates(api_as, writer, mine):
    client = api_as(writer)
    path = f"works/{mine.pk}/"
    etag = client.get(path).headers["ETag"]
    first = client.patch(path, {"title": "One"}, HTTP_IF_MATCH=f"W/{etag}")
    assert first.status_code == 200
    second = client.patch(path, {"title": "Two"}, HTTP_IF_MATCH=etag)
    assert (second.status_code, second.json()["code"]) == (412, "work.changed")
    assert client.patch(path, {"title": "Three"}, HTTP_IF_MATCH="*").status_code == 200
    foreign = client.patch(path, {"title": "Four"}, HTTP_IF_MATCH='"abc"')
    assert (foreign.status_code, foreign.json()["code"]) == (412, "precondition.failed")
    assert client.delete(path, HTTP_IF_MATCH=etag).status_code == 412
    current = client.get(path).headers["ETag"]
    assert client.delete(path, HTTP_IF_MATCH=f"{etag}, {current}").status_code == 204


def test_drafts_are_posted_and_posted_works_stay_posted(api, api_as, writer):
    client = api_as(writer)
    draft = client.post("works/", {**WHOLE, "status": "draft"}).json()
    assert api.get(f"works/{draft['id']}/").status_code == 404
    posted = client.post(f"works/{draft['id']}/post/").json()
    assert [chapter["status"] for chapter in posted["chapters"]] == ["posted", "draft"]
    assert api.get(f"works/{draft['id']}/").status_code == 200
    back = client.patch(f"works/{draft['id']}/", {"status": "draft"})
    assert (back.status_code, back.json()["code"]) == (409, "work.posted")


def test_patching_the_status_posts_a_draft(api_as, writer):
    client = api_as(writer)
    draft = client.post("works/", {**WHOLE, "status": "draft"}).json()
    assert client.patch(f"works/{draft['id']}/", {"status": "posted"}).json()["status"] == "posted"


def test_a_deleted_work_is_gone(api, api_as, writer, mine, indexed):
    indexed(mine)
    assert api_as(writer).delete(f"works/{mine.pk}/").status_code == 204
    assert api.get(f"works/{mine.pk}/").status_code == 404
    assert api.get("works/").json()["count"] == 0
    assert ActionLog.objects.get().verb == "work.delete"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "works/{work}/", {"title": "Taken"}),
        ("DELETE", "works/{work}/", None),
        ("POST", "works/{work}/post/", {}),
        ("POST", "works/{work}/chapters/", {"body": BODY}),
        ("POST", "works/{work}/chapters/reorder/", {"order": []}),
        ("PATCH", "chapters/{chapter}/", {"title": "Taken"}),
        ("DELETE", "chapters/{chapter}/", None),
        ("POST", "chapters/{chapter}/post/", {}),
    ],
)
def test_only_creators_with_the_scope_write(api, api_as, writer, mine, method, path, body):
    chapter = Chapter.everything.get(work=mine)
    path = path.format(work=mine.pk, chapter=chapter.pk)
    before = Work.everything.values().get(pk=mine.pk)
    guest = api.send(method, path, body)
    assert (guest.status_code, guest.json()["code"]) == (401, "auth.required")
    reader = api_as(writer, "read").send(method, path, body)
    assert (reader.status_code, reader.json()["code"]) == (403, "scope.missing")
    for other in (
        make_user("other"),
        user_with_roles("mod", "moderators"),
        user_with_roles("wrang", "wranglers"),
        user_with_roles("arch", "archivists"),
    ):
        refused = api_as(other).send(method, path, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "work.not_yours")
    mine.status = "draft"
    mine.save()
    hidden = api_as(User.objects.get(username="other")).send(method, path, body)
    assert hidden.status_code == 404
    mine.status = "posted"
    mine.save()
    assert Work.everything.values().get(pk=mine.pk) == before


def test_an_archivist_writes_for_creators_without_an_account(api, api_as):
    archivist = api_as(user_with_roles("arch", "archivists"))
    body = archivist.post("works/", {**WHOLE, "creators": ["Oldname"]}).json()
    assert body["creators"][0]["name"] == "Oldname"
    again = archivist.patch(f"works/{body['id']}/", {"title": "Corrected"})
    assert again.status_code == 200
    member = api_as(make_user("member"))
    assert codes(member.post("works/", {**WHOLE, "creators": ["Oldname"]})) == [
        ("creators[0]", "creator.not_yours")
    ]


def test_chapters_are_added_moved_changed_posted_and_deleted(api, api_as, writer, mine):
    client = api_as(writer)
    path = f"works/{mine.pk}/chapters/"
    added = client.post(path, {"title": "Second", "body": BODY, "status": "posted"})
    assert added.status_code == 201
    second = added.json()
    assert (second["position"], second["work"]["id"]) == (2, mine.pk)
    draft = client.post(path, {"title": "Draft", "body": BODY, "position": 1}).json()
    assert (draft["position"], draft["status"]) == (1, "draft")
    assert api.get(f"chapters/{draft['id']}/").status_code == 404
    assert client.post(f"chapters/{draft['id']}/post/").json()["status"] == "posted"
    assert api.get(f"works/{mine.pk}/").json()["chapter_count"] == 3
    moved = client.patch(f"chapters/{draft['id']}/", {"position": 17}).json()
    assert moved["position"] == 3
    assert (
        client.patch(f"chapters/{draft['id']}/", {"position": "nonsense"}).json()["position"] == 1
    )
    assert client.delete(f"chapters/{draft['id']}/").status_code == 204
    assert [c["position"] for c in api.get(f"works/{mine.pk}/").json()["chapters"]] == [1, 2]


def test_the_last_posted_chapter_stays(api_as, writer, mine):
    chapter = Chapter.everything.get(work=mine)
    response = api_as(writer).delete(f"chapters/{chapter.pk}/")
    assert (response.status_code, response.json()["code"]) == (409, "chapter.last")


def test_chapters_are_put_into_another_order(api_as, writer, mine):
    first = Chapter.everything.get(work=mine)
    second = make_chapter(mine)
    refresh_work(mine)
    client = api_as(writer)
    path = f"works/{mine.pk}/chapters/reorder/"
    body = client.post(path, {"order": [second.pk, first.pk]}).json()
    assert [chapter["id"] for chapter in body["chapters"]] == [second.pk, first.pk]
    assert codes(client.post(path, {"order": [second.pk]})) == [("order", "chapters.order")]
    assert codes(client.post(path, {})) == [("order", "field.required")]


def test_chapters_have_versions_of_their_own(api_as, writer, mine):
    chapter = Chapter.everything.get(work=mine)
    client = api_as(writer)
    path = f"chapters/{chapter.pk}/"
    etag = client.get(path).headers["ETag"]
    assert client.patch(path, {"title": "One"}, HTTP_IF_MATCH=etag).status_code == 200
    assert client.patch(path, {"title": "Two"}, HTTP_IF_MATCH=etag).status_code == 412


def test_a_series_is_made_changed_and_removed(api, api_as, writer, mine):
    client = api_as(writer)
    other = make_work("Other", creators=list(mine.creators.all()))
    made = client.post(
        "series/", {"title": "Lent", "summary": "Two.", "works": [other.pk, mine.pk]}
    )
    assert made.status_code == 201
    series = made.json()
    assert [work["id"] for work in series["works"]] == [other.pk, mine.pk]
    assert (series["works_count"], series["word_count"]) == (2, 10)
    path = f"series/{series['id']}/"
    assert api.get(path).json()["creators"] == [{"id": mine.creators.get().pk, "name": "Ozfan"}]
    etag = client.get(path).headers["ETag"]
    changed = client.patch(path, {"works": [mine.pk], "complete": True}, HTTP_IF_MATCH=etag)
    assert (changed.json()["complete"], changed.json()["works_count"]) == (True, 1)
    assert client.patch(path, {"title": "X"}, HTTP_IF_MATCH=etag).status_code == 412
    stranger = api_as(make_user("other"))
    assert stranger.patch(path, {"title": "X"}).status_code == 403
    assert codes(stranger.post("series/", {"title": "Y", "works": [mine.pk]})) == [
        ("works[0]", "work.not_yours")
    ]
    assert client.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get(f"works/{mine.pk}/").status_code == 200


def test_a_hidden_work_cannot_be_changed(api_as, writer, mine):
    mine.hidden_at = timezone.now()
    mine.save()
    response = api_as(writer).patch(f"works/{mine.pk}/", {"title": "Changed"})
    assert (response.status_code, response.json()["code"]) == (403, "work.hidden")
