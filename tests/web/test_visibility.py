"""The visibility matrix: states of works x viewers x pages, API included."""

import pytest
from django.db import transaction

from catalog.events import announce_works_changed
from catalog.models import Work
from tests.factories import make_tag
from tests.web.matrix import (
    CHANCE,
    COUNTING,
    LISTED,
    LISTING,
    OPEN,
    OPENING,
    STATES,
    VIEWERS,
    address_of,
    make_shelf,
)
from tests.web.pages import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(db, indexed):
    made = make_shelf()
    indexed(*made.works.values())
    return made


def expected_status(state: str, viewer: str, name: str) -> set[int]:
    if viewer in OPEN[state]:
        return {302} if name == "go-to-chapter" else {200}
    if state == "restricted":
        return {401} if name.startswith(("api:", "opds", "feed")) else {302}
    return {404}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_work_opens_for_those_who_may_and_looks_missing_to_others(shelf, viewer):
    client = shelf.client(viewer)
    wrong = []
    for name in OPENING:
        for state, work in shelf.works.items():
            answer = client.get(address_of(name, shelf, work))
            if answer.status_code not in expected_status(state, viewer, name):
                wrong.append((name, state, answer.status_code))
            if answer.status_code != 200 and work.title in answer.content.decode():
                wrong.append((name, state, "title told"))
    assert not wrong


@pytest.mark.parametrize("viewer", VIEWERS)
def test_lists_show_what_the_viewer_may_see_and_nothing_else(shelf, viewer):
    client = shelf.client(viewer)
    wrong = []
    for name in LISTING:
        for state, work in shelf.works.items():
            answer = client.get(address_of(name, shelf, work))
            is_secret_name = state == "anonymous" and "creator" in name
            wanted_status = 404 if is_secret_name and viewer != "creator" else 200
            assert answer.status_code == wanted_status, (name, answer.status_code)
            is_there = work.title in answer.content.decode()
            wanted = viewer in LISTED.get(state, ())
            if is_there != (wanted and not is_secret_name):
                wrong.append((name, state, is_there))
    assert not wrong


@pytest.mark.parametrize("name", CHANCE)
def test_chance_shows_nothing_unseen(shelf, page, name):
    titles = {page(address_of(name, shelf, shelf.works["posted"])).source for _ in range(10)}
    unseen = {f"Title{state}" for state in STATES if "guest" not in LISTED.get(state, ())}
    assert not [title for title in unseen for source in titles if title in source]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_names_behind_anonymous_works_are_for_creators_and_moderators(shelf, viewer):
    client = shelf.client(viewer)
    work = shelf.works["anonymous"]
    may_know = viewer in ("creator", "moderator", "admin")
    for name in ("work", "navigate", "chapter", "download", "api:work-detail", "opds-work"):
        told = "Masked Pen" in client.get(address_of(name, shelf, work)).content.decode()
        assert told == may_know, name


@pytest.mark.parametrize("viewer", VIEWERS)
def test_counts_count_what_the_viewer_may_see(shelf, viewer):
    client = shelf.client(viewer)
    seen = 2 if viewer == "guest" else 3
    assert get(client, "/works/").total == f"{seen} works"
    assert get(client, "/series/").texts("//ul[@class='entries']//p")[0].startswith(f"{seen} works")
    assert (
        get(client, f"/series/{shelf.series.pk}/")
        .text("//header[@class='page-head']/p[@class='quiet']")
        .startswith(f"{seen} works")
    )
    # Without the pen that is kept secret.
    assert get(client, "/creators/").texts("//ul[@class='columns']/li") == [
        f"Owning Pen {seen - 1}"
    ]
    assert get(client, "/languages/").texts("//tbody/tr/td[2]") == [str(seen)]
    home = get(client, "/")
    assert home.texts("//ul[@class='numbers']/li")[0] == f"{seen} works"
    # Counts of tags are the same for all, so they count what everybody may see.
    assert get(client, "/fandoms/", {"letter": "s"}).texts("//ul[@class='columns']/li") == [
        "Shelved Fandom 2"
    ]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_words_of_unseen_works_find_nothing(shelf, viewer):
    client = shelf.client(viewer)
    for state in STATES:
        listing = get(client, "/works/", {"q": f"title:Title{state}"})
        wanted = [f"Title{state}"] if viewer in LISTED.get(state, ()) else []
        assert listing.titles == wanted
        assert not listing.all("//p[@class='did-you-mean']")


def test_unsorted_names_on_secret_works_are_not_told(shelf, page):
    tag = make_tag("freeform", "A telling name", is_canonical=False)
    draft = shelf.works["draft"]
    draft.work_tags.create(tag=tag, name=tag.name, position=9)
    for address in (f"/works/?tag={tag.pk}", f"/works/?tag__not={tag.pk}", f"/tags/{tag.pk}/"):
        assert tag.name not in page(address, follow=True).source
    creator = shelf.client("creator").get(f"/works/?tag={tag.pk}").content.decode()
    assert tag.name in creator


def test_a_withdrawn_work_leaves_lists_before_the_index_knows(shelf, page):
    work = shelf.works["posted"]
    with transaction.atomic():
        Work.everything.filter(pk=work.pk).update(is_restricted=True)
        announce_works_changed([work.pk], withdrawn=True)
    listing = page("/works/")
    assert listing.total == "1 work"
    assert listing.titles == ["Titleanonymous"]
    assert page("/").texts("//ul[@class='numbers']/li")[0] == "1 work"


def test_hidden_works_tell_their_reason_to_those_who_may_know(shelf):
    address = address_of("work", shelf, shelf.works["hidden"])
    for viewer in ("creator", "moderator"):
        assert "under review" in shelf.client(viewer).get(address).content.decode()


@pytest.mark.parametrize("name", COUNTING)
def test_counting_pages_name_no_unseen_work(shelf, page, name):
    source = page(address_of(name, shelf, shelf.works["posted"])).source
    assert not any(f"Title{state}" in source for state in STATES)
