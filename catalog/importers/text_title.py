"""What a title line says: the title itself, the part of the story, the byline on the same line."""

import re
from dataclasses import dataclass, field

from catalog.importers.text_bylines import parse_names
from catalog.importers.text_contents import CONTENTS_NAMES
from catalog.importers.text_headings import parse_heading, undecorated
from catalog.importers.text_html import plain
from catalog.importers.text_labels import parse_label
from catalog.importers.text_model import is_break, key

MAX_TITLE = 255
_MAX_WORDS = 14
_MAX_VALUE = 600
_PREFIX = re.compile(r"(?:\[?(?:FIC|FANFIC|NEW|REPOST|STORY|FF|Fic|Fanfic)\]?\s*[:：]\s*)+(?=\S)")
_PART = re.compile(
    r"(?P<title>.*\S)\s*(?:"
    r"[(\[]\s*(?:(?:part|chapter|pt|ch|teil|kapitel|chapitre|partie)\.?\s*)?(?P<n1>\d{1,3})\s*"
    r"(?:/|of|von|de)\s*(?P<m1>\d{1,3}|\?+)\s*[)\]]"
    r"|[(\[]\s*(?:part|chapter|pt|ch|teil|kapitel|chapitre|partie)\.?\s*(?P<n2>\d{1,3})\s*[)\]]"
    r"|\s(?P<n3>\d{1,3})/(?P<m3>\d{1,3}|\?+)"
    r"|(?:\s*[,:]\s*|\s+[-–—]\s+)(?:part|chapter|pt|ch|teil|kapitel|chapitre|partie)\.?\s*"
    r"(?P<n4>\d{1,3})(?:\s*(?:/|of|von|de)\s*(?P<m4>\d{1,3}|\?+))?)",
    re.IGNORECASE,
)
_WITH_NAME = (
    re.compile(r"[\"“„«_*](?P<title>[^\"“”„«»_*]+)[\"”“»_*]\s*,?\s*[Bb][Yy]\s+(?P<names>\S.*)"),
    re.compile(r"(?P<title>\S.*?)(?:\s*,\s*|\s+[-–—]\s+|\s+\()by\s+(?P<names>[^()]+)\)?", re.I),
    re.compile(r"(?P<title>\S.*?[)\]])\s+by\s+(?P<names>[^()]+)", re.IGNORECASE),
    # All in capitals: "BACK TO THE CELLAR BY OZFAN".
    re.compile(r"(?P<title>[^a-z]*[A-Z][^a-z]*?)\s+BY\s+(?P<names>[A-Z][^a-z]*)"),
)
_ANY_BY = re.compile(r"(?P<title>\S.*?)\s+by\s+(?P<names>\S.*)", re.IGNORECASE)


@dataclass
class TitleLine:
    """A title taken apart; ``number`` and ``total`` say which part of the story the file is."""

    title: str
    creators: list[str] = field(default_factory=list)
    number: int | None = None
    total: int | None = None


def parse_title(value: str) -> TitleLine:
    """The title in a title line or in the value of a label, without marks and part numbers."""
    text = undecorated(_PREFIX.sub("", plain(value[:_MAX_VALUE]).strip()))
    found = TitleLine(text)
    for pattern in _WITH_NAME:
        match = pattern.fullmatch(text)
        names = parse_names(match["names"], guarded=True) if match else []
        if match and names and (names[0][:1].isupper() or pattern is _WITH_NAME[0]):
            found = TitleLine(undecorated(match["title"]), names)
            break
    match = _PART.fullmatch(found.title)
    if match:
        numbers = [match[name] for name in ("n1", "n2", "n3", "n4") if match[name]]
        totals = [match[name] for name in ("m1", "m3", "m4") if match[name]]
        found.number = int(numbers[0])
        found.total = int(totals[0]) if totals and totals[0].isdigit() else None
        found.title = match["title"].rstrip(" ,:-–—")
    quoted = re.fullmatch(r"[\"“„«](?P<core>[^\"“”„«»]+)[\"”“»]", found.title)
    found.title = (quoted["core"] if quoted else found.title)[:MAX_TITLE].strip()
    return found


def is_title_form(line: str, *, certain: bool) -> bool:
    """Whether a line can be a title; ``certain`` when a byline or labels follow it.

    Otherwise a line that ends like a sentence or opens like speech is prose.
    """
    text = undecorated(line)
    if not any(char.isalnum() for char in text) or is_break(line) or len(text) > MAX_TITLE:
        return False
    heading = parse_heading(line)
    if (heading and heading.kind != "titled") or key(text) in CONTENTS_NAMES:
        return False
    if parse_label(line) or re.match(r"https?://", text):
        return False
    if certain:
        return len(text) <= 160 and not text.endswith((",", ";"))
    if heading or len(text) > 80 or len(text.split()) > _MAX_WORDS:
        return False
    if text[0] in "\"“„«'‘-–—" or text[0].islower():
        return bool(re.fullmatch(r"[\"“„«][^\"“”„«».,!?…]+[\"”“»]", text))
    return not text.endswith(
        (".", ",", ";", ":", "!", "?", "…", '"', "”", "’", "'", "。", "-", "—")
    )


def repeats_title(line: str, title: str) -> bool:
    """Whether the line says the title again, in any case and punctuation, with or without part."""
    known = key(title)
    if not known or len(line) > MAX_TITLE * 2:
        return False
    return known in {key(plain(line)), key(parse_title(line).title)}


def splits_as(line: str, title: str) -> list[str]:
    """The names in "TITLE by NAMES" when the title is the known one, else []."""
    if len(line) > _MAX_VALUE:
        return []
    match = _ANY_BY.fullmatch(undecorated(line))
    if match and key(match["title"]) == key(title):
        return parse_names(match["names"], guarded=True)
    return []
