"""Which words of a text a query asked for: in any form, in phrases, by beginning, nearly right."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from catalog.querytext import Fuzzy, ParsedQuery, Phrase, Prefix, Text, Word, iter_terms
from catalog.workquery import WorkQuery
from search.analysis.analyzer import Analyzer, Token, raw_tokens, shape_in, token_at
from search.analysis.fold import strip_accents
from search.analysis.pieces import Piece
from search.analysis.query import (
    QueryForms,
    QueryPart,
    query_phrase,
    query_prefix,
    query_unit,
)
from search.analysis.stem import base_language
from search.analysis.stopwords import is_stop_word

WORD = re.compile(r"[^\W_]+(?:['’‘ʼ＇][^\W_]+)*")

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SHORTEST_ANCHOR = 2
# Endings that a stem or an apostrophe may change: ponies and pony, dont and don't.
_CHANGING_LETTERS = 2
# English stems are beginnings of all their words, but for a last vowel: hope, hoping.
_ENGLISH = "en"
_CHANGING_VOWELS = frozenset("aeiouy")
# What an English apostrophe may stand in front of: 's, 't, 'd, 'm; 'll, 've, 're.
_BEHIND_APOSTROPHE = frozenset("stdm")
_TWO_BEHIND_APOSTROPHE = ("ll", "ve", "re")
_MOST_WORDS = 50_000

Test = Callable[[Token], bool]


@dataclass(frozen=True)
class Mark:
    """A place in a text that matches term number ``term``."""

    start: int
    end: int
    term: int


class Folding(dict[int, int]):
    """Letters to lower-case letters without accents, one for one, so that places stay."""

    def __missing__(self, code: int) -> int:
        if chr(code) in "’‘ʼ＇":
            return ord("'")
        letters = strip_accents(chr(code).casefold())
        value = ord(letters) if len(letters) == 1 else code
        self[code] = value
        return value


FOLDING = Folding()


def bare(word: str) -> str:
    """A word of a text without case, accents and apostrophes, where that is one for one."""
    return word.translate(FOLDING).replace("'", "")


@dataclass(frozen=True)
class _Sequence:
    """Words at their offsets from one another, all of which must stand there.

    A token that passes a test has one of the terms ``wanted``, or passes one of ``others``.
    """

    tests: tuple[tuple[int, Test], ...]
    wanted: frozenset[str] = frozenset()
    others: tuple[Test, ...] = ()


@dataclass
class Term:
    """Something that a query looks for: one word, or several that stand side by side.

    Verdicts over words are kept, so that each is analysed once.
    """

    number: int
    node: Text
    _sequences: dict[str, list[_Sequence]] = field(default_factory=dict)
    _verdicts: dict[tuple[str, str], bool] = field(default_factory=dict)

    def asks(self, name: str, scope: str = "all") -> bool:
        """Whether it is looked for in this field: text, title, summary, notes, tag ..."""
        if self.node.field is not None:
            return self.node.field == name
        if scope == "text":
            return name == "text"
        return scope == "all" or name != "text"

    def may_be(self, word: str, language: str) -> bool:
        """Whether a word of a text is what it asks for, or a part of that."""
        key = (word, language)
        verdict = self._verdicts.get(key)
        if verdict is None:
            tests = [test for way in self.sequences(language) for _, test in way.tests]
            tokens = Analyzer(language).tokens(word)
            verdict = any(test(token) for token in tokens for test in tests)
            self._verdicts[key] = verdict
        return verdict

    def sequences(self, language: str) -> list[_Sequence]:
        """What will do in a text of this language; any one of them."""
        if language not in self._sequences:
            self._sequences[language] = list(_sequences_of(self.node, language))
        return self._sequences[language]

    def anchors(self, language: str) -> set[str]:
        """Lower-case strings one of which stands in every match; of several words in the longest.

        Anchors that are no beginnings of words, such as M/M and Chinese, are whole.
        """
        if isinstance(self.node, Fuzzy):
            return _halves(query_prefix(self.node.text).prefix)
        if isinstance(self.node, Prefix):
            asked = query_prefix(self.node.text)
            longest = max((*_folded(asked.parts), asked.prefix), key=len)
            return {longest, self.node.text.casefold()} if not asked.parts else {longest}
        unit = query_unit(self.node.text, (language,))
        forms = [part.forms for part in unit.parts]
        forms = [max(forms, key=lambda form: len(form.folded))] if forms else []
        words = {form for each in (*forms, *unit.joined) for form in _plain(each.exact)}
        typed = (match.group() for match in WORD.finditer(self.node.text.casefold()))
        words.update(word for word in typed if len(unit.parts) == 1 or bare(word) in words)
        stems = {form for each in (*forms, *unit.joined) for form in _plain(each.stems)}
        is_english = base_language(language) == _ENGLISH
        beginnings = {_beginning(word, _margin(word, is_english=is_english)) for word in words}
        for stem in stems:
            changing = int(stem[-1] in _CHANGING_VOWELS) if is_english else _CHANGING_LETTERS
            beginnings.add(_beginning(stem, changing))
        return {word for word in beginnings if not _has_beginning(word, beginnings)}

    def says_little(self, language: str) -> bool:
        """Whether it is a word such as "the" and stands in every text of this language."""
        if not isinstance(self.node, Word) or self.node.field is not None:
            return False
        folded = _folded(query_unit(self.node.text, (language,)).parts)
        return len(folded) == 1 and is_stop_word(folded[0], language)

    @property
    def literal(self) -> str:
        """A phrase of several words in small letters, as it would stand in most texts; or nothing."""
        words = self.node.text.casefold().split() if isinstance(self.node, Phrase) else []
        return " ".join(words) if len(words) > 1 else ""

    def beside(self, language: str) -> tuple[str, str] | None:
        """For a phrase how the words before and behind its longest begin, as far as that is sure."""
        if not isinstance(self.node, Phrase):
            return None
        words = _folded(query_unit(self.node.text, (language,)).parts)
        if len(words) < 2 or not all(word.isascii() and word.isalpha() for word in words):
            return None
        at = words.index(max(words, key=len))
        before, *_ = [*words[max(at - 1, 0) : at], ""]
        behind, *_ = [*words[at + 1 : at + 2], ""]
        return before[:_SHORTEST_ANCHOR], behind[:_SHORTEST_ANCHOR]

    @property
    def is_at_beginnings(self) -> bool:
        """Whether its anchors stand at the beginnings of words, if anywhere in them."""
        return not isinstance(self.node, Fuzzy)


def is_whole(anchor: str) -> bool:
    """Whether an anchor stands for a match by itself, because its script or form has no words."""
    return not anchor.replace("'", "").isalnum() or _UNSPACED.search(anchor) is not None


def terms_of(query: WorkQuery, parsed: ParsedQuery) -> list[Term]:
    """Everything that is wanted and can be marked."""
    nodes = list(iter_terms(parsed.root))
    for name, text in (("title", query.title), ("creator", query.creator), ("tag", query.tag_text)):
        nodes += [Word(word, name) for word in text.split()]
    terms: list[Term] = []
    for node in dict.fromkeys(nodes):
        term = Term(len(terms), node)
        if term.sequences(""):
            terms.append(term)
    return terms


class Marker:
    """Finds every match of some terms in texts of one language.

    It looks at every word, and at each different word once only.
    """

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        self._ways = [(term.number, way) for term in terms for way in term.sequences(language)]
        self._wanted = frozenset(term for _, way in self._ways for term in way.wanted)
        self._others = [test for _, way in self._ways for test in way.others]
        self._language = base_language(language)
        self._known: dict[str, tuple[int, list[tuple[Piece, tuple[str, ...]]]]] = {}

    def marks(self, text: str) -> list[Mark]:
        """Every match in a text, in order."""
        tokens = list(self._tokens(text)) if self._ways else []
        places: dict[int, list[Token]] = defaultdict(list)
        for token in tokens:
            places[token.position].append(token)
        marks = {
            Mark(start, end, number)
            for number, way in self._ways
            for start, end in _occurrences(way, tokens, places)
        }
        return sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.term))

    def _tokens(self, text: str) -> Iterator[Token]:
        """The tokens that anything is to do with."""
        position = 0
        for match in raw_tokens(text):
            known = self._known.get(match[0])
            if known is None:
                known = self._learnt(match[0])
            width, pieces = known
            for piece, terms in pieces:
                yield token_at(piece, terms, position, match.start())
            position += width

    def _learnt(self, token: str) -> tuple[int, list[tuple[Piece, tuple[str, ...]]]]:
        """How many places a token takes, and its pieces that anything is to do with."""
        if len(self._known) >= _MOST_WORDS:
            self._known.clear()
        shape = shape_in(token, self._language)
        pieces = [(piece, piece.terms(self._language)) for piece in shape.pieces]
        wanted = [
            (piece, terms)
            for piece, terms in pieces
            if not self._wanted.isdisjoint(terms)
            or any(test(token_at(piece, terms, 0, 0)) for test in self._others)
        ]
        known = self._known[token] = shape.width, wanted
        return known


def _occurrences(
    way: _Sequence, tokens: Sequence[Token], places: dict[int, list[Token]]
) -> Iterator[tuple[int, int]]:
    (first, test), *rest = way.tests
    for token in tokens:
        if not test(token):
            continue
        end = token.end
        for offset, other in rest:
            here = places.get(token.position + offset - first, ())
            found = next((near for near in here if other(near)), None)
            if found is None:
                break
            end = max(end, found.end)
        else:
            yield token.start, end


def _sequences_of(node: Text, language: str) -> Iterator[_Sequence]:
    if isinstance(node, Prefix | Fuzzy):
        asked = query_prefix(node.text)
        last = _begins(asked.prefix) if isinstance(node, Prefix) else _nearly(asked.prefix)
        before = [(part.offset, _very_word(part.forms)) for part in asked.parts]
        folded = frozenset(_folded(asked.parts))
        if asked.prefix:
            yield _Sequence((*before, (asked.offset, last)), folded, (last,))
    elif isinstance(node, Phrase):
        for way in query_phrase(node.text, (language,)).alternatives:
            tests = tuple((part.offset, _very_word(part.forms)) for part in way)
            yield _Sequence(tests, frozenset(_folded(way)))
    else:
        for way in query_unit(node.text, (language,)).alternatives:
            tests = tuple((part.offset, _any_form(part.forms)) for part in way)
            yield _Sequence(tests, frozenset().union(*(_forms(part.forms) for part in way)))


def _forms(forms: QueryForms) -> frozenset[str]:
    return frozenset((forms.folded, *forms.stems))


def _any_form(forms: QueryForms) -> Test:
    wanted = _forms(forms)
    return lambda token: not wanted.isdisjoint(token.terms)


def _very_word(forms: QueryForms) -> Test:
    wanted = forms.folded
    return lambda token: token.text == wanted


def _begins(start: str) -> Test:
    return lambda token: token.text.startswith(start)


def _nearly(word: str) -> Test:
    return lambda token: OSA.distance(word, token.text, score_cutoff=1) <= 1


def _folded(parts: Iterable[QueryPart]) -> list[str]:
    return [part.forms.folded for part in parts]


def _plain(terms: Iterable[str]) -> set[str]:
    """Terms without the signs that tell their kinds apart."""
    return {re.sub("^(?:\x01[^:]*:|\x02)", "", term) for term in terms}


def _margin(word: str, *, is_english: bool) -> int:
    """How many of the last letters of a word an apostrophe may part from the others."""
    if not is_english or word.endswith(_TWO_BEHIND_APOSTROPHE):
        return _CHANGING_LETTERS
    return int(word[-1] in _BEHIND_APOSTROPHE)


def _beginning(word: str, changing: int) -> str:
    if is_whole(word):
        return word
    return word[: max(_SHORTEST_ANCHOR, len(word) - changing)]


def _has_beginning(word: str, beginnings: Iterable[str]) -> bool:
    """Whether another one is a beginning of it, and so finds all that it would."""
    return any(word != other and word.startswith(other) for other in beginnings)


def _halves(word: str) -> set[str]:
    """One edit leaves one half of a word; two letters swapped across the middle the rest of it."""
    middle = len(word) // 2
    return {word[: max(middle - 1, 1)], word[middle + 1 :] or word[-1:]}
