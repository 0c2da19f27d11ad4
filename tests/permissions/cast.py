"""The people of the matrix and one work in each state, for tests of both faces."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.test import Client
from django.utils import timezone

from archive.accounts.models import User
from catalog.events import announce_works_changed
from catalog.models import Chapter, Kind, Tag, Work
from tests.factories import make_chapter, make_creator, make_tag, make_user, make_work
from tests.permissions.table import PEOPLE
from tests.viewers import bearer, user_with_roles

STATES: dict[str, dict[str, object]] = {
    "public": {},
    "restricted": {"is_restricted": True},
    "hidden": {"hidden_reason": "under review"},
    "draft": {"status": "draft", "published_at": None, "updated_at": None},
    "deleted": {},
    "anonymous": {"is_anonymous": True},
}


@dataclass
class Cast:
    """Who acts, and on what: every work is by the author and the co-author together."""

    people: dict[str, User]
    works: dict[str, Work]
    tags: dict[str, Tag] = field(default_factory=dict)

    def key(self, person: str) -> dict[str, str]:
        """Client arguments with a key of all scopes; none for the guest."""
        return {} if person == "guest" else bearer(self.people[person])

    def browser(self, person: str) -> Client:
        """A signed-in browser; the guest's is not."""
        client = Client()
        if person != "guest":
            client.force_login(self.people[person])
        return client

    def draft_chapter(self) -> Chapter:
        """A draft chapter of the public work."""
        return make_chapter(self.works["public"], "Not yet told.", status="draft")


def make_cast() -> Cast:
    """The people, their works, and tags to act on."""
    people = {
        "reader": make_user("reader"),
        "author": make_user("author"),
        "coauthor": make_user("coauthor"),
        # Names of offices are no pen names.
        "wrangler": user_with_roles("some-wrangler", "wranglers"),
        "moderator": user_with_roles("some-moderator", "moderators"),
        "admin": user_with_roles("some-admin", superuser=True),
    }
    pens = [make_creator(f"{name} pen", user=people[name]) for name in ("author", "coauthor")]
    moments = {"hidden": "hidden_at", "deleted": "deleted_at"}
    works = {}
    for state, values in STATES.items():
        moment = {moments[state]: timezone.now() - timedelta(days=1)} if state in moments else {}
        works[state] = make_work(f"Title {state}", creators=pens, **values, **moment)
    with transaction.atomic():
        announce_works_changed([work.pk for work in works.values()])
    tags = {
        "unsorted": make_tag(Kind.FREEFORM, "Slow burning", is_canonical=False),
        "canonical": make_tag(Kind.FREEFORM, "Slow Burn"),
        "unused": make_tag(Kind.FREEFORM, "Never used"),
    }
    return Cast(people, works, tags)


__all__ = ["PEOPLE", "STATES", "Cast", "make_cast"]
