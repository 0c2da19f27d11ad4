"""Blocked tags of guests: kept in a cookie, applied in the query, told with their reasons."""

import pytest
from django.test import Client

from archive.core.blocked import MOST
from catalog.models import Kind, TagAncestor
from tests.factories import make_series, make_tag, make_user, make_work
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def spiders(indexed):
    """A tag with a synonym and a narrower tag, each on a work, and a work without any of them."""
    spiders = make_tag(Kind.FREEFORM, "Spiders")
    make_tag(Kind.FREEFORM, "Creepy-crawlies", synonym_of=spiders)
    big = make_tag(Kind.FREEFORM, "Big Spiders")
    big.metatag_links.create(metatag=spiders)
    TagAncestor.objects.create(tag=big, ancestor=spiders)
    works = [
        make_work("Web", tags={Kind.FREEFORM: ["Spiders"]}),
        make_work("Crawl", tags={Kind.FREEFORM: ["Creepy-crawlies"]}),
        make_work("Tarantula", tags={Kind.FREEFORM: ["Big Spiders"]}),
        make_work("Tea", tags={Kind.FREEFORM: ["Kettles"]}),
    ]
    make_series(*works, title="House")
    indexed(*works)
    return spiders


def block(client: Client, name: object) -> Page:
    return Page(client.post("/account/blocked/", {"tag": name}, follow=True))


def test_a_guest_blocks_a_tag_with_its_synonyms_and_subtags(client, spiders):
    shown = block(client, "creepy-crawlies")
    assert shown.texts("//ul[@class='kept']/li/a") == ["Spiders"]
    listing = get(client, "/works/")
    assert listing.titles == ["Tea"]
    assert listing.total == "1 work"
    assert listing.texts("//details[@id='facet-freeform']//li//bdi") == ["Kettles"]


def test_the_list_tells_how_many_are_left_out_and_why(client, spiders):
    block(client, spiders.pk)
    make_tag(Kind.FREEFORM, "Wasps")
    block(client, "Wasps")
    listing = get(client, "/works/")
    (note,) = listing.all("//details[@class='left-out']")
    assert note.xpath("string(summary)") == "3 works left out"
    assert listing.texts("//details[@class='left-out']//li") == ["Spiders 3"]
    (address,) = listing.links("Show them")
    everything = get(client, f"/works/{address}")
    assert sorted(everything.titles) == ["Crawl", "Tarantula", "Tea", "Web"]
    assert not everything.all("//details[@class='left-out']")


def test_home_series_feeds_and_the_api_follow_the_browser(client, spiders):
    block(client, spiders.pk)
    home = get(client, "/")
    assert "Tea" in home.source
    assert "Tarantula" not in home.source
    (address,) = get(client, "/series/").links("House")
    parts = get(client, address)
    assert parts.titles == ["Tea"]
    assert "3 works left out" in parts.text("//details[@class='left-out']/summary")
    assert len(get(client, f"{address}?include_blocked=true").titles) == 4
    assert client.get("/api/v1/works/").json()["count"] == 1
    assert client.get("/api/v1/works/?include_blocked=true").json()["count"] == 4
    for feed in ("/feeds/works.atom", "/opds/works/"):
        told = client.get(feed).content.decode()
        assert "Tea" in told
        assert "Tarantula" not in told


def test_other_browsers_see_everything(client, spiders):
    block(client, spiders.pk)
    assert len(get(Client(), "/works/").titles) == 4


def test_a_guest_takes_a_tag_back(client, spiders):
    block(client, spiders.pk)
    client.post(f"/account/blocked/{spiders.pk}/delete/")
    assert len(get(client, "/works/").titles) == 4
    assert "Nothing is blocked." in get(client, "/account/blocked/").text()


def test_a_synonym_made_canonical_elsewhere_still_counts(client, spiders, indexed):
    late = make_tag(Kind.FREEFORM, "Bugs")
    block(client, late.pk)
    late.is_canonical = False
    late.synonym_of = spiders
    late.save()
    assert get(client, "/works/").titles == ["Tea"]


@pytest.mark.parametrize("cookie", ["x", "..", "-1", "9" * 40, "1;2", "1.x.2", "1." * 4000])
def test_a_bent_cookie_does_no_harm(client, spiders, cookie):
    client.cookies["blocked"] = cookie
    assert get(client, "/works/").status == 200
    assert get(client, "/account/blocked/").status == 200


def test_the_cookie_is_not_for_scripts_and_has_an_end(client, spiders):
    answer = client.post("/account/blocked/", {"tag": spiders.pk})
    cookie = answer.cookies["blocked"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (str(spiders.pk), True, "Lax")


def test_no_more_tags_than_an_account_keeps(client, spiders):
    client.cookies["blocked"] = ".".join(str(pk) for pk in range(10_000, 10_000 + MOST))
    refused = block(client, spiders.pk)
    assert refused.status == 400
    assert f"at most {MOST}" in refused.text("//div[@role='alert']")


def test_a_guest_learns_no_name_that_stands_on_secret_works_alone(client, spiders):
    secret = make_tag(Kind.FREEFORM, "My secret", is_canonical=False)
    make_work("Hidden", tags={Kind.FREEFORM: ["My secret"]}, status="draft", published_at=None)
    assert "My secret" not in get(client, f"/account/blocked/?tag={secret.pk}").source
    assert block(client, secret.pk).status == 400
    client.cookies["blocked"] = str(secret.pk)
    assert "My secret" not in get(client, "/account/blocked/").source


def test_an_account_keeps_its_own_and_not_the_cookie_s(client, spiders):
    block(client, spiders.pk)
    client.force_login(make_user())
    assert len(get(client, "/works/").titles) == 4
    assert "They are kept in your account." in get(client, "/account/blocked/").text()
