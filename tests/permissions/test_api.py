"""The permission matrix on the API, a test for each row; deviations stand here with their reason."""

from typing import Any

import pytest
from django.db import transaction

from archive.accounts.models import User
from catalog.models import ActionLog
from tests.api.conftest import APIClient
from tests.permissions.api_acts import ACTS, ELSEWHERE
from tests.permissions.cast import Cast, make_cast
from tests.permissions.checks import Deviations, check_deviations, check_rows, wanted
from tests.permissions.table import BY_NAME, PEOPLE, Row

pytestmark = pytest.mark.django_db

_NOT_LISTED = "no list shows what readers may not see; creators open it by its address"
_NO_GRAPH = "a moderator without the wrangler role cannot edit the tag graph (domain, section 5)"
_READS = "moderators read what they look after; what they do to it is logged"
_TOGETHER = "creators of a work have the same rights to it"
DIFFERS: Deviations = {
    "hidden work: list": dict.fromkeys(
        ("author", "coauthor", "moderator", "admin"), ("0", _NOT_LISTED)
    ),
    "draft work: list": dict.fromkeys(("author", "coauthor", "admin"), ("0", _NOT_LISTED)),
    "hidden work: read": dict.fromkeys(("moderator", "admin"), ("+", _READS)),
    "names behind an anonymous work": dict.fromkeys(("moderator", "admin"), ("+", _READS)),
    "list reports": dict.fromkeys(("moderator", "admin"), ("+", _READS)),
    "open a report": dict.fromkeys(("moderator", "admin"), ("+", _READS)),
    "wrangling history": {"wrangler": ("-", "wranglers read the log in the admin site")},
    "draft work: read": {"admin": ("0", "admins open drafts in the admin site, logged")},
    "read a draft chapter": {"admin": ("0", "admins open drafts in the admin site, logged")},
    "deleted work: read": {
        "author": ("0", "moderators bring a work back"),
        "admin": ("0", "moderators bring a work back"),
    },
    "delete work": {
        "coauthor": ("+", _TOGETHER),
        "moderator": ("!", "DELETE /moderation/works/{id}/ (api.md) is for moderators"),
    },
    "restore work within 30 days": {
        **dict.fromkeys(
            ("reader", "author", "wrangler"), ("-", "/moderation/ is for moderators (api.md)")
        ),
        "coauthor": ("-", "/moderation/ is for moderators (api.md)"),
        "moderator": ("!", "/moderation/ is for moderators (api.md)"),
    },
    "remove another co-author": {
        "coauthor": ("+", _TOGETHER),
        "admin": ("-", "admins act for works none of whose creators has an account"),
    },
    **{
        name: {"moderator": ("-", _NO_GRAPH)}
        for name in (
            "rename a tag",
            "merge a tag",
            "make a tag canonical",
            "parent link of a tag",
            "delete an unused tag",
        )
    },
}


@pytest.fixture
def cast(db, settings) -> Cast:
    settings.WORK_FINDER = "catalog.finder.DatabaseWorkFinder"
    return make_cast()


class Actor(APIClient):
    """Somebody of the cast with a key of all scopes."""

    def __init__(self, cast: Cast, person: str) -> None:
        user: User | None = cast.people.get(person)
        super().__init__(user)
        self.person = person


def cell_of(result: Any) -> str:
    """What came of it, in the signs of the table."""
    if isinstance(result, bool):
        return "+" if result else "0"
    if result.status_code < 300:
        return "+"
    signs = {401: "L", 403: "-", 404: "0"}
    return signs.get(result.status_code, f"{result.status_code}: {result.content.decode()[:300]}")


def tried(cast: Cast, row: Row, person: str) -> str:
    """The cell as it is, undone afterwards; ``!`` where the act is in the log with the actor."""
    with transaction.atomic():
        logged = ActionLog.objects.count()
        cell = cell_of(ACTS[row.name](cast, Actor(cast, person)))
        if cell == "+" and ActionLog.objects.count() > logged:
            newest = ActionLog.objects.order_by("-pk")[0]
            assert newest.actor_name == cast.people[person].username
            cell = "!"
        transaction.set_rollback(True)
    return cell


@pytest.mark.parametrize("name", ACTS)
def test_everybody_may_what_the_matrix_says(cast, name):
    row = BY_NAME[name]
    found = {person: tried(cast, row, person) for person in PEOPLE}
    expected = {person: wanted(DIFFERS, row, person) for person in PEOPLE}
    # More in the log than asked for is no fault.
    for person, cell in found.items():
        if cell == "!" and expected[person] == "+":
            found[person] = "+"
    assert found == expected


def test_every_row_is_tried_or_has_a_reason_not_to_be():
    check_rows(ACTS, ELSEWHERE, DIFFERS)


def test_every_deviation_deviates_and_says_why():
    check_deviations(DIFFERS)
