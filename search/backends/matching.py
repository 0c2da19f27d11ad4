"""What a query means, in plain Python over single works: the definition every engine agrees with."""

import math
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial

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
from search.backends.scoring import FIELDS, TAG_KINDS, Scale, impact, rarity
from search.backends.words import Token, asked_tokens, folded, tokens_of

EXACT_SHARE = 1
"""How much the very form adds to what a word in any form is worth."""


@dataclass
class IndexedWork:
    """A document with its words: text field (tag kinds apart) -> tokens in order."""

    document: Document
    tokens: dict[str, list[Token]]
    lengths: dict[str, int]

    @classmethod
    def of(cls, document: Document) -> "IndexedWork":
        """The document with its texts analysed."""
        tokens = {
            name: _tokens(values, document.language) for name, values in text_fields(document)
        }
        lengths = {name: len(tokens.get(name, ())) for name in FIELDS if name != "tag"}
        lengths["tag"] = sum(len(tokens.get(kind, ())) for kind in TAG_KINDS)
        return cls(document, tokens, lengths)


def text_fields(document: Document) -> list[tuple[str, list[str]]]:
    """The texts of a document by field; the values of one field never run into each other."""
    fields = [
        ("title", [document.title]),
        ("creator", list(document.creators)),
        ("series", list(document.series)),
        ("summary", [document.summary]),
        ("notes", [document.notes]),
        ("text", [part for chapter in document.chapters for part in chapter]),
    ]
    return fields + [(kind, list(document.tag_names.get(kind, ()))) for kind in TAG_KINDS]


def _tokens(values: Iterable[str], language: str) -> list[Token]:
    tokens: list[Token] = []
    for value in values:
        start = tokens[-1].position + 2 if tokens else 0
        tokens += [
            token._replace(position=start + token.position) for token in tokens_of(value, language)
        ]
    return tokens


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
    return isinstance(node, Word | Phrase | Prefix | Fuzzy) and bool(asked_tokens(node.text))


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
        asked = asked_tokens(node.text)
        if not asked:
            return None
        test = _text_test(node, asked)
        names = fields_asked(node.field, self._scope)
        strengths = {pk: test(self, work, names) for pk, work in self._works.items()}
        strengths = {pk: strength for pk, strength in strengths.items() if strength}
        weight = rarity(len(self._works), len(strengths))
        return {pk: weight * strength for pk, strength in strengths.items()}

    def strength(
        self, work: IndexedWork, names: Iterable[str], wanted: Callable[[Token], bool]
    ) -> int:
        """The impact of the tokens that are wanted, over these fields."""
        return self.impact(work, {name: sum(map(wanted, work.tokens[name])) for name in names})

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


_Test = Callable[[TextMatcher, IndexedWork, Iterable[str]], int]


def _text_test(node: Text, asked: list[Token]) -> _Test:
    """How strongly a work matches; 0 when it does not."""
    if isinstance(node, Prefix) and len(asked) == 1:
        start = folded(asked[0].form)
        return lambda matcher, work, names: (
            2 * matcher.strength(work, names, lambda token: folded(token.form).startswith(start))
        )
    if isinstance(node, Fuzzy) and len(asked) == 1:
        near = folded(asked[0].form)
        return lambda matcher, work, names: (
            2
            * matcher.strength(
                work,
                names,
                lambda token: OSA.distance(near, folded(token.form), score_cutoff=1) <= 1,
            )
        )
    if isinstance(node, Word) and len(asked) == 1:
        return _word_test(asked[0])
    return _phrase_test(asked, in_any_form=not isinstance(node, Phrase))


def _word_test(asked: Token) -> _Test:
    def test(matcher: TextMatcher, work: IndexedWork, names: Iterable[str]) -> int:
        def strength(wanted: Callable[[Token], bool]) -> int:
            return matcher.strength(work, names, wanted)

        in_any_form = max(strength(partial(_is_found_by, key)) for key in asked.keys)
        return in_any_form + EXACT_SHARE * strength(lambda token: token.form == asked.form)

    return test


def _is_found_by(key: str, token: Token) -> bool:
    return key in token.keys


def _phrase_test(asked: list[Token], *, in_any_form: bool) -> _Test:
    def test(matcher: TextMatcher, work: IndexedWork, names: Iterable[str]) -> int:
        counts = {
            name: _occurrences(work.tokens[name], asked, in_any_form=in_any_form) for name in names
        }
        return 2 * matcher.impact(work, counts)

    return test


def _occurrences(tokens: list[Token], asked: list[Token], *, in_any_form: bool) -> int:
    """How often the words stand side by side in this order."""
    starts: set[int] | None = None
    for part in asked:
        here = {
            token.position - part.position
            for token in tokens
            if (set(part.keys) & set(token.keys) if in_any_form else token.form == part.form)
        }
        starts = here if starts is None else starts & here
    return len(starts or ())


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
