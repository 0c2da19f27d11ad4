"""The pages of a work: overview, chapter, whole work, the gate, what stands before the text."""

import pytest
from django.test import Client

from catalog.models import BlockedTag, Kind, SeriesWork, Tag, Work
from tests.factories import (
    make_chapter,
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)
from tests.web.pages import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def novel():
    """A work in three chapters."""
    work = make_work(
        "The Long Stairs",
        text=None,
        expected_chapters=4,
        summary_html="<p>Down they <em>went</em>.</p>",
        notes_html="<p>For a friend.</p>",
        end_notes_html="<p>Thanks.</p>",
        creators=[make_creator("Ozfan")],
    )
    for number, title in enumerate(("Cellar", "", "Vault"), start=1):
        make_chapter(work, f"Text of part {number}.", title=title)
    refresh_work(work)
    return work


def chapter_of(work, position: int):
    return work.chapters.unscoped("test").get(position=position)


def test_a_work_in_chapters_shows_header_and_contents(page, novel):
    shown = page(f"/works/{novel.pk}/")
    assert shown.h1 == "The Long Stairs"
    assert shown.text("//main//*[@class='byline heading']") == "by Ozfan"
    assert shown.all("//div[@class='summary module']//em")
    rows = shown.texts("//ol[@class='chapters']/li/a")
    assert rows == ["1 Cellar", "2 Chapter 2", "3 Vault"]
    assert shown.links("Begin to read") == [chapter_of(novel, 1).get_absolute_url()]
    assert "Text of part" not in shown.source


def test_the_header_has_the_shape_that_readers_tools_know(page, novel):
    series = make_series(novel, title="Downwards")
    shown = page(f"/works/{novel.pk}/")
    (meta,) = shown.all("//dl[@class='work meta group']")
    assert [d.text_content().strip() for d in meta.xpath("./dd[@class='rating tags']")] == [
        "General"
    ]
    assert meta.xpath("./dd[@class='fandom tags']//a[@class='tag']/text()") == ["Sherlock Holmes"]
    assert meta.xpath("./dd[@class='language']/text()") == ["English"]
    assert meta.xpath(f"./dd[@class='series']//a[@href='/series/{series.pk}/']/text()") == [
        "Downwards"
    ]
    (stats,) = meta.xpath(".//dl[@class='stats']")
    assert stats.xpath(".//dd[@class='chapters']/text()") == ["3/4"]
    assert stats.xpath(".//dd[@class='published']/text()") == ["2024-03-01"]


def test_a_chapter_has_its_text_and_its_neighbours(page, novel):
    shown = page(chapter_of(novel, 2).get_absolute_url())
    assert shown.text("//div[@class='userstuff module']") == "Text of part 2."
    tools = "//div[@class='tools']"
    assert shown.all(f"{tools}//a[@rel='prev']")[0].get("href") == (
        chapter_of(novel, 1).get_absolute_url()
    )
    assert shown.all(f"{tools}//a[@rel='next']")[0].get("href") == (
        chapter_of(novel, 3).get_absolute_url()
    )
    assert shown.texts("//select[@name='chapter']/option") == [
        "1. Cellar",
        "2. Chapter 2",
        "3. Vault",
    ]
    assert "For a friend" not in shown.source
    assert "Thanks" not in shown.source


def test_notes_stand_before_the_first_chapter_and_thanks_after_the_last(page, novel):
    first, last = (page(chapter_of(novel, at).get_absolute_url()) for at in (1, 3))
    assert "For a friend" in first.source
    assert not first.all("//div[@class='tools']//a[@rel='prev']")
    assert "Thanks" in last.source
    assert not last.all("//div[@class='tools']//a[@rel='next']")
    assert "No further chapter yet" in last.text()


def test_the_menu_of_chapters_works_without_script(page, novel):
    chapter = chapter_of(novel, 3)
    moved = page(f"/works/{novel.pk}/chapters/", {"chapter": chapter.pk})
    assert (moved.status, moved.response["Location"]) == (302, chapter.get_absolute_url())
    nowhere = page(f"/works/{novel.pk}/chapters/", {"chapter": "x"})
    assert nowhere.response["Location"] == f"/works/{novel.pk}/"
    assert page(f"/works/{novel.pk}/chapters/", {"chapter": "99"}).status == 404


def test_the_whole_work_on_one_page(page, novel):
    shown = page(f"/works/{novel.pk}/", {"view_full_work": "true"})
    assert shown.texts("//div[@class='userstuff module']") == [
        f"Text of part {number}." for number in (1, 2, 3)
    ]
    assert shown.links("Chapter by chapter") == [f"/works/{novel.pk}/"]


def test_a_work_of_one_chapter_is_read_on_its_own_page(page):
    work = make_work("Short", text="All of it.")
    shown = page(f"/works/{work.pk}/")
    assert shown.text("//div[@class='userstuff module']") == "All of it."


def test_a_chapter_of_another_work_is_not_found(page, novel):
    other = make_work()
    chapter = chapter_of(novel, 1)
    assert page(f"/works/{other.pk}/chapters/{chapter.pk}/").status == 404
    assert page(f"/works/{novel.pk}/chapters/{10**17}/").status == 404


def test_warnings_stand_before_the_text(page):
    work = make_work(tags={Kind.WARNING: ["Major Character Death"]}, text="Alas.")
    source = page(f"/works/{work.pk}/").source
    assert source.index('class="warned-box"') < source.index("Alas.")
    calm = page(f"/works/{make_work().pk}/")
    assert not calm.all("//aside[@class='warned-box']")


