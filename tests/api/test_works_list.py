"""The list of works: one endpoint for listing, filtering, searching, counting."""

from django.utils import timezone

from catalog.models import BlockedTag
from tests.api.conftest import codes
from tests.factories import (
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)

BLURB = [
    "id",
    "url",
    "web_url",
    "title",
    "creators",
    "rating",
    "warnings",
    "categories",
    "fandoms",
    "relationships",
    "characters",
    "freeforms",
    "language",
    "summary_html",
    "word_count",
    "chapter_count",
    "expected_chapters",
    "complete",
    "restricted",
    "anonymous",
    "series",
    "kudos_count",
    "comments_count",
    "bookmarks_count",
    "hits",
    "published_at",
    "updated_at",
    "version",
    "downloads",
    "highlights",
]


def titles(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [work["title"] for work in response.json()["results"]]


def test_the_envelope_of_an_empty_archive(api):
    body = api.get("works/").json()
    assert body == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
        "facets": {},
        "did_you_mean": [],
        "notices": [],
        "partial": False,
        "degraded": False,
        "query": {"normal": "", "url": "http://testserver/api/v1/works/"},
    }


def test_a_blurb_has_exactly_the_fields_of_the_contract(api, indexed):
    creator = make_creator("Ozfan")
    canonical = make_tag("freeform", "Slow Burn")
    make_tag("freeform", "slowburn", synonym_of=canonical)
    make_tag("character", "Somebody", is_canonical=False)
    work = make_work(
        "The Borrowed Violin",
        creators=[creator],
        tags={"freeform": ["slowburn"], "character": ["Somebody"]},
        summary_html="<p>Short.</p>",
        expected_chapters=1,
    )
    series = make_series(work, title="Lent and Borrowed")
    indexed(work)
    (blurb,) = api.get("works/").json()["results"]
    assert list(blurb) == BLURB
    assert blurb["url"] == f"http://testserver/api/v1/works/{work.pk}/"
    assert blurb["web_url"] == f"http://testserver/works/{work.pk}/"
    assert blurb["creators"] == [{"id": creator.pk, "name": "Ozfan"}]
    assert blurb["rating"]["name"] == "General"
    assert blurb["warnings"][0]["name"] == "No Archive Warnings Apply"
    assert blurb["freeforms"][0]["name"] == "slowburn"
    assert blurb["freeforms"][0]["canonical"] == {"id": canonical.pk, "name": "Slow Burn"}
    assert blurb["characters"][0]["canonical"] is None
    assert blurb["language"] == "en"
    assert blurb["complete"] is True
    assert blurb["series"] == [{"id": series.pk, "title": "Lent and Borrowed", "position": 1}]
    assert blurb["published_at"] == "2024-03-01T12:00:00Z"
    assert blurb["word_count"] == 5
    assert blurb["highlights"] == []


def test_drafts_hidden_held_deleted_and_restricted_works_are_in_no_guest_list(api, api_as, indexed):
    now = timezone.now()
    shown = make_work("Shown")
    others = [
        make_work("Draft", status="draft"),
        make_work("Hidden", hidden_at=now),
        make_work("Held", held_at=now),
        make_work("Deleted", deleted_at=now),
        make_work("Members", is_restricted=True),
    ]
    indexed(shown, *others)
    response = api.get("works/", {"facets": "all"})
    assert titles(response) == ["Shown"]
    assert response.json()["count"] == 1
    assert {value["count"] for value in response.json()["facets"]["fandom"]} == {1}
    member = api_as(make_user("reader"))
    assert set(titles(member.get("works/"))) == {"Shown", "Members"}


def test_filters_and_search_work_together(api, indexed):
    first = make_work("First", text="A washcloth hung there.", tags={"freeform": ["Fluff"]})
    second = make_work("Second", text="A washcloth lay there.", tags={"freeform": ["Angst"]})
    third = make_work("Third", tags={"freeform": ["Fluff"]})
    indexed(first, second, third)
    assert titles(api.get("works/", {"q": "washcloth", "freeform": "fluff"})) == ["First"]
    assert titles(api.get("works/", {"q": "washcloth", "freeform__not": "Fluff"})) == ["Second"]
    assert set(titles(api.get("works/", {"freeform__any": ["fluff", "angst"]}))) == {
        "First",
        "Second",
        "Third",
    }


