"""Whether one line could be a heading: "Part 1: ...", "CHAPTER IV.", "IV.", "Prologue", "第一章"."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from archive.core.text import fold_name
from catalog.importers.text_numbers import Number, Style, parse_number

Kind = Literal["keyword", "titled", "bare", "named"]

MAX_HEADING = 160
_MAX_DECORATED = 500
CHAPTER_RANK = 4

# Words for a division, by rank: the smaller rank is the larger division.
_WORDS: dict[int, str] = {
    1: "volume vol band tome tomo том 卷",
    2: "book buch livre libro livro книга kniha bok boek księga",
    3: "part pt teil partie parte deel del część část часть μέρος osa del act akt acte acto atto "
    "arc season staffel saison część الجزء חלק 部 篇 부 권",
    4: "chapter chap ch chp chpt kapitel kap chapitre capítulo cap capitolo hoofdstuk kapittel "
    "kapitola rozdział الفصل فصل פרק глава гл κεφάλαιο luku fejezet bölüm bab chương capitolul poglavlje "
    "adventure letter lettre episode épisode episodio folge canto stave tale story entry day night "
    "章 回 话 話 集 장 화",
    5: "section abschnitt sección sezione раздел 节 節",
    6: "scene szene scène escena scena сцена 幕",
}
_NAMED = (
    "prologue prolog prólogo прологе пролог epilogue epilog épilogue epílogo epilogo эпилог "
    "preface préface prefacio prefazione vorwort voorwoord предисловие foreword avant-propos "
    "introduction einleitung einführung introducción introduzione introdução введение interlude "
    "zwischenspiel interludio intermezzo afterword nachwort postface postfacio послесловие coda "
    "postscript finale 序 序章 序幕 楔子 终章 終章 尾声 尾聲 番外 后记 後記 あとがき プロローグ エピローグ"
)
_OF = r"(?:of|von|de|di|van|av|из|/)"
_TAG = re.compile(r"</?(?:b|i|u|em|strong|center|h[1-6]|p|big)>", re.IGNORECASE)
_MARKS = r"[*_~=<>\[\](){}«»•·+|\-–—:.\s]"
_DECORATED = re.compile(
    rf"[*_~=<>\[({{«•·+|\-–—]{_MARKS}*(?P<core>\S.*?)(?P<end>{_MARKS}*[*_~=<>\])}}»•·+|\-–—])"
)
# "*Chapter 1*: The Fall", "**Chapter 1:** The Fall".
_EMPHASISED = re.compile(
    r"^(?P<mark>[*_]{1,3})(?P<core>\S[^*_]{0,80}?\d\s*:?)(?P=mark)(?P<rest>(?:\s*[:.–—-].*|\s.*)?)$"
)
_HASHES = re.compile(r"#{1,6}\s*(?=\S)")
_CJK = re.compile(
    r"(?P<lead>第|제)?\s*(?P<num>\d{1,4}|[〇零一二两兩三四五六七八九十百千]{1,7})\s*"
    r"(?P<word>[章回话話集节節卷部篇幕장화부권])(?=[\s:：、.．「『（(]|$|(?<=[章回话話节節卷部]))"
    r"[\s:：、.．]*(?P<title>.*)"
)
_WORD_FIRST = re.compile(
    r"(?P<word>[^\W\d_]+)\.?(?P<gap>\s*(?:no\.|nr\.|n°|#|№)?[\s:–—-]*)(?P<rest>.*)", re.IGNORECASE
)
_NUMBER_FIRST = re.compile(r"(?P<num>\S+)\s+(?P<word>[^\W\d_]+)(?P<rest>.*)")
_TOTAL = re.compile(
    rf"\s*[(\[]?\s*{_OF}\s*(?P<total>\d{{1,4}}|\?)\s*[)\]]?(?=$|[\s:.,)–—-])", re.IGNORECASE
)
_DELIMITER = re.compile(r"\s*(?P<mark>[.:：)\]–—-]+|,(?= in which| wherein))\s*(?P<title>.*)")
_TITLED = re.compile(
    r"[(\[]?(?P<num>\d{1,3}|[IVXLC]{1,7}|[ivxl]{1,6}|[一二三四五六七八九十]{1,3})"
    r"(?P<mark>[)\]]?\s*[.:：、)–—-]|\s*[–—-](?=\s))\s*(?P<title>\S.*)"
)
_BARE = re.compile(
    r"(?:no\.\s*|nr\.\s*|§\s*|#\s*)?[(\[]?(?P<num>[^\s().\[\]:]+(?:[\s-][^\s().\[\]:]+)?)[)\].:]?",
    re.IGNORECASE,
)
_SENTENCE_END = tuple(".!?…,;:")


@dataclass(frozen=True)
class Heading:
    """What a line says when it is a heading.

    ``word`` is the kind of division as written ("chapter", "teil") or the name ("prologue"), ""
    for a number alone; ``rank`` orders divisions (1 volume ... 6 scene); ``number`` and ``total``
    are None when not given.
    """

    kind: Kind
    title: str = ""
    word: str = ""
    rank: int = CHAPTER_RANK
    number: int | None = None
    total: int | None = None
    style: Style | Literal[""] = ""

    @property
    def is_strong(self) -> bool:
        """Whether the line reads as a heading without its neighbours: a word and a number."""
        return self.kind == "keyword"


class _Word(NamedTuple):
    word: str
    rank: int


@cache
def _words() -> dict[str, _Word]:
    return {
        fold_name(word): _Word(fold_name(word), rank)
        for rank, words in _WORDS.items()
        for word in words.split()
    }


@cache
def _names() -> frozenset[str]:
    return frozenset(fold_name(word) for word in _NAMED.split())


def undecorated(line: str) -> str:
    """The line without marks around it: ``*** Chapter 1 ***`` and ``## Chapter 1`` alike."""
    if len(line) > _MAX_DECORATED:
        return line.strip()
    text = _HASHES.sub("", _TAG.sub("", line).strip(), count=1)
    match = _DECORATED.fullmatch(text)
    if match and any(char.isalnum() for char in match["core"]):
        return match["core"].strip()
    return text


