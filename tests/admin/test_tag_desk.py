"""The wranglers' desk: bins, whose fandoms they are, a tag's page, new tags, a day's report."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ActionLog, Kind, Tag, TagParent, WranglerFandom
from catalog.tagbins import count_bins
from tests.admin.test_tags import act, tag
from tests.factories import make_tag, make_user, make_work
from tests.viewers import user_with_roles
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db

DESK = "/admin/catalog/fandom/desk/"
DAY = "/admin/catalog/fandom/day/"


@pytest.fixture
def holmes():
    """A fandom with a canonical character and, on a work, an unsorted one."""
    fandom = make_tag(Kind.FANDOM, "Sherlock Holmes")
    irene = make_tag(Kind.CHARACTER, "Irene Adler")
    TagParent.objects.create(from_tag=irene, to_tag=fandom)
    make_work("Violin", tags={Kind.CHARACTER: ["Irene"], Kind.FREEFORM: ["Tea!"]})
    Tag.objects.filter(name__in=["Irene", "Tea!"]).update(
        is_canonical=False, created_at=datetime.now(tz=UTC) - timedelta(days=3)
    )
    cache.clear()
    return fandom


def page_of(character: Tag) -> str:
    return f"/admin/catalog/character/{character.pk}/change/"


def cells(page: Page, name: str) -> list[str]:
    """The numbers in the row of a fandom."""
    (row,) = page.all(f"//table[contains(@class, 'fandoms')]//tr[th//bdi='{name}']")
    return [
        cell.xpath("string(.//a | .//span[@class='none'])").strip() for cell in row.xpath("./td")
    ][:12]


def test_bins_count_what_belongs_to_a_fandom_and_what_stands_on_its_works(browser, holmes):
    client = browser("wrangler")
    page = get(client, DESK)
    dot = "·"
    assert cells(page, "Sherlock Holmes") == ["1", "1", dot, dot, *[dot] * 4, "1", dot, dot, dot]
    (row,) = page.all("//table[contains(@class, 'fandoms')]//tr[th//bdi='Sherlock Holmes']")
    assert "3\xa0days" in row.xpath("string(./td[1]//span[@class='age'])").replace(" ", "\xa0")
    for address in row.xpath("./td//a/@href"):
        listed = get(client, address)
        assert len(listed.all("//table[@id='result_list']/tbody/tr")) == 1, address


def test_bins_follow_an_act_at_once(browser, holmes):
    client = browser("wrangler")
    get(client, DESK)
    act(client, "canonical", tag("Tea!"), confirmed="1")
    assert cells(get(client, DESK), "Sherlock Holmes")[8] == "·"
    assert count_bins().totals["freeform", "canonical"].count == 1


def test_wranglers_take_and_leave_fandoms_and_see_their_own(browser, holmes):
    client = browser("wrangler")
    assert "no fandom yet" in get(client, f"{DESK}?mine=1").source
    sent = {"fandom": holmes.pk, "act": "assign", "back": "mine=1"}
    page = Page(client.post(f"{DESK}assign/", sent, follow=True))
    assert cells(page, "Sherlock Holmes")
    assert WranglerFandom.objects.get().user.username == "wrangler"
    assert ActionLog.objects.get(verb="tag.assign").object_label == "Sherlock Holmes"
    client.post(f"{DESK}assign/", {**sent, "act": "release"})
    assert not WranglerFandom.objects.exists()


def test_admins_assign_wranglers_and_nobody_else_does(browser, holmes):
    user_with_roles("wanda", "wranglers")
    make_user("reader")
    sent = {"fandom": holmes.pk, "act": "assign", "wrangler": "wanda"}
    refused = Page(browser("wrangler").post(f"{DESK}assign/", sent, follow=True))
    assert "Only admins" in refused.source
    admin = browser("admin")
    admin.post(f"{DESK}assign/", sent)
    assert WranglerFandom.objects.get().user.username == "wanda"
    told = Page(admin.post(f"{DESK}assign/", {**sent, "wrangler": "reader"}, follow=True))
    assert "no wrangler named" in told.source
    wrong = {**sent, "fandom": tag("Tea!").pk}
    assert (
        "wranglers look after fandoms"
        in Page(admin.post(f"{DESK}assign/", wrong, follow=True)).source
    )


def test_the_desk_is_for_wranglers(browser, holmes, client):
    others = {who: browser(who) for who in ("moderator", "archivist", "member")}
    for path in (DESK, DAY, f"/admin/catalog/freeform/{tag('Tea!').pk}/change/"):
        for who, other in others.items():
            assert other.get(path).status_code in (302, 403), (path, who)
        assert client.get(path).status_code == 302
    assert others["moderator"].post(f"{DESK}assign/", {"fandom": holmes.pk}).status_code == 403


def test_a_match_is_one_click_to_its_plan_and_one_more_to_the_merge(browser, holmes):
    client = browser("wrangler")
    irene = Tag.objects.get(name="Irene")
    page = get(client, f"/admin/catalog/character/{irene.pk}/change/")
    (choice,) = page.all("//ol[@class='matches']/li//form")
    sent = {field.get("name"): field.get("value") for field in choice.xpath(".//input[@name]")}
    assert "words in common: irene" in page.text("//ol[@class='matches']")
    plan = Page(client.post(choice.get("action"), sent))
    assert "1 tag would be changed, 1 work touched" in plan.text("//form[@class='tag-act']")
    assert plan.text("//button[@name='confirmed']") == "Make a synonym of: Irene Adler"
    assert plan.all("//form[@class='tag-act']//a")[-1].get("href") == page_of(irene)
    done = Page(client.post(choice.get("action"), {**sent, "confirmed": "1"}, follow=True))
    irene.refresh_from_db()
    assert irene.synonym_of.name == "Irene Adler"
    assert "synonym of Irene Adler" in done.text("//p[@class='tag-facts']")
    assert "Make a synonym of: Irene Adler: 1 done, 1 work touched." in done.text(
        "//ul[@class='messagelist']"
    )
    assert not done.all("//ol[@class='matches']/li//form")
    assert "wrangler: Make a synonym of" in done.texts("//ul[@class='log']")[-1]
    undone = done.all("//ul[@class='log']//form")[0]
    sent = {field.get("name"): field.get("value") for field in undone.xpath(".//input[@name]")}
    back = client.post(undone.get("action"), sent, follow=True)
    irene.refresh_from_db()
    assert irene.status == "unwrangled"
    assert back.request["PATH_INFO"] == page_of(irene)
    log = Page(back).texts("//ul[@class='log']")[-1]
    assert "Make a synonym of – undone" in log
    assert len(Page(back).all("//ul[@class='log']//form")) == 1


def test_a_tag_shows_its_works_and_offers_their_fandom(browser, holmes):
    client = browser("wrangler")
    page = get(client, f"/admin/catalog/freeform/{tag('Tea!').pk}/change/")
    assert page.links("Violin")
    assert page.links("Sherlock Holmes")
    (offer,) = page.all("//form[input[@name='action'][@value='parent']][input[@name='target']]")
    assert offer.xpath("string(.//button)").strip() == "Sherlock Holmes"


def test_the_next_unsorted_tag_is_the_next_oldest(browser, holmes):
    client = browser("wrangler")
    older = make_tag(Kind.FREEFORM, "Old", is_canonical=False)
    Tag.objects.filter(pk=older.pk).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    tea = tag("Tea!")
    next_of = "/admin/catalog/freeform/next/"
    page = "/admin/catalog/freeform/{}/change/"
    assert client.get(next_of).url == page.format(older.pk)
    assert client.get(f"{next_of}?after={older.pk}").url == page.format(tea.pk)
    assert client.get(f"{next_of}?after={tea.pk}").url == page.format(older.pk)
    assert client.get("/admin/catalog/relationship/next/").url.endswith("/relationship/")


@pytest.mark.parametrize("kind", ["fandom", "character", "relationship", "freeform"])
def test_wranglers_make_tags_of_open_kinds(browser, kind):
    client = browser("wrangler")
    path = f"/admin/catalog/{kind}/add/"
    assert get(client, f"/admin/catalog/{kind}/").all("//a[@class='addlink']")
    assert client.get(path).status_code == 200
    answer = client.post(path, {"name": "  New   Thing ", "is_canonical": "on"})
    made = Tag.objects.get(kind=kind)
    assert answer.status_code == 302
    assert (made.name, made.status) == ("New Thing", "canonical")
    assert ActionLog.objects.get(verb="tag.create").object_id == made.pk
    again = Page(client.post(path, {"name": "new thing"}))
    assert "is that of tag" in again.text("//ul[contains(@class, 'errorlist')]")
    refused = Page(client.post(path, {"name": "a, b"}))
    assert "," in refused.text("//ul[contains(@class, 'errorlist')]")
    unsorted = client.post(path, {"name": "Other Thing"})
    assert unsorted.status_code == 302
    assert Tag.objects.get(name="Other Thing").status == "unwrangled"


def test_closed_kinds_are_added_to_by_moderators_who_wrangle(browser):
    path = "/admin/catalog/media/add/"
    assert browser("wrangler").get(path).status_code == 403
    assert browser("both").post(path, {"name": "Radio"}).status_code == 302
    assert Tag.objects.get(kind=Kind.MEDIA, name="Radio").is_canonical


@time_machine.travel("2026-12-31T23:59:50Z", tick=False)
def test_a_day_is_told_by_person_and_kind(browser, holmes):
    client = browser("wrangler")
    act(client, "canonical", tag("Tea!"), confirmed="1")
    act(client, "decanonise", tag("Tea!"), single="1", confirmed="1")
    page = get(client, DAY)
    found = page.all("//table[@class='bins day']//tbody/tr")
    rows = [[cell.text_content() for cell in row.xpath("./td")] for row in found]
    assert sorted(rows) == [["freeform", "Decanonise", "1"], ["freeform", "Make canonical", "1"]]
    today = datetime.now(tz=UTC).date().isoformat()
    answer = client.get(DAY, {"day": today, "format": "csv"})
    table = list(csv.reader(answer.content.decode().splitlines()))
    assert table[0] == ["day", "wrangler", "kind", "act", "times"]
    assert [today, "wrangler", "freeform", "decanonise", "1"] in table
    assert "Nobody wrangled" in get(client, f"{DAY}?day=2001-01-01").source
    assert get(client, f"{DAY}?day=nonsense").status == 200


@pytest.mark.parametrize(("who", "is_offered"), [("wrangler", True), ("moderator", False)])
def test_the_first_page_leads_wranglers_to_their_desk(browser, who, is_offered):
    ways = get(browser(who), "/admin/").links("Wrangling desk")
    assert ways == (["/admin/catalog/fandom/desk/"] if is_offered else [])


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-99", "x"])
def test_a_day_at_the_edge_of_the_calendar_is_empty(browser, day):
    page = get(browser("wrangler"), f"/admin/catalog/fandom/day/?day={day}")
    assert "Nobody wrangled on this day." in page.text("//div[@id='content']")


def statements(client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_take_the_same_few_statements_for_few_and_many_tags(browser, holmes):
    client = browser("wrangler")
    paths = [
        DESK,
        f"{DESK}?mine=1",
        f"{DESK}?q=sherlock",
        DAY,
        f"/admin/catalog/character/{Tag.objects.get(name='Irene').pk}/change/",
        f"/admin/catalog/freeform/{tag('Tea!').pk}/change/",
        f"/admin/catalog/fandom/{holmes.pk}/change/",
    ]
    WranglerFandom.objects.create(user_id=client.session["_auth_user_id"], fandom=holmes)
    few = [statements(client, path) for path in paths]
    for number in range(15):
        names = {Kind.CHARACTER: ["Irene", f"Irene {number}"], Kind.FREEFORM: ["Tea!", "Tea"]}
        make_work(tags={**names, Kind.FANDOM: ["Sherlock Holmes", f"Holmes {number}"]})
        other = Tag.objects.get(name=f"Holmes {number}")
        WranglerFandom.objects.create(user=make_user(), fandom=other)
        act(client, "metatag", other, single="1", target="Sherlock Holmes", confirmed="1")
    many = [statements(client, path) for path in paths]
    assert max(many) <= 12, dict(zip(paths, many, strict=True))
    assert max(few) <= 12
