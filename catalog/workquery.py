"""WorkQuery: what was asked of the works. Plain values; knows neither Django nor an engine."""

from dataclasses import dataclass, replace
from datetime import datetime

ORDERINGS = (
    "relevance",
    "updated",
    "published",
    "title",
    "creator",
    "words",
    "kudos",
    "comments",
    "bookmarks",
    "hits",
)
RANGES = ("words", "chapters", "kudos", "comments", "bookmarks", "hits")
DATES = ("updated", "published")
FLAGS = ("complete", "crossover", "single_chapter", "one_pairing", "restricted")
FACET_KINDS = (
    "rating",
    "warning",
    "category",
    "fandom",
    "relationship",
    "character",
    "freeform",
    "language",
    "complete",
)
TEXT_SCOPES = ("all", "metadata", "text")
BLURB_ALL = ("creators", "tags", "series")


@dataclass(frozen=True, order=True)
class TagRef:
    """A tag to filter by: works found under a canonical tag, or with ``exact`` those very words."""

    id: int
    exact: bool = False


@dataclass(frozen=True)
class WorkQuery:
    """What was asked: text, filters, order, page, and what to send along.

    Compares, hashes and is plain data, so it serves as cache key, saved search and test input.
    Every clause may only remove rows. ``ranges`` hold (name, low, high) with inclusive bounds,
    None for open; ``dates`` the same with aware datetimes; ``flags`` (name, wanted).
    ``tags`` all apply, of each group in ``tags_any`` at least one, none of ``tags_not`` and of
    ``tags_blocked`` (what this viewer never wants to see). ``text`` is a line of the query
    language; ``title``, ``creator`` and ``tag_text`` are words in those fields.
    ``ordering`` "" means relevance with a text and the newest first without. ``lenient``: a text
    that cannot be parsed is used as far as it can be, instead of being refused (pages).
    ``parts`` are what is fetched along with the works.
    """

    text: str = ""
    text_scope: str = "all"
    title: str = ""
    creator: str = ""
    tag_text: str = ""
    tags: tuple[TagRef, ...] = ()
    tags_any: tuple[tuple[TagRef, ...], ...] = ()
    tags_not: tuple[TagRef, ...] = ()
    tags_blocked: tuple[TagRef, ...] = ()
    languages: tuple[str, ...] = ()
    languages_not: tuple[str, ...] = ()
    ranges: tuple[tuple[str, int | None, int | None], ...] = ()
    dates: tuple[tuple[str, datetime | None, datetime | None], ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()
    series: tuple[int, ...] = ()
    creators: tuple[int, ...] = ()
    ordering: str = ""
    page: int = 1
    page_size: int = 20
    facets: tuple[str, ...] = ()
    facet_size: int = 10
    highlight: bool = False
    lenient: bool = False
    parts: tuple[str, ...] = BLURB_ALL

    @property
    def offset(self) -> int:
        """How many results come before the page."""
        return (self.page - 1) * self.page_size

    @property
    def has_text(self) -> bool:
        """Whether words were asked for, so that relevance means something."""
        return bool(self.text or self.title or self.creator or self.tag_text)

    def at_page(self, page: int) -> "WorkQuery":
        """The same query for another page."""
        return replace(self, page=page)