@pytest.fixture
def adult():
    Tag.objects.filter(kind=Kind.RATING, name="Explicit").update(is_adult=True)
    return make_work("Night", text="Only for some.", tags={Kind.RATING: ["Explicit"]})


def test_an_adult_work_asks_once_in_a_browser(client, adult):
    address = f"/works/{adult.pk}/"
    asked = get(client, address)
    assert asked.h1 == "This work may not be for everybody"
    assert "Only for some" not in asked.source
    (go_on,) = asked.links("Yes, go on")
    assert go_on == f"{address}?view_adult=true"
    assert "Only for some" in get(client, go_on).source
    assert "Only for some" in get(client, address).source
    chapter = adult.chapters.unscoped("test").get()
    assert "Only for some" in get(client, chapter.get_absolute_url()).source
    assert "Only for some" not in get(Client(), chapter.get_absolute_url()).source


def test_the_gate_keeps_what_was_asked(page, adult):
    asked = page(f"/works/{adult.pk}/", {"view_full_work": "true"})
    assert asked.links("Yes, go on") == [f"/works/{adult.pk}/?view_full_work=true&view_adult=true"]


def test_unrated_works_ask_by_setting(page, settings):
    work = make_work(text="Hm.", tags={Kind.RATING: ["Not Rated"]})
    assert "Hm." in page(f"/works/{work.pk}/").source
    settings.ADULT_NOT_RATED = True
    assert "Hm." not in page(f"/works/{work.pk}/").source


@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("ja", "ltr"), ("en", "ltr")])
def test_texts_say_their_language_and_direction(page, code, direction):
    work = make_work(language=code)
    (text,) = page(f"/works/{work.pk}/").all("//div[@class='userstuff module']")
    assert (text.get("lang"), text.get("dir")) == (code, direction)


def test_draft_chapters_are_for_the_creators(page, page_as):
    owner = make_user()
    work = make_work("Growing", creators=[make_creator("Own Pen", user=owner)])
    make_chapter(work, "Not yet.", title="Later", status="draft", published_on=None)
    chapter = chapter_of(work, 2)
    assert "Later" not in page(f"/works/{work.pk}/").source
    assert page(chapter.get_absolute_url()).status == 404
    assert "Later" in page_as(owner, f"/works/{work.pk}/").source
    shown = page_as(owner, chapter.get_absolute_url())
    assert "This chapter is a draft" in shown.text()


def test_similar_works_are_offered(page, indexed):
    work, other = make_work("One"), make_work("Another")
    indexed(work, other)
    assert page(f"/works/{work.pk}/").links("Another") == [f"/works/{other.pk}/"]


def test_a_work_that_goes_on_elsewhere_says_so(page):
    work = make_work(continues_in="Another Visit")
    assert "To be continued in “Another Visit”" in page(f"/works/{work.pk}/").text()


def test_titles_cannot_bring_markup_along(page, indexed):
    work = make_work("<script>alert(1)</script> & more", creators=[make_creator("<b>Eve</b>")])
    indexed(work)
    make_tag(Kind.FREEFORM, "x")
    for address in (f"/works/{work.pk}/", "/works/?q=alert", "/", f"/works/{work.pk}/navigate/"):
        source = page(address).source
        assert "<script>alert" not in source
        assert "<b>Eve" not in source


def test_readers_tools_find_the_chapter_index(page, novel):
    index = page(f"/works/{novel.pk}/navigate/")
    assert index.all(f"//a[@href='/works/{novel.pk}']")[0].text_content() == "The Long Stairs"
    chapters = index.all("//ol[@class='chapter index group']/li")
    assert [item.xpath("./span[@class='datetime']/text()") for item in chapters] == [
        ["(2024-03-01)"]
    ] * 3
    assert chapters[0].xpath("./a/@href") == [chapter_of(novel, 1).get_absolute_url().rstrip("/")]
    (author,) = index.links("Ozfan")
    moved = page(author)
    assert moved.status == 301
    assert moved.response["Location"].startswith("/creators/")


def test_the_end_of_a_work_leads_to_the_works_beside_it_in_its_series(page, page_as):
    first, hidden, this, last = (make_work(title) for title in ("One", "Secret", "This", "Last"))
    make_chapter(this, "The end.")
    refresh_work(this)
    Work.everything.filter(pk=hidden.pk).update(hidden_at=this.created_at)
    series = make_series(first, hidden, this, last, title="Towers")
    opening, ending = this.chapters.unscoped("test").order_by("position")
    for path in (f"{this.get_absolute_url()}?view_full_work=true", ending.get_absolute_url()):
        (nav,) = page(path).all("//nav[@class='series-turn']")
        assert nav.xpath("./div//a/@href") == [first.get_absolute_url(), last.get_absolute_url()]
        assert nav.xpath("string(./p)").split() == ["Part", "3", "of", "Towers"]
        assert nav.xpath("./p/a/@href") == [series.get_absolute_url()]
    assert page(opening.get_absolute_url()).all("//nav[@class='series-turn']") == []
    (nav,) = page(last.get_absolute_url()).all("//nav[@class='series-turn']")
    assert nav.xpath("./div//a/@href") == [this.get_absolute_url()]
    reader = make_user()
    BlockedTag.objects.create(user=reader, tag=make_tag(Kind.FREEFORM, "Rain"))
    rainy = make_work("Rainy", tags={Kind.FREEFORM: ["Rain"]})
    SeriesWork.objects.create(series=series, work=rainy, position=5)
    assert len(page(last.get_absolute_url()).all("//nav[@class='series-turn']/div/a")) == 2
    assert (
        len(page_as(reader, last.get_absolute_url()).all("//nav[@class='series-turn']/div/a")) == 1
    )
