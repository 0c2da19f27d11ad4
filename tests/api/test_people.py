"""Creators, series, languages and numbers, each as far as the caller may see."""

from django.utils import timezone

from tests.factories import make_creator, make_series, make_user, make_work


def test_creators_have_the_works_that_the_caller_may_see(api, api_as):
    ozfan = make_creator("Ozfan")
    make_work(creators=[ozfan])
    make_work(creators=[ozfan], is_restricted=True)
    make_work(creators=[ozfan], is_anonymous=True)
    make_work(creators=[ozfan], status="draft")
    (row,) = api.get("creators/").json()["results"]
    assert (row["name"], row["works_count"]) == ("Ozfan", 1)
    member = api_as(make_user("member"))
    assert member.get(f"creators/{ozfan.pk}/").json()["works_count"] == 2
    assert api.get("creators/", {"q": "OZF"}).json()["count"] == 1
    assert api.get("creators/", {"q": "nobody"}).json()["count"] == 0


def test_a_name_behind_drafts_and_anonymous_works_is_nobodys_business(api, api_as):
    user = make_user("owner")
    secret = make_creator("Secret Pen", user)
    make_work(creators=[secret], is_anonymous=True)
    make_work(creators=[secret], status="draft")
    assert api.get("creators/").json()["count"] == 0
    assert api.get(f"creators/{secret.pk}/").status_code == 404
    assert api.get(f"creators/{secret.pk}/works/").status_code == 404
    assert api_as(make_user("other")).get(f"creators/{secret.pk}/").status_code == 404
    assert api_as(user).get(f"creators/{secret.pk}/").json()["works_count"] == 0


def test_a_series_follows_what_the_caller_may_see(api, api_as):
    ozfan = make_creator("Ozfan")
    first = make_work("First", creators=[ozfan])
    members = make_work("Members", creators=[ozfan], is_restricted=True)
    draft = make_work("Draft", creators=[ozfan], status="draft")
    series = make_series(first, members, draft, title="Lent")
    body = api.get(f"series/{series.pk}/").json()
    assert (body["works_count"], body["word_count"]) == (1, 5)
    assert body["works"] == [{"id": first.pk, "title": "First", "position": 1}]
    assert body["creators"] == [{"id": ozfan.pk, "name": "Ozfan"}]
    member = api_as(make_user("member")).get(f"series/{series.pk}/").json()
    assert [work["position"] for work in member["works"]] == [1, 2]
    assert member["word_count"] == 10


def test_a_series_of_anonymous_works_names_nobody(api):
    secret = make_creator("Secret Pen")
    series = make_series(make_work(creators=[secret], is_anonymous=True))
    for body in (api.get(f"series/{series.pk}/").json(), api.get("series/").json()["results"][0]):
        assert body["creators"] == [{"id": None, "name": "Anonymous"}]


def test_a_series_for_members_asks_to_sign_in_and_one_of_drafts_is_not_there(api, api_as):
    members = make_series(make_work(is_restricted=True))
    drafts = make_series(make_work(status="draft"))
    hidden = make_series(make_work(hidden_at=timezone.now()))
    assert api.get(f"series/{members.pk}/").status_code == 401
    for client in (api, api_as(make_user("member"))):
        assert client.get(f"series/{drafts.pk}/").status_code == 404
        assert client.get(f"series/{hidden.pk}/").status_code == 404
    assert api.get("series/").json()["count"] == 0


def test_lists_take_a_fixed_number_of_statements(api, django_assert_max_num_queries):
    for number in range(50):
        make_series(make_work(creators=[make_creator(f"Pen {number:03}")]))

    def ask(path: str, size: int) -> int:
        with django_assert_max_num_queries(5) as captured:
            assert len(api.get(path, {"page_size": size}).json()["results"]) == size
        return len(captured)

    for path in ("creators/", "series/", "languages/"):
        assert ask(path, 1) == ask(path, 50)


def test_a_series_is_304_while_nothing_of_it_changes(api):
    work = make_work("First")
    series = make_series(work)
    path = f"series/{series.pk}/"
    etag = api.get(path).headers["ETag"]
    assert api.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 304
    work.title = "Renamed"
    work.save()
    assert api.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_languages_count_listed_works(api, api_as):
    make_work(language="de")
    make_work(language="de", is_restricted=True)
    make_work(language="de", status="draft")
    rows = api.get("languages/", {"page_size": 100}).json()
    german = next(row for row in rows["results"] if row["code"] == "de")
    assert (german["name"], german["native_name"], german["works_count"]) == (
        "German",
        "Deutsch",
        1,
    )
    assert api.get(german["url"].removeprefix("http://testserver/api/v1/")).status_code == 200
    member = api_as(make_user("member")).get("languages/", {"page_size": 100}).json()
    assert next(row for row in member["results"] if row["code"] == "de")["works_count"] == 2


def test_the_numbers_count_public_works_alone(api):
    make_work()
    make_work(is_restricted=True)
    make_work(status="draft")
    make_work(hidden_at=timezone.now())
    body = api.get("stats/").json()
    assert (body["works"], body["words"], body["chapters"]) == (1, 5, 1)
    assert body["by_month"] == [{"month": "2024-03", "works": 1, "words": 5}]
    assert body["by_language"] == [{"language": "en", "works": 1, "words": 5}]
    fandoms = next(row for row in body["by_kind"] if row["kind"] == "fandom")
    assert fandoms == {"kind": "fandom", "tags": 1, "canonical": 1}
    general = next(row for row in body["by_rating"] if row["name"] == "General")
    assert general["works"] == 1
