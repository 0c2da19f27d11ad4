"""Merges the words of several segments: lists are put one behind the other, nothing is recounted.

Impacts do not depend on the segment, so the lists of a new segment are those of the old ones
without the works that were removed.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.analysis.pieces import STEM
from search.backends.whoosh.arrays import Array, Spool, lengths_of, ranges
from search.backends.whoosh.layout import DOC_BITS
from search.backends.whoosh.opened import Opened
from search.backends.whoosh.terms import pack_terms

_PIECE = 250_000
_CELLS = 1_000_000
"""At most so many terms times sources at once, for which counts are laid out side by side."""

_DOC_MASK = (1 << DOC_BITS) - 1
_ARRAYS = {
    "text": ("docs", "counts", "places"),
    "meta": ("docs", "counts", "places"),
    "lists": ("docs", "impacts"),
}

_Piece = dict[str, Array]


@dataclass
class Source:
    """A segment to be merged: its living works, and where each ordinal goes (-1: nowhere)."""

    opened: Opened
    docs: Array
    renumbered: Array

    def column(self, name: str) -> Array:
        """A column of the living works."""
        return self.opened[name].take(self.docs, axis=0)

    @property
    def has_gone(self) -> bool:
        """Whether some works are left behind."""
        return len(self.docs) < self.opened.works


@dataclass
class _Numbered:
    """How the terms of a source are numbered anew.

    ``numbers`` rise; an unused term has that of the used one before it, and no living work.
    ``stems`` are, in rising order, new stems which the source knows as plain words alone: number of
    the stem, old number of the word, number of the language in ``bases``.
    """

    source: Source
    numbers: Array
    stems: tuple[Array, Array, Array]


class WordMerger:
    """The words of all sources with one dictionary."""

    def __init__(self, sources: list[Source]) -> None:
        used = [_used(source) for source in sources]
        # One source after the other: all their words at once would fill the memory.
        known: set[bytes] = set()
        for source, is_used in zip(sources, used, strict=True):
            known.update(_terms_of(source, is_used))
        self.terms = sorted(known)
        del known
        number_of = {term: number for number, term in enumerate(self.terms)}
        self._bases: list[str] = sorted(
            {base for source in sources for base in source.opened.bases}
        )
        stems = self._stems(number_of)
        self._are_successive = _are_successive(sources)
        self._parts = []
        for source, is_used in zip(sources, used, strict=True):
            numbers = np.zeros(len(is_used), np.int32)
            terms = map(number_of.__getitem__, _terms_of(source, is_used))
            numbers[is_used] = np.fromiter(terms, np.int32, np.count_nonzero(is_used))
            numbers = np.maximum.accumulate(numbers) if len(numbers) else numbers
            self._parts.append(_Numbered(source, numbers, self._plain(numbers, is_used, stems)))

    def arrays(self, folder: Path) -> Iterator[tuple[str, Array | Spool]]:
        """All arrays of the words, by name; large ones pass through unnamed files in a folder."""
        blob, ends = pack_terms(self.terms)
        yield "terms.blob", blob
        yield "terms.ends", ends
        bounds = self._bounds()
        for group, names in _ARRAYS.items():
            with ExitStack() as stack:
                spools = {
                    name: stack.enter_context(Spool(folder, self._kind(f"{group}.{name}")))
                    for name in names
                }
                yield from self._group(group, bounds, spools)
                for name, spool in spools.items():
                    yield f"{group}.{name}", spool

        yield "key.terms", self._key_terms()

    def _key_terms(self) -> Array:
        """The telling words of the works, in the order of the new ordinals."""
        rows = []
        for part in self._parts:
            # What fills a row up is the number behind the last term, old and new.
            numbers = np.append(part.numbers, len(self.terms)).astype(np.uint32)
            rows.append(numbers.take(part.source.column("key.terms")))
        found = np.concatenate(rows)
        order = np.concatenate(
            [part.source.renumbered.take(part.source.docs) for part in self._parts]
        )
        moved = np.empty_like(found)
        moved[order] = found
        return moved

    def _group(
        self, group: str, bounds: list[tuple[int, int]], spools: dict[str, Spool]
    ) -> Iterator[tuple[str, Array]]:
        postings = np.zeros(len(self.terms) + 1, np.int64)
        places = np.zeros(len(self.terms) + 1, np.int64)
        for low, high in bounds:
            pieces = [self._read(part, group, low, high) for part in self._parts]
            piece = _interleaved(pieces, low, high) if self._are_successive else _merged(pieces)
            numbers = (piece["keys"] >> DOC_BITS) - low
            postings[low + 1 : high + 1] = np.bincount(numbers, minlength=high - low)
            spools["docs"].add(piece["keys"] & _DOC_MASK)
            if group == "lists":
                spools["impacts"].add(piece["values"])
                continue
            counts = piece["values"].astype(np.int64)
            places[low + 1 : high + 1] = np.bincount(numbers, counts, high - low).astype(np.int64)
            spools["counts"].add(counts)
            spools["places"].add(piece["places"])
        yield f"{group}.start", np.cumsum(postings).astype(np.uint64)
        if group != "lists":
            yield f"{group}.place.start", np.cumsum(places).astype(np.uint64)

    def _read(self, part: _Numbered, group: str, low: int, high: int) -> _Piece:
        """A piece of a source that is no view of its file.

        The pages around it are let go: those of hundreds of sources would fill the memory.
        """
        views = _piece(part, group, low, high, self._bases)
        piece = {
            name: array if array.flags.owndata else array.copy() for name, array in views.items()
        }
        part.source.opened.file.let_go()
        return piece

    def _kind(self, name: str) -> np.dtype:
        return np.result_type(*(part.source.opened[name].dtype for part in self._parts))

    def _bounds(self) -> list[tuple[int, int]]:
        """Ranges of terms that have some hundred thousand postings together."""
        sizes = np.zeros(len(self.terms), np.int64)
        for part in self._parts:
            lengths = lengths_of(part.source.opened["lists.start"])
            sizes += np.bincount(part.numbers, lengths, len(sizes)).astype(np.int64)
            part.source.opened.file.let_go()
        ends = np.cumsum(sizes)
        bounds = []
        low = 0
        while low < len(sizes):
            before = int(ends[low - 1]) if low else 0
            high = max(int(ends.searchsorted(before + _PIECE, side="right")), low + 1)
            high = min(high, low + max(_CELLS // len(self._parts), 1))
            bounds.append((low, high))
            low = high
        return bounds

    def _stems(self, number_of: dict[bytes, int]) -> tuple[Array, Array, Array]:
        """Number of each stem, of the word that is the stem itself, and of its language."""
        rows = []
        sign = STEM.encode()
        for number, term in enumerate(self.terms):
            if not term.startswith(sign):
                break
            base, _, plain = term[len(sign) :].partition(b":")
            own = number_of.get(plain)
            language = base.decode()
            if own is not None and language in self._bases:
                rows.append((number, own, self._bases.index(language)))
        found = np.array(rows, np.int64).reshape(-1, 3)
        return found[:, 0], found[:, 1], found[:, 2]

    def _plain(
        self, numbers: Array, is_used: Array, stems: tuple[Array, Array, Array]
    ) -> tuple[Array, Array, Array]:
        old = np.full(len(self.terms), -1, np.int64)
        old[numbers[is_used]] = np.flatnonzero(is_used)
        number, own, language = stems
        wanted = (old[number] < 0) & (old[own] >= 0)
        return number[wanted], old[own[wanted]], language[wanted]


def _terms_of(source: Source, is_used: Array) -> list[bytes]:
    """The words of a source that are used, in order."""
    terms = source.opened.terms.between(0, len(source.opened.terms))
    source.opened.file.let_go()
    return terms if is_used.all() else [terms[at] for at in np.flatnonzero(is_used).tolist()]


def _used(source: Source) -> Array:
    """Which terms occur in living works."""
    terms = len(source.opened.terms)
    if not source.has_gone:
        return np.ones(terms, bool)
    used = np.zeros(terms, bool)
    start, docs = source.opened["lists.start"], source.opened["lists.docs"]
    for begin in range(0, len(docs), _PIECE):
        kept = np.flatnonzero(source.renumbered.take(docs[begin : begin + _PIECE]) >= 0) + begin
        used[start.searchsorted(kept.astype(np.uint64), side="right") - 1] = True
    return used


def _piece(part: _Numbered, group: str, low: int, high: int, bases: list[str]) -> _Piece:
    """The postings of one source for a range of new terms.

    ``keys`` are term and ordinal in one number, rising; ``at`` tells where the places of each begin.
    """
    opened = part.source.opened
    first, last = part.numbers.searchsorted((low, high)).tolist()
    start = opened[f"{group}.start"]
    begin, end = int(start[first]), int(start[last])
    numbers = part.numbers[first:last].astype(np.int64)
    terms = np.repeat(numbers, lengths_of(start[first : last + 1]))
    docs = part.source.renumbered.take(opened[f"{group}.docs"][begin:end])
    values = opened[f"{group}.{'impacts' if group == 'lists' else 'counts'}"][begin:end]
    piece = {"keys": terms << DOC_BITS | docs, "values": values}
    if group != "lists":
        place_start = opened[f"{group}.place.start"]
        piece["at"] = np.cumsum(values, dtype=np.int64) - values
        places = opened[f"{group}.places"][int(place_start[first]) : int(place_start[last])]
    if part.source.has_gone:
        kept = docs >= 0
        piece = {name: array.compress(kept) for name, array in piece.items()}
    if group != "lists":
        return {**piece, "places": places}
    plain = _plain_lists(part, low, high, bases)
    if not len(plain["keys"]):
        return piece
    keys = np.concatenate((piece["keys"], plain["keys"]))
    order = np.argsort(keys, kind="stable")
    values = np.concatenate((piece["values"], plain["values"]))
    return {"keys": keys.take(order), "values": values.take(order)}


def _plain_lists(part: _Numbered, low: int, high: int, bases: list[str]) -> _Piece:
    """What the source adds to stems that it does not know: its words that are the stem."""
    opened = part.source.opened
    numbers, words, languages = part.stems
    first, last = numbers.searchsorted((low, high)).tolist()
    start = opened["lists.start"].astype(np.int64)
    begins, ends = start[words[first:last]], start[words[first:last] + 1]
    lengths = ends - begins
    at = ranges(begins, ends)
    docs = opened["lists.docs"].take(at)
    of_base = np.array([bases.index(base) for base in opened.bases], np.int64)
    is_spoken = of_base[opened["work.language"][docs]] == np.repeat(languages[first:last], lengths)
    places = part.source.renumbered.take(docs)
    kept = is_spoken & (places >= 0)
    keys = np.repeat(numbers[first:last], lengths) << DOC_BITS | places
    values = opened["lists.impacts"].take(at)
    return {"keys": keys.compress(kept), "values": values.compress(kept)}


def _merged(pieces: list[_Piece]) -> _Piece:
    """The postings of all sources in the order of terms and works."""
    keys = np.concatenate([piece["keys"] for piece in pieces])
    order = np.argsort(keys, kind="stable")
    values = np.concatenate([piece["values"] for piece in pieces]).take(order)
    merged = {"keys": keys.take(order), "values": values}
    if "places" in pieces[0]:
        begin = 0
        begins = []
        for piece in pieces:
            begins.append(piece["at"] + begin)
            begin += len(piece["places"])
        at = np.concatenate(begins).take(order)
        places = np.concatenate([piece["places"] for piece in pieces])
        merged["places"] = places.take(ranges(at, at + values))
    return merged


def _are_successive(sources: list[Source]) -> bool:
    """Whether every work of a source stands behind all of the sources before, none left out."""
    if any(source.has_gone for source in sources):
        return False
    places = np.concatenate([source.renumbered for source in sources])
    return bool((places[1:] > places[:-1]).all())


def _interleaved(pieces: list[_Piece], low: int, high: int) -> _Piece:
    """The same for successive sources: the runs of a term are put one behind the other."""
    numbers = [(piece["keys"] >> DOC_BITS) - low for piece in pieces]
    counts = [np.bincount(of_piece, minlength=high - low) for of_piece in numbers]
    merged = {
        name: _in_runs([piece[name] for piece in pieces], counts) for name in ("keys", "values")
    }
    if "places" in pieces[0]:
        widths = [
            np.bincount(of_piece, piece["values"], high - low).astype(np.int64)
            for of_piece, piece in zip(numbers, pieces, strict=True)
        ]
        merged["places"] = _in_runs([piece["places"] for piece in pieces], widths)
    return merged


def _in_runs(parts: list[Array], counts: list[Array]) -> Array:
    """Parts that hold a run for each term, ``counts`` long: all runs, term by term."""
    lengths = np.array(counts)
    ends = np.cumsum(lengths.T).reshape(lengths.T.shape).T
    merged = np.empty(sum(map(len, parts)), np.result_type(*parts))
    for part, length, end in zip(parts, lengths, ends, strict=True):
        shifts = end - np.cumsum(length)
        merged[np.arange(len(part)) + np.repeat(shifts, length)] = part
    return merged
