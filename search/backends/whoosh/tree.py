"""Evaluates the tree of conditions over all segments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from catalog.querytext.nodes import (
    And,
    DateRange,
    Everything,
    Flag,
    Fuzzy,
    Language,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Text,
    Word,
)
from search.backends.deadline import Deadline
from search.backends.matching import second_bounds
from search.backends.scoring import rarity
from search.backends.whoosh.arrays import Array, where_any
from search.backends.whoosh.layout import FLAGS
from search.backends.whoosh.leaves import prepare
from search.backends.whoosh.snapshot import Snapshot, View
from search.backends.whoosh.wordlists import NOTHING

_DENSE = 32
"""A list with a larger part of the works than one of so many is looked up in a table."""

_MUCH_LONGER = 4
"""From this ratio on a search in the longer list is quicker than spreading it out."""


@dataclass(slots=True)
class Scored:
    """What matches in one segment: rising ordinals and a score for each.

    The score is ``weight`` times the strength, multiplied only for those that are to be ranked.
    """

    docs: Array
    strengths: Array
    weight: int = 1
    table: Callable[[], Array] | None = None

    @property
    def scores(self) -> Array:
        """The score of each work."""
        return self.strengths.astype(np.int32, copy=False) * np.int32(self.weight)

    def among(self, kept: Array) -> "Scored":
        """Only the works for which there is a truth value."""
        return self.at(kept.nonzero()[0])

    def at(self, places: Array) -> "Scored":
        """Only the works at these places, which rise."""
        return Scored(self.docs.take(places), self.strengths.take(places), self.weight)

    def as_mask(self, works: int) -> Array:
        """A truth value for each work."""
        mask = np.zeros(works, bool)
        mask[self.docs.astype(np.intp)] = True
        return mask


@dataclass(slots=True)
class Plain:
    """What matches in one segment without a score: a truth value for each work."""

    mask: Array

    def as_mask(self, works: int) -> Array:
        """A truth value for each work."""
        return self.mask


Found: TypeAlias = Scored | Plain


class TreeEvaluator:
    """Evaluates node by node over all segments, because rarity is a matter of the whole index.

    What is found may still hold removed works; the mask of the audience takes them away.
    """

    def __init__(self, snapshot: Snapshot, scope: str, deadline: Deadline) -> None:
        self._snapshot = snapshot
        self._views = snapshot.views
        self._scope = scope
        self._deadline = deadline

    def find(self, node: Node) -> list[Found] | None:
        """What matches in each segment; None when the node restricts nothing."""
        if isinstance(node, And):
            return self._all(node)
        if isinstance(node, Or):
            return self._any(node)
        if isinstance(node, Not):
            return self._not(node)
        if isinstance(node, Everything):
            return [Plain(_alive(view)) for view in self._views]
        if isinstance(node, Word | Phrase | Prefix | Fuzzy):
            return self._text(node)
        return [Plain(_condition(view, node)) for view in self._views]

    def _text(self, node: Text) -> list[Found] | None:
        find = prepare(node, self._snapshot.bases, self._scope)
        if find is None:
            return None
        matches = [
            NOTHING if self._deadline.is_over() else find(view.opened, self._deadline)
            for view in self._views
        ]
        living = map(View.count_living, self._views, (match.docs for match in matches))
        weight = rarity(self._snapshot.works, sum(living))
        return [
            Scored(match.docs, match.strengths, match.factor * weight, match.table)
            for match in matches
        ]

    def _children(self, node: And | Or) -> list[list[Found]]:
        found = map(self.find, node.children)
        return [parts for parts in found if parts is not None]

    def _all(self, node: And) -> list[Found] | None:
        children = self._children(node)
        if not children:
            return None
        return [
            _intersection([parts[at] for parts in children], view.works)
            for at, view in enumerate(self._views)
        ]

    def _any(self, node: Or) -> list[Found] | None:
        children = self._children(node)
        if not children:
            return None
        return [
            _union([parts[at] for parts in children], view.works)
            for at, view in enumerate(self._views)
        ]

    def _not(self, node: Not) -> list[Found] | None:
        found = self.find(node.child)
        if found is None:
            return None
        if self._deadline.is_over():
            # What is incomplete must not be turned into its opposite.
            return [Scored(NOTHING.docs, NOTHING.strengths) for _ in self._views]
        return [
            Plain(_alive(view) & ~part.as_mask(view.works))
            for view, part in zip(self._views, found, strict=True)
        ]


def _alive(view: View) -> Array:
    return np.ones(view.works, bool) if view.alive is None else view.alive


def _intersection(parts: list[Found], works: int) -> Found:
    masks = [part.mask for part in parts if isinstance(part, Plain)]
    lists = sorted((p for p in parts if isinstance(p, Scored)), key=lambda part: len(part.docs))
    if not lists:
        return Plain(np.logical_and.reduce(masks))
    found = lists[0]
    if not len(found.docs):
        return found
    for other in lists[1:]:
        found = _both(found, other, works)
    for mask in masks:
        found = found.among(mask.take(found.docs))
    return found


def _both(few: Scored, many: Scored, works: int) -> Scored:
    """Works of both lists, the shorter first."""
    if not len(few.docs):
        return few
    if many.table is not None and len(many.docs) * _DENSE > works:
        more = many.table().take(few.docs)
        kept = where_any(more)
        more = more.take(kept)
    elif len(many.docs) > _MUCH_LONGER * len(few.docs):
        at = many.docs.searchsorted(few.docs)
        at[at == len(many.docs)] = 0
        kept = (many.docs.take(at) == few.docs).nonzero()[0]
        more = many.strengths.take(at.take(kept))
    else:
        spread = np.full(works, -1, np.int32)
        spread[many.docs.astype(np.intp)] = many.strengths
        more = spread.take(few.docs)
        kept = (more >= 0).nonzero()[0]
        more = more.take(kept)
    found = few.at(kept)
    scores = found.scores
    scores += more * np.int32(many.weight)
    return Scored(found.docs, scores)


def _union(parts: list[Found], works: int) -> Found:
    mask = np.zeros(works, bool)
    scores = np.zeros(works, np.int32)
    for part in parts:
        if isinstance(part, Plain):
            mask |= part.mask
        else:
            at = part.docs.astype(np.intp)
            mask[at] = True
            scores[at] += part.scores
    docs = np.flatnonzero(mask)
    return Scored(docs.astype(np.uint16), scores.take(docs))


def _condition(view: View, node: Range | DateRange | Flag | Language) -> Array:
    mask = condition_mask(view, node)
    return mask if view.alive is None else mask & view.alive


def condition_mask(view: View, node: Range | DateRange | Flag | Language) -> Array:
    """Which works, removed ones included, fulfil a condition on their properties."""
    if isinstance(node, Flag):
        is_set: Array = (view["work.flags"] >> FLAGS.index(node.field) & 1) == node.value
        return is_set
    if isinstance(node, Language):
        return language_mask(view, [node.code])
    if isinstance(node, DateRange):
        low, high = second_bounds(node)
    else:
        low = -np.inf if node.low is None else node.low
        high = np.inf if node.high is None else node.high
    return bounds_mask(view, node.field, low, high)


def bounds_mask(view: View, name: str, low: float, high: float) -> Array:
    """Which works have a number or a time between inclusive bounds."""
    column = view[f"work.{name}"]
    mask: Array = (column >= low) & (column <= high)
    return mask


def language_mask(view: View, codes: list[str]) -> Array:
    """Which works are in one of these languages."""
    languages = view.opened.languages
    numbers = [number for number, code in enumerate(languages) if code in codes]
    return np.isin(view["work.language"], numbers)
