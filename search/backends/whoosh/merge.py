"""Several segments made one: small ones are merged so that a search opens few files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.backends.whoosh.arrays import Array, lengths_of
from search.backends.whoosh.gather import Source, WordMerger
from search.backends.whoosh.layout import MAX_DOCS
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.sidecar import COLUMNS, RELATIONS, Sidecar
from search.backends.whoosh.terms import Terms

if TYPE_CHECKING:
    from search.backends.whoosh.writer import ArchiveWriter

_TIER = 4
"""So many segments of one size class are merged."""

_TINY = 16
"""Segments with fewer works than this are merged by threes, which takes milliseconds."""

_FEW = 3

_GROWTH = 8
"""The works of one size class are so many times those of the one below."""


@dataclass
class Merged:
    """The content of a new segment."""

    words: WordMerger
    sidecar: Sidecar
    languages: list[str]
    language_of: Array
    lengths: Array


@dataclass
class MergePolicy:
    """Merges four or more segments of like size, and those that are mostly removed works.

    At the end of a build all are merged as far as the limit of a segment allows.
    """

    opened: Mapping[str, Opened]
    is_final: bool = False

    def apply(
        self, writer: "ArchiveWriter", segments: list[ArchiveSegment]
    ) -> list[ArchiveSegment]:
        """The segments after merging; empty ones are dropped."""
        kept = [segment for segment in segments if segment.doc_count()]
        for group in _groups(kept, is_final=self.is_final):
            parts = [(self.opened[segment.file_name], segment) for segment in group]
            merged = writer.write_merged(merge(parts))
            at = kept.index(group[0])
            kept = [segment for segment in kept if segment not in group]
            kept.insert(min(at, len(kept)), merged)
        return kept


def _groups(segments: list[ArchiveSegment], *, is_final: bool) -> list[list[ArchiveSegment]]:
    """What to merge: by size classes, or all, within the limit of one segment."""
    tiers: dict[int, list[ArchiveSegment]] = {}
    groups = []
    for segment in segments:
        if segment.deleted_count() * 2 > segment.works:
            groups.append([segment])
        else:
            tiers.setdefault(0 if is_final else _tier(segment), []).append(segment)
    for number, tier in tiers.items():
        if is_final or len(tier) >= (_TIER if number else _FEW):
            groups += _within_limits(tier)
    return groups


def _tier(segment: ArchiveSegment) -> int:
    tier = 0
    works = segment.doc_count() // _TINY
    while works:
        works //= _GROWTH
        tier += 1
    return tier


def _within_limits(segments: list[ArchiveSegment]) -> list[list[ArchiveSegment]]:
    groups: list[list[ArchiveSegment]] = []
    works = 0
    for segment in segments:
        works += segment.doc_count()
        if groups and works <= MAX_DOCS:
            groups[-1].append(segment)
        else:
            groups.append([segment])
            works = segment.doc_count()
    return [group for group in groups if len(group) > 1]


def merge(parts: list[tuple[Opened, ArchiveSegment]]) -> Merged:
    """The works of several segments that are not removed, in the order of their ids."""
    live = [_live(opened, segment) for opened, segment in parts]
    ids = np.concatenate([opened.ids[docs] for (opened, _), docs in zip(parts, live, strict=True)])
    new_place = np.empty(len(ids), np.int64)
    order = np.argsort(ids, kind="stable")
    new_place[order] = np.arange(len(ids))
    sources = []
    at = 0
    for (opened, _), docs in zip(parts, live, strict=True):
        renumbered = np.full(opened.works, -1, np.int64)
        renumbered[docs] = new_place[at : at + len(docs)]
        sources.append(Source(opened, docs, renumbered))
        at += len(docs)
    languages: dict[str, int] = {}
    language_of = []
    for source in sources:
        names = source.opened.languages
        moved = np.array([languages.setdefault(name, len(languages)) for name in names], np.uint16)
        language_of.append(moved[source.column("work.language")])
    lengths = np.concatenate([source.column("work.lengths") for source in sources])
    return Merged(
        words=WordMerger(sources),
        sidecar=_sidecars(sources, order),
        languages=list(languages),
        language_of=np.concatenate(language_of)[order],
        lengths=lengths[order],
    )


def _live(opened: Opened, segment: ArchiveSegment) -> Array:
    docs = np.arange(opened.works)
    return np.setdiff1d(docs, np.array(segment.dead.to_array(), dtype=np.int64))


def _sidecars(sources: list[Source], order: Array) -> Sidecar:
    audiences = sorted({name for source in sources for name in source.opened.audiences})
    titles: list[bytes] = []
    creators: list[bytes] = []
    kinds: dict[int, str] = {}
    for source in sources:
        titles += _texts(source, "title")
        creators += _texts(source, "creator")
        kinds.update(_kinds(source.opened))
    return Sidecar(
        columns={
            name: np.concatenate([s.column(f"work.{name}") for s in sources])[order]
            for name in COLUMNS
        },
        flags=np.concatenate([s.column("work.flags") for s in sources])[order],
        audience=np.concatenate([_audience(s, audiences) for s in sources])[order],
        audiences=audiences,
        sort_titles=[titles[at] for at in order.tolist()],
        sort_creators=[creators[at] for at in order.tolist()],
        relations={name: _related(sources, name) for name in RELATIONS},
        kinds=kinds,
    )


def _texts(source: Source, name: str) -> list[bytes]:
    terms = Terms(source.opened[f"{name}.blob"], source.opened[f"{name}.ends"])
    texts = terms.between(0, len(terms))
    return [texts[rank] for rank in source.column(f"{name}.ranks").tolist()]


def _kinds(opened: Opened) -> dict[int, str]:
    numbers = opened["tag.kinds"].tolist()
    return {
        tag: opened.kinds[kind]
        for tag, kind in zip(opened.tag_ids.tolist(), numbers, strict=True)
        if kind
    }


def _audience(source: Source, audiences: list[str]) -> Array:
    bits = source.column("work.audience")
    moved = np.zeros_like(bits)
    for old, name in enumerate(source.opened.audiences):
        moved |= ((bits >> old) & 1) << audiences.index(name)
    return moved


def _related(sources: list[Source], name: str) -> tuple[Array, Array]:
    ids, docs = [], []
    for source in sources:
        some_ids, some_docs = _direct(source) if name == "direct_tags" else _inverse(source, name)
        places = source.renumbered[some_docs]
        ids.append(some_ids[places >= 0])
        docs.append(places[places >= 0])
    return np.concatenate(ids), np.concatenate(docs)


def _inverse(source: Source, name: str) -> tuple[Array, Array]:
    opened = source.opened
    owners = opened.tag_ids if name in {"tags", "filter_tags"} else opened[f"{name}.ids"]
    counts = lengths_of(opened[f"{name}.start"])
    return np.repeat(owners, counts), opened[f"{name}.docs"]


def _direct(source: Source) -> tuple[Array, Array]:
    opened = source.opened
    rows = opened["direct.rows"]
    docs, at = np.nonzero(rows < len(opened.tag_ids))
    numbers = np.concatenate((rows[docs, at], opened["direct.over_tags"]))
    return opened.tag_ids[numbers], np.concatenate((docs, opened["direct.over_docs"]))
