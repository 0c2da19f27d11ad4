"""What a query means, in plain Python over single works: the definition every engine agrees with."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.distance import OSA

from catalog.documents import Document
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
    ParsedQuery,
    Phrase,
    Prefix,
    Range,
    Text,
    Word,
)
from catalog.workquery import TagRef, WorkQuery
from search.analysis.query import QueryForms, QueryPart, query_prefix
from search.analysis.stem import base_language
from search.backends.scoring import (
    ANY_FORM,
    FIELDS,
    FULL,
    TAG_KINDS,
    TOP_IMPACT,
    Scale,
    impact,
    rarity,
)
from search.backends.words import (
    WordReader,
    asked_unit,
    asked_word,
    asks_something,
    bases_of,
    is_folded,
    near_form,
    text_fields,
)


@dataclass
class IndexedWork:
    """A document with its words: text field (tag kinds apart) -> term -> places."""

    document: Document
    places: dict[str, dict[str, list[int]]]
    lengths: dict[str, int]

    @classmethod
    def of(cls, document: Document, reader: WordReader) -> "IndexedWork":
        """The document with its texts analysed."""
        places: dict[str, dict[str, list[int]]] = {}
        lengths = dict.fromkeys(FIELDS, 0)
        for name, values in text_fields(document):
            places[name], length = _places(values, document.language, reader)
            lengths["tag" if name in TAG_KINDS else name] += length
        return cls(document, places, lengths)


def _places(
    values: Sequence[str], language: str, reader: WordReader
) -> tuple[dict[str, list[int]], int]:
    """The places of each term, one value behind the other with a gap, and the total length."""
    found: dict[str, list[int]] = {}
    start = total = 0
    for value in values:
        numbers, places, length = reader.analyse(value, language)
        for number, place in zip(numbers.tolist(), places.tolist(), strict=True):
            found.setdefault(reader.table.terms[number], []).append(start + place)
        if length:
            start += length + 1
            total += length
    return found, total


def condition(query: WorkQuery, parsed: ParsedQuery) -> Node:
    """The text query and the words asked of single fields as one tree."""
    parts: list[Node] = [] if parsed.root is None else [parsed.root]
    for name, text in (("title", query.title), ("creator", query.creator), ("tag", query.tag_text)):
        parts += [Word(word, name) for word in text.split()]
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def order_of(query: WorkQuery, parsed: ParsedQuery, root: Node) -> tuple[str, bool]:
    """The name of the order and whether it falls; relevance needs words to be relevant to."""
    ordering = query.ordering or parsed.ordering or "relevance"
    name = ordering.removeprefix("-")
    if name == "relevance":
        return ("relevance", True) if asks_words(root) else ("updated", True)
    return name, ordering.startswith("-")


def asks_words(node: Node) -> bool:
    """Whether anything in the tree gives a score."""
    if isinstance(node, And | Or):
        return any(asks_words(child) for child in node.children)
    return isinstance(node, Word | Phrase | Prefix | Fuzzy) and asks_something(node)


def fields_asked(name: str | None, scope: str) -> tuple[str, ...]:
    """The text fields a word is looked for in."""
    if name is None:
        whole = (*(field for field in FIELDS if field != "tag"), *TAG_KINDS)
        if scope == "text":
            return ("text",)
        return whole if scope == "all" else tuple(field for field in whole if field != "text")
    return TAG_KINDS if name == "tag" else (name,)


def second_bounds(node: DateRange) -> tuple[float, float]:
    """The first and the last whole second of a range of times."""
    low = -math.inf if node.low is None else math.floor(node.low.timestamp())
    high = math.inf if node.high is None else math.ceil(node.high.timestamp()) - 1
    return low, high


Scores = dict[int, int]


class TextMatcher:
    """Finds the works that a tree of conditions asks for, with their scores.

    A node that holds nothing to look for, such as ``:)``, restricts nothing: its result is None.
    """

    def __init__(self, works: Mapping[int, IndexedWork], scale: Scale, scope: str) -> None:
        self._works = works
        self._scale = scale
        self._scope = scope
        self.languages = bases_of(work.document.language for work in works.values())

    def find(self, node: Node) -> Scores | None:
        """Scores of the matching works by id."""
        if isinstance(node, And):
            return self._all(node)
        if isinstance(node, Or):
            return self._any(node)
        if isinstance(node, Not):
            found = self.find(node.child)
            return None if found is None else dict.fromkeys(self._works.keys() - found.keys(), 0)
        if isinstance(node, Everything):
            return dict.fromkeys(self._works, 0)
        if isinstance(node, Word | Phrase | Prefix | Fuzzy):
            return self._text(node)
        keep = leaf_test(node)
        return {pk: 0 for pk, work in self._works.items() if keep(work.document)}

    def _all(self, node: And) -> Scores | None:
        found = [scores for scores in map(self.find, node.children) if scores is not None]
        if not found:
            return None
        ids = set(found[0]).intersection(*found[1:])
        return {pk: sum(scores[pk] for scores in found) for pk in ids}

    def _any(self, node: Or) -> Scores | None:
        found = [scores for scores in map(self.find, node.children) if scores is not None]
        if not found:
            return None
        ids = set().union(*found)
        return {pk: sum(scores.get(pk, 0) for scores in found) for pk in ids}

    def _text(self, node: Text) -> Scores | None:
        if not asks_something(node):
            return None
        names = fields_asked(node.field, self._scope)
        strengths = {pk: self._strength(node, work, names) for pk, work in self._works.items()}
        strengths = {pk: strength for pk, strength in strengths.items() if strength}
        weight = rarity(len(self._works), len(strengths))
        return {pk: weight * strength for pk, strength in strengths.items()}

    def _strength(self, node: Text, work: IndexedWork, names: Iterable[str]) -> int:
        """How strongly a work matches; 0 when it does not."""
        if isinstance(node, Prefix):
            asked = query_prefix(node.text)
            if not asked.parts:
                return self._of_terms(work, names, lambda term: term.startswith(asked.prefix))
            tail = QueryPart(QueryForms((asked.prefix,), ()), asked.offset)
            sequence: _Sequence = [
                *((part, _in_any_form) for part in asked.parts),
                (tail, _beginning),
            ]
            return FULL * self._of_sequences(work, names, [sequence])
        if isinstance(node, Fuzzy) and (near := near_form(node)):
            return self._of_terms(
                work, names, lambda term: OSA.distance(near, term, score_cutoff=1) <= 1
            )
        forms = asked_word(node, self.languages)
        if forms and not isinstance(node, Phrase):
            return self.word_strength(work, names, forms)
        places = _folded if isinstance(node, Phrase) else _in_any_form
        alternatives = asked_unit(node, self.languages).alternatives
        return FULL * self._of_sequences(
            work, names, [[(part, places) for part in parts] for parts in alternatives]
        )

    def word_strength(self, work: IndexedWork, names: Iterable[str], forms: QueryForms) -> int:
        """The impact of all forms, and on top of it that of the very form."""
        folded = self._of_sum(work, names, [forms.folded])
        stems = dict(forms.by_language).get(base_language(work.document.language), ())
        in_any_form = max(folded, self._of_sum(work, names, stems))
        very = forms.exact[:-1]
        exact = max((self._of_sum(work, names, [term]) for term in very), default=folded)
        return ANY_FORM * in_any_form + exact

    def _of_terms(
        self, work: IndexedWork, names: Iterable[str], is_wanted: Callable[[str], bool]
    ) -> int:
        """The impacts of all folded forms that are wanted, added up to the greatest there is."""
        names = list(names)
        terms = {term for name in names for term in work.places[name]}
        wanted = [term for term in terms if is_folded(term) and is_wanted(term)]
        return FULL * min(sum(self._of_sum(work, names, [term]) for term in wanted), TOP_IMPACT)

    def _of_sum(self, work: IndexedWork, names: Iterable[str], terms: Iterable[str]) -> int:
        terms = list(terms)
        return self.impact(
            work,
            {name: sum(len(work.places[name].get(t, ())) for t in terms) for name in names},
        )

    def _of_sequences(
        self, work: IndexedWork, names: Iterable[str], sequences: "Iterable[_Sequence]"
    ) -> int:
        """The impact of the places where any of the sequences begins."""
        sequences = list(sequences)
        language = base_language(work.document.language)
        counts = {}
        for name in names:
            begins = [_begins(work.places[name], sequence, language) for sequence in sequences]
            counts[name] = len(set().union(*begins))
        return self.impact(work, counts)

    def impact(self, work: IndexedWork, counts: Mapping[str, int]) -> int:
        """The impact of so many occurrences in each field."""
        amount = 0
        tags = 0
        for name, count in counts.items():
            if name in TAG_KINDS:
                tags += count
            elif count:
                amount += self._scale.amount(name, count, work.lengths[name])
        if tags:
            amount += self._scale.amount("tag", tags, work.lengths["tag"])
        return impact(amount)


_Places = Callable[[dict[str, list[int]], QueryForms, str], set[int]]
_Sequence = list[tuple[QueryPart, _Places]]


def _begins(places: dict[str, list[int]], sequence: _Sequence, language: str) -> set[int]:
    """Where all parts stand at their offsets."""
    begins = [
        {place - part.offset for place in find(places, part.forms, language)}
        for part, find in sequence
    ]
    return begins[0].intersection(*begins[1:])


def _folded(places: dict[str, list[int]], forms: QueryForms, language: str) -> set[int]:
    return set(places.get(forms.folded, ()))


def _in_any_form(places: dict[str, list[int]], forms: QueryForms, language: str) -> set[int]:
    terms = [forms.folded, *dict(forms.by_language).get(language, ())]
    return {place for term in terms for place in places.get(term, ())}


def _beginning(places: dict[str, list[int]], forms: QueryForms, language: str) -> set[int]:
    return {
        place
        for term, found in places.items()
        if is_folded(term) and term.startswith(forms.folded)
        for place in found
    }


def leaf_test(node: Range | DateRange | Flag | Language) -> Callable[[Document], bool]:
    """Whether a document fulfils a condition on its properties."""
    if isinstance(node, Flag):
        return lambda document: document.flags[node.field] == node.value
    if isinstance(node, Language):
        return lambda document: document.language == node.code
    if isinstance(node, DateRange):
        first, last = second_bounds(node)
        return lambda document: first <= getattr(document, node.field) <= last
    low = -math.inf if node.low is None else node.low
    high = math.inf if node.high is None else node.high
    return lambda document: low <= document.numbers[node.field] <= high


def is_under(document: Document, tag: TagRef) -> bool:
    """Whether the work is found under the tag, or with ``exact`` carries it."""
    return tag.id in (document.tags if tag.exact else document.filter_tags)


def passes_filters(document: Document, query: WorkQuery) -> bool:
    """Every filter of the query but for its texts and the blocked tags."""
    return (
        all(is_under(document, tag) for tag in query.tags)
        and all(any(is_under(document, tag) for tag in group) for group in query.tags_any)
        and not any(is_under(document, tag) for tag in query.tags_not)
        and (not query.languages or document.language in query.languages)
        and document.language not in query.languages_not
        and (not query.series or bool(set(query.series) & set(document.series_ids)))
        and (not query.creators or bool(set(query.creators) & set(document.creator_ids)))
        and all(leaf_test(Range(*bounds))(document) for bounds in query.ranges)
        and all(_in_dates(document, *bounds) for bounds in query.dates)
        and all(document.flags[name] == wanted for name, wanted in query.flags)
    )


def _in_dates(document: Document, name: str, low: datetime | None, high: datetime | None) -> bool:
    seconds = getattr(document, name)
    return (low is None or seconds >= math.floor(low.timestamp())) and (
        high is None or seconds <= math.floor(high.timestamp())
    )


def is_open_to(document: Document, audience: Set[str], left_out: Set[int]) -> bool:
    """Whether these viewers may see the work in lists."""
    return bool(document.audience & audience) and document.id not in left_out
