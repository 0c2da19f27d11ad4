"""The list of works: the filter panel, what was asked in words, the address as the state."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest

from catalog.finder import get_finder
from catalog.models import Kind, Tag
from tests.factories import make_chapter, make_creator, make_tag, make_work, refresh_work

pytestmark = pytest.mark.django_db


def tag_id(kind: str, name: str) -> int:
    return Tag.objects.get(kind=kind, name=name).pk


def row(page, kind: str, name: str):
    """The row of a value in a facet of the panel."""
    (found,) = [
        item
        for item in page.all(f"//details[@data-kind='{kind}']//li")
        if name in item.xpath(".//bdi")[0].text_content()
    ]
    return found


def boxes(item) -> tuple[bool, bool]:
    """Whether a value is asked for, and whether it is ruled out."""
    wanted, unwanted = item.xpath(".//input")
    return wanted.get("checked") is not None, unwanted.get("checked") is not None


@pytest.fixture
def shelf(indexed):
    """Three works of two fandoms and three ratings."""
    works = [
        make_work(
            "The Lamp",
            text="Somebody lit the lamp on the stairs.",
            tags={
                Kind.FANDOM: ["Sherlock Holmes"],
                Kind.RATING: ["General"],
                Kind.FREEFORM: ["Fluff"],
            },
            expected_chapters=1,
        ),
        make_work(
            "The Lantern",
            tags={Kind.FANDOM: ["Sherlock Holmes", "Dracula"], Kind.RATING: ["Teen"]},
            expected_chapters=1,
        ),
        make_work(
            "The Candle",
            tags={Kind.FANDOM: ["Dracula"], Kind.RATING: ["Mature"]},
            language="de",
            expected_chapters=3,
        ),
    ]
    indexed(*works)
    return works


def test_every_work_is_listed_with_its_header(page, shelf):
    listing = page("/works/")
    assert listing.status == 200
    assert listing.total == "3 works"
    assert sorted(listing.titles) == ["The Candle", "The Lamp", "The Lantern"]
    blurb = listing.all("//li[contains(@class, 'blurb')]")[0]
    shown = " ".join(blurb.text_content().split())
    for part in ("by Pen", "No Archive Warnings Apply", "Words", "Chapters"):
        assert part in shown


def test_facets_count_and_values_are_asked_for_and_ruled_out(page, shelf):
    holmes = tag_id(Kind.FANDOM, "Sherlock Holmes")
    listing = page("/works/")
    assert row(listing, "fandom", "Sherlock Holmes").xpath(".//small/text()") == ["2"]
    assert boxes(row(listing, "fandom", "Sherlock Holmes")) == (False, False)
    wanted = page("/works/", {"fandom": holmes})
    assert sorted(wanted.titles) == ["The Lamp", "The Lantern"]
    assert boxes(row(wanted, "fandom", "Sherlock Holmes")) == (True, False)
    without = page("/works/", {"fandom__not": holmes})
    assert without.titles == ["The Candle"]
    assert boxes(row(without, "fandom", "Sherlock Holmes")) == (False, True)


def test_a_chosen_value_stays_in_the_panel_when_nothing_is_left(page, shelf):
    listing = page("/works/", {"fandom": "Dracula", "freeform": "Fluff"})
    assert listing.total == "0 works"
    assert boxes(row(listing, "freeform", "Fluff")) == (True, False)
    assert boxes(row(listing, "fandom", "Dracula")) == (True, False)
    assert "No work is like that" in listing.text()


def test_what_was_asked_is_said_and_taken_away_by_one_click(page, shelf):
    asked = {"fandom": "Dracula", "rating__not": "Mature", "q": "lantern", "complete": "true"}
    listing = page("/works/", asked)
    assert listing.titles == ["The Lantern"]
    parts = listing.texts("//ul[@class='asked']/li")
    assert parts[0].startswith("contains “lantern”")
    assert any(part.startswith("Dracula") for part in parts)
    assert any(part.startswith("without Mature") for part in parts)
    assert any(part.startswith("complete") for part in parts)
    (address,) = [
        link.get("href")
        for link in listing.all("//ul[@class='asked']//a")
        if "Mature" in link.text_content()
    ]
    names = [name for name, _ in parse_qsl(address.lstrip("?"))]
    assert "tag__not" not in names
    assert {"q", "tag", "complete"} <= set(names)


def test_each_condition_of_a_text_is_taken_away_alone(page, shelf):
    listing = page("/works/", {"q": "the -candle words:<1000"})
    addresses = {
        link.text_content().removesuffix(", remove"): dict(parse_qsl(link.get("href").lstrip("?")))[
            "q"
        ]
        for link in listing.all("//ul[@class='asked']//a[contains(@class, 'chip')]")
    }
    assert addresses == {
        "contains “the”": "-candle words:<1000",
        "does not contain “candle”": "the words:<1000",
        "fewer than 1,000 words": "the -candle",
    }


def test_the_panel_sends_the_whole_state_again(page, shelf):
    asked = [
        ("q", "the"),
        ("title", "lantern"),
        ("tag__any", str(tag_id(Kind.RATING, "Teen"))),
        ("tag__any", str(tag_id(Kind.RATING, "General"))),
        ("fandom", "Dracula"),
        ("freeform__not", "Fluff"),
        ("words", "1-5000"),
        ("kudos", "<100"),
        ("updated", ">1year"),
        ("language", "en"),
        ("ordering", "title"),
        ("page_size", "10"),
    ]
    listing = page("/works/", urlencode(asked, doseq=True) and dict_of(asked))
    assert listing.titles == ["The Lantern"]
    again = page("/works/", dict_of(listing.fields()))
    assert again.titles == ["The Lantern"]
    assert sorted(again.fields()) == sorted(listing.fields())
    sent = {name for name, _ in listing.fields()}
    assert {"title", "tag__any", "kudos", "updated", "words__gte", "words__lte"} <= sent
    assert "page" not in sent


def dict_of(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_languages_and_dates_show_what_is_chosen(page, shelf):
    listing = page("/works/", {"language__not": "de", "updated__gte": "2024-01-01"})
    assert sorted(listing.titles) == ["The Lamp", "The Lantern"]
    assert boxes(row(listing, "language", "Deutsch")) == (False, True)
    (field,) = listing.all("//input[@name='updated__gte']")
    assert field.get("value") == "2024-01-01"
    assert any("without Deutsch" in part for part in listing.texts("//ul[@class='asked']/li"))


def test_states_are_counted_and_chosen(page, shelf):
    listing = page("/works/")
    labels = listing.texts("//fieldset[legend='State']/label")
    assert labels == ["Any", "Complete2", "In progress1"]
    complete = page("/works/", {"complete": "false"})
    assert complete.titles == ["The Candle"]


@pytest.mark.parametrize(("ordering", "first"), [("title", "The Candle"), ("-words", "The Lamp")])
def test_the_order_is_chosen_and_kept(page, shelf, ordering, first):
    listing = page("/works/", {"ordering": ordering})
    assert listing.titles[0] == first
    assert ("ordering", ordering) in listing.fields()


def test_long_facets_offer_more_values(page, indexed):
    names = [f"Tag number {number:02}" for number in range(14)]
    indexed(make_work(tags={Kind.FREEFORM: names}))
    listing = page("/works/")
    (more,) = listing.all("//details[@data-kind='freeform']//p[@class='more']/a")
    everything = page(f"/works/{more.get('href').partition('#')[0]}")
    assert len(everything.all("//details[@data-kind='freeform']//li")) == 14
    assert not everything.all("//details[@data-kind='freeform']//p[@class='more']")


def test_another_value_is_typed_by_name(page, shelf):
    listing = page("/works/")
    names = [field.get("name") for field in listing.all("//aside//input[@data-suggest]")]
    assert names == ["fandom", "relationship", "character", "freeform"]
    both = page("/works/", {"fandom": ["Dracula", "sherlock holmes"]})
    assert both.titles == ["The Lantern"]


def test_the_list_links_to_its_api_call(page, shelf):
    listing = page("/works/", {"fandom": "Dracula", "page": "1"})
    (address,) = listing.links("as an API call")
    pk = tag_id(Kind.FANDOM, "Dracula")
    assert address == f"/api/v1/works/?tag={pk}"
    assert page(address).response.json()["count"] == 2


def test_snippets_mark_what_was_found_and_lead_there(page, shelf):
    listing = page("/works/", {"q": "stairs"})
    assert listing.texts("//ul[@class='snippets']//mark") == ["stairs"]
    chapter = shelf[0].chapters.unscoped("test").get()
    assert listing.links("chapter 1") == [chapter.get_absolute_url()]


def test_a_mistyped_word_is_offered_right(page, indexed):
    indexed(*(make_work(f"Lantern {n}", expected_chapters=1) for n in range(5)))
    listing = page("/works/", {"q": "lanterm", "complete": "true"})
    (suggestion,) = listing.all("//p[@class='did-you-mean']/a")
    assert suggestion.text_content() == "lantern"
    assert dict(parse_qsl(suggestion.get("href").lstrip("?"))) == {
        "q": "lantern",
        "complete": "true",
    }


def test_a_text_that_cannot_be_parsed_is_marked_and_the_rest_looked_for(page, shelf):
    listing = page("/works/", {"q": "lantern (words:many"})
    assert listing.status == 200
    assert listing.titles == ["The Lantern"]
    fault = listing.text("//div[contains(@class, 'fault')]")
    assert fault.startswith("lantern (words:many")
    assert listing.all("//div[contains(@class, 'fault')]//mark")
    (field,) = listing.all("//input[@id='f-q']")
    assert field.get("value") == "lantern (words:many"


@pytest.mark.parametrize(
    ("query", "named", "told"),
    [
        ("fandom=Sherlok", "fandom", "There is no fandom named 'Sherlok'"),
        ("words=many", "words", "is no range"),
        ("page=0", "page", "a whole number from 1"),
        ("page_size=500", "page_size", "from 1 to 100"),
        ("colour=red", "colour", "There is no parameter 'colour' here"),
        ("ordering=best", "ordering", "'best' is no order"),
        ("language=zzqq", "language", "is no language of this archive"),
        ("words__gte=9&words__lte=3", "words", "leave nothing between"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(page, shelf, query, named, told):
    listing = page(f"/works/?q=lamp&{query}")
    assert listing.status == 400
    problem = listing.text("//div[@role='alert']")
    assert f"{named}:" in problem
    assert told in problem
    (field,) = listing.all("//input[@id='f-q']")
    assert field.get("value") == "lamp"


def test_an_unknown_tag_is_answered_with_suggestions(page, shelf):
    listing = page("/works/", {"fandom": "Sherlock Homes"})
    assert "Did you mean Sherlock Holmes?" in listing.text("//div[@role='alert']")


def test_pages_are_numbered_and_keep_the_question(page, indexed):
    indexed(*(make_work(f"Work {number:03}") for number in range(45)))
    second = page("/works/", {"page": "2", "ordering": "title"})
    assert second.titles[0] == "Work 020"
    links = {
        link.text_content().strip(): link.get("href")
        for link in second.all("//nav[@aria-label='Pages']//a")
    }
    assert links["Previous"] == "?ordering=title"
    assert links["Next"] == "?ordering=title&page=3"
    assert second.text("//*[@aria-current='page']") == "Page 2"
    beyond = page("/works/", {"page": "4"})
    assert beyond.status == 404


def test_more_of_a_facet_lengthens_that_one_alone(page, indexed):
    names = [f"Tag {number:02}" for number in range(20)]
    indexed(make_work(tags={Kind.FREEFORM: names, Kind.CHARACTER: names}))
    short = page("/works/")
    assert len(short.all("//details[@data-kind='freeform']/ul/li")) == 3
    (more,) = short.links("More Other tags")
    assert more == "?more=freeform#facet-freeform"
    long = page("/works/", {"more": "freeform"})
    assert len(long.all("//details[@data-kind='freeform' and @open]/ul/li")) == 20
    assert len(long.all("//details[@data-kind='character']/ul/li")) == 3
    assert long.links("More Other tags") == []
    assert len(long.all("//form[@id='filter-form']/input[@name='more'][@value='freeform']")) == 1
    assert page("/works/", {"more": "nonsense"}).status == 200
    sized = page("/works/", {"facet_size": "50"})
    assert len(sized.all("//details[@data-kind='freeform']/ul/li")) == 3


def test_a_blurb_shows_no_wall_of_tags(page, indexed):
    work = make_work(tags={Kind.FREEFORM: [f"Tag {number}" for number in range(20)]})
    indexed(work)
    listing = page("/works/")
    assert len(listing.all("//ul[@class='chips']/li")) == 6
    assert listing.links("15 more tags") == [work.get_absolute_url()]


def test_symbols_are_text_too(page, indexed):
    make_tag(Kind.RATING, "Explicit")
    indexed(
        make_work(
            tags={
                Kind.RATING: ["Explicit"],
                Kind.WARNING: ["Major Character Death"],
                Kind.CATEGORY: ["Gen", "F/F"],
            }
        )
    )
    shown = page("/works/").texts("//ul[@class='symbols']/li")
    assert shown == ["EExplicit", "Major Character Death", "Gen, F/F", "In progress"]


def test_typed_names_are_shown_and_lead_to_the_canonical_tag(page, indexed):
    canonical = make_tag(Kind.FANDOM, "Sherlock Holmes - Arthur Conan Doyle")
    make_tag(Kind.FANDOM, "ACD Canon", synonym_of=canonical)
    indexed(make_work(tags={Kind.FANDOM: ["ACD Canon"]}))
    assert page("/works/").links("ACD Canon") == [canonical.get_absolute_url()]


def test_an_anonymous_work_keeps_its_name(page, page_as, indexed, user):
    pen = make_creator("Secret Pen", user=user)
    indexed(make_work("Masked", creators=[pen], is_anonymous=True))
    listing = page("/works/")
    assert listing.text("//p[@class='byline']") == "by Anonymous"
    assert "Secret Pen" not in listing.source
    assert page(f"/creators/{pen.pk}/").titles == []
    assert page_as(user, "/works/").text("//p[@class='byline']") == "by Secret Pen"


def test_without_an_index_the_list_still_answers(page, settings, shelf):
    settings.WORK_FINDER = "catalog.finder.DatabaseWorkFinder"
    get_finder.cache_clear()
    listing = page("/works/", {"q": "lantern"})
    assert listing.titles == ["The Lantern"]
    assert "The search index is not available" in listing.text()


def test_dates_are_those_of_the_newest_chapter(page, indexed):
    work = make_work("Old")
    make_chapter(work, published_on=datetime(2024, 5, 6, tzinfo=UTC).date())
    refresh_work(work)
    indexed(work)
    (when,) = page("/works/").all("//li[contains(@class, 'blurb')]//time")
    assert when.get("datetime") == "2024-05-06"
