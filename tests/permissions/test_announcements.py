"""Every way of changing something tells the index: what it holds is what the database says. Row A6."""

import pytest
from zeal import zeal_ignore

from catalog.documents import build_documents
from catalog.models import Work
from search.backends import get_backend
from tests.permissions import api_acts, web_acts
from tests.permissions.cast import Cast, make_cast
from tests.permissions.checks import Deviations, wanted
from tests.permissions.table import BY_NAME, PEOPLE
from tests.permissions.test_api import DIFFERS as API_DIFFERS
from tests.permissions.test_api import Actor
from tests.permissions.test_web import DIFFERS as PAGES_DIFFER
from tests.permissions.test_web import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db, settings) -> Cast:
    settings.WORK_FINDER = "catalog.finder.DatabaseWorkFinder"
    return make_cast()


def differences() -> set[int]:
    """Works of which the index holds something else than it would after a rebuild."""
    held = {pk: work.document for pk, work in get_backend()._works.items()}
    right = build_documents(Work.everything.values_list("pk", flat=True))
    return {pk for pk in held.keys() | right.keys() if held.get(pk) != right.get(pk)}


def who_may(differs: Deviations, name: str) -> str:
    """The first person of the matrix who may do it; nobody for what guests may, which is reading."""
    may = [person for person in PEOPLE if wanted(differs, BY_NAME[name], person) in ("+", "!")]
    return "" if "guest" in may else next(iter(may), "")


ON_THE_API = {name: who for name in api_acts.ACTS if (who := who_may(API_DIFFERS, name))}
ON_PAGES = {name: who for name in web_acts.ACTS if (who := who_may(PAGES_DIFFER, name))}


@pytest.mark.parametrize(("name", "person"), ON_THE_API.items())
def test_acts_of_the_api_reach_the_index(cast, drained, name, person):
    drained()
    assert differences() == set()
    api_acts.ACTS[name](cast, Actor(cast, person))
    drained()
    assert differences() == set()


@pytest.mark.parametrize(("name", "person"), ON_PAGES.items())
def test_acts_of_pages_and_admin_reach_the_index(cast, drained, name, person):
    drained()
    with zeal_ignore():
        web_acts.ACTS[name](cast, browser_of(cast, person))
    drained()
    assert differences() == set()


def test_what_is_not_announced_is_seen_here(cast, drained):
    """The comparison above would notice a way that forgets."""
    drained()
    Work.everything.filter(pk=cast.works["public"].pk).update(title="Quietly changed")
    assert differences() == {cast.works["public"].pk}
