"""The reference engine: slow, simple, in memory; most tests use it and others are held to it."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice

from rapidfuzz.distance import OSA

from archive.core.errors import InvalidInput
from catalog.documents import Document
from catalog.querytext.nodes import ParsedQuery
from catalog.workquery import WorkQuery
from search.analysis.query import QueryForms, query_forms
from search.analysis.stopwords import stop_words
from search.backends.base import BulkBuild, Health, Hits
from search.backends.facets import count_facets
from search.backends.matching import (
    IndexedWork,
    Scores,
    TextMatcher,
    condition,
    is_open_to,
    is_under,
    order_of,
    passes_filters,
)
from search.backends.scoring import TAG_KINDS, Scale, rarity
from search.backends.words import WordReader, bases_of, folded_word, is_folded

NAME_FIELDS = ("title", "creator", "series", *TAG_KINDS)
"""The fields whose words are offered for completion."""

MEASURED_WORKS = 20_000
"""So many works at the beginning of a build tell how long the fields of this archive are."""

KEY_CANDIDATES = 48
"""So many of a work's strongest words, without the stop words of its language, are looked at."""

KEY_TERMS = 12
"""So many of these, the rarest first, are compared with other works."""


def refuse_overlap(upserts: Mapping[int, Document], deletes: Set[int]) -> None:
    """Raises InvalidInput when a work is to be written and removed at once."""
    both = upserts.keys() & deletes
    if both:
        raise InvalidInput(
            f"Work {min(both)} is to be written and removed in the same step.",
            code="search.overlap",
        )


def edits_allowed(word: str) -> int:
    """How many edits may lie between a mistyped word and the one that was meant."""
    return 1 if len(word) < 6 else 2


def may_be_meant(word: str, other: str, distance: int) -> bool:
    """Whether a word may be meant by a mistyped one: who errs twice has the first letter right."""
    return distance < 2 or word[:1] == other[:1]