def parse_heading(line: str) -> Heading | None:
    """What the line announces when it has the form of a heading, else None.

    The form alone: whether a numeral is a heading depends on its neighbours (text_chapters).
    """
    return _parse(line) if len(line) <= _MAX_DECORATED else None


@lru_cache(maxsize=20_000)
def _parse(line: str) -> Heading | None:
    """Cached, as the steps of reading a text ask again for the same lines."""
    text = _EMPHASISED.sub(r"\g<core>\g<rest>", undecorated(line))
    if not text or len(text) > MAX_HEADING or text[0] in "\"'“‘„":
        return None
    for parse in (_cjk, _keyword, _number_first, _named, _titled, _bare):
        if heading := parse(text):
            return heading
    return None


def is_strong_heading(line: str) -> bool:
    """Whether a line is a heading and could hardly be anything else."""
    heading = parse_heading(line)
    return heading is not None and heading.is_strong


def _cjk(text: str) -> Heading | None:
    match = _CJK.fullmatch(text)
    # "一部分人" begins like a heading: without 第 the division must stand alone.
    if not match or len(text) > 60 or not (match["lead"] or not match["title"]):
        return None
    if match["title"].endswith(("。", "，", "、")):
        return None
    number = parse_number(match["num"])
    word = _words()[match["word"]]
    return _division(word, number, match["title"]) if number else None


def _keyword(text: str) -> Heading | None:
    match = _WORD_FIRST.fullmatch(text)
    word = _words().get(fold_name(match["word"])) if match else None
    if not match or not word:
        return None
    return _after_word(word, match["rest"], text, spaced=bool(match["gap"]))


def _after_word(word: _Word, rest: str, text: str, *, spaced: bool) -> Heading | None:
    for length in (3, 2, 1):
        head = _head(rest, length)
        number = parse_number(head) if head else None
        if number is None or (not spaced and number.style != "arabic"):
            continue
        heading = _with_rest(word, number, rest[len(head) :], text)
        if heading:
            return heading
    return None


def _head(rest: str, words: int) -> str:
    match = re.match(r"(?:\d+(?=[a-e]?(?:\W|$))|[^\W\d_]+(?:[-–][^\W\d_]+)*)", rest)
    if words == 1:
        return match.group() if match else ""
    match = re.match(rf"[^\W\d_]+(?:[\s-][^\W\d_]+){{{words - 1}}}(?!\w)", rest)
    return match.group() if match else ""