def test_facets_count_the_result_and_keep_what_is_selected(api, indexed):
    works = [make_work(tags={"freeform": ["Fluff"]}) for _ in range(2)]
    works.append(make_work(tags={"freeform": ["Angst"]}))
    indexed(*works)
    fluff = make_tag("freeform", "Fluff")
    body = api.get("works/", {"freeform": "Fluff", "facets": "freeform,language,complete"}).json()
    assert body["facets"]["freeform"][0] == {
        "id": fluff.pk,
        "value": str(fluff.pk),
        "name": "Fluff",
        "count": 2,
        "selected": True,
    }
    assert body["facets"]["language"][0]["value"] == "en"
    assert set(body["facets"]) == {"freeform", "language", "complete"}


def test_a_snippet_marks_the_hit_and_names_its_chapter(api, indexed):
    work = make_work("Clean", text="She wrung out the washcloth & sighed.")
    indexed(work)
    (blurb,) = api.get("works/", {"q": "washcloth", "highlight": "true"}).json()["results"]
    (snippet,) = [hit for hit in blurb["highlights"] if hit["field"] == "text"]
    assert "<mark>washcloth</mark> &amp; sighed" in snippet["html"]
    assert snippet["chapter"]["id"] == work.chapters.unscoped("the test's own").get().pk
    assert snippet["chapter"]["position"] == 1


def test_the_normal_form_of_the_request_finds_the_same(api, indexed):
    work = make_work("First", text="A washcloth hung there.")
    indexed(work)
    body = api.get("works/", {"q": "WASHCLOTH", "fandom": "sherlock holmes"}).json()
    tag = make_tag("fandom", "Sherlock Holmes")
    assert body["query"]["url"] == f"http://testserver/api/v1/works/?q=WASHCLOTH&tag={tag.pk}"
    path = body["query"]["url"].removeprefix("http://testserver/api/v1/")
    assert api.get(path).json()["results"] == body["results"]


def test_pages_have_their_neighbours_and_keep_the_filters(api, indexed):
    indexed(*[make_work() for _ in range(5)])
    body = api.get("works/", {"page_size": 2, "page": 2, "language": "en"}).json()
    assert body["count"] == 5
    assert body["next"] == "http://testserver/api/v1/works/?page_size=2&language=en&page=3"
    assert body["previous"] == "http://testserver/api/v1/works/?page_size=2&language=en"
    last = api.get("works/", {"page_size": 2, "page": 3}).json()
    assert last["next"] is None
    assert len(last["results"]) == 1


def test_past_the_last_page_is_not_found_and_page_zero_is_wrong(api, indexed):
    indexed(make_work())
    response = api.get("works/", {"page": 2})
    assert (response.status_code, response.json()["code"]) == (404, "page.not_found")
    response = api.get("works/", {"page": 0})
    assert (response.status_code, response.json()["code"]) == (400, "page.invalid")
    deep = api.get("works/", {"page": 1001, "page_size": 100})
    assert deep.json()["code"] == "page.too_deep"
    assert "/sync/works/" in deep.json()["detail"]


def test_every_fault_of_a_request_is_told_at_once(api, indexed):
    indexed(make_work(tags={"fandom": ["Hamlet"]}))
    response = api.get("works/", {"langage": "en", "words": "many", "fields": "id,titel"})
    assert response.status_code == 400
    assert codes(response) == [
        ("langage", "parameter.unknown"),
        ("words", "range.invalid"),
        ("fields", "parameter.invalid"),
    ]


def test_an_unknown_tag_answers_with_suggestions(api, indexed):
    response = api.get("works/", {"fandom": "Nobody Knows It"})
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "tag.unknown")
    assert body["suggestions"] == []
    assert body["errors"][0]["field"] == "fandom"


def test_a_broken_text_names_the_place(api):
    body = api.get("works/", {"q": 'good "bad'}).json()
    assert (body["status"], body["code"], body["position"]) == (400, "query.syntax", 5)
    assert body["errors"][0]["field"] == "q"


def test_fields_are_sent_as_asked_and_cost_nothing_else(api, indexed, django_assert_num_queries):
    indexed(*[make_work() for _ in range(3)])
    with django_assert_num_queries(2):
        response = api.get("works/", {"fields": "title,id"})
    assert [list(work) for work in response.json()["results"]] == [["id", "title"]] * 3