class MemoryBackend:
    """An index in a dictionary; it belongs to one process and ends with it."""

    name = "memory"

    def __init__(self) -> None:
        self._works: dict[int, IndexedWork] = {}
        self._scale = Scale()
        self._generation = 1
        self._reader = WordReader()

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Replace and remove works. Raises InvalidInput for an id in both."""
        refuse_overlap(upserts, deletes)
        works = {pk: work for pk, work in self._works.items() if pk not in deletes}
        works.update(
            (pk, IndexedWork.of(document, self._reader)) for pk, document in upserts.items()
        )
        self._works = works

    def replace(self, works: dict[int, IndexedWork], scale: Scale) -> None:
        """Take over a finished build."""
        self._works = works
        self._scale = scale
        self._generation += 1

    def search(
        self,
        query: WorkQuery,
        parsed: ParsedQuery,
        audience: Set[str],
        without: Sequence[int] = (),
    ) -> Hits:
        """One page of hits."""
        scores, left_out = self._matching(query, parsed, audience, set(without))
        name, falls = order_of(query, parsed, condition(query, parsed))
        keys = {pk: self._sort_value(pk, name, score) for pk, score in scores.items()}
        ids = sorted(sorted(scores), key=keys.__getitem__, reverse=falls)
        documents = [self._works[pk].document for pk in ids]
        return Hits(
            ids=ids[query.offset : query.offset + query.page_size],
            total=len(ids),
            facets=count_facets(query, documents, self._tag_kinds()) if query.facets else {},
            left_out=left_out,
        )

    def random(
        self,
        query: WorkQuery,
        parsed: ParsedQuery,
        audience: Set[str],
        without: Sequence[int],
        limit: int,
    ) -> list[int]:
        """Some hits by chance."""
        ids = sorted(self._matching(query, parsed, audience, set(without))[0])
        return random.sample(ids, min(limit, len(ids)))

    def similar(
        self, work_id: int, audience: Set[str], without: Sequence[int], limit: int
    ) -> list[int]:
        """Works that share rare tags and telling words with this one."""
        work = self._works.get(work_id)
        if work is None:
            return []
        scores = self._shared_tags(work)
        for pk, score in self._shared_terms(work).items():
            scores[pk] += score
        seen = self._open_to(audience, {*without, work_id})
        best = sorted((-score, pk) for pk, score in scores.items() if pk in seen and score)
        return [pk for _, pk in best[:limit]]

    def corrections(
        self, words: Sequence[str], audience: Set[str], without: Sequence[int]
    ) -> dict[str, str]:
        """For words that find nothing the likeliest known word, from works of this audience."""
        open_works = self._open_to(audience, set(without))
        matcher = TextMatcher(self._works, self._scale, "all")
        known: Counter[str] = Counter()
        for work in open_works.values():
            known.update({t: i * i for t, i in _term_impacts(matcher, work).items()})
        languages = bases_of(work.document.language for work in self._works.values())
        found = {}
        for word in words:
            forms = query_forms(word, languages)
            if forms and not self._occurs(forms, open_works):
                best = _nearest(forms.folded, known)
                if best:
                    found[word] = best
        return found

    def complete_words(self, prefix: str, audience: Set[str], limit: int) -> list[str]:
        """Known words of titles and names that begin so, the most frequent first."""
        start = folded_word(prefix)
        if not start:
            return []
        counts: Counter[str] = Counter()
        for work in self._open_to(audience, set()).values():
            terms = {term for name in NAME_FIELDS for term in work.places[name]}
            counts.update(term for term in terms if is_folded(term) and term.startswith(start))
        return sorted(counts, key=lambda term: (-counts[term], term))[:limit]

    def versions(self) -> Iterator[tuple[int, int]]:
        """(work id, version) of everything in the index."""
        for pk, work in self._works.items():
            yield pk, work.document.version

    def verify(self) -> Iterable[str]:
        """Nothing can be torn in memory."""
        return []

    def begin_generation(self) -> BulkBuild:
        """Start a new generation beside the one that is searched."""
        return MemoryBuild(self)

    def health(self) -> Health:
        """How the index is."""
        return Health(generation=self._generation, documents=len(self._works))

    def _matching(
        self, query: WorkQuery, parsed: ParsedQuery, audience: Set[str], without: Set[int]
    ) -> tuple[Scores, int]:
        """Scores of the hits, and how many more there were but for blocked tags."""
        matcher = TextMatcher(self._works, self._scale, query.text_scope)
        scores = matcher.find(condition(query, parsed))
        if scores is None:
            scores = dict.fromkeys(self._works, 0)
        seen = self._open_to(audience, without)
        hits = {
            pk: score
            for pk, score in scores.items()
            if pk in seen and passes_filters(seen[pk].document, query)
        }
        kept = {
            pk: score
            for pk, score in hits.items()
            if not any(is_under(seen[pk].document, tag) for tag in query.tags_blocked)
        }
        return kept, len(hits) - len(kept)

    def _occurs(self, forms: QueryForms, works: Mapping[int, IndexedWork]) -> bool:
        matcher = TextMatcher(self._works, self._scale, "all")
        return any(matcher.word_strength(work, work.places, forms) for work in works.values())

    def _open_to(self, audience: Set[str], without: Set[int]) -> dict[int, IndexedWork]:
        return {
            pk: work
            for pk, work in self._works.items()
            if is_open_to(work.document, audience, without)
        }

    def _sort_value(self, pk: int, name: str, score: int) -> int | str:
        document = self._works[pk].document
        if name == "relevance":
            return score
        if name == "title":
            return document.sort_title
        if name == "creator":
            return document.sort_creator
        if name in {"updated", "published"}:
            return int(getattr(document, name))
        return document.numbers[name]

    def _tag_kinds(self) -> dict[int, str]:
        kinds: dict[int, str] = {}
        for work in self._works.values():
            kinds.update(work.document.tag_kinds)
        return kinds

    def _shared_tags(self, work: IndexedWork) -> Counter[int]:
        scores: Counter[int] = Counter()
        for tag in set(work.document.direct_tags):
            sharing = [pk for pk, other in self._works.items() if tag in other.document.direct_tags]
            for pk in sharing:
                scores[pk] += 255 * rarity(len(self._works), len(sharing))
        return scores

    def _shared_terms(self, work: IndexedWork) -> Counter[int]:
        matcher = TextMatcher(self._works, self._scale, "all")
        total = len(self._works)
        tables = {pk: _term_impacts(matcher, other) for pk, other in self._works.items()}
        having = Counter(key for table in tables.values() for key in table)
        stop = stop_words(work.document.language)
        strongest = sorted(
            (-strength, key)
            for key, strength in tables[work.document.id].items()
            if key not in stop
        )
        own = {key: -strength for strength, key in strongest[:KEY_CANDIDATES]}
        telling = sorted(
            (-rarity(total, having[key]) * strength, key)
            for key, strength in own.items()
            if 1 < having[key] <= max(total // 4, 2)
        )
        scores: Counter[int] = Counter()
        for _, key in islice(telling, KEY_TERMS):
            for pk, table in tables.items():
                if key in table:
                    scores[pk] += rarity(total, having[key]) * table[key]
        return scores


def _term_impacts(matcher: TextMatcher, work: IndexedWork) -> dict[str, int]:
    counts: dict[str, dict[str, int]] = {}
    for name, terms in work.places.items():
        for term, places in terms.items():
            if is_folded(term):
                counts.setdefault(term, {})[name] = len(places)
    return {term: matcher.impact(work, fields) for term, fields in counts.items()}


def _nearest(word: str, known: Counter[str]) -> str | None:
    limit = edits_allowed(word)
    best: tuple[int, int, str] | None = None
    for other, strength in known.items():
        distance = int(OSA.distance(word, other, score_cutoff=limit))
        if distance <= limit and may_be_meant(word, other, distance):
            candidate = (distance, -strength, other)
            best = candidate if best is None or candidate < best else best
    return best[2] if best else None


class MemoryBuild:
    """A new generation of the memory engine."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend
        self._works: dict[int, IndexedWork] = {}
        self._measured: list[dict[str, int]] = []
        self._reader = WordReader()

    def add(self, documents: Mapping[int, Document]) -> None:
        """Take over documents that the build does not have yet."""
        for pk, document in documents.items():
            work = IndexedWork.of(document, self._reader)
            self._works[pk] = work
            if len(self._measured) < MEASURED_WORKS:
                self._measured.append(work.lengths)

    def apply(self, upserts: Mapping[int, Document], deletes: Set[int]) -> None:
        """Take over changes that came while building."""
        refuse_overlap(upserts, deletes)
        for pk in deletes:
            self._works.pop(pk, None)
        self._works.update(
            (pk, IndexedWork.of(document, self._reader)) for pk, document in upserts.items()
        )

    def versions(self) -> Iterator[tuple[int, int]]:
        """(work id, version) of everything in the build."""
        for pk, work in self._works.items():
            yield pk, work.document.version

    def promote(self) -> None:
        """Make it the one that is searched."""
        self._backend.replace(self._works, Scale.measured(self._measured))

    def abandon(self) -> None:
        """Throw it away."""
        self._works = {}
