"""Atom: any list of works as a feed, new chapters as updates, nobody's secrets."""

import pytest
from lxml import html

from catalog.models import Kind, Work
from tests.factories import (
    make_chapter,
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)
from tests.web.feeds.strict import NS, read_atom, read_opds1

pytestmark = pytest.mark.django_db


def titles(root):
    return [entry.findtext("a:title", "", NS) for entry in root.findall("a:entry", NS)]


def entry_of(client, address="/feeds/works.atom"):
    (entry,) = read_atom(client.get(address).content).findall("a:entry", NS)
    return entry


def test_every_kind_of_list_has_a_valid_feed(client, indexed):
    ada = make_creator("Ada")
    lamp = make_work("Lamp", creators=[ada], tags={Kind.FANDOM: ["Oz"]})
    series = make_series(lamp, title="Towers")
    indexed(lamp, make_work("Other"))
    oz = make_tag(Kind.FANDOM, "Oz")
    for address, named in (
        (f"/feeds/tags/{oz.pk}.atom", "Oz"),
        (f"/feeds/creators/{ada.pk}.atom", "Ada"),
        (f"/feeds/series/{series.pk}.atom", "Towers"),
        ("/feeds/works.atom?fandom=Oz", "Oz"),
        ("/feeds/works.atom?q=lamp", "lamp"),
    ):
        answer = client.get(address)
        assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
        root = read_atom(answer.content)
        assert titles(root) == ["Lamp"], address
        assert named.lower() in root.findtext("a:title", "", NS).lower()
        page = root.xpath("a:link[@rel='alternate']/@href", namespaces=NS)[0]
        assert client.get(page).status_code == 200


def test_a_new_chapter_is_an_update_of_the_same_entry(client, indexed):
    work = make_work("Serial", expected_chapters=3)
    indexed(work, make_work("Newer", updated_at=Work.everything.get(pk=work.pk).created_at))
    before = {
        e.findtext("a:id", "", NS): e.findtext("a:updated", "", NS)
        for e in read_atom(client.get("/feeds/works.atom").content).findall("a:entry", NS)
    }
    make_chapter(work, title="The Stairs", published_on=work.created_at.date())
    refresh_work(work)
    indexed(work)
    root = read_atom(client.get("/feeds/works.atom?q=title:Serial").content)
    (entry,) = root.findall("a:entry", NS)
    identifier = entry.findtext("a:id", "", NS)
    assert entry.findtext("a:updated", "", NS) > before[identifier]
    news = entry.xpath("a:link[@rel='related']", namespaces=NS)[0]
    assert news.get("title") == "Newest chapter: 2 of 3: The Stairs"
    assert client.get(news.get("href")).status_code == 200


def test_draft_chapters_are_no_news(client, indexed):
    work = make_work("Serial")
    make_chapter(work, title="Next", published_on=work.created_at.date())
    make_chapter(work, title="Secret draft", status="draft")
    refresh_work(work)
    indexed(work)
    assert b"Secret draft" not in client.get("/feeds/works.atom").content


def test_the_newest_come_first_unless_said_otherwise(client, indexed):
    old = make_work("Old lamp")
    new = make_work("New lamp", updated_at=old.created_at)
    indexed(old, new)
    Work.everything.filter(pk=new.pk).update(updated_at=old.created_at)
    indexed(new)
    assert titles(read_atom(client.get("/feeds/works.atom?q=lamp").content)) == [
        "New lamp",
        "Old lamp",
    ]
    ordered = client.get("/feeds/works.atom?q=lamp&ordering=-title")
    assert titles(read_atom(ordered.content)) == ["Old lamp", "New lamp"]


