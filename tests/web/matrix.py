"""Who sees what: every state of a work, every kind of viewer, every page that could show it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from catalog.models import Kind, Series, Tag, Work
from tests.factories import make_creator, make_series, make_tag, make_user, make_work
from tests.viewers import user_with_roles

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VIEWERS = ("guest", "member", "creator", "archivist", "wrangler", "moderator", "admin")
EVERYBODY = frozenset(VIEWERS)
MEMBERS = EVERYBODY - {"guest"}
STAFF = frozenset({"moderator", "admin"})

STATES: dict[str, dict[str, object]] = {
    "posted": {},
    "restricted": {"is_restricted": True},
    "draft": {"status": "draft", "published_at": None, "updated_at": None},
    "hidden": {"hidden_at": NOW, "hidden_reason": "under review"},
    "held": {"held_at": NOW},
    "deleted": {"deleted_at": NOW},
    "anonymous": {"is_anonymous": True},
}
OPEN: dict[str, frozenset[str]] = {
    "posted": EVERYBODY,
    "restricted": MEMBERS,
    "draft": frozenset({"creator"}),
    "hidden": STAFF | {"creator"},
    "held": STAFF | {"creator"},
    "deleted": frozenset(),
    "anonymous": EVERYBODY,
}
"""Who may open a work in this state by its address."""
LISTED: dict[str, frozenset[str]] = {
    "posted": EVERYBODY,
    "restricted": MEMBERS,
    "anonymous": EVERYBODY,
}
"""Who finds a work in this state in lists; nobody finds any other."""

OPENING = (
    "work",
    "navigate",
    "chapter",
    "go-to-chapter",
    "download",
    "api:work-detail",
    "api:work-download",
    "api:work-chapters",
    "api:work-chapter",
    "api:work-similar",
    "api:chapter-detail",
    "opds-work",
    "opds2-work",
    "opds-download",
    "opds-cover",
    "feed-work",
)
"""Addresses of one work; ``address_of`` knows what each of them needs."""
LISTING = (
    "home",
    "works",
    "tag",
    "creator",
    "series",
    "api:work-list",
    "api:tag-works",
    "api:fandom-works",
    "api:creator-works",
    "api:series-works",
    "api:search-suggest",
    "opds-works",
    "opds2",
    "opds2-works",
    "opds2-search",
    "opds-series",
    "opds2-series",
    "feed-works",
    "feed-tag",
    "feed-creator",
    "feed-series",
    "download-list",
    "download-series",
    "api:works-download",
    "api:series-download",
)
"""Addresses of lists on which a work may stand."""
CHANCE = ("api:work-random",)
"""Addresses that show one work by chance."""
COUNTING = ("series-list", "creators", "languages", "tags", "fandoms")
"""Pages that count works."""


@dataclass
class Shelf:
    """One work in each state, all of one owner, fandom and series; people to look at them."""

    works: dict[str, Work]
    people: dict[str, User]
    fandom: Tag
    series: Series

    def client(self, viewer: str) -> Client:
        """The browser of a viewer."""
        client = Client()
        if viewer != "guest":
            client.force_login(self.people[viewer])
        return client


def make_shelf() -> Shelf:
    """The works and the people of the matrix."""
    people = {
        "creator": make_user("creator"),
        "member": make_user("member"),
        "archivist": user_with_roles("archivist", "archivists"),
        "wrangler": user_with_roles("wrangler", "wranglers"),
        "moderator": user_with_roles("moderator", "moderators"),
        "admin": user_with_roles("admin", superuser=True),
    }
    fandom = make_tag(Kind.FANDOM, "Shelved Fandom")
    pens = {
        name: make_creator(name, user=people["creator"]) for name in ("Owning Pen", "Masked Pen")
    }
    works = {
        state: make_work(
            f"Title{state}",
            text=f"Text of {state}.",
            creators=[pens["Masked Pen" if state == "anonymous" else "Owning Pen"]],
            tags={Kind.FANDOM: [fandom.name]},
            **values,
        )
        for state, values in STATES.items()
    }
    return Shelf(works, people, fandom, make_series(*works.values(), title="Shelf"))


def address_of(name: str, shelf: Shelf, work: Work) -> str:
    """The address under which this view could show the work."""
    chapter = work.chapters.unscoped("test").get()
    creator = work.creatorships.get().creator
    args: dict[str, list[object]] = {
        "chapter": [work.pk, chapter.pk],
        "download": [work.pk, "txt"],
        "api:work-download": [work.pk, "txt"],
        "api:work-chapter": [work.pk, 1],
        "api:chapter-detail": [chapter.pk],
        "tag": [shelf.fandom.pk, "shelved-fandom"],
        "creator": [creator.pk],
        "series": [shelf.series.pk],
        "api:tag-works": [shelf.fandom.pk],
        "api:fandom-works": [shelf.fandom.pk],
        "api:creator-works": [creator.pk],
        "api:series-works": [shelf.series.pk],
        "opds-download": [work.pk, "txt"],
        "opds-series": [shelf.series.pk],
        "opds2-series": [shelf.series.pk],
        "feed-tag": [shelf.fandom.pk],
        "feed-creator": [creator.pk],
        "feed-series": [shelf.series.pk],
        "download-list": ["txt"],
        "download-series": [shelf.series.pk, "txt"],
        "api:works-download": ["txt"],
        "api:series-download": [shelf.series.pk, "txt"],
    }
    if name in OPENING and name not in args:
        args[name] = [work.pk]
    address = reverse(name, args=args.get(name, []))
    query = {
        "go-to-chapter": f"?chapter={chapter.pk}",
        "api:search-suggest": f"?q={work.title}",
    }
    return address + query.get(name, "")
