"""The search page and its help: the examples find something and the form leads to the list."""

from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.models import Kind
from catalog.querytext import parse
from catalog.services.demo import load_demo
from catalog.vocabulary import language_index
from catalog.web.examples import HELP, SHORT
from tests.factories import make_work
from tests.web.pages import get

pytestmark = pytest.mark.django_db

EXAMPLES = [example.text for chapter in HELP for example in chapter.examples]


def test_every_example_finds_something_in_the_demo_archive(client, drained):
    load_demo(lambda outcome: None)
    drained()
    empty = {}
    for text in EXAMPLES:
        listing = get(client, "/works/", {"q": text})
        if listing.status != 200 or listing.total == "0 works" or listing.marked_fault():
            empty[text] = listing.text()[:200]
    assert empty == {}


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_understood_without_a_remark(db, text):
    assert parse(text, languages=language_index()).notices == ()


def test_help_and_search_link_to_running_examples(page):
    linked = [
        parse_qs(urlsplit(link.get("href")).query)["q"][0]
        for link in page("/help/search/").all("//dl[@class='examples']//a")
    ]
    assert linked == EXAMPLES
    beside = page("/search/").texts("//aside[@class='examples']//dt")
    assert beside == [example.text for example in SHORT]


def test_help_names_every_field(page):
    told = page("/help/search/").text()
    for name in (
        *("title", "creator", "tag", "fandom", "character", "relationship", "freeform"),
        *("warning", "rating", "category", "series", "summary", "notes", "text", "language"),
        *("words", "kudos", "comments", "bookmarks", "hits", "updated", "published"),
        *("complete", "crossover", "one_pairing", "single_chapter", "restricted", "sort"),
    ):
        assert name in told


def test_the_form_asks_the_list(page, indexed):
    indexed(
        make_work("The Lamp", tags={Kind.FANDOM: ["Dracula"], Kind.RATING: ["Teen"]}),
        make_work("The Lamp again", tags={Kind.FANDOM: ["Dracula"], Kind.RATING: ["Mature"]}),
    )
    form = page("/search/")
    (element,) = form.all("//form[@class='search-form']")
    assert element.get("action") == "/works/"
    names = {field.get("name") for field in element.xpath(".//*[@name]")}
    assert {"q", "title", "creator", "fandom", "rating__any", "warning__not", "words"} <= names
    teen = form.all("//label[normalize-space()='Teen']/input")[0].get("value")
    listing = page("/works/", {"title": "lamp", "fandom": "dracula", "rating__any": teen})
    assert listing.titles == ["The Lamp"]


def test_a_list_can_be_refined_with_all_fields(page, indexed):
    indexed(make_work("The Lamp", tags={Kind.FANDOM: ["Dracula"]}))
    listing = page("/works/", {"q": "lamp", "fandom": "Dracula", "complete": "false"})
    (address,) = listing.links("all fields")
    form = page(address)
    assert form.all("//input[@id='q']")[0].get("value") == "lamp"
    assert form.all("//select[@id='complete']/option[@selected]")[0].get("value") == "false"
    (kept,) = form.all("//form[@class='search-form']//input[@type='hidden']")
    assert kept.get("name") == "tag"
    assert "Dracula" in form.text("//div[@class='notice']")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(page):
    form = page("/search/", {"q": "lamp", "words": "many", "fandom": "Nowhere"})
    assert form.status == 400
    assert "is no range" in form.text("//div[@role='alert']")
    assert form.all("//input[@id='words']")[0].get("value") == "many"
    assert form.all("//input[@id='fandom']")[0].get("value") == "Nowhere"


def test_a_fault_in_the_text_is_shown_at_its_place_and_the_text_kept(page):
    shown = page("/search/", {"q": "rain tag:(lamp", "title": "Tea"})
    assert shown.status == 200
    assert shown.texts("//*[@class='typed']//mark") == ["("]
    (field,) = shown.all("//input[@id='q']")
    assert (field.get("value"), field.get("aria-invalid")) == ("rain tag:(lamp", "true")
    assert shown.all("//input[@id='title']/@value") == ["Tea"]
    assert page("/search/", {"q": "rain"}).all("//*[@class='typed']") == []