def test_the_number_of_statements_does_not_depend_on_the_length(
    api, indexed, django_assert_max_num_queries
):
    def ask(size: int) -> int:
        params = {
            "facets": "all",
            "highlight": "true",
            "q": "night",
            "fandom": "Sherlock Holmes",
            "rating": "General",
            "warning__not": "Underage",
            "page_size": size,
        }
        with django_assert_max_num_queries(12) as captured:
            response = api.get("works/", params)
        assert len(response.json()["results"]) == size
        return len(captured)

    creators = [make_creator("One"), make_creator("Two")]
    works = [make_work(creators=creators, tags={"freeform": ["Fluff"]}) for _ in range(100)]
    make_series(*works)
    indexed(*works)
    ask(1)  # what a process reads once, such as the languages
    assert ask(1) == ask(100)


def test_anonymous_works_keep_their_names_but_from_their_creators(api, api_as, indexed):
    owner = make_user("ozfan")
    work = make_work("Secret", creators=[make_creator("Ozfan", owner)], is_anonymous=True)
    indexed(work)
    (blurb,) = api.get("works/").json()["results"]
    assert blurb["creators"] == [{"id": None, "name": "Anonymous"}]
    assert "Ozfan" not in api.get("works/").content.decode()
    (own,) = api_as(owner).get("works/").json()["results"]
    assert own["creators"][0]["name"] == "Ozfan"
    stranger = api_as(make_user("other")).get("works/").json()["results"][0]
    assert stranger["creators"] == [{"id": None, "name": "Anonymous"}]


def test_blocked_tags_leave_the_lists_with_a_notice(api_as, indexed):
    user = make_user("reader")
    spiders = make_tag("freeform", "Spiders")
    BlockedTag.objects.create(user=user, tag=spiders)
    indexed(make_work("Spiders!", tags={"freeform": ["Spiders"]}), make_work("None"))
    api = api_as(user)
    body = api.get("works/").json()
    assert [work["title"] for work in body["results"]] == ["None"]
    assert body["count"] == 1
    assert "1 works are left out" in body["notices"][0]
    assert set(titles(api.get("works/", {"include_blocked": "true"}))) == {"Spiders!", "None"}


def test_a_random_work_passes_the_filters(api, indexed):
    indexed(make_work("A", tags={"freeform": ["Fluff"]}), make_work("B"))
    response = api.get("works/random/", {"freeform": "Fluff", "fields": "title"})
    assert response.json() == {"title": "A"}
    assert response.headers["Cache-Control"] == "no-store"
    nothing = api.get("works/random/", {"words": ">1000000"})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "work.none_found")


def test_similar_works_leave_out_the_work_itself_and_what_is_blocked(api, api_as, indexed):
    user = make_user("reader")
    tags = {"freeform": ["Spiders", "Fluff"]}
    first, second = make_work("First", tags=tags), make_work("Second", tags=tags)
    indexed(first, second, make_work("Third", tags={"freeform": ["Fluff"]}))
    path = f"works/{first.pk}/similar/"
    assert set(titles(api.get(path))) == {"Second", "Third"}
    BlockedTag.objects.create(user=user, tag=make_tag("freeform", "Spiders"))
    assert titles(api_as(user).get(path)) == ["Third"]


def test_works_of_a_tag_a_creator_and_a_series_take_the_same_parameters(api, indexed):
    creator = make_creator("Ozfan")
    first = make_work("First", creators=[creator], tags={"fandom": ["Hamlet"]})
    second = make_work("Second", creators=[creator], tags={"fandom": ["Hamlet"]})
    second.word_count = 7
    series = make_series(second, first)
    indexed(first, second, make_work("Other"))
    hamlet = make_tag("fandom", "Hamlet")
    for path in (f"tags/{hamlet.pk}/works/", f"fandoms/{hamlet.pk}/works/"):
        assert set(titles(api.get(path, {"facets": "rating"}))) == {"First", "Second"}
    path = f"creators/{creator.pk}/works/"
    assert titles(api.get(path, {"ordering": "title"})) == ["First", "Second"]
    path = f"series/{series.pk}/works/"
    assert titles(api.get(path)) == ["Second", "First"]
    assert titles(api.get(path, {"ordering": "title"})) == ["First", "Second"]
    assert titles(api.get(path, {"page": 2, "page_size": 1})) == ["First"]
    assert codes(api.get(path, {"series": 1})) == [("series", "parameter.unknown")]


def test_a_changed_work_is_listed_as_it_is_now(api, indexed):
    work = make_work("Old title")
    indexed(work)
    work.title = "New title"
    refresh_work(work)
    assert titles(api.get("works/")) == ["New title"]