def test_a_reader_that_has_the_feed_is_told_so(client, indexed, django_assert_max_num_queries):
    work = make_work()
    indexed(work)
    with django_assert_max_num_queries(12):
        first = client.get("/feeds/works.atom")
    assert first["Last-Modified"]
    again = client.get("/feeds/works.atom", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Work.everything.filter(pk=work.pk).update(title="Renamed")
    changed = client.get("/feeds/works.atom", HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200


def test_names_behind_anonymous_works_are_not_told(client, indexed, basic):
    owner = make_user("owner")
    pen = make_creator("Masked Pen", user=owner)
    indexed(make_work(is_anonymous=True, creators=[pen]))
    assert b"Masked" not in client.get("/feeds/works.atom").content
    assert client.get(f"/feeds/creators/{pen.pk}.atom").status_code == 404
    assert b"Masked Pen" in client.get("/feeds/works.atom", **basic(owner)).content


def test_members_read_theirs_with_a_key(client, indexed, basic):
    indexed(make_work("For members", is_restricted=True))
    assert titles(read_atom(client.get("/feeds/works.atom").content)) == []
    keyed = client.get("/feeds/works.atom", **basic(make_user()))
    assert titles(read_atom(keyed.content)) == ["For members"]


def test_hostile_texts_stay_texts(client, indexed):
    work = make_work(
        "<script>alert(1)</script>",
        summary_html='<p>x &amp; <a href="https://x.example/?a=1&amp;b=2">y</a></p>',
    )
    indexed(work)
    entry = entry_of(client)
    assert entry.findtext("a:title", "", NS) == "<script>alert(1)</script>"
    assert entry.find(".//x:a", NS).get("href") == "https://x.example/?a=1&b=2"


def test_unknown_lists_and_parameters(client):
    for address in ("tags/999999", "creators/999999", "series/999999"):
        assert client.get(f"/feeds/{address}.atom").status_code == 404
    assert client.get("/feeds/works.atom?colour=red").status_code == 400
    assert client.get("/feeds/works.atom?page=7").status_code == 404
    assert client.post("/feeds/works.atom").status_code == 405


def test_pages_tell_readers_of_their_feeds(client, indexed):
    work = make_work("Lamp", creators=[make_creator("Ada")], tags={Kind.FANDOM: ["Oz"]})
    series = make_series(work)
    indexed(work)
    oz, ada = make_tag(Kind.FANDOM, "Oz"), make_creator("Ada")
    for address, feeds in (
        ("/", ["/feeds/works.atom"]),
        (oz.get_absolute_url(), [f"/feeds/tags/{oz.pk}.atom"]),
        (ada.get_absolute_url(), [f"/feeds/creators/{ada.pk}.atom"]),
        (series.get_absolute_url(), [f"/feeds/series/{series.pk}.atom"]),
        (f"/works/?fandom={oz.pk}", [f"/feeds/works.atom?tag={oz.pk}"]),
    ):
        tree = html.fromstring(client.get(address).content)
        told = tree.xpath("//head/link[@rel='alternate'][@type='application/atom+xml']/@href")
        assert set(feeds) <= set(told), address
        for feed in told:
            read_atom(client.get(feed).content)
        catalogue = tree.xpath("//head/link[contains(@type, 'opds-catalog')]/@href")
        assert catalogue == ["/opds/"]
    panel = html.fromstring(client.get(f"/works/?fandom={oz.pk}").content)
    (catalogue,) = panel.xpath("//p[@class='as']/a[contains(@href, '/opds/')]/@href")
    read_opds1(client.get(catalogue).content, kind="acquisition")


def test_a_work_tells_of_its_chapters_the_newest_first(client, django_assert_max_num_queries):
    ada = make_creator("Ada")
    serial = make_work("Serial", creators=[ada], text=None, expected_chapters=5)
    make_chapter(serial, title="The Cellar", summary_html="<p>Down.</p>")
    make_chapter(serial)
    make_chapter(serial, title="Unposted", status="draft")
    refresh_work(serial)
    address = f"/feeds/works/{serial.pk}.atom"
    assert client.get(serial.get_absolute_url()).content.decode().count(address) == 2
    with django_assert_max_num_queries(12):
        root = read_atom(client.get(address).content)
    assert titles(root) == ["Chapter 2", "Chapter 1: The Cellar"]
    assert root.findtext("a:title", "", NS).startswith("Serial")
    newest, first = root.findall("a:entry", NS)
    assert newest.findtext("a:id", "", NS) != first.findtext("a:id", "", NS)
    assert first.findtext("a:author/a:name", "", NS) == "Ada"
    assert "Down." in "".join(first.find("a:content", NS).itertext())
    assert client.get(first.find("a:link", NS).get("href")).status_code == 200
    assert client.get("/feeds/works/999999.atom").status_code == 404


def test_the_feed_of_an_anonymous_work_names_nobody(client):
    work = make_work(is_anonymous=True, creators=[make_creator("Masked Pen")])
    assert b"Masked" not in client.get(f"/feeds/works/{work.pk}.atom").content
