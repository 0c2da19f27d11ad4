"""Places in works: kept for an account, told on the page of the work, never another's."""

import pytest
from django.test import Client

from catalog.models import ReadingPlace
from catalog.services import reading_places
from tests.factories import make_chapter, make_user, make_work, refresh_work
from tests.web.pages import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    work = make_work("Long")
    for _ in range(2):
        make_chapter(work, "More.")
    refresh_work(work)
    return work


@pytest.fixture
def reader():
    client = Client()
    client.force_login(make_user("ada"))
    return client


def keep(client, work, chapter) -> int:
    return client.post(f"/works/{work.pk}/place/", {"chapter": chapter}).status_code


def test_a_place_is_kept_and_offered(reader, work):
    assert keep(reader, work, 2) == 204
    shown = get(reader, work.get_absolute_url())
    (address,) = shown.links("Go on with chapter 2")
    assert get(reader, address).status == 200
    read = shown.all("//ol[@class='chapters']/li[@class='read']")
    assert [row.get("data-chapter") for row in read] == ["1", "2"]
    assert not shown.all("//span[@class='badge']")


def test_chapters_that_came_since_are_new(reader, work):
    keep(reader, work, 3)
    make_chapter(work, "Latest.", title="Late")
    refresh_work(work)
    shown = get(reader, work.get_absolute_url())
    (badge,) = shown.all("//li[.//span[@class='badge']]")
    assert badge.get("data-chapter") == "4"
    assert "new since you read" in get(reader, "/account/").text("//section[@id='reading']")
    keep(reader, work, 4)
    assert not get(reader, work.get_absolute_url()).all("//span[@class='badge']")


def test_going_back_keeps_the_furthest(reader, work):
    keep(reader, work, 3)
    keep(reader, work, 1)
    place = ReadingPlace.objects.get()
    assert (place.position, place.furthest) == (1, 3)


def test_places_are_one_s_own(reader, work):
    keep(reader, work, 2)
    other = Client()
    other.force_login(make_user("grace"))
    assert not get(other, work.get_absolute_url()).links("Go on with chapter 2")
    assert "Long" not in get(other, "/account/").text()


def test_guests_and_odd_chapters_keep_nothing(reader, client, work):
    assert keep(client, work, 1) == 401
    for odd in ("0", "99", "x", "", "-1"):
        assert keep(reader, work, odd) == 400
    assert client.get(f"/works/{work.pk}/place/").status_code == 405
    assert not ReadingPlace.objects.exists()


@pytest.mark.parametrize(
    "state", [{"status": "draft", "published_at": None}, {"held_at": "2026-01-01T00:00Z"}]
)
def test_no_place_tells_of_a_work_that_may_not_be_known(reader, state):
    assert keep(reader, make_work(**state), 1) == 404


def test_a_work_that_was_hidden_since_leaves_the_account(reader, work):
    keep(reader, work, 1)
    assert "Long" in get(reader, "/account/").text()
    type(work).everything.filter(pk=work.pk).update(deleted_at="2026-01-01T00:00Z")
    assert "Long" not in get(reader, "/account/").text()


def test_a_place_is_forgotten(reader, work):
    keep(reader, work, 1)
    reader.post(f"/works/{work.pk}/place/forget/")
    assert not ReadingPlace.objects.exists()


def test_old_places_give_way(reader, work, monkeypatch):
    monkeypatch.setattr(reading_places, "PLACES_MAX", 2)
    works = [work, make_work(), make_work()]
    for each in works:
        keep(reader, each, 1)
    assert {place.work_id for place in ReadingPlace.objects.all()} == {w.pk for w in works[1:]}


def test_a_place_needs_its_token(work):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert keep(client, work, 1) == 403
