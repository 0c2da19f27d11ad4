"""Finding works through the index: hits of an engine, made into rows that the viewer may see."""

import logging
from collections.abc import Collection, Sequence, Set

from archive.core.errors import Unavailable
from archive.core.viewer import Viewer
from catalog.finder import DatabaseWorkFinder, FacetValue, WorkPage, parse_text
from catalog.models import Tag, Work
from catalog.querytext import ParsedQuery
from catalog.visibility import terms_of
from catalog.vocabulary import language_names
from catalog.workquery import BLURB_ALL, WorkQuery
from search.backends import Hits, IndexUnavailable, get_backend
from search.backends.deadline import Deadline
from search.highlight import highlights
from search.models import IndexEvent
from search.nudge import report_trouble
from search.spelling import FEW_HITS, suggestions

MAX_WITHDRAWN = 10_000

PAGE_SECONDS = 0.7
"""From this moment on nothing is begun any more: works without a snippet yet stay without."""

_STATES: dict[int | str, str] = {"true": "Complete", "false": "In progress"}

logger = logging.getLogger(__name__)


def withdrawn_works() -> list[int] | None:
    """Works that somebody can no longer see and that the index may still show.

    They are cut from every result before it is counted. None when there are more than ten
    thousand: then the index cannot be asked until it has caught up.
    """
    rows = IndexEvent.objects.filter(is_withdrawal=True).order_by()
    ids = list(rows.values_list("object_id", flat=True).distinct()[: MAX_WITHDRAWN + 1])
    return None if len(ids) > MAX_WITHDRAWN else ids


class IndexWorkFinder:
    """Asks the search engine; without an index, the database, and says so.

    A stale index may show too little for a second, never too much: withdrawn works are cut before
    counting, and every hit is fetched again as what this viewer may see.
    """

    def find(self, query: WorkQuery, viewer: Viewer) -> WorkPage:
        """One page of works. Raises QuerySyntaxError for a text that cannot be parsed."""
        deadline = Deadline(PAGE_SECONDS)
        parsed, error = parse_text(query)
        withdrawn = withdrawn_works()
        if withdrawn is None:
            return DatabaseWorkFinder().find(query, viewer)
        audience = terms_of(viewer)
        try:
            hits = get_backend().search(query, parsed, audience, withdrawn)
        except IndexUnavailable as unavailable:
            _log(unavailable)
            return DatabaseWorkFinder().find(query, viewer)
        # Snippets may come from any part of a work.
        works = _rows(hits.ids, viewer, BLURB_ALL if query.highlight else query.parts)
        snippets = highlights(works, query, parsed, viewer, deadline) if query.highlight else {}
        notices = [notice.text for notice in parsed.notices]
        return WorkPage(
            query=query,
            works=works,
            total=hits.total - (len(hits.ids) - len(works)),
            facets=_facets(hits, query),
            snippets=snippets,
            did_you_mean=_suggestions(query, parsed, hits, audience, withdrawn, deadline),
            notices=notices + ([error.detail] if error else []),
            normal=parsed.normal,
            left_out=hits.left_out,
            partial=hits.partial,
            error=error,
        )

    def similar(
        self, work: Work, viewer: Viewer, limit: int, parts: Collection[str] = BLURB_ALL
    ) -> list[Work]:
        """Works like this one, best first."""
        withdrawn = withdrawn_works()
        if withdrawn is not None:
            try:
                ids = get_backend().similar(work.pk, terms_of(viewer), withdrawn, limit)
            except IndexUnavailable as unavailable:
                _log(unavailable)
            else:
                return _rows(ids, viewer, parts)
        return DatabaseWorkFinder().similar(work, viewer, limit, parts)

    def random(self, query: WorkQuery, viewer: Viewer, limit: int) -> list[Work]:
        """Works of the result in an order of chance."""
        parsed, _ = parse_text(query)
        withdrawn = withdrawn_works()
        if withdrawn is not None:
            try:
                ids = _random_ids(query, parsed, viewer, withdrawn, limit)
            except IndexUnavailable as unavailable:
                _log(unavailable)
            else:
                return _rows(ids, viewer, query.parts)
        return DatabaseWorkFinder().random(query, viewer, limit)


def _random_ids(
    query: WorkQuery, parsed: ParsedQuery, viewer: Viewer, withdrawn: Sequence[int], limit: int
) -> list[int]:
    return get_backend().random(query, parsed, terms_of(viewer), withdrawn, limit)


def _suggestions(
    query: WorkQuery,
    parsed: ParsedQuery,
    hits: Hits,
    audience: Set[str],
    withdrawn: Sequence[int],
    deadline: Deadline,
) -> list[str]:
    # How many works a query finds that was cut short is not known, so neither what finds more.
    if hits.total >= FEW_HITS or hits.partial:
        return []
    try:
        return suggestions(query, parsed, hits.total, audience, withdrawn, deadline)
    except Unavailable:
        # The page is there already; a suggestion is not worth an error.
        return []


def _rows(ids: Sequence[int], viewer: Viewer, parts: Collection[str] = BLURB_ALL) -> list[Work]:
    """The works in the order of the hits; who vanished since is left out."""
    if not ids:
        return []
    rows = Work.objects.listed_to(viewer).filter(pk__in=ids).for_blurb(parts)
    found = {work.pk: work for work in rows}
    return [found[pk] for pk in ids if pk in found]


def _facets(hits: Hits, query: WorkQuery) -> dict[str, list[FacetValue]]:
    """The facets with names: one statement for tags."""
    ids = {
        value for values in hits.facets.values() for value, _ in values if isinstance(value, int)
    }
    names = dict(_STATES)
    if ids:
        names.update(Tag.objects.filter(pk__in=ids).values_list("pk", "name"))
    if hits.facets.get("language"):
        names.update(language_names())
    selected = _selected(query)
    return {
        facet: [
            FacetValue(
                name=names[value],
                count=count,
                selected=(facet, value) in selected or value in selected,
                id=value if isinstance(value, int) else None,
                value=str(value),
            )
            for value, count in values
            if value in names
        ]
        for facet, values in hits.facets.items()
    }


def _selected(query: WorkQuery) -> set[object]:
    """What the query itself names: tag ids, and (facet, value) of the other facets."""
    tags = [*query.tags, *(tag for group in query.tags_any for tag in group)]
    chosen: set[object] = {tag.id for tag in tags}
    chosen.update(("language", code) for code in query.languages)
    chosen.update(
        ("complete", "true" if wanted else "false")
        for name, wanted in query.flags
        if name == "complete"
    )
    return chosen


def _log(error: IndexUnavailable) -> None:
    report_trouble()
    logger.warning("Answered from the database: %s", error.detail)
