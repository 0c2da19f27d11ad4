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
