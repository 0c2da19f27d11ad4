"""The page of a tag and the pages on which tags are browsed."""

from datetime import UTC, datetime

import pytest

from catalog.models import Kind, MetaTagging, TagAncestor, TagParent
from tests.factories import make_tag, make_work

pytestmark = pytest.mark.django_db


def under(tag, parent) -> None:
    TagParent.objects.create(from_tag=tag, to_tag=parent)


def narrower(tag, *broader) -> None:
    """A chain of metatags, the nearest first, with its closure."""
    below = tag
    chain = [tag]
    for row in broader:
        MetaTagging.objects.create(subtag=below, metatag=row)
        for each in chain:
            TagAncestor.objects.create(tag=each, ancestor=row)
        chain.append(row)
        below = row


@pytest.fixture
def holmes(indexed):
    """A fandom between a broader and a narrower one, with a synonym, a medium and a character."""
    media = make_tag(Kind.MEDIA, "Books & Literature")
    everything = make_tag(Kind.FANDOM, "Sherlock Holmes & Related Fandoms")
    books = make_tag(Kind.FANDOM, "Sherlock Holmes - Arthur Conan Doyle")
    hound = make_tag(Kind.FANDOM, "The Hound of the Baskervilles")
    narrower(hound, books, everything)
    make_tag(Kind.FANDOM, "ACD Canon", synonym_of=books)
    watson = make_tag(Kind.CHARACTER, "John Watson")
    under(books, media)
    under(watson, books)
    indexed(
        make_work("A Study", tags={Kind.FANDOM: ["ACD Canon"], Kind.CHARACTER: ["John Watson"]}),
        make_work("On the Moor", tags={Kind.FANDOM: ["The Hound of the Baskervilles"]}),
        make_work("Elsewhere", tags={Kind.FANDOM: ["Dracula"]}),
    )
    return books


def test_a_tag_finds_its_synonyms_and_subtags_works(page, holmes):
    shown = page(holmes.get_absolute_url())
    assert shown.h1 == "Sherlock Holmes - Arthur Conan Doyle"
    assert sorted(shown.titles) == ["A Study", "On the Moor"]
    assert "Also called ACD Canon" in shown.text("//header[@class='page-head']")


def test_a_tag_stands_in_the_tree_of_broader_and_narrower_tags(page, holmes):
    shown = page(holmes.get_absolute_url())
    (tree,) = shown.all("//div[@class='tree']")
    assert [item.text_content() for item in tree.xpath("./ul/li/a")] == [
        "Sherlock Holmes & Related Fandoms"
    ]
    here = tree.xpath("./ul/li/ul/li/b[@aria-current]")
    assert [item.text_content() for item in here] == ["Sherlock Holmes - Arthur Conan Doyle"]
    below = tree.xpath("./ul/li/ul/li/ul/li/a")
    assert [item.text_content() for item in below] == ["The Hound of the Baskervilles"]


def test_a_tag_shows_what_belongs_to_it_and_where_it_belongs(page, holmes):
    shown = page(holmes.get_absolute_url())
    assert shown.links("John Watson")
    (media,) = shown.links("Books & Literature")
    assert page(media).status == 302
    response = page(media, follow=True)
    assert response.h1 == "Fandoms: Books & Literature"
    assert response.links("Sherlock Holmes - Arthur Conan Doyle") == [holmes.get_absolute_url()]


def test_filters_of_a_tag_page_stay_on_it(page, holmes):
    shown = page(holmes.get_absolute_url(), {"character": "John Watson"})
    assert shown.titles == ["A Study"]
    (form,) = shown.all("//form[@id='filter-form']")
    assert form.get("action") == holmes.get_absolute_url()
    assert ("tag", str(holmes.pk)) not in shown.fields()
    assert shown.texts("//ul[@class='asked']/li") == ["John Watson, remove"]
    (api,) = shown.links("as an API call")
    assert f"tag={holmes.pk}" in api


def test_a_merged_tag_redirects_for_good_and_keeps_the_query(page, holmes):
    synonym = holmes.synonyms.get()
    moved = page(synonym.get_absolute_url() + "?q=moor&page=1")
    assert moved.status == 301
    assert moved.response["Location"] == f"{holmes.get_absolute_url()}?q=moor&page=1"
    by_id = page(f"/tags/{synonym.pk}/")
    assert by_id.response["Location"] == holmes.get_absolute_url()


def test_a_wrong_slug_redirects_to_the_right_one(page, holmes):
    moved = page(f"/tags/{holmes.pk}-anything/?complete=true")
    assert moved.status == 301
    assert moved.response["Location"] == f"{holmes.get_absolute_url()}?complete=true"


