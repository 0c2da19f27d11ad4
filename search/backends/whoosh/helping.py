"""Corrections, completions and similar works, from what an audience may see."""

from collections import Counter, defaultdict
from collections.abc import Sequence, Set

import numpy as np

from search.analysis.query import QueryForms, query_forms
from search.backends.memory import KEY_TERMS, NAME_FIELDS, edits_allowed
from search.backends.scoring import TOP_IMPACT, rarity
from search.backends.whoosh.arrays import Array
from search.backends.whoosh.counting import FieldCounter
from search.backends.whoosh.snapshot import Snapshot, View
from search.backends.whoosh.wordlists import Word
from search.backends.words import FIRST_FOLDED, folded_word


class Helper:
    """Answers about the words and tags of the works that an audience sees."""

    def __init__(self, snapshot: Snapshot, audience: Set[str], without: Sequence[int]) -> None:
        self._snapshot = snapshot
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
        """For words that find nothing the likeliest known word."""
        found = {}
        for word in words:
            forms = query_forms(word, self._snapshot.bases)
            if forms and not self._occurs(forms):
                best = self._nearest(forms.folded)
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
        """Works that share rare tags and telling words with this one."""
        place = self._snapshot.find(work_id)
        if place is None:
            return []
        scores = [np.zeros(view.works, np.int64) for view in self._snapshot.views]
        self._add_shared_tags(*place, scores)
        self._add_shared_words(*place, scores)
        best: list[tuple[int, int]] = []
        for view, seen, score in zip(self._snapshot.views, self._seen, scores, strict=True):
            docs = np.flatnonzero((score > 0) & seen)
            best += zip((-score[docs]).tolist(), view.opened.ids[docs].tolist(), strict=True)
        return [pk for _, pk in sorted(best) if pk != work_id][:limit]

    def _occurs(self, forms: QueryForms) -> bool:
        word = Word(forms)
        seen_views = zip(self._snapshot.views, self._seen, strict=True)
        return any(seen[word.everywhere(view.opened).docs].any() for view, seen in seen_views)

    def _nearest(self, word: str) -> str | None:
        counts: Counter[str] = Counter()
        distances: dict[str, int] = {}
        for view, seen in zip(self._snapshot.views, self._seen, strict=True):
            for number, distance, form in view.opened.vocabulary.near(word, edits_allowed(word)):
                works = int(seen[_docs_of(view, number)].sum())
                if works:
                    counts[form] += works
                    distances[form] = distance
        return min(counts, key=lambda form: (distances[form], -counts[form], form), default=None)

    def _works_with(self, term: bytes) -> list[Array]:
        """The living works with a term, by segment."""
        works = []
        for view in self._snapshot.views:
            number = view.opened.terms.find(term) if len(view.opened.terms) else -1
            works.append(view.living(_docs_of(view, number)))
        return works

    def _add_shared_tags(self, view: View, doc: int, scores: list[Array]) -> None:
        for tag in _direct_tags(view, doc):
            sharing = [other.living(_directly_under(other, tag)) for other in self._snapshot.views]
            weight = rarity(self._snapshot.works, sum(map(len, sharing))) * TOP_IMPACT
            for score, docs in zip(scores, sharing, strict=True):
                score[docs] += weight

    def _add_shared_words(self, view: View, doc: int, scores: list[Array]) -> None:
        total = self._snapshot.works
        own = _own_words(view, doc)
        telling = []
        for term, strength in own.items():
            having = sum(map(len, self._works_with(term)))
            if 1 < having <= max(total // 4, 2):
                telling.append((-rarity(total, having) * strength, term.decode(), having))
        for _, word, having in sorted(telling)[:KEY_TERMS]:
            for at, other in enumerate(self._snapshot.views):
                found = other.opened.list_of(word.encode()) if len(other.opened.terms) else None
                if found is not None:
                    docs, strengths = found
                    scores[at][docs] += strengths.astype(np.int64) * rarity(total, having)


def _docs_of(view: View, number: int) -> Array:
    if number < 0:
        return np.empty(0, np.uint16)
    begin, end = view.opened.slice("lists", number)
    return view["lists.docs"][begin:end]


def _named_words(view: View, seen: Array, start: str) -> dict[str, int]:
    """In how many works each word of names occurs."""
    low, high = view.opened.vocabulary.span(start)
    if low == high:
        return {}
    works = FieldCounter(view.opened, NAME_FIELDS).works_of_each(low, high, seen)
    terms = view.opened.terms
    used = np.flatnonzero(works)
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


def _directly_under(view: View, tag: int) -> Array:
    """The works that have a tag directly: among those found under it."""
    number = view.opened.tag_number(tag)
    if number < 0:
        return np.empty(0, np.int64)
    mask = (view["direct.rows"] == number).any(axis=1)
    mask[view["direct.over_docs"][view["direct.over_tags"] == number]] = True
    return np.flatnonzero(mask)


def _own_words(view: View, doc: int) -> dict[bytes, int]:
    """The folded forms of a work with their impacts."""
    terms = view.opened.terms
    places = np.flatnonzero(view["lists.docs"] == doc)
    numbers = np.searchsorted(view["lists.start"], places, side="right") - 1
    words: dict[bytes, int] = defaultdict(int)
    first = terms.lower(FIRST_FOLDED.encode())
    impacts = view["lists.impacts"][places]
    for number, strength in zip(numbers.tolist(), impacts.tolist(), strict=True):
        if number >= first:
            words[terms[number]] = strength
    return words
