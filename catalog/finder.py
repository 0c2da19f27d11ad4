"""The one way to find works: ``find_works(query, viewer)``; engines plug in behind it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Work
from catalog.querytext import (
    ParsedQuery,
    QuerySyntaxError,
    parse,
    parse_best_effort,
)
from catalog.textmatch import text_q
from catalog.vocabulary import language_index
from catalog.workquery import BLURB_ALL, WorkQuery


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: a filter tag (``id``), or a language or state (``id`` None)."""

    name: str
    count: int
    selected: bool = False
    id: int | None = None
    value: str = ""


@dataclass(frozen=True)
class Snippet:
    """A passage of a hit; ``html`` is escaped text with ``<mark>`` around what was found.

    ``chapter_id`` is None for passages of the work's own fields (title, summary, notes, tags).
    """

    html: str
    field: str = "text"
    chapter_id: int | None = None
    chapter_position: int | None = None


@dataclass
class WorkPage:
    """A page of results for one viewer; every number counts only what this viewer may see.

    ``normal`` is the text query in normal form. ``left_out`` counts works that the viewer's
    blocked tags removed. ``degraded``: answered without the index; ``partial``: the deadline
    came before the end. ``error`` is the place where a lenient query could not be parsed; the
    result is then that of the rest.
    """

    query: WorkQuery
    works: list[Work]
    total: int
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    snippets: dict[int, list[Snippet]] = field(default_factory=dict)
    did_you_mean: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    normal: str = ""
    left_out: int = 0
    degraded: bool = False
    partial: bool = False
    error: QuerySyntaxError | None = None


class WorkFinder(Protocol):
    """What an engine offers to the catalogue."""

    def find(self, query: WorkQuery, viewer: Viewer) -> WorkPage:
        """One page of works for a viewer. Raises InvalidInput for a text that cannot be parsed."""

    def similar(
        self, work: Work, viewer: Viewer, limit: int, parts: Collection[str] = BLURB_ALL
    ) -> list[Work]:
        """Works like this one, best first."""

    def random(self, query: WorkQuery, viewer: Viewer, limit: int) -> list[Work]:
        """Works of the result in an order of chance."""


def find_works(query: WorkQuery, viewer: Viewer) -> WorkPage:
    """A page of the works that were asked for and that the viewer may see in lists."""
    return get_finder().find(query, viewer)


@lru_cache(maxsize=1)
def get_finder() -> WorkFinder:
    """The finder named in ``WORK_FINDER``, one per process."""
    finder: WorkFinder = import_string(settings.WORK_FINDER)()
    return finder


def parse_text(query: WorkQuery) -> tuple[ParsedQuery, QuerySyntaxError | None]:
    """The text of a query as a tree, and what is wrong with it.

    Raises QuerySyntaxError unless the query is lenient.
    """
    # Asked for only when the text names a language.
    languages: Any = SimpleLazyObject(language_index)
    if query.lenient:
        return parse_best_effort(query.text, languages=languages)
    return parse(query.text, languages=languages), None


class DatabaseWorkFinder:
    """Finds works without an index: all filters, texts as words of metadata, no facets."""

    notice = say(
        "The search index is not available; only titles, summaries, creators and tags were searched."
    )

    def find(self, query: WorkQuery, viewer: Viewer) -> WorkPage:
        """One page from the database."""
        parsed, error = parse_text(query)
        rows = Work.objects.listed_to(viewer).matching(query).filter(text_q(query, parsed.root))
        total = rows.count()
        ordered = rows.in_order(query.ordering or parsed.ordering).for_blurb(query.parts)
        works = list(ordered[query.offset : query.offset + query.page_size])
        notices = [self.notice] + ([error.detail] if error else [])
        return WorkPage(
            query,
            works,
            total,
            notices=notices,
            normal=parsed.normal,
            degraded=True,
            error=error,
        )

    def similar(
        self, work: Work, viewer: Viewer, limit: int, parts: Collection[str] = BLURB_ALL
    ) -> list[Work]:
        """The newest works that share a fandom."""
        fandoms = work.filter_links.filter(is_direct=True, tag__kind="fandom").values("tag_id")
        rows = Work.objects.listed_to(viewer).filter(filter_links__tag_id__in=fandoms)
        return list(
            rows.exclude(pk=work.pk).distinct().in_order("-updated").for_blurb(parts)[:limit]
        )

    def random(self, query: WorkQuery, viewer: Viewer, limit: int) -> list[Work]:
        """Some works of the result."""
        parsed, _ = parse_text(query)
        rows = Work.objects.listed_to(viewer).matching(query).filter(text_q(query, parsed.root))
        return list(rows.order_by("?").for_blurb(query.parts)[:limit])
