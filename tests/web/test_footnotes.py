"""Footnotes of texts: their links lead to their notes on every page that shows the text."""

import pytest

from archive.core.html import sanitise
from tests.factories import make_chapter, make_series, make_work, refresh_work

pytestmark = pytest.mark.django_db
NOTED = '<p>Word<a id="ref1" href="#fn1">1</a></p><p id="fn1">Note. <a href="#ref1">back</a></p>'


@pytest.fixture
def noted():
    """Two chapters and the notes of the work, each with a footnote of the same name."""
    html = sanitise(NOTED)
    work = make_work("Noted", text=None, notes_html=html, end_notes_html=html, summary_html=html)
    for _ in range(2):
        make_chapter(work, html, notes_html=html, end_notes_html=html)
    refresh_work(work)
    return work


def assert_links_arrive(shown, *, at_least: int) -> None:
    ids = [element.get("id") for element in shown.all("//*[@id]")]
    assert len(ids) == len(set(ids))
    inner = [link.get("href") for link in shown.all("//a[starts-with(@href, '#u-')]")]
    assert len(inner) >= at_least
    assert {address.removeprefix("#") for address in inner} <= set(ids)


def test_footnotes_of_all_chapters_and_notes_are_apart_on_one_page(page, noted):
    assert_links_arrive(page(f"/works/{noted.pk}/?view_full_work=true"), at_least=18)


def test_footnotes_of_a_chapter_and_its_notes_are_apart(page, noted):
    first, last = noted.chapters.unscoped("test").order_by("position")
    assert_links_arrive(page(first.get_absolute_url()), at_least=8)
    assert_links_arrive(page(last.get_absolute_url()), at_least=8)


def test_footnotes_of_summaries_are_apart_in_lists(page, noted, indexed):
    other = make_work("Other", summary_html=sanitise(NOTED))
    indexed(noted, other)
    series = make_series(noted, other)
    series.summary_html = series.notes_html = sanitise(NOTED)
    series.save()
    assert_links_arrive(page("/works/"), at_least=4)
    assert_links_arrive(page(f"/series/{series.pk}/"), at_least=8)


@pytest.fixture
def apart():
    """A chapter whose notes stand in another chapter, in its own end notes and in the work's."""
    marks = sanitise(
        '<p>A<a id="m1" href="#far">1</a> B<a href="#near">2</a> C<a href="#end">3</a>'
        ' D<a href="#lost">4</a></p>'
    )
    work = make_work("Apart", text=None, end_notes_html=sanitise('<p id="end">E</p>'))
    make_chapter(work, marks, end_notes_html=sanitise('<p id="near">N</p>'))
    make_chapter(work, "<p>between</p>")
    make_chapter(work, sanitise('<p id="far">F <a href="#m1">back</a></p><p id="near">no</p>'))
    refresh_work(work)
    return work


def test_links_into_other_chapters_lead_to_their_page_and_back(page, apart):
    first, _, last = apart.chapters.unscoped("test").order_by("position")
    read = page(first.get_absolute_url())
    far, near, end = [link.get("href") for link in read.all("//article//a[@href]")]
    assert near == f"#u-chapter-{first.pk}-end-notes-near"
    assert far == f"{last.get_absolute_url()}#u-chapter-{last.pk}-far"
    assert end == f"{last.get_absolute_url()}#u-work-{apart.pk}-end-notes-end"
    there = page(last.get_absolute_url())
    ids = [element.get("id") for element in there.all("//*[@id]")]
    assert {far.partition("#")[2], end.partition("#")[2]} <= set(ids)
    (back,) = [link.get("href") for link in there.all("//article//a[@href]")]
    assert back == f"{first.get_absolute_url()}#u-chapter-{first.pk}-m1"
    assert back.partition("#")[2] in [element.get("id") for element in read.all("//*[@id]")]


def test_links_into_other_chapters_stay_on_the_page_of_the_whole_work(page, apart):
    shown = page(f"/works/{apart.pk}/?view_full_work=true")
    assert_links_arrive(shown, at_least=4)
    assert len(shown.all("//article//a[@href]")) == 4


def test_a_note_in_a_draft_is_not_led_to(page, apart):
    first, _, last = apart.chapters.unscoped("test").order_by("position")
    last.status = "draft"
    last.save()
    refresh_work(apart)
    links = page(first.get_absolute_url()).all("//article//a[@href]")
    assert [link.text_content() for link in links] == ["2", "3"]


@pytest.mark.parametrize("chapters", [3, 12])
def test_links_into_other_chapters_cost_one_statement(
    client, apart, chapters, django_assert_max_num_queries
):
    for _ in range(chapters - 3):
        make_chapter(apart, sanitise('<p id="other">o</p>'))
    refresh_work(apart)
    first = apart.chapters.unscoped("test").order_by("position").first()
    with django_assert_max_num_queries(12):
        assert client.get(first.get_absolute_url()).status_code == 200
