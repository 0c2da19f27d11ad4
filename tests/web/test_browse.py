"""The home page, series, creators, languages, and the pages about the archive itself."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from catalog.models import BlockedTag, Kind, Tag, TagParent
from tests.factories import make_creator, make_series, make_tag, make_user, make_work
from tests.web.pages import get

pytestmark = pytest.mark.django_db


def at(year: int) -> datetime:
    return datetime(year, 5, 1, 12, tzinfo=UTC)


def test_home_shows_fandoms_news_and_numbers(page, indexed):
    media = make_tag(Kind.MEDIA, "Books & Literature")
    TagParent.objects.create(from_tag=make_tag(Kind.FANDOM, "Dracula"), to_tag=media)
    old = make_work("Old but going on", published_at=at(2019), updated_at=at(2025))
    new = make_work(
        "New", published_at=at(2024), updated_at=at(2024), tags={Kind.FANDOM: ["Dracula"]}
    )
    for work, year in ((old, 2025), (new, 2024)):
        type(work).everything.filter(pk=work.pk).update(updated_at=at(year))
    indexed(old, new)
    home = page("/")
    assert home.h1 == "Undercroft"
    assert home.titles == ["Old but going on", "New"]
    assert home.texts("//ul[@class='numbers']/li")[:2] == ["2 works", "2 chapters"]
    assert home.texts("//div[@class='home-shelves']//h3") == ["Books & Literature"]
    assert home.texts("//div[@class='home-shelves']//li") == ["Dracula 1"]
    (search,) = home.all("//main//form[@role='search']")
    assert search.get("action") == "/works/"


def test_home_of_an_empty_archive_says_so(page):
    home = page("/")
    assert home.status == 200
    assert "No work has been posted yet" in home.text()
    assert home.texts("//ul[@class='numbers']/li")[0] == "0 works"


def test_newest_works_stand_beside_recently_updated_ones(page, indexed):
    works = [
        make_work(f"Work {n}", published_at=at(2000 + n), updated_at=at(2000 + n))
        for n in range(12)
    ]
    for number, work in enumerate(works):
        type(work).everything.filter(pk=work.pk).update(updated_at=at(2000 + number))
    indexed(*works)
    home = page("/")
    assert home.titles == [f"Work {n}" for n in (11, 10, 9, 8, 7)]
    assert home.texts("//section[@aria-labelledby='new']//li/a")[:2] == ["Work 6", "Work 5"]


def test_blocked_tags_leave_the_home_page_and_the_lists(page_as, indexed):
    user = make_user()
    make_tag(Kind.FREEFORM, "Spiders")
    indexed(make_work("Webs", tags={Kind.FREEFORM: ["Spiders"]}), make_work("Calm"))
    BlockedTag.objects.create(user=user, tag=Tag.objects.get(name="Spiders"))
    assert page_as(user, "/").titles == ["Calm"]
    listing = page_as(user, "/works/")
    assert listing.titles == ["Calm"]
    assert "1 work left out" in listing.text()
    (address,) = listing.links("Show them")
    assert sorted(page_as(user, f"/works/{address}").titles) == ["Calm", "Webs"]


def test_series_are_listed_and_read_in_order(page, indexed):
    first, second = make_work("Zebra", word_count=0), make_work("Aardvark")
    series = make_series(first, second, title="Animals")
    make_series(make_work(is_restricted=True), title="For members")
    indexed(first, second)
    listed = page("/series/")
    assert listed.texts("//ul[@class='entries']//h2") == ["Animals"]
    assert page("/series/", {"q": "zzz"}).texts("//ul[@class='entries']//h2") == []
    shown = page(f"/series/{series.pk}/")
    assert shown.titles == ["Zebra", "Aardvark"]
    assert page("/series/999/").status == 404


def test_a_series_for_members_asks_guests_to_sign_in(page, page_as):
    series = make_series(make_work("Inside", is_restricted=True))
    asked = page(f"/series/{series.pk}/")
    assert asked.status == 302
    assert asked.response["Location"] == f"/account/login/?next=/series/{series.pk}/"
    assert page_as(make_user(), f"/series/{series.pk}/").titles == ["Inside"]


def test_creators_are_found_by_name_and_have_a_filtered_list(page, indexed):
    pen = make_creator("Éloïse")
    indexed(
        make_work("Short", creators=[pen], text="One two."),
        make_work("Long", creators=[pen], text="One two three four five."),
        make_work("Other"),
    )
    assert page("/creators/", {"q": "eloise"}).texts("//ul[@class='columns']/li") == ["Éloïse 2"]
    shown = page(pen.get_absolute_url(), {"words__gte": "4"})
    assert shown.h1 == "Éloïse"
    assert shown.titles == ["Long"]
    assert shown.links("as an API call") == [f"/api/v1/works/?words=%3E%3D4&creator_id={pen.pk}"]


def test_languages_lead_to_their_works(page, indexed):
    indexed(make_work("Eins", language="de"), make_work("Zwei", language="de"), make_work("One"))
    rows = page("/languages/")
    assert rows.texts("//tbody/tr/th") == ["Deutsch", "English"]
    (address,) = rows.links("Deutsch")[:1]
    assert sorted(page(address).titles) == ["Eins", "Zwei"]


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/works/999/", "/series/999/", f"/works/{'9' * 30}/"]
)
def test_what_is_not_there_is_said_with_a_way_on(page, address):
    shown = page(address)
    assert shown.status == 404
    assert shown.h1 == "There is nothing at this address"
    assert shown.links("Browse the works") == ["/works/"]


def test_signing_in_leads_back_to_what_was_asked(page, user):
    work = make_work("Inside", is_restricted=True)
    asked = page(f"/works/{work.pk}/?view_full_work=true")
    assert asked.status == 302
    form = page(asked.response["Location"])
    (field,) = form.all("//input[@name='next']")
    assert field.get("value") == f"/works/{work.pk}/?view_full_work=true"
    user.set_password("correct horse")
    user.save()
    client = Client()
    wrong = client.post("/account/login/", {"username": "reader", "password": "no"})
    assert "do not belong together" in wrong.content.decode()
    right = client.post(
        "/account/login/",
        {"username": "reader", "password": "correct horse", "next": field.get("value")},
    )
    assert right["Location"] == field.get("value")
    assert get(client, right["Location"]).status == 200


def test_reading_settings_are_kept_in_the_browser(client):
    form = get(client, "/account/reading/", {"next": "/about/"})
    assert form.texts("//label[@for='look-theme']") == ["Colours"]
    answer = client.post(
        "/account/reading/", {"theme": "dark", "size": "huge", "font": "x", "next": "/about/"}
    )
    assert answer["Location"] == "/about/"
    root = get(client, "/about/").tree.getroottree().getroot()
    assert (root.get("data-theme"), root.get("data-size"), root.get("data-font")) == (
        "dark",
        "huge",
        None,
    )


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_reading_settings_lead_nowhere_else(client, target):
    assert client.post("/account/reading/", {"next": target})["Location"] == "/"
    (field,) = get(client, "/account/reading/", {"next": target}).all("//input[@name='next']")
    assert field.get("value") == "/"


def test_an_odd_look_cookie_is_harmless(client):
    client.cookies["look"] = 'theme-"><script>.size-huge.nonsense'
    root = get(client, "/about/").tree.getroottree().getroot()
    assert root.get("data-size") == "huge"
    assert root.get("data-theme") is None


def test_browsers_can_search_this_site(client):
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    assert b"/works/?q={searchTerms}" in answer.content


def test_help_with_the_api_leads_to_its_documentation(client):
    answer = client.get("/help/api/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/api/v1/docs/"


def test_robots_are_told_what_to_leave(client):
    told = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in told
    assert "Disallow: /*?*" in told


def test_a_series_leads_to_its_works_with_the_filters_and_to_its_feed(page, indexed):
    first, second, other = make_work("Tea"), make_work("Cake"), make_work("Rain")
    series = make_series(first, second, title="Kitchens")
    indexed(first, second, other)
    shown = page(f"/series/{series.pk}/")
    feed, listed = f"/feeds/series/{series.pk}.atom", f"/works/?series={series.pk}"
    assert {feed, listed} <= set(shown.all("//header[@class='page-head']//a/@href"))
    found = page(listed)
    assert sorted(found.titles) == ["Cake", "Tea"]
    assert found.texts("//ul[@class='asked']//bdi") == ["in the series “Kitchens”"]


def test_a_series_of_secret_works_is_not_named_in_what_was_asked(page):
    series = make_series(make_work(hidden_at=at(2024)), title="Kitchens")
    found = page(f"/works/?series={series.pk}")
    assert found.texts("//ul[@class='asked']//bdi") == [f"in series {series.pk}"]


def test_a_creator_is_shown_with_series_and_feed_but_for_anonymous_ones(page, indexed):
    pen = make_creator("Pen")
    open_work = make_work("Tea", creators=[pen])
    secret = make_work("Rain", creators=[pen], is_anonymous=True)
    indexed(open_work, secret)
    known, unknown = make_series(open_work, title="Known"), make_series(secret, title="Unknown")
    shown = page(f"/creators/{pen.pk}/")
    links = shown.all("//header[@class='page-head']//a/@href")
    assert known.get_absolute_url() in links
    assert f"/feeds/creators/{pen.pk}.atom" in links
    assert unknown.get_absolute_url() not in links
    asked = page(f"/works/?creator_id={pen.pk}")
    assert asked.texts("//ul[@class='asked']//bdi") == ["by Pen"]
