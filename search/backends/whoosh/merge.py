"""Several segments made one: small ones are merged so that a search opens few files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.backends.whoosh.arrays import Array, lengths_of
from search.backends.whoosh.layout import MAX_DOCS, MAX_TOKENS
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.segment import ArchiveSegment
from search.backends.whoosh.sidecar import COLUMNS, RELATIONS, Sidecar
from search.backends.whoosh.terms import Terms
from search.backends.whoosh.tokens import TokenTable, mark_terms, pack, renumbered

if TYPE_CHECKING:
    from search.backends.whoosh.writer import ArchiveWriter

_TIER = 8
"""So many segments of one size are merged."""


@dataclass
class Merged:
    """The content of a new segment."""

    table: TokenTable
    sidecar: Sidecar


@dataclass
class MergePolicy:
    """Merges eight or more segments of like size, and those that are mostly removed works."""

    opened: Mapping[str, Opened]

    def apply(
        self, writer: "ArchiveWriter", segments: list[ArchiveSegment]
    ) -> list[ArchiveSegment]:
        """The segments after merging; empty ones are dropped."""
        kept = [segment for segment in segments if segment.doc_count()]
        for group in _groups(kept):
            parts = [(self.opened[segment.file_name], segment) for segment in group]
            merged = writer.write_merged(merge(parts))
            at = kept.index(group[0])
            kept = [segment for segment in kept if segment not in group]
            kept.insert(min(at, len(kept)), merged)
        return kept


def _groups(segments: list[ArchiveSegment]) -> list[list[ArchiveSegment]]:
    """What to merge: by size classes, within the limits of one segment."""
    tiers: dict[int, list[ArchiveSegment]] = {}
    groups = []
    for segment in segments:
        if segment.deleted_count() * 2 > segment.works:
            groups.append([segment])
        else:
            tiers.setdefault(_tier(segment), []).append(segment)
    for tier in tiers.values():
        if len(tier) >= _TIER:
            groups += _within_limits(tier)
    return groups


def _tier(segment: ArchiveSegment) -> int:
    tier = 0
    works = segment.doc_count()
    while works >= _TIER:
        works //= _TIER
        tier += 1
    return tier


def _within_limits(segments: list[ArchiveSegment]) -> list[list[ArchiveSegment]]:
    groups: list[list[ArchiveSegment]] = []
    works = tokens = 0
    for segment in segments:
        works += segment.doc_count()
        tokens += segment.tokens
        if groups and works <= MAX_DOCS and tokens <= MAX_TOKENS:
            groups[-1].append(segment)
        else:
            groups.append([segment])
            works, tokens = segment.doc_count(), segment.tokens
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
        sources.append(_Source(opened, docs, renumbered))
        at += len(docs)
    return Merged(_tables(sources, order), _sidecars(sources, order))


def _live(opened: Opened, segment: ArchiveSegment) -> Array:
    docs = np.arange(opened.works)
    return np.setdiff1d(docs, np.array(segment.dead.to_array(), dtype=np.int64))


@dataclass
class _Source:
    """A segment to be merged: its live works, and where each ordinal goes (-1: nowhere)."""

    opened: Opened
    docs: Array
    renumbered: Array

    def column(self, name: str) -> Array:
        """A column of the live works."""
        return self.opened[name][self.docs]


def _tables(sources: list[_Source], order: Array) -> TokenTable:
    terms, numbers = _dictionary([source.opened.terms for source in sources])
    languages: dict[str, int] = {}
    language_of = []
    for source in sources:
        names = source.opened.languages
        moved = np.array([languages.setdefault(name, len(languages)) for name in names], np.uint16)
        language_of.append(moved[source.column("work.language")])
    lengths = np.concatenate([source.column("work.lengths") for source in sources])[order]
    text, meta = (
        [
            _tokens(source, group, own_numbers)
            for source, own_numbers in zip(sources, numbers, strict=True)
        ]
        for group in ("text", "meta")
    )
    return _used(
        TokenTable(
            terms=terms,
            text=np.concatenate(text),
            meta=np.concatenate(meta),
            languages=list(languages),
            language_of=np.concatenate(language_of)[order],
            lengths=lengths.astype(np.int64),
        )
    )


def _dictionary(parts: list[Terms]) -> tuple[list[bytes], list[Array]]:
    """All terms sorted, and the new number of every old one."""
    lists = [terms.between(0, len(terms)) for terms in parts]
    merged = sorted(set().union(*lists))
    number_of = {term: number for number, term in enumerate(merged)}
    return merged, [
        np.fromiter(map(number_of.__getitem__, terms), np.uint32, len(terms)) for terms in lists
    ]


def _tokens(source: _Source, group: str, numbers: Array) -> Array:
    opened = source.opened
    docs = np.repeat(opened[f"{group}.docs"], opened[f"{group}.counts"])
    places = opened[f"{group}.places"]
    per_term = lengths_of(opened[f"{group}.place.start"])
    new_docs = source.renumbered[docs]
    tokens = pack(np.repeat(numbers, per_term), np.maximum(new_docs, 0), places)
    kept: Array = tokens[new_docs >= 0]
    return kept


def _used(table: TokenTable) -> TokenTable:
    """Without the words that only removed works had; the tokens are sorted."""
    seen = np.zeros(len(table.terms), bool)
    for tokens in (table.text, table.meta):
        mark_terms(tokens, seen)
    new_number = (np.cumsum(seen) - 1).astype(np.uint64)
    table.terms = [
        term for term, is_used in zip(table.terms, seen.tolist(), strict=True) if is_used
    ]
    table.text = renumbered(table.text, new_number)
    table.meta = renumbered(table.meta, new_number)
    return table


def _sidecars(sources: list[_Source], order: Array) -> Sidecar:
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


def _texts(source: _Source, name: str) -> list[bytes]:
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


def _audience(source: _Source, audiences: list[str]) -> Array:
    bits = source.column("work.audience")
    moved = np.zeros_like(bits)
    for old, name in enumerate(source.opened.audiences):
        moved |= ((bits >> old) & 1) << audiences.index(name)
    return moved


def _related(sources: list[_Source], name: str) -> tuple[Array, Array]:
    ids, docs = [], []
    for source in sources:
        some_ids, some_docs = _direct(source) if name == "direct_tags" else _inverse(source, name)
        places = source.renumbered[some_docs]
        ids.append(some_ids[places >= 0])
        docs.append(places[places >= 0])
    return np.concatenate(ids), np.concatenate(docs)


def _inverse(source: _Source, name: str) -> tuple[Array, Array]:
    opened = source.opened
    owners = opened.tag_ids if name in {"tags", "filter_tags"} else opened[f"{name}.ids"]
    counts = lengths_of(opened[f"{name}.start"])
    return np.repeat(owners, counts), opened[f"{name}.docs"]


def _direct(source: _Source) -> tuple[Array, Array]:
    opened = source.opened
    rows = opened["direct.rows"]
    docs, at = np.nonzero(rows < len(opened.tag_ids))
    numbers = np.concatenate((rows[docs, at], opened["direct.over_tags"]))
    return opened.tag_ids[numbers], np.concatenate((docs, opened["direct.over_docs"]))
