"""What a feed holds: plain values that each format writes in its own form."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When an empty feed changed last."""

OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
"""What both versions of OPDS call a link to a file that anybody may have."""


@dataclass(frozen=True)
class Name:
    """A creator, language or series with the path of its own list; "" where it has none."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class Subject:
    """A tag as typed; ``path`` lists the works found under it."""

    kind: str
    name: str
    code: str
    path: str


@dataclass(frozen=True)
class Place:
    """A place in a series."""

    title: str
    position: int
    path: str


@dataclass(frozen=True)
class Publication:
    """A work as a feed shows it to one viewer; addresses are absolute, paths below the root."""

    id: int
    identifier: str
    title: str
    page: str
    creators: tuple[Name, ...]
    language: str
    direction: str
    subjects: tuple[Subject, ...]
    series: tuple[Place, ...]
    summary_html: str
    summary: str
    words: int
    chapters: str
    is_complete: bool
    published: datetime
    updated: datetime
    modified: datetime
    publisher: str
    rights: str = ""
    news: str = ""
    news_page: str = ""

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The names of its tags of one kind."""
        return tuple(subject.name for subject in self.subjects if subject.kind == kind)


@dataclass(frozen=True)
class Shelf:
    """An entry of a navigation feed: ``path`` below the root of the catalogue."""

    path: str
    title: str
    summary: str = ""
    count: int | None = None
    rel: str = "subsection"
    holds_works: bool = True


@dataclass(frozen=True)
class FacetLink:
    """One choice of a group; ``path`` is the list with it."""

    title: str
    path: str
    count: int | None = None
    is_active: bool = False


@dataclass(frozen=True)
class FacetGroup:
    """Choices of which one at most is active."""

    title: str
    links: Sequence[FacetLink]


@dataclass(frozen=True)
class Paging:
    """Where a page stands; ``paths`` maps first, previous, next and last to those that exist."""

    total: int
    size: int
    number: int
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """The number of the first row of the page, from 1."""
        return (self.number - 1) * self.size + 1


@dataclass(frozen=True)
class Feed:
    """A page of a catalogue: shelves, or publications with facets.

    ``path`` is its own place below the root, ``up`` that of the feed above it. ``groups`` are
    further lists of publications under a title and a path.
    """

    path: str
    title: str
    up: str | None = ""
    shelves: Sequence[Shelf] = ()
    publications: Sequence[Publication] = ()
    holds_works: bool = False
    facets: Sequence[FacetGroup] = ()
    paging: Paging | None = None
    notices: Sequence[str] = ()
    groups: Sequence[tuple[str, str, Sequence[Publication]]] = ()
    changed: datetime = LONG_AGO

    @property
    def updated(self) -> datetime:
        """When the newest thing in it changed."""
        groups = [each for _, _, rows in self.groups for each in rows]
        return max(
            [self.changed, *(each.modified for each in [*self.publications, *groups])],
            default=LONG_AGO,
        )


@dataclass(frozen=True)
class Site:
    """The archive as this client reaches it: ``base`` without a slash at the end, ``root`` the
    path of the catalogue with one, formats as (extension, media type) pairs."""

    name: str
    base: str
    root: str
    formats: Sequence[tuple[str, str]]
    is_guest: bool = True

    def to(self, path: str) -> str:
        """The address of a place of the catalogue."""
        return f"{self.base}{self.root}{path}"
