"""Tags: lists, kinds, completion, meaning, what stands around them, what goes together."""

import pytest

from catalog.models import MetaTagging, TagParent
from catalog.tagwords import index_words
from tests.api.conftest import codes
from tests.factories import make_tag, make_work


def tag(kind: str, name: str, **values):
    made = make_tag(kind, name, **values)
    index_words([made])
    return made


def names(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def test_a_tag_in_a_list(api):
    target = tag("freeform", "Slow Burn")
    synonym = tag("freeform", "slowburn", synonym_of=target)
    (row,) = api.get("tags/", {"q": "slowburn"}).json()["results"]
    assert row == {
        "id": synonym.pk,
        "url": f"http://testserver/api/v1/tags/{synonym.pk}/",
        "web_url": f"http://testserver/tags/{synonym.pk}-slowburn/",
        "kind": "freeform",
        "name": "slowburn",
        "status": "synonym",
        "canonical": False,
        "synonym_of": {"id": target.pk, "name": "Slow Burn"},
        "works_count": 0,
    }


def test_lists_are_narrowed_by_kind_status_fandom_and_words(api):
    fandom = tag("fandom", "Sherlock Holmes")
    watson = tag("character", "John Watson")
    unsorted = tag("character", "Johnny", is_canonical=False)
    TagParent.objects.create(from_tag=watson, to_tag=fandom)
    assert names(api.get("tags/", {"kind": "character"})) == ["John Watson", "Johnny"]
    assert names(api.get("characters/")) == ["John Watson", "Johnny"]
    assert names(api.get("tags/", {"status": "unwrangled"})) == [unsorted.name]
    assert names(api.get("tags/", {"fandom": "sherlock holmes"})) == ["John Watson"]
    assert names(api.get("tags/", {"fandom": fandom.pk, "q": "wat"})) == ["John Watson"]
    assert names(api.get("tags/", {"q": "joh", "kind": "character", "fields": "name"})) == [
        "John Watson",
        "Johnny",
    ]
    assert codes(api.get("tags/", {"kind": "fandoms"})) == [("kind", "parameter.invalid")]
    assert codes(api.get("characters/", {"kind": "fandom"})) == [("kind", "parameter.unknown")]
    assert api.get("tags/", {"fandom": "nobody"}).json()["code"] == "tag.unknown"


def test_lists_are_ordered_as_asked(api):
    for name, count in (("B", 5), ("A", 1), ("C", 9)):
        tag("fandom", f"{name} Story", works_count=count)
    assert names(api.get("fandoms/", {"ordering": "name"}))[0] == "A Story"
    assert names(api.get("fandoms/", {"ordering": "-works"})) == ["C Story", "B Story", "A Story"]
    assert names(api.get("fandoms/", {"ordering": "-created"}))[0] == "C Story"


def test_the_number_of_statements_does_not_depend_on_the_length(api, django_assert_max_num_queries):
    target = tag("freeform", "Slow Burn")
    for number in range(100):
        tag("freeform", f"slow {number}", synonym_of=target)

    def ask(size: int) -> int:
        with django_assert_max_num_queries(3) as captured:
            assert len(names(api.get("freeforms/", {"page_size": size}))) == size
        return len(captured)

    assert ask(1) == ask(100)


def test_a_tag_with_what_stands_around_it(api, django_assert_max_num_queries):
    media = tag("media", "Books & Literature")
    fandom = tag("fandom", "Sherlock Holmes", works_count=3)
    narrower = tag("fandom", "The Hound of the Baskervilles")
    watson = tag("character", "John Watson")
    synonym = tag("fandom", "SH", synonym_of=fandom)
    TagParent.objects.create(from_tag=fandom, to_tag=media)
    TagParent.objects.create(from_tag=watson, to_tag=fandom)
    MetaTagging.objects.create(subtag=narrower, metatag=fandom)
    with django_assert_max_num_queries(7):
        body = api.get(f"tags/{fandom.pk}/").json()
    assert body["canonical"] is True
    assert body["synonym_of"] is None
    assert body["synonyms"] == [{"id": synonym.pk, "name": "SH"}]
    assert body["parents"] == [{"id": media.pk, "name": media.name, "kind": "media"}]
    assert body["children"] == {"character": [{"id": watson.pk, "name": "John Watson"}]}
    assert body["subtags"] == [{"id": narrower.pk, "name": narrower.name}]
    assert body["metatags"] == []
    assert body["works_count"] == 3
    assert body["redirected_from"] is None
    assert api.get(f"fandoms/{fandom.pk}/").json() == body
    assert api.get(f"fandoms/{narrower.pk}/").json()["metatags"][0]["id"] == fandom.pk
    assert api.get(f"characters/{fandom.pk}/").status_code == 404


def test_a_merged_tag_answers_as_its_target(api):
    target = tag("freeform", "Slow Burn")
    synonym = tag("freeform", "slowburn", synonym_of=target)
    body = api.get(f"tags/{synonym.pk}/").json()
    assert (body["id"], body["redirected_from"]) == (target.pk, synonym.pk)


def test_an_unchanged_tag_is_304(api):
    target = tag("freeform", "Slow Burn")
    etag = api.get(f"tags/{target.pk}/").headers["ETag"]
    path = f"tags/{target.pk}/"
    assert api.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 304
    tag("freeform", "slowburn", synonym_of=target)
    assert api.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_completion_offers_canonical_tags_and_synonyms(api):
    target = tag("freeform", "Slow Burn", works_count=4)
    tag("freeform", "slow burning", synonym_of=target)
    tag("freeform", "slow unsorted", is_canonical=False)
    body = api.get("tags/autocomplete/", {"q": "slo bur"}).json()
    assert [row["name"] for row in body["results"]] == ["Slow Burn", "slow burning"]
    assert body["results"][1] == {
        "id": (pk := body["results"][1]["id"]),
        "url": f"http://testserver/api/v1/tags/{pk}/",
        "web_url": f"http://testserver/tags/{pk}-slow-burning/",
        "name": "slow burning",
        "kind": "freeform",
        "status": "synonym",
        "canonical": {"id": target.pk, "name": "Slow Burn"},
        "works_count": 4,
    }
    assert api.get("tags/autocomplete/").json()["results"] == []
    assert codes(api.get("tags/autocomplete/", {"page_size": 16})) == [
        ("page_size", "parameter.invalid")
    ]


def test_completion_keeps_to_kind_and_fandom(api):
    fandom = tag("fandom", "Sherlock Holmes")
    holmes = tag("character", "Sherlock Holmes")
    TagParent.objects.create(from_tag=holmes, to_tag=fandom)
    tag("character", "Sherlock the Cat")
    path = "tags/autocomplete/"
    assert [
        row["id"] for row in api.get(path, {"q": "sherlock", "kind": "fandom"}).json()["results"]
    ] == [fandom.pk]
    found = api.get(path, {"q": "sherlock", "kind": "character", "fandom": fandom.pk}).json()
    assert [row["id"] for row in found["results"]] == [holmes.pk]


def test_the_meaning_of_a_name(api):
    target = tag("freeform", "Slow Burn")
    tag("freeform", "slowburn", synonym_of=target)
    body = api.get("tags/resolve/", {"name": "SLOWBURN", "kind": "freeform"}).json()
    assert body["status"] == "synonym"
    assert body["canonical"] == {"id": target.pk, "name": "Slow Burn"}
    tag("fandom", "Slow Burn")
    ambiguous = api.get("tags/resolve/", {"name": "slow burn"})
    assert (ambiguous.status_code, ambiguous.json()["code"]) == (400, "tag.ambiguous")
    unknown = api.get("tags/resolve/", {"name": "slow born", "kind": "freeform"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "tag.unknown")
    assert "Slow Burn" in unknown.json()["suggestions"]
    assert codes(api.get("tags/resolve/")) == [("name", "parameter.required")]


def test_tags_that_go_together(api):
    for _ in range(3):
        make_work(tags={"fandom": ["Hamlet"], "character": ["Ophelia"]})
    make_work(tags={"fandom": ["Faust"]})
    hamlet = make_tag("fandom", "Hamlet")
    body = api.get(f"tags/{hamlet.pk}/related/").json()
    assert [row["name"] for row in body["results"]] == ["Ophelia"]
    assert body["results"][0]["together"] == 3


@pytest.mark.parametrize("path", ["tags/999999/", "tags/999999/works/", "tags/999999/related/"])
def test_a_tag_that_is_not_there(api, path):
    response = api.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "tag.not_found")
