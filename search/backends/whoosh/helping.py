"""Corrections, completions and similar works, from what an audience may see."""

from collections import Counter
from collections.abc import Sequence, Set

import numpy as np

from search.analysis.query import QueryForms, query_forms
from search.backends.deadline import CORRECTION_SECONDS, Deadline
from search.backends.memory import KEY_TERMS, NAME_FIELDS, edits_allowed, may_be_meant
from search.backends.scoring import TOP_IMPACT, rarity
from search.backends.whoosh.arrays import Array, where_any
from search.backends.whoosh.counting import FieldCounter
from search.backends.whoosh.ordering import greatest
from search.backends.whoosh.snapshot import Snapshot, View
from search.backends.whoosh.wordlists import Word
from search.backends.words import folded_word


class Helper:
    """Answers about the words and tags of the works that an audience sees."""

    def __init__(self, snapshot: Snapshot, audience: Set[str], without: Sequence[int]) -> None:
        self._snapshot = snapshot
        # Works that wait for being taken out are soon gone: nothing is remembered without them.
        self._audience = None if without else frozenset(audience)
        self._seen: list[Array] = []
        for view, hidden in zip(snapshot.views, snapshot.without(without), strict=True):
            mask = view.open_to(audience)
            if mask is None:
                mask = np.ones(view.works, bool)
            if hidden is not None and len(hidden):
                mask = mask.copy()
                mask[hidden] = False
            self._seen.append(mask)

    def corrections(self, words: Sequence[str]) -> dict[str, str]:
        """For words that find nothing the likeliest known word.

        What takes longer than a fraction of a second is not worth waiting for: the words that are
        left then have no correction.
        """
        found = {}
        deadline = Deadline(CORRECTION_SECONDS)
        for word in words:
            forms = query_forms(word, self._snapshot.bases)
            if forms and not self._occurs(forms):
                best = self._nearest(forms.folded, deadline)
                if best:
                    found[word] = best
        return found

    def complete_words(self, prefix: str, limit: int) -> list[str]:
        """Known words of titles and names that begin so, the most frequent first."""
        start = folded_word(prefix)
        counts: Counter[str] = Counter()
        for view, seen in zip(self._snapshot.views, self._seen, strict=True):
            if start:
                counts.update(_named_words(view, seen, start))
        return sorted(counts, key=lambda word: (-counts[word], word))[:limit]

    def similar(self, work_id: int, limit: int) -> list[int]:
        """Works that share rare tags and telling words with this one, best first."""
        if self._audience is None:
            return self._similar(work_id, limit)
        remembered = self._snapshot.similar.get(
            (work_id, limit, self._audience),
            lambda: np.array([work_id, *self._similar(work_id, limit)], np.int64),
        )
        found: list[int] = remembered[1:].tolist()
        return found

    def _similar(self, work_id: int, limit: int) -> list[int]:
        place = self._snapshot.find(work_id)
        if place is None:
            return []
        scores = [np.zeros(view.works, np.int64) for view in self._snapshot.views]
        self._add_shared_tags(*place, scores)
        self._add_shared_words(*place, scores)
        found = [
            np.flatnonzero((score > 0) & seen)
            for seen, score in zip(self._seen, scores, strict=True)
        ]
        views = zip(self._snapshot.views, found, strict=True)
        ids = np.concatenate([other.opened.ids.take(docs) for other, docs in views])
        values = np.concatenate([s.take(docs) for s, docs in zip(scores, found, strict=True)])
        return [pk for pk in greatest(values, ids, limit + 1) if pk != work_id][:limit]

    def _occurs(self, forms: QueryForms) -> bool:
        word = Word(forms)
        seen_views = zip(self._snapshot.views, self._seen, strict=True)
        return any(seen[word.everywhere(view.opened).docs].any() for view, seen in seen_views)

    def _nearest(self, word: str, deadline: Deadline) -> str | None:
        """The known word with the fewest edits, then the one with the most impact on all works.

        Squares of impacts are added up: a name in titles and tags is likelier meant than a word that
        stands in more texts.
        """
        strengths: Counter[str] = Counter()
        distances: dict[str, int] = {}
        for view, seen in zip(self._snapshot.views, self._seen, strict=True):
            if deadline.is_over():
                return None
            for number, distance, form in view.opened.vocabulary.near(word, edits_allowed(word)):
                if not may_be_meant(word, form, distance):
                    continue
                docs, impacts = view.opened.list_at(number)
                strong = impacts.compress(seen.take(docs)).astype(np.int64)
                strength = int(strong @ strong)
                if strength:
                    strengths[form] += strength
                    distances[form] = distance
        return min(
            strengths, key=lambda form: (distances[form], -strengths[form], form), default=None
        )

    def _add_shared_tags(self, view: View, doc: int, scores: list[Array]) -> None:
        """Each tag that both works have directly counts by its rarity."""
        own = _direct_tags(view, doc)
        numbers = [[other.opened.tag_number(tag) for tag in own] for other in self._snapshot.views]
        counts = np.zeros(len(own), np.int64)
        for other, known in zip(self._snapshot.views, numbers, strict=True):
            # What a segment does not know has number -1, where a 0 stands.
            counts += other.direct_counts.take(known)
        total = self._snapshot.works
        weights = [rarity(total, count) * TOP_IMPACT for count in counts.tolist()]
        for other, known, score in zip(self._snapshot.views, numbers, scores, strict=True):
            if max(known, default=-1) >= 0:
                _add_tags(other, dict(zip(known, weights, strict=True)), score)

    def _add_shared_words(self, view: View, doc: int, scores: list[Array]) -> None:
        """The rarest of the work's strongest words count by rarity and impact."""
        total = self._snapshot.works
        telling = []
        for word, strength in _key_words(view, doc):
            lists = [
                other.opened.list_of(word) if len(other.opened.terms) else None
                for other in self._snapshot.views
            ]
            having = sum(
                other.count_living(found[0])
                for other, found in zip(self._snapshot.views, lists, strict=True)
                if found is not None
            )
            if 1 < having <= max(total // 4, 2):
                telling.append((-rarity(total, having) * strength, word, having, lists))
        telling.sort(key=lambda found: found[:2])
        for _, _, having, lists in telling[:KEY_TERMS]:
            for score, found in zip(scores, lists, strict=True):
                if found is not None:
                    score[found[0]] += found[1].astype(np.int64) * rarity(total, having)


def _named_words(view: View, seen: Array, start: str) -> dict[str, int]:
    """In how many works each word of names occurs."""
    low, high = view.opened.vocabulary.span(start)
    if low == high:
        return {}
    works = FieldCounter(view.opened, NAME_FIELDS).works_of_each(low, high, seen)
    terms = view.opened.terms
    used = where_any(works)
    counts = works.take(used).tolist()
    return {
        terms[low + at].decode(): count for at, count in zip(used.tolist(), counts, strict=True)
    }


def _direct_tags(view: View, doc: int) -> list[int]:
    row = view["direct.rows"][doc]
    known = view.opened.tag_ids
    over = view["direct.over_tags"][view["direct.over_docs"] == doc]
    ids: list[int] = known[np.concatenate((row[row < len(known)], over))].tolist()
    return ids


def _add_tags(view: View, weights: dict[int, int], score: Array) -> None:
    """Add the weights of the tags that each work has directly."""
    table = np.zeros(len(view.opened.tag_ids) + 1, np.int64)
    for number, weight in weights.items():
        table[number] = weight
    # What rows are filled up with, and tags that the segment does not know.
    table[-1] = 0
    score += table.take(view["direct.rows"]).sum(axis=1)
    np.add.at(score, view["direct.over_docs"], table.take(view["direct.over_tags"]))


def _key_words(view: View, doc: int) -> list[tuple[bytes, int]]:
    """The strongest words of a work with their impacts."""
    opened = view.opened
    found = []
    for number in view["key.terms"][doc].tolist():
        if number < len(opened.terms):
            docs, impacts = opened.list_at(number)
            found.append((opened.terms[number], int(impacts[docs.searchsorted(doc)])))
    return found
