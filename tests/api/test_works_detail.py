"""One work: whole, by its states and viewers, with its chapters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Tag
from tests.factories import (
    make_chapter,
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)
from tests.viewers import user_with_roles


def test_a_work_with_its_text_comes_in_one_request(api, django_assert_max_num_queries):
    work = make_work("Whole", text="<p>One.</p>", notes_html="<p>A note.</p>")
    for number in range(2, 12):
        make_chapter(work, f"<p>Text {number}</p>", title=f"Part {number}")
    refresh_work(work)
    with django_assert_max_num_queries(6):
        body = api.get(f"works/{work.pk}/", {"include": "text"}).json()
    assert [chapter["position"] for chapter in body["chapters"]] == list(range(1, 12))
    assert body["chapters"][1]["body_html"] == "<p>Text 2</p>"
    assert body["notes_html"] == "<p>A note.</p>"
    assert "highlights" not in body


def test_without_include_chapters_are_listed_without_text(api):
    work = make_work("Whole", text="<p>One.</p>")
    (chapter,) = api.get(f"works/{work.pk}/").json()["chapters"]
    assert set(chapter) == {
        "id",
        "url",
        "web_url",
        "position",
        "title",
        "word_count",
        "published_on",
        "status",
        "version",
    }


@pytest.mark.parametrize(
    ("state", "guest", "member", "owner", "moderator"),
    [
        ({}, 200, 200, 200, 200),
        ({"is_restricted": True}, 401, 200, 200, 200),
        ({"status": "draft"}, 404, 404, 200, 404),
        ({"hidden_at": timezone.now()}, 404, 404, 200, 200),
        ({"deleted_at": timezone.now()}, 404, 404, 404, 404),
        ({"status": "draft", "is_restricted": True}, 404, 404, 200, 404),
    ],
)
def test_who_sees_which_state(api, api_as, state, guest, member, owner, moderator):
    user = make_user("owner")
    work = make_work(creators=[make_creator("Pen", user)], **state)
    chapter = work.chapters.unscoped("the test's own").get()
    who = [
        (api, guest),
        (api_as(make_user("member")), member),
        (api_as(user), owner),
        (api_as(user_with_roles("moderator", "moderators")), moderator),
    ]
    for client, status in who:
        for path in (
            f"works/{work.pk}/",
            f"works/{work.pk}/chapters/",
            f"works/{work.pk}/chapters/1/",
            f"chapters/{chapter.pk}/",
        ):
            assert client.get(path).status_code == status, path


def test_a_hidden_and_a_missing_work_answer_alike(api):
    hidden = make_work(hidden_at=timezone.now())
    first, second = api.get(f"works/{hidden.pk}/"), api.get(f"works/{hidden.pk + 1}/")
    assert first.status_code == second.status_code == 404
    assert first.json()["code"] == second.json()["code"] == "work.not_found"
    assert first.json()["detail"].replace(str(hidden.pk), "N") == second.json()["detail"].replace(
        str(hidden.pk + 1), "N"
    )


def test_a_restricted_work_asks_a_guest_to_sign_in(api):
    work = make_work(is_restricted=True)
    response = api.get(f"works/{work.pk}/")
    assert response.json()["code"] == "auth.required"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_hidden_work_tells_its_creator_why(api_as):
    user = make_user("owner")
    work = make_work(
        creators=[make_creator("Pen", user)], hidden_at=timezone.now(), hidden_reason="Spam."
    )
    assert api_as(user).get(f"works/{work.pk}/").json()["hidden_reason"] == "Spam."


def test_the_source_is_for_creators_alone(api, api_as):
    user = make_user("owner")
    work = make_work(
        "Whole",
        text="<p>One.</p>",
        creators=[make_creator("Pen", user)],
        summary_source="raw *summary*",
    )
    path = f"works/{work.pk}/"
    own = api_as(user).get(path, {"include": "source"}).json()
    assert own["summary"] == "raw *summary*"
    assert own["chapters"][0]["body"] == "<p>One.</p>"
    assert api.get(path, {"include": "source"}).json()["code"] == "auth.required"
    other = api_as(make_user("other")).get(path, {"include": "source"})
    assert (other.status_code, other.json()["code"]) == (403, "work.not_yours")
    assert "summary" not in api.get(path).json()


def test_draft_chapters_are_for_creators_alone(api, api_as):
    user = make_user("owner")
    work = make_work(creators=[make_creator("Pen", user)])
    draft = make_chapter(work, "Secret", status="draft")
    refresh_work(work)
    assert len(api.get(f"works/{work.pk}/").json()["chapters"]) == 1
    assert api.get(f"works/{work.pk}/").json()["chapter_count"] == 1
    assert api.get(f"chapters/{draft.pk}/").status_code == 404
    assert api.get(f"works/{work.pk}/chapters/2/").status_code == 404
    own = api_as(user).get(f"works/{work.pk}/").json()
    assert [chapter["status"] for chapter in own["chapters"]] == ["posted", "draft"]
    first = work.chapters.unscoped("the test's own").first()
    assert api.get(f"chapters/{first.pk}/").json()["next"] is None
    assert api_as(user).get(f"chapters/{first.pk}/").json()["next"] == draft.pk


def test_a_chapter_knows_its_work_and_neighbours(api):
    work = make_work("Whole", text="<p>One.</p>")
    second = make_chapter(work, "<p>Two.</p>", title="Second")
    third = make_chapter(work, "<p>Three.</p>")
    refresh_work(work)
    by_place = api.get(f"works/{work.pk}/chapters/2/").json()
    assert by_place == api.get(f"chapters/{second.pk}/").json()
    assert by_place["work"] == {"id": work.pk, "title": "Whole"}
    assert by_place["next"] == third.pk
    assert by_place["body_html"] == "<p>Two.</p>"


def test_chapters_come_in_pages_with_their_texts_on_request(api):
    work = make_work(text="<p>One.</p>")
    make_chapter(work, "<p>Two.</p>")
    refresh_work(work)
    body = api.get(f"works/{work.pk}/chapters/", {"page_size": 1, "include": "text"}).json()
    assert body["count"] == 2
    assert body["results"][0]["body_html"] == "<p>One.</p>"
    assert body["next"].endswith("page=2")


def test_sparse_details(api, django_assert_max_num_queries):
    work = make_work("Whole")
    assert api.get(f"works/{work.pk}/", {"fields": "title,id"}).json() == {
        "id": work.pk,
        "title": "Whole",
    }
    response = api.get(f"works/{work.pk}/", {"fields": "titel"})
    assert response.status_code == 400
    secret = api.get(f"works/{work.pk}/", {"fields": "summary"})
    assert secret.status_code == 400


class TestConditional:
    """What a client has already is not sent again."""

    def test_an_unchanged_work_is_304_in_one_statement(self, api, django_assert_num_queries):
        work = make_work()
        path = f"works/{work.pk}/"
        etag = api.get(path).headers["ETag"]
        assert etag.startswith(f'"work{work.pk}.{work.version}.')
        with django_assert_num_queries(1):
            response = api.get(path, HTTP_IF_NONE_MATCH=etag)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == etag

    def test_a_weakened_tag_counts_too(self, api):
        work = make_work()
        path = f"works/{work.pk}/"
        etag = api.get(path).headers["ETag"]
        assert api.get(path, HTTP_IF_NONE_MATCH=f"W/{etag}").status_code == 304

    def test_any_change_of_the_answer_changes_the_tag(self, api):
        work = make_work(tags={"freeform": ["Fluff"]})
        series = make_series(work)
        path = f"works/{work.pk}/"
        seen = {api.get(path).headers["ETag"]}

        def changed() -> bool:
            before = len(seen)
            seen.add(api.get(path).headers["ETag"])
            return len(seen) > before

        work.version += 1
        work.save()
        assert changed()
        work.hits_count += 1
        work.save()
        assert changed()
        tag = make_tag("freeform", "Fluff")
        Tag.objects.filter(pk=tag.pk).update(version=tag.version + 1)
        assert changed()
        series.version += 1
        series.save()
        assert changed()
        assert not changed()

    def test_representations_have_tags_of_their_own(self, api, api_as):
        work = make_work()
        path = f"works/{work.pk}/"
        tags = {
            api.get(path).headers["ETag"],
            api.get(path, {"include": "text"}).headers["ETag"],
            api.get(path, {"fields": "id"}).headers["ETag"],
            api_as(make_user("other")).get(path).headers["ETag"],
        }
        assert len(tags) == 4

    def test_last_modified_works_too(self, api):
        work = make_work(modified_at=timezone.now() - timedelta(hours=1))
        path = f"works/{work.pk}/"
        since = api.get(path).headers["Last-Modified"]
        assert api.get(path, HTTP_IF_MODIFIED_SINCE=since).status_code == 304
        work.modified_at = timezone.now()
        work.save()
        assert api.get(path, HTTP_IF_MODIFIED_SINCE=since).status_code == 200

    def test_chapters_have_validators(self, api):
        work = make_work()
        for path in (f"works/{work.pk}/chapters/", f"works/{work.pk}/chapters/1/"):
            etag = api.get(path).headers["ETag"]
            assert api.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 304
