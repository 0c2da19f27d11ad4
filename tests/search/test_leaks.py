"""What may not be seen is in no answer of the search, straight after the change, the indexer stopped.

Row A7 of the acceptance figures, as far as it concerns the search: states of a work against the
surfaces that answer from the index, with the engine that stands on the disk.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from archive.core.viewer import ANONYMOUS, Viewer
from catalog.finder import find_works, get_finder
from catalog.models import Work
from catalog.workquery import FACET_KINDS, WorkQuery
from search.rebuild import rebuild_index
from search.suggesting import completions
from tests.factories import make_creator, make_tag, refresh_work
from tests.search.helpers import change_work, post_work

pytestmark = pytest.mark.django_db

SECRET = "xylophone"
STATES = {
    "draft": {"status": "draft"},
    "hidden": {"hidden_at": timezone.now()},
    "held": {"held_at": timezone.now()},
    "deleted": {"deleted_at": timezone.now()},
    "restricted": {"is_restricted": True},
}


@dataclass
class Archive:
    """A public work, and one that was public until a moment ago; the index knows both so."""

    public: Work
    secret: Work


@pytest.fixture
def archive(settings) -> Archive:
    settings.SEARCH_BACKEND = "whoosh"
    shared = {"character": ["Anna"], "freeform": ["Fluff"]}
    public = post_work("Back to the Basement", text="A washcloth.", tags=shared)
    # An unsorted name, which is told as long as it stands on a work that can be seen.
    make_tag("freeform", f"Playing the {SECRET}", is_canonical=False)
    own = {**shared, "freeform": ["Fluff", f"Playing the {SECRET}"]}
    secret = post_work(
        f"The {SECRET.title()} Basement",
        text=f"A washcloth and a {SECRET}, and nobody to play the {SECRET}.",
        tags=own,
        creators=[make_creator(f"{SECRET.title()} Player")],
        summary_html=f"<p>About a {SECRET}.</p>",
    )
    rebuild_index()
    return Archive(public, secret)


def take_away(archive: Archive, state: str) -> None:
    """As services do, announced; nobody indexes."""
    change_work(archive.secret, withdrawn=True, **STATES[state])
    refresh_work(archive.secret)


def hits(archive: Archive, viewer: Viewer) -> object:
    page = find_works(WorkQuery(text="washcloth"), viewer)
    return ([work.pk for work in page.works], page.total) != ([archive.public.pk], 1)


def own_words(archive: Archive, viewer: Viewer) -> object:
    texts = (
        SECRET,
        f'"{SECRET} basement"',
        "xylo*",
        "xylophine~",
        f"title:{SECRET}",
        f"tag:{SECRET}",
    )
    return [text for text in texts if find_works(WorkQuery(text=text), viewer).total]


def counts_of_everything(archive: Archive, viewer: Viewer) -> object:
    texts = ("", "-nothing", f"-{SECRET}", f"washcloth OR {SECRET}")
    return [text for text in texts if find_works(WorkQuery(text=text), viewer).total != 1]


def facets(archive: Archive, viewer: Viewer) -> object:
    page = find_works(WorkQuery(facets=FACET_KINDS), viewer)
    values = [value for values in page.facets.values() for value in values]
    return [value for value in values if value.count > 1 or SECRET in value.name.lower()]


def snippets(archive: Archive, viewer: Viewer) -> object:
    page = find_works(WorkQuery(text=f"washcloth OR {SECRET}", highlight=True), viewer)
    told = json.dumps(page.snippets, default=vars)
    return archive.secret.pk in page.snippets or SECRET in told.lower()


def spelling(archive: Archive, viewer: Viewer) -> object:
    texts = ("xylophne", "washcloth xylphone", "title:xylophne")
    meant = [find_works(WorkQuery(text=text), viewer).did_you_mean for text in texts]
    return [text for found in meant for text in found if SECRET in text]


def similar(archive: Archive, viewer: Viewer) -> object:
    return get_finder().similar(archive.public, viewer, 5)


def chance(archive: Archive, viewer: Viewer) -> object:
    return get_finder().random(WorkQuery(), viewer, 5) != [archive.public]


def completion(archive: Archive, viewer: Viewer) -> object:
    found = [*completions("xylo", viewer, limit=15), *completions("basem", viewer, limit=15)]
    return [item for item in found if SECRET in item.text.lower()]


def pages_of_orders(archive: Archive, viewer: Viewer) -> object:
    pages = [
        find_works(WorkQuery(ordering=ordering, page_size=1, page=2), viewer)
        for ordering in ("title", "-updated", "-kudos", "creator", "-words")
    ]
    return [page for page in pages if page.works or page.total != 1]


SURFACES: list[Callable[[Archive, Viewer], object]] = [
    *(hits, own_words, counts_of_everything, facets, snippets),
    *(spelling, similar, chance, completion, pages_of_orders),
]


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_told_of_what_was_taken_away(archive, state):
    shown = [surface.__name__ for surface in SURFACES if not surface(archive, ANONYMOUS)]
    assert shown == [], "what can be seen is to be told, or the test sees nothing"
    take_away(archive, state)
    leaks = {surface.__name__: surface(archive, ANONYMOUS) for surface in SURFACES}
    assert {name: leak for name, leak in leaks.items() if leak} == {}


@pytest.mark.parametrize("state", sorted(STATES.keys() - {"restricted"}))
def test_members_are_told_nothing_either(archive, member, state):
    take_away(archive, state)
    leaks = {surface.__name__: surface(archive, member) for surface in SURFACES}
    assert {name: leak for name, leak in leaks.items() if leak} == {}


def test_members_find_what_is_restricted_when_the_index_has_caught_up(archive, member, drained):
    take_away(archive, "restricted")
    drained()
    assert find_works(WorkQuery(text=SECRET), ANONYMOUS).total == 0
    assert find_works(WorkQuery(text=SECRET), member).total == 1


ADDRESSES = (
    "/api/v1/works/?q={}&facets=fandom,character,freeform&highlight=true",
    "/api/v1/works/?q=washcloth&facets=freeform&highlight=true",
    "/api/v1/works/?q=xylophne",
    "/api/v1/works/?facets=fandom,character,freeform",
    "/api/v1/search/suggest/?q=xylo",
    "/works/?q=washcloth",
    "/works/?q=xylophne",
    "/works/",
)


@pytest.mark.parametrize("state", STATES)
def test_no_address_tells_of_it(archive, state, client: Client):
    """The word itself is not asked for where a page repeats the question."""
    take_away(archive, state)
    for address in ADDRESSES:
        response = client.get(address.format("washcloth"))
        assert response.status_code == 200, address
        assert SECRET not in response.content.decode().lower(), address


def test_counts_of_the_api_follow_at_once(archive, client: Client):
    address = f"/api/v1/works/?q={SECRET}&facets=freeform"
    assert client.get(address).json()["count"] == 1
    take_away(archive, "hidden")
    answer = client.get(address).json()
    assert (answer["count"], answer["results"]) == (0, [])
    assert not any(value["count"] for values in answer["facets"].values() for value in values)


def test_what_comes_back_is_shown_when_the_index_has_caught_up(archive, drained):
    take_away(archive, "hidden")
    drained()
    assert find_works(WorkQuery(text=SECRET), ANONYMOUS).total == 0
    change_work(archive.secret, hidden_at=None)
    drained()
    assert find_works(WorkQuery(text=SECRET), ANONYMOUS).total == 1
