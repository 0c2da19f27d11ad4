"""OPDS 2.0: the same catalogue as JSON, as Thorium reads it."""

import json

import pytest

from catalog.models import Kind
from tests.factories import make_creator, make_series, make_user, make_work
from tests.web.feeds.strict import check_publication, read_opds2

pytestmark = pytest.mark.django_db


def link_of(feed, rel):
    (link,) = [link for link in feed["links"] if link.get("rel") == rel]
    return link


def titles(feed):
    return [each["metadata"]["title"] for each in feed["publications"]]


@pytest.mark.parametrize("path", ["", "fandoms/", "creators/", "series/", "languages/", "works/"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_every_feed_is_valid_with_and_without_the_slash(client, indexed, path, slash):
    work = make_work()
    make_series(work)
    indexed(work)
    answer = client.get(f"/opds/v2/{path}".rstrip("/") + slash)
    assert answer["Content-Type"] == "application/opds+json"
    feed = read_opds2(answer.content)
    assert feed.get("navigation") or feed.get("publications")


def test_an_empty_archive_has_valid_feeds(client):
    for path in ("", "works/", "fandoms/", "creators/", "series/", "languages/"):
        read_opds2(client.get(f"/opds/v2/{path}").content)


def test_the_root_shows_what_is_new_and_leads_everywhere(client, indexed):
    work = make_work("Brand new")
    make_series(work)
    indexed(work)
    feed = read_opds2(client.get("/opds/v2/").content)
    assert titles(feed["groups"][0]) == ["Brand new"]
    for row in feed["navigation"]:
        if not row["href"].endswith("/shelf/"):
            read_opds2(client.get(row["href"]).content)


def test_a_publication_says_everything_about_its_work(client, indexed):
    ada = make_creator("Ada")
    work = make_work(
        'A "title"',
        creators=[ada],
        summary_html="<p>One &amp; two.</p>",
        tags={Kind.FREEFORM: ["Fluff"]},
        language="he",
    )
    make_series(work, title="Towers")
    indexed(work)
    (each,) = read_opds2(client.get("/opds/v2/works/").content)["publications"]
    metadata = each["metadata"]
    assert metadata["identifier"] == f"urn:uuid:{work.uuid}"
    assert (metadata["language"], metadata["readingProgression"]) == ("he", "rtl")
    assert metadata["description"] == "One & two."
    assert metadata["author"][0]["name"] == "Ada"
    subjects = {(s["scheme"].rpartition("/")[2], s["name"]) for s in metadata["subject"]}
    assert {("fandom", "Sherlock Holmes"), ("freeform", "Fluff")} <= subjects
    (place,) = metadata["belongsTo"]["series"]
    assert (place["name"], place["position"]) == ("Towers", 1)
    for href in [
        metadata["author"][0]["links"][0]["href"],
        metadata["subject"][0]["links"][0]["href"],
        place["links"][0]["href"],
    ]:
        assert titles(read_opds2(client.get(href).content)) == ['A "title"']
    own = client.get(next(link["href"] for link in each["links"] if link["rel"] == "self"))
    assert own["Content-Type"] == "application/opds-publication+json"
    check_publication(json.loads(own.content))


def test_search_is_a_template_whose_names_are_understood(client, indexed):
    make_creator("Ada")
    indexed(make_work("The Lamp", creators=[make_creator("Ada")]), make_work("Other lamp"))
    template = link_of(read_opds2(client.get("/opds/v2").content), "search")
    assert template["templated"]
    start = template["href"].partition("{")[0]
    assert titles(read_opds2(client.get(f"{start}?query=lamp&author=ada").content)) == ["The Lamp"]
    assert titles(read_opds2(client.get(f"{start}?query=&title=other").content)) == ["Other lamp"]


def test_facets_and_pages(client, indexed):
    works = [make_work(tags={Kind.FANDOM: [f"Fandom {n % 2}"]}) for n in range(5)]
    indexed(*works)
    feed = read_opds2(client.get("/opds/v2/works/?page_size=2").content)
    assert feed["metadata"]["numberOfItems"] == 5
    assert (feed["metadata"]["itemsPerPage"], feed["metadata"]["currentPage"]) == (2, 1)
    following = read_opds2(client.get(link_of(feed, "next")["href"]).content)
    assert following["metadata"]["currentPage"] == 2
    fandoms = {
        link["title"]: link
        for facet in feed["facets"]
        if facet["metadata"]["title"] == "Fandoms"
        for link in facet["links"]
    }
    assert fandoms["Fandom 0"]["properties"]["numberOfItems"] == 3
    narrowed = read_opds2(client.get(fandoms["Fandom 1"]["href"]).content)
    assert narrowed["metadata"]["numberOfItems"] == 2
    active = [
        link["title"]
        for facet in narrowed["facets"]
        for link in facet["links"]
        if link.get("rel") == "self"
    ]
    assert "Fandom 1" in active


def test_signing_in_is_described(client, basic):
    answer = client.get("/opds/v2/shelf")
    document = answer.json()
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/opds-authentication+json"
    assert document["authentication"][0]["labels"]["password"] == "API key"
    assert client.get(document["id"]).json()["id"] == document["id"]
    user = make_user("reader")
    user.saved_searches.create(name="Long", query="words__gte=50000")
    feed = read_opds2(client.get("/opds/v2/shelf", **basic(user)).content)
    assert feed["navigation"][0]["title"] == "Long"
