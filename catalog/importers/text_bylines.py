"""Who wrote it: bylines such as "by X and Y", "Eine Geschichte von X", and lists of names."""

import re

from archive.core.text import fold_name
from catalog.importers.text_headings import undecorated
from catalog.importers.text_html import plain
from catalog.importers.text_model import key, word_set

_KINDS = (
    "story|stories|fic|fics|fanfic|fan fic|fanfiction|fan fiction|tale|novel|novella|drabble|"
    "ficlet|vignette|one-?shot|songfic|crossover|poem|work|piece|au|series"
)
_EN_BY = (
    rf"(?:(?:an?|the|my|another)\s.{{0,60}}?\b(?:{_KINDS})\s+)?"
    r"(?:(?:written|created|authored|posted|dreamed up)\s+)?"
)
_DE_VON = (
    r"(?:(?:eine?)\s.{0,60}?\s)?(?:geschichte|erzählung|fanfiction|fanfic|ff)?\s*"
    r"(?:(?:geschrieben|verfasst)\s+)?"
)
_FR_PAR = r"(?:(?:une?)\s.{0,60}?\s)?(?:histoire\s+)?(?:(?:écrite?|ecrite?)\s+)?"
_BYLINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _EN_BY + r"by(?:\s*:\s*|\s+)(?P<names>\S.*)",
        _DE_VON + r"von(?:\s*:\s*|\s+)(?P<names>\S.*)",
        _FR_PAR + r"par(?:\s*:\s*|\s+)(?P<names>\S.*)",
        r"(?:una?\s.{0,60}?\s)?(?:(?:escrit[oa])\s+)?por(?:\s*:\s*|\s+)(?P<names>\S.*)",
        r"(?:door|av|af|scritto da|di|написал[а]?)(?:\s*:\s*|\s+)(?P<names>\S.*)",
        r"(?:מאת|بقلم|تأليف|του|της|yazan|napisał[a]?)(?:\s*:\s*|\s+)(?P<names>\S.*)",
        r"(?:copyright|©|\(c\))[\s\d,©()c-]{0,20}(?:by\s+)?(?P<names>[^\W\d].*)",
    )
)
_LONELY_BY = re.compile(r"(?:written |a (?:story|tale|novel) )?by\s*:?|von|par|por", re.IGNORECASE)
_EMAIL = re.compile(r"[<(\[]?\s*(?:mailto:)?(?P<local>[\w.+-]+)@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?")
_URL = re.compile(r"[<(\[]?\s*(?:https?://|www\.)\S+?\s*[>)\]]?(?=\s|$)")
_SPLIT = re.compile(
    r"\s*[;&+/]\s*|\s*,(?!\s*(?:Jr|Sr|II|III|IV|Ph\.?D)\b)\s*(?:(?:and|und|et|y|och|og)\s+)?"
    r"|\s+(?:and|AND|And|with|und|et|y|och|og|и)\s+"
)
# "By the time he came" is a sentence, and so is "by then".
_NO_NAMES = word_set(
    "the a an my his her their our your its this that these those then now time nature far all "
    "accident chance mistake night day morning evening noon dawn dusk myself himself herself "
    "themselves itself yourself which what whom whose it me us him them being doing "
    "law definition default design der die das ein eine einem einer dem den le la les un une mon "
    "el los las una mi"
)
_MAX_NAMES = 120
_MAX_NAME = 40
_MAX_VALUE = 2_000
_SENTENCES = re.compile(r"[\"“”]|[?!]\s|[^\W\d_]{4}\.\s")
_INITIAL = re.compile(r"(?:\b\w|\b(?:Jr|Sr|St|Dr|Esq|Ph\.?D|etc))\.$")


def parse_byline(line: str) -> list[str]:
    """The names in a byline, [] when the line is none."""
    text = undecorated(line)
    if len(text) > _MAX_NAMES + 80:
        return []
    for pattern in _BYLINES:
        match = pattern.fullmatch(text)
        if match and (names := parse_names(match["names"], guarded=True)):
            return names
    return []


def is_lonely_by(line: str) -> bool:
    """Whether the line holds nothing but "by": the name is on the next one."""
    return bool(_LONELY_BY.fullmatch(undecorated(line)))


def parse_names(value: str, *, guarded: bool = False) -> list[str]:
    """The names in "X, Y and Z", without addresses; [] when ``guarded`` and it reads as prose."""
    value = value[:_MAX_VALUE]
    emails = [match["local"] for match in _EMAIL.finditer(value)]
    text = _URL.sub(" ", _EMAIL.sub(" ", value))
    text = plain(undecorated(" ".join(text.split()))).strip(" -–—,;:")
    if guarded and text and (len(text) > _MAX_NAMES or _reads_as_prose(text)):
        return []
    names: list[str] = []
    for part in _SPLIT.split(text):
        name = _clean(part)
        if name and name not in names:
            names.append(name)
    return names or emails[:1]


def _clean(name: str) -> str:
    name = name.strip(" -–—,;:\t")
    if name.endswith(".") and not _INITIAL.search(name):
        name = name.rstrip(".")
    # A bracket that lost its partner to an address that was cut out.
    if name.count("(") != name.count(")"):
        name = name.strip("()").strip()
    if len(name) > _MAX_NAME:
        # "Jane (who is also known as ...)": a pen name has at most 40 characters.
        name = re.sub(r"\s*\([^()]*\)", "", name)
    return name.strip() if any(char.isalnum() for char in name) else ""


def _reads_as_prose(text: str) -> bool:
    words = text.split()
    if len(words) > 12 or text.endswith(("!", "?", ":", "…", '"', "”")):
        return True
    if text.endswith(".") and not _INITIAL.search(text) and len(words) > 3:
        return True
    if _SENTENCES.search(text):
        return True
    if not words or (fold_name(words[0]) in _NO_NAMES and not words[0].isupper()):
        # "by The Slayer" is a pen name, "by the river" is not.
        return not words or words[0].islower() or len(words) == 1
    small = [word for word in words if word[0].islower()]
    return len(small) > 2 or (words[0][0].islower() and len(words) > 2 and "and" not in words)


def same_creator(name: str, known: str) -> bool:
    """Whether two forms of a name mean one person: "Sir Arthur Conan Doyle", "Arthur Conan Doyle"."""
    ours, theirs = set(key(name).split()), set(key(known).split())
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)
