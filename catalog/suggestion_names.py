"""Forms in which tags are named in a text, and where a text names them, in linear time."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Han and kana are written without spaces: each character is a token, a name is a run of them.
TOKEN = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+(?:['’][^\\W_{_CJK}]+)*")
_ELIDED = re.compile(r"(?:[ldsmtnjc]|qu)['’](?=\w)", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{2,40})[\"“”«»]")
_POSSESSIVE = frozenset({"'s", "’s", "'S", "’S"})
_INNER_MARKS = frozenset({"", "-", "‐", "‑", "·", "・", " & ", "'", "’"})
_MAX_TOKENS = 8
_ENDS = (".", "!", "?", "…", ":", '"', "“", "”", "„", "«", "‘", "—", "–", "-", "*", "(")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    """mr mrs ms miss dr doctor captain lord lady sir king queen prince princess professor prof
    sergeant detective agent general admiral commander lieutenant major colonel inspector
    father mother sister brother uncle aunt madame monsieur mme mlle the saint st emperor
    herr frau monsieur inspecteur commissaire comte comtesse senor senora don dona signor signora
    count countess duke duchess baron baroness master mistress san chan kun sama"""
)
_SUFFIXES = _words("jr sr i ii iii iv v vi vii viii esq phd")
_LINKS = _words("of the and von van de der la le du di da del el bin ibn")
_GROUPS = _words(
    "street road family irregulars company team gang squad club society brothers sisters twins "
    "house clan league order army crew"
)
_GENERIC = re.compile(
    r"(?:original|other|minor|various|background|unnamed|additional|implied|past|everyone|"
    r"ensemble|reader|you|self-insert|ofc|omc|oc)\b",
    re.IGNORECASE,
)
# Given names that people in any story have: they say little about the fandom.
COMMON_GIVEN = _words(
    """adam alan alex alexander alfred alice amanda amy andrew andy angela anna anne anthony arthur
    barry ben benjamin beth bill billy bob bobby brian carl caroline catherine charles charlie chris
    christopher claire daniel danny dave david dawn dean diana donna edward elizabeth ellen emily
    emma eric frank fred gary george grace hannah harry helen henry jack jacob jake james jane jason
    jeff jennifer jenny jess jessica jim jimmy joan joe john johnny jonathan joseph joshua julia
    julie karen kate katie kevin kim larry laura leo linda lisa louis lucas lucy luke margaret maria
    marie mark martha martin mary matt matthew max meg michael mike molly nancy nathan nick nicole
    oliver olivia pam patrick paul peter philip rachel ray rebecca richard rob robert robin roger
    ron rose ruth ryan sally sam samantha sara sarah scott simon sophie stephen steve steven sue
    susan ted thomas tim tom tommy tony tyler victor victoria walter will william zoe zoey"""
)
# Words that begin sentences with a capital: never a name on their own.
NO_NAMES = _words(
    """a about after again all also although always am an and another any are as at away back be
    because been before behind being both but by came can come could did do does down each either
    else enough even ever every few finally first for from get give go god going gone good had has
    have he hell hello her here hers hey hi him his how however i if in indeed instead into is it
    its just last later let like little look made make many maybe me meanwhile mine more most much
    must my never new next no nobody none not nothing now of off oh okay on once one only or other
    others our out over perhaps please quite rather really right said say see she should since sir
    so some someone something somehow soon still stop such sure take than thank thanks that the
    their them then there these they thing this those though three through time to today tomorrow
    tonight too two under until up upon us very wait was we well were what when where which while
    who whose why will with without woman would yeah yes yesterday yet you your yours man boy girl
    house home day night morning monday tuesday wednesday thursday friday saturday sunday january
    february march april june july august september october november december english french
    german american london chapter part love life death world mom dad mum daddy mother father
    doctor lord lady king queen captain master mr mrs miss"""
)
_NEXT_TO_NAMES = NO_NAMES | _TITLES
# Names that are words too: believed where they stand with a capital within a sentence.
_WORDLIKE = _words(
    """ace amber angel anger art ash autumn bay bell bill black blue bob brook buck bud cat
    chance charity chase chip cherry chuck clay cliff cole cook daisy dale dawn dean destiny dick
    dot drew eve ever faith fisher ford forest frank gene ginger glory grace grant gray green grey
    guy harmony hazel heath heather hope hunter iris ivy jack jade jasmine jay jean jet jewel joy
    june lance lane lily luna major mark marsh mason max may melody mercy mike miles mill moon nick
    nova olive page pat patience pearl penny peter phoenix pip poppy price prudence rain ray red
    reed rich river rob robin rock rod rose rowan ruby rusty sage sandy sky snow spike star sterling
    stone storm sue summer sunny swift tiger tom trip victor violet wade ward white wolf wood woody
    young ranger shepherd smith baker carter bishop knight page pope archer cross brand"""
)


class Strength(IntEnum):
    """How sure a form names its tag: a part of a name, a name of one word, a whole name."""

    PART = 1
    NAME = 2
    FULL = 3


class Entry(NamedTuple):
    """One tag that a form may name."""

    tag: int
    strength: Strength


Form = tuple[str, ...]


@dataclass
class Found:
    """Where a form occurs: how often, how often within a sentence, and first at which character.

    A ``doubtful`` form may be a word at the start of a sentence: it is no evidence for a fandom,
    but names a character of a fandom that others speak for.
    """

    count: int = 0
    within: int = 0
    first: int = 0
    end: int = 0
    doubtful: bool = False


class Token(NamedTuple):
    """A word of a text: as a key, its place, and how it is written.

    It ``opens`` a sentence, or is ``joined`` to the word before by white space alone, or
    ``linked`` to it: joined, or with the hyphen or the full stop that stand inside names.
    """

    key: str
    start: int
    end: int
    capital: bool
    opens: bool
    joined: bool
    linked: bool


@dataclass
class Names:
    """All forms of all names, and for each first word the lengths of the forms it begins."""

    forms: dict[Form, list[Entry]] = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(default_factory=dict)

    def add(self, form: Form, entry: Entry) -> None:
        """Registers a form; the strongest reading of a tag by one form is kept."""
        entries = self.forms.setdefault(form, [])
        for at, other in enumerate(entries):
            if other.tag == entry.tag:
                entries[at] = max(other, entry, key=lambda one: one.strength)
                return
        entries.append(entry)
        lengths = self.lengths.setdefault(form[0], [])
        if len(form) not in lengths:
            lengths.append(len(form))
            lengths.sort(reverse=True)

    def find(self, tokens: Sequence[Token]) -> dict[Form, Found]:
        """The forms that the text holds as capitalised words; the longest at each place counts."""
        found: dict[Form, Found] = {}
        small: dict[str, int] = defaultdict(int)
        keys = [token.key for token in tokens]
        skip = 0
        for at, token in enumerate(tokens):
            if at < skip or token.key not in self.lengths:
                continue
            if not token.capital:
                small[token.key] += 1
                if token.key not in _LINKS:
                    continue
            form = self._longest(tokens, keys, at)
            if form and not self._belongs_to_another(tokens, at, form):
                _note(found, form, tokens, at)
                skip = at + len(form)
        return {form: place for form, place in found.items() if _is_name(form, place, small)}

    def _longest(self, tokens: Sequence[Token], keys: list[str], at: int) -> Form:
        for length in self.lengths[keys[at]]:
            form = tuple(keys[at : at + length])
            if form in self.forms and _is_written_as_name(tokens[at : at + length]):
                return form
        return ()

    def _belongs_to_another(self, tokens: Sequence[Token], at: int, form: Form) -> bool:
        """Whether half a name stands in another name: "Mary Jane" is not Mary Morstan."""
        if len(form) > 1:
            return False
        known_alone = any(entry.strength > Strength.PART for entry in self.forms[form])
        if known_alone and form[0] not in COMMON_GIVEN:
            return False
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after and after.capital and after.joined and after.key not in NO_NAMES:
            return True
        before = tokens[at - 1] if at and token.joined else None
        return bool(before and before.capital and before.key not in _NEXT_TO_NAMES)


def _is_written_as_name(part: Sequence[Token]) -> bool:
    """Capitals and no marks between: small words may be small, in "the Master" the article too."""
    if not all(token.linked for token in part[1:]):
        return False
    return part[-1].capital and all(
        token.capital or token.key in _LINKS for token in part[: -1 if len(part) > 1 else None]
    )


def _note(found: dict[Form, Found], form: Form, tokens: Sequence[Token], at: int) -> None:
    place = found.get(form)
    if place is None:
        end = tokens[at + len(form) - 1].end
        place = found[form] = Found(first=tokens[at].start, end=end)
    place.count += 1
    if not tokens[at].opens:
        place.within += 1


def _is_name(form: Form, place: Found, small: dict[str, int]) -> bool:
    """Whether a form of one word is a name here and no word at the start of a sentence."""
    if len(form) > 1:
        return True
    if form[0] in _WORDLIKE and not place.within:
        place.doubtful = True
        return small[form[0]] == 0
    return small[form[0]] <= place.count * 0.5


@lru_cache(maxsize=200_000)
def fold_token(raw: str) -> tuple[str, bool]:
    """The key of a word, without case, accents and possessive, and whether it has a capital."""
    text = raw.replace("’", "'")
    folded = (text[:-2] if raw[-2:] in _POSSESSIVE else text).casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(char for char in decomposed if not unicodedata.combining(char))
    return folded or raw, not raw[0].islower()


def tokenize(text: str, known: Iterable[str] = ()) -> list[Token]:
    """The words of a text; "d'Arsène" is "Arsène" unless the whole is a known first word."""
    keep = known if isinstance(known, dict | set | frozenset) else set(known)
    tokens: list[Token] = []
    end = 0
    for match in TOKEN.finditer(text):
        raw, start = match.group(), match.start()
        key, capital = fold_token(raw)
        if ("'" in raw or "’" in raw) and key not in keep and (cut := _ELIDED.match(raw)):
            raw, start = raw[cut.end() :], start + cut.end()
            key, capital = fold_token(raw)
        stop = match.end() - (2 if raw[-2:] in _POSSESSIVE else 0)
        gap = text[end:start]
        bare = gap.strip()
        joined = not bare and 0 < len(gap) < 4 and gap.count("\n") < 2
        opens = end == 0 or not (joined or (bare and not bare.endswith(_ENDS)) or not gap)
        linked = joined or _is_link(gap, tokens)
        tokens.append(Token(key, start, stop, capital, opens, joined, linked))
        end = match.end()
    return tokens


def _is_link(gap: str, tokens: Sequence[Token]) -> bool:
    if gap in _INNER_MARKS:
        return True
    before = tokens[-1].key if tokens else ""
    return gap.rstrip(" ") == "." and (before in _TITLES or (len(before) == 1 and before.isalpha()))


def name_forms(kind: str, name: str, synonyms: Iterable[str]) -> Iterator[tuple[Form, Strength]]:
    """The forms of a tag with its synonyms, each with how sure it is."""
    for written in (name, *synonyms):
        for part in written.split(" | "):
            if kind == "character":
                yield from _character_forms(part)
            else:
                yield from _fandom_forms(part)


def form_of(text: str) -> Form:
    """The words of a name or term as keys."""
    return tuple(fold_token(raw)[0] for raw in TOKEN.findall(text)[: _MAX_TOKENS + 1])


def _whole(form: Form) -> Iterator[tuple[Form, Strength]]:
    """A whole name; "The Master" is as ambiguous as a name of one word."""
    content = [word for word in form if word not in _LINKS]
    if not content or len(form) > _MAX_TOKENS or len("".join(content)) < 2:
        return
    if len(form) == 1:
        if form[0] not in NO_NAMES:
            yield form, Strength.NAME
    else:
        yield form, Strength.FULL if len(content) > 1 else Strength.NAME


def _fandom_forms(name: str) -> Iterator[tuple[Form, Strength]]:
    plain = _BRACKETS.sub("", name).split(" - ")[0].strip()
    yield from _whole(form_of(plain))


def _character_forms(name: str) -> Iterator[tuple[Form, Strength]]:
    plain = _BRACKETS.sub("", name).strip()
    if _GENERIC.match(plain):
        return
    for nickname in _QUOTED.findall(plain):
        yield from _whole(form_of(nickname))
    form = form_of(_QUOTED.sub(" ", plain))
    yield from _whole(form)
    yield from _parts(form)


def _parts(form: Form) -> Iterator[tuple[Form, Strength]]:
    """First name and surname of a name of several words."""
    if _GROUPS.intersection(form):
        return
    words = list(form)
    while words and words[-1] in _SUFFIXES:
        words.pop()
    while words and words[0] in _TITLES:
        words.pop(0)
    if len(form) < 2 or not words or (len(words[0]) == 1 and not words[0].isascii()):
        return
    ends = {words[0]} if any(word in {"of", "the"} for word in words) else {words[0], words[-1]}
    for word in ends:
        if len(word) >= 3 and word not in NO_NAMES:
            yield (word,), Strength.PART
    if len(words) > 1 and len(words) < len(form):
        yield tuple(words), Strength.FULL
