"""Turns the words of a segment into posting arrays.

Three groups of arrays come out, each by term: ``text`` and ``meta`` hold works, occurrences and
places; ``lists`` hold works and impacts over all fields. The list of a stem also counts the words
of its language that are that stem themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from search.analysis.pieces import STEM
from search.analysis.stem import base_language
from search.backends.scoring import (
    FIELDS,
    SATURATION,
    SHORTEST,
    TOP_IMPACT,
    UNIT,
    WEIGHTS,
    Scale,
    length_share,
)
from search.backends.whoosh.arrays import Array, edges_of, narrow, starts_of
from search.backends.whoosh.keyterms import key_terms
from search.backends.whoosh.layout import (
    CODE_SHIFT,
    DOC_BITS,
    FIELD_OF_CODE,
    PLACE_BITS,
    TERM_SHIFT,
    TEXT,
)
from search.backends.whoosh.terms import pack_terms
from search.backends.whoosh.tokens import DOC_MASK, PLACE_MASK, TokenTable

_FIELD_BITS = 4
_COUNT_BITS = 20
_TOP_COUNT = (1 << _COUNT_BITS) - 1
_PIECE = 300_000
_WEIGHTS = np.array([WEIGHTS[name] for name in FIELDS], dtype=np.int64)
_SHARES = np.array([length_share(name) for name in FIELDS], dtype=np.int64)

Named = Iterator[tuple[str, Array]]


def norms(lengths: Array, scale: Scale) -> Array:
    """What occurrences are divided by, for each work and field, in 256ths."""
    usual: Array = np.array(scale.usual, dtype=np.int64)
    counted = np.maximum(lengths.astype(np.int64) * 16, usual // SHORTEST)
    found: Array = 256 - _SHARES + _SHARES * counted // usual
    return found


def amounts(fields: Array | int, counts: Array, norm: Array) -> Array:
    """What occurrences in fields add, in units; ``norm`` belongs to the same work and field."""
    whole = _WEIGHTS[fields] * (UNIT * 256) * counts
    # Exact and quicker than dividing integers, which have no more than 52 bits here.
    found: Array = (whole / norm).astype(np.int64)
    return found


def impacts(amount: Array) -> Array:
    """Amounts, none of them 0, saturated to one byte."""
    strengths: Array = np.maximum(amount * TOP_IMPACT // (amount + SATURATION), 1)
    return strengths.astype(np.uint8)


@dataclass
class _Rows:
    """Occurrences of terms by work and field."""

    terms: Array
    docs: Array
    fields: Array
    counts: Array


def posting_arrays(table: TokenTable, scale: Scale) -> Named:
    """All arrays of the words, by name; the tokens of the table are used up."""
    blob, ends = pack_terms(table.terms)
    yield "terms.blob", blob
    yield "terms.ends", ends
    text = _rows(table.text, is_text=True)
    yield from _placed("text", text, table.text, len(table.terms))
    table.text = np.empty(0, np.uint64)
    meta = _rows(table.meta, is_text=False)
    yield from _placed("meta", _by_doc(meta), table.meta, len(table.terms))
    table.meta = np.empty(0, np.uint64)
    packed = _packed_rows(table, text, meta)
    del text, meta
    lists = _strengths(packed, len(table.terms), norms(table.lengths, scale))
    del packed
    for name, array in zip(("start", "docs", "impacts"), lists, strict=True):
        yield f"lists.{name}", array
    yield "key.terms", key_terms(table.terms, lists, table.languages, table.language_of)


def _chunks(sorted_values: Array, shift: int) -> Iterator[Array]:
    """Pieces of limited size that never part values which are equal but for their lower bits.

    What is worked out of a piece takes many times its memory, hence not of the whole.
    """
    begin = 0
    while begin < len(sorted_values):
        end = min(begin + _PIECE, len(sorted_values))
        if end < len(sorted_values):
            last = (sorted_values[end - 1] >> np.uint64(shift)) + np.uint64(1)
            end = int(sorted_values.searchsorted(last << np.uint64(shift)))
        yield sorted_values[begin:end]
        begin = end


def _rows(tokens: Array, *, is_text: bool) -> _Rows:
    """Tokens counted by term, work and field."""
    pieces = [_piece_of_rows(piece, is_text=is_text) for piece in _chunks(tokens, PLACE_BITS)]
    return _joined(pieces or [_piece_of_rows(tokens, is_text=is_text)])


def _piece_of_rows(tokens: Array, *, is_text: bool) -> _Rows:
    packed = tokens >> np.uint64(PLACE_BITS)
    if is_text:
        edges = edges_of(packed)
        fields = np.full(len(edges), TEXT, np.uint8)
    else:
        codes = ((tokens & PLACE_MASK) >> np.uint64(CODE_SHIFT)).astype(np.uint8)
        of_token = FIELD_OF_CODE.take(codes)
        edges = edges_of(packed << np.uint64(_FIELD_BITS) | of_token)
        fields = of_token.take(edges)
    heads = packed.take(edges)
    return _Rows(
        terms=(heads >> np.uint64(DOC_BITS)).astype(np.uint32),
        docs=(heads & DOC_MASK).astype(np.uint16),
        fields=fields,
        counts=np.diff(np.append(edges, len(tokens))).astype(np.uint32),
    )


def _joined(rows: list[_Rows]) -> _Rows:
    return _Rows(
        terms=np.concatenate([part.terms for part in rows]),
        docs=np.concatenate([part.docs for part in rows]),
        fields=np.concatenate([part.fields for part in rows]),
        counts=np.concatenate([part.counts for part in rows]),
    )


def _by_doc(rows: _Rows) -> _Rows:
    """The fields of each term and work added up."""
    edges = edges_of(rows.terms.astype(np.uint64) << np.uint64(DOC_BITS) | rows.docs)
    counts = np.add.reduceat(rows.counts, edges) if len(edges) else rows.counts
    return _Rows(rows.terms[edges], rows.docs[edges], rows.fields[edges], counts)


def _placed(name: str, rows: _Rows, tokens: Array, terms: int) -> Named:
    yield f"{name}.start", starts_of(rows.terms, terms)
    yield f"{name}.docs", rows.docs
    yield f"{name}.counts", narrow(rows.counts)
    firsts = np.arange(terms + 1, dtype=np.uint64) << np.uint64(TERM_SHIFT)
    yield f"{name}.place.start", tokens.searchsorted(firsts).astype(np.uint64)
    pieces = [narrow(piece & PLACE_MASK) for piece in _chunks(tokens, 0)]
    kind = np.result_type(*pieces) if pieces else np.dtype(np.uint8)
    yield f"{name}.places", np.concatenate([np.empty(0, kind), *pieces])


def _packed_rows(table: TokenTable, text: _Rows, meta: _Rows) -> Array:
    """List, work, field and count of all occurrences, in one number each, sorted."""
    of_language = np.array([base_language(name) for name in table.languages], dtype=object)
    stems = _own_stems(table.terms)
    parts = []
    for rows in (text, meta):
        tail = rows.docs.astype(np.uint64) << np.uint64(_FIELD_BITS) | rows.fields
        tail <<= np.uint64(_COUNT_BITS)
        tail |= np.minimum(rows.counts, _TOP_COUNT).astype(np.uint64)
        for language, stem_of in stems.items():
            is_spoken = np.flatnonzero(of_language == language)
            chosen = np.flatnonzero((stem_of >= 0).take(rows.terms))
            chosen = chosen[np.isin(table.language_of[rows.docs[chosen]], is_spoken)]
            parts.append(_to_list(stem_of[rows.terms[chosen]], tail[chosen]))
        parts.append(_to_list(rows.terms, tail))
    packed = np.concatenate(parts)
    packed.sort()
    return packed


def _to_list(lists: Array, tail: Array) -> Array:
    numbers = lists.astype(np.uint64)
    numbers <<= np.uint64(DOC_BITS + _FIELD_BITS + _COUNT_BITS)
    numbers |= tail
    packed: Array = numbers
    return packed


def _own_stems(terms: Sequence[bytes]) -> dict[str, Array]:
    """For each language and term the stem in the dictionary that is the term itself, or -1."""
    sign = STEM.encode()
    number_of: dict[bytes, int] = {}
    stems = [(number, term) for number, term in enumerate(terms) if term.startswith(sign)]
    if stems:
        number_of = {term: number for number, term in enumerate(terms)}
    found: dict[str, Array] = {}
    for number, term in stems:
        language, _, stem = term[len(sign) :].partition(b":")
        own = number_of.get(stem)
        if own is not None:
            name = language.decode()
            if name not in found:
                found[name] = np.full(len(terms), -1, np.int64)
            found[name][own] = number
    return found


def _strengths(packed: Array, lists: int, norm: Array) -> tuple[Array, Array, Array]:
    """Where each list begins, its works, and their impacts."""
    shift = _FIELD_BITS + _COUNT_BITS
    pieces = [_piece_of_strengths(piece, norm) for piece in _chunks(packed, shift)]
    counts = np.zeros(lists + 1, np.int64)
    for numbers, _, _ in pieces:
        counts[1:] += np.bincount(numbers, minlength=lists)
    return (
        np.cumsum(counts).astype(np.uint64),
        np.concatenate([np.empty(0, np.uint16), *(docs for _, docs, _ in pieces)]),
        np.concatenate([np.empty(0, np.uint8), *(found for *_, found in pieces)]),
    )


def _piece_of_strengths(packed: Array, norm: Array) -> tuple[Array, Array, Array]:
    """List, work and impact of each pair of a list and a work."""
    counts = (packed & np.uint64(_TOP_COUNT)).astype(np.int64)
    keys = packed >> np.uint64(_COUNT_BITS)
    edges = edges_of(keys)
    counts = np.add.reduceat(counts, edges)
    keys = keys.take(edges)
    fields = (keys & np.uint64((1 << _FIELD_BITS) - 1)).astype(np.intp)
    keys >>= np.uint64(_FIELD_BITS)
    docs = (keys & DOC_MASK).astype(np.intp)
    amount = amounts(fields, counts, norm[docs, fields])
    edges = edges_of(keys)
    amount = np.add.reduceat(amount, edges)
    numbers = (keys.take(edges) >> np.uint64(DOC_BITS)).astype(np.uint32)
    return numbers, docs.take(edges).astype(np.uint16), impacts(amount)
