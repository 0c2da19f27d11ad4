"""The filters of a query, in one segment."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from catalog.workquery import TagRef, WorkQuery
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.layout import FLAGS
from search.backends.whoosh.snapshot import View
from search.backends.whoosh.tree import Found, Scored, bounds_mask, language_mask


@dataclass(slots=True)
class Passed:
    """The works of a segment that pass, and how many blocked tags took away."""

    found: Scored
    left_out: int = 0


class Filters:
    """Everything in a query that only removes works, but for its texts."""

    def __init__(self, query: WorkQuery) -> None:
        self._query = query
        self._tags = sorted(query.tags)
        self._is_bare = not (
            query.tags
            or query.tags_any
            or query.tags_not
            or query.languages
            or query.languages_not
            or query.series
            or query.creators
            or query.ranges
            or query.dates
            or query.flags
        )

    def apply(
        self, view: View, found: Found | None, open_to: Array | None, without: Array | None
    ) -> Passed:
        """What is left of the matching works (None: of all)."""
        rest, tags = self._start(view, found)
        if not len(rest.docs):
            return Passed(rest)
        masks = list(self._masks(view, open_to, tags))
        if masks:
            mask = masks[0] if len(masks) == 1 else np.logical_and.reduce(masks)
            rest = rest.among(mask.take(rest.docs))
        if without is not None and len(without):
            rest = rest.among(np.isin(rest.docs, without, invert=True))
        if not self._query.tags_blocked:
            return Passed(rest)
        passed = rest.among(~self._blocked(view).take(rest.docs))
        return Passed(passed, len(rest.docs) - len(passed.docs))

    def _start(self, view: View, found: Found | None) -> tuple[Scored, list[TagRef]]:
        """The works to look through, and the tags that are yet to be looked at.

        The works are those of the text, or of the rarest tag, or all.
        """
        if isinstance(found, Scored):
            return found, self._tags
        tags = self._tags
        if len(tags) > 1:
            tags = sorted(tags, key=lambda tag: len(_docs(view, tag)))
        if tags:
            docs = _docs(view, tags[0])
            docs = docs if found is None else docs.compress(found.mask.take(docs))
        else:
            docs = np.arange(view.works) if found is None else np.flatnonzero(found.mask)
        return Scored(docs.astype(np.uint16, copy=False), np.zeros(len(docs), np.uint8)), tags[1:]

    def _masks(self, view: View, open_to: Array | None, tags: list[TagRef]) -> Iterable[Array]:
        query = self._query
        if open_to is not None:
            yield open_to
        if self._is_bare:
            return
        for tag in tags:
            yield _mask(view, tag)
        for group in query.tags_any:
            yield _any(view, [(_relation(tag), tag.id) for tag in group])
        for tag in query.tags_not:
            yield ~_mask(view, tag)
        if query.languages:
            yield language_mask(view, list(query.languages))
        if query.languages_not:
            yield ~language_mask(view, list(query.languages_not))
        if query.series:
            yield _any(view, [("series_ids", pk) for pk in query.series])
        if query.creators:
            yield _any(view, [("creator_ids", pk) for pk in query.creators])
        yield from self._properties(view)

    def _properties(self, view: View) -> Iterable[Array]:
        for name, low, high in self._query.ranges:
            yield bounds_mask(
                view, name, -np.inf if low is None else low, np.inf if high is None else high
            )
        for name, first, last in self._query.dates:
            yield bounds_mask(view, name, _seconds(first, -math.inf), _seconds(last, math.inf))
        for name, wanted in self._query.flags:
            yield (view["work.flags"] >> FLAGS.index(name) & 1) == wanted

    def _blocked(self, view: View) -> Array:
        return _any(view, [(_relation(tag), tag.id) for tag in self._query.tags_blocked])


def _relation(tag: TagRef) -> str:
    return "tags" if tag.exact else "filter_tags"


def _docs(view: View, tag: TagRef) -> Array:
    return view.opened.docs_of(_relation(tag), tag.id)


def _mask(view: View, tag: TagRef) -> Array:
    return view.opened.mask_of(_relation(tag), tag.id)


def _any(view: View, owners: list[tuple[str, int]]) -> Array:
    mask = np.zeros(view.works, bool)
    for relation, owner in owners:
        mask[view.opened.docs_of(relation, owner).astype(np.intp)] = True
    return mask


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return otherwise if moment is None else math.floor(moment.timestamp())