def test_an_unsorted_tag_shows_the_works_with_these_very_words(page, indexed):
    tag = make_tag(Kind.FREEFORM, "so much tea", is_canonical=False)
    indexed(make_work("Kettle", tags={Kind.FREEFORM: ["so much tea"]}), make_work("Other"))
    shown = page(tag.get_absolute_url())
    assert shown.titles == ["Kettle"]
    assert "has not been sorted yet" in shown.text()


@pytest.mark.parametrize("address", ["/tags/999999-no/", "/tags/999999/", f"/tags/{'9' * 18}-x/"])
def test_an_unknown_tag_is_not_found(page, address):
    assert page(address).status == 404


def test_names_from_right_to_left_have_addresses_of_their_own(page, indexed):
    indexed(make_work("قصة", tags={Kind.FANDOM: ["ألف ليلة وليلة"]}, language="ar"))
    (address,) = page("/fandoms/", {"q": "ليلة"}).links("ألف ليلة وليلة")
    assert page(address).titles == ["قصة"]


def test_fandoms_are_shelved_by_medium_with_counts(page, holmes):
    shelves = page("/fandoms/")
    assert shelves.texts("//section/h2") == ["Books & Literature"]
    assert shelves.texts("//ul[@class='columns']/li") == ["Sherlock Holmes - Arthur Conan Doyle 2"]


@pytest.mark.parametrize(
    ("section", "kind", "heading"),
    [
        ("characters", Kind.CHARACTER, "Characters"),
        ("relationships", Kind.RELATIONSHIP, "Relationships"),
        ("tags", Kind.FREEFORM, "Tags"),
    ],
)
def test_tags_are_browsed_by_use_letter_and_name(page, indexed, section, kind, heading):
    names = ["Élan", "Ember", "1602", "東京"]
    indexed(make_work(tags={kind: names}), make_work(tags={kind: ["Ember"]}))
    first = page(f"/{section}/")
    assert first.h1 == heading
    assert sorted(first.texts("//ul[@class='cloud']/li")) == sorted(names)
    assert first.texts("//table//tbody/tr[1]/*") == ["Ember", "2"]
    assert first.texts("//ul[@class='letters']/li") == ["0-9", "E", "東"]
    assert page(f"/{section}/", {"letter": "e"}).texts("//ul[@class='columns']/li") == [
        "Élan 1",
        "Ember 2",
    ]
    assert page(f"/{section}/", {"letter": "0-9"}).texts("//ul[@class='columns']/li") == ["1602 1"]
    assert page(f"/{section}/", {"q": "elan"}).texts("//ul[@class='columns']/li") == ["Élan 1"]
    assert "There is no such tag" in page(f"/{section}/", {"q": "zzz"}).text()


def test_tags_without_readable_works_are_not_browsed(page, indexed):
    indexed(make_work(tags={Kind.FREEFORM: ["Hushed"]}, is_restricted=True))
    assert "Hushed" not in page("/tags/").source


@pytest.mark.parametrize("odd", ["media=x", f"media={'9' * 30}", "letter=%00x", "q=%25"])
def test_odd_addresses_of_browse_pages_are_harmless(page, holmes, odd):
    assert page(f"/fandoms/?letter=s&{odd}").status in (200, 400)


@pytest.mark.parametrize("path", ["/works/?", "/fandoms/?letter=s&", "/creators/?", "/series/?"])
def test_every_list_has_one_rule_for_pages(page, holmes, path):
    assert page(f"{path}page=1").status == 200
    for odd in ("0", "-1", "x", "1.5", "9" * 30):
        assert page(f"{path}page={odd}").status == 400, odd
    assert page(f"{path}page=99").status == 404


def test_a_tag_tells_what_it_occurs_with_and_when(page, client, indexed):
    for month in (1, 1, 3):
        when = datetime(2024, month, 3, 12, tzinfo=UTC)
        tags = {Kind.FREEFORM: ["Lamps", "Stairs"], Kind.FANDOM: ["Dracula"]}
        indexed(make_work(tags=tags, published_at=when))
    indexed(*(make_work(tags={Kind.FANDOM: ["Faust"]}) for _ in range(6)))
    make_work(tags={Kind.FREEFORM: ["Lamps"]}, is_restricted=True)
    lamps = make_tag(Kind.FREEFORM, "Lamps")
    shown = page(lamps.get_absolute_url())
    assert shown.texts("//section[@aria-labelledby='beside']//bdi") == ["Dracula", "Stairs"]
    (both,) = {
        a.get("href")
        for a in shown.all("//a[@class='count']")
        if "Stairs" in str(a.getparent().text_content())
    }
    assert page(lamps.get_absolute_url() + both).total == "3 works"
    numbers = client.get(f"/tags/{lamps.pk}/works-by-month.csv")
    assert numbers.content.decode().split() == [
        "Month,Works",
        "2024-01,2",
        "2024-02,0",
        "2024-03,1",
    ]
    assert not page(f"{lamps.get_absolute_url()}?complete=true").all("//*[@id='beside']")
