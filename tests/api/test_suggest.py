"""Completion over titles, creators and tags in one list."""

from catalog.tagwords import index_words
from tests.api.conftest import codes
from tests.factories import make_creator, make_tag, make_user, make_work


def texts(response) -> list[tuple[str, str]]:
    return [(row["type"], row["text"]) for row in response.json()["results"]]


def test_tags_creators_and_titles_in_one_list(api, indexed):
    index_words([make_tag("character", "Violet Hunter")])
    work = make_work("The Violin", creators=[make_creator("Violetta")])
    other = make_work("A Borrowed Violin")
    indexed(work, other)
    found = api.get("search/suggest/", {"q": "viol"})
    assert texts(found) == [
        ("tag", "Violet Hunter"),
        ("tag", "Graphic Depictions Of Violence"),
        ("creator", "Violetta"),
        ("work", "The Violin"),
        ("work", "A Borrowed Violin"),
    ]
    row = found.json()["results"][3]
    assert row["id"] == work.pk
    assert row["url"] == f"http://testserver/api/v1/works/{work.pk}/"
    assert len(api.get("search/suggest/", {"q": "viol", "page_size": 2}).json()["results"]) == 2


def test_nothing_that_the_caller_may_not_see_is_offered(api, api_as, indexed):
    draft = make_work("Zephyr draft", status="draft", creators=[make_creator("Zephyrine")])
    members = make_work("Zephyr members", is_restricted=True)
    indexed(draft, members)
    assert texts(api.get("search/suggest/", {"q": "zephyr"})) == []
    member = api_as(make_user("member"))
    assert texts(member.get("search/suggest/", {"q": "zephyr"})) == [("work", "Zephyr members")]


def test_nothing_typed_offers_nothing(api):
    assert api.get("search/suggest/").json()["results"] == []
    assert api.get("search/suggest/", {"q": "  "}).json()["results"] == []
    assert codes(api.get("search/suggest/", {"q": "x", "page_size": 16})) == [
        ("page_size", "parameter.invalid")
    ]


def test_operators_of_the_query_language_are_plain_characters_here(api, indexed):
    indexed(make_work("Or Not To Be"))
    for text in ('"or', "or*", "title:or", "(or", "-or", "a AND", "🎻", "' ; --"):
        assert api.get("search/suggest/", {"q": text}).status_code == 200