def _with_rest(word: _Word, number: Number, rest: str, text: str) -> Heading | None:
    total, rest = _split_total(rest)
    if not rest.strip():
        return _division(word, number, "", total)
    if re.fullmatch(r"[a-e](?:[\s.:-].*)?", rest) and number.style == "arabic":
        return _division(word, number, text, total)
    if rest[0].isalnum():
        return None
    match = _DELIMITER.fullmatch(rest)
    if match:
        if rest.startswith(".") and match["title"][:1].isdigit():
            return _division(word, number, text, total)
        return _division(word, number, match["title"], total)
    title = rest.strip(" ,")
    if _is_title_case(title):
        return _division(word, number, title, total)
    return None


def _division(word: _Word, number: Number, title: str, total: int | None = None) -> Heading:
    return Heading(
        "keyword", _clean_title(title), word.word, word.rank, number.value, total, number.style
    )


def _split_total(rest: str) -> tuple[int | None, str]:
    match = _TOTAL.match(rest)
    if not match:
        return None, rest
    total = None if match["total"] == "?" else int(match["total"])
    return total, rest[match.end() :]


def _number_first(text: str) -> Heading | None:
    match = _NUMBER_FIRST.fullmatch(text)
    word = _words().get(fold_name(match["word"])) if match else None
    if not match or not word or word.word in {"day", "night", "story", "letter", "del"}:
        return None
    number = parse_number(match["num"].rstrip("."))
    if number is None or number.style == "roman" or number.value > 200:
        return None
    # "Three chapters" and "two parts" are counts, "Second Part" and "2. Teil" are places.
    if number.style == "arabic" and match["num"].isdigit():
        return None
    return _with_rest(word, number, match["rest"], text)


def _named(text: str) -> Heading | None:
    name, mark, title = (part.strip() for part in _split_name(text))
    if fold_name(name) not in _names() or (not name[:1].isupper() and name.isascii()):
        return None
    if not title:
        return Heading("named", name.rstrip("."), fold_name(name))
    number = parse_number(title.rstrip("."))
    if not mark and not number:
        return None
    return Heading("named", f"{name}{mark} {title}", fold_name(name))


def _split_name(text: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"(?P<name>[^\s.:：–—]+)(?P<mark>\s*[:：–—.]|\s+-|)\s*(?P<title>.*)", text)
    return (match["name"], match["mark"], match["title"]) if match else (text, "", "")


def _titled(text: str) -> Heading | None:
    match = _TITLED.fullmatch(text)
    number = parse_number(match["num"]) if match else None
    if not match or number is None or not 0 <= number.value <= 200:
        return None
    title = match["title"].strip()
    if len(title) > 100 or not _opens_title(title) or not _ends_title(title):
        return None
    return Heading("titled", _clean_title(title), number=number.value, style=number.style)


def _bare(text: str) -> Heading | None:
    match = _BARE.fullmatch(text)
    number = parse_number(match["num"]) if match else None
    if not match or number is None or not 0 <= number.value <= 300:
        return None
    if number.style == "word" and not match["num"][:1].isupper():
        return None
    return Heading("bare", number=number.value, style=number.style)


def _clean_title(title: str) -> str:
    title = undecorated(title.strip())
    quoted = re.fullmatch(r"[\"“„«](?P<core>[^\"“”„«»]+)[\"”“»]", title)
    return " ".join((quoted["core"] if quoted else title).split())


def _opens_title(title: str) -> bool:
    first = next((char for char in title if char.isalnum()), "")
    return bool(first) and not first.islower()


def _ends_title(title: str) -> bool:
    if not title.endswith((".", ",", ";", ":")):
        return True
    return title.endswith(".") and (title.isupper() or _is_title_case(title.rstrip(".")))


def _is_title_case(title: str) -> bool:
    """Whether the words are capitalised as in an English title, or all in capitals."""
    if not _opens_title(title) or title.endswith(_SENTENCE_END[:1] + _SENTENCE_END[4:]):
        return False
    longer = [word for word in re.findall(r"[^\W\d_]+", title) if len(word) > 3]
    capitals = sum(1 for word in longer if word[0].isupper())
    return capitals >= len(longer) * 0.7
