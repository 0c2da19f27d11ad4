"""What was asked of the works, in words, each part with the address of the list without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from catalog.models import Tag

_TEXTS = {
    "q": "“{}”",
    "title": "title contains “{}”",
    "creator": "creator contains “{}”",
    "tag_text": "tags contain “{}”",
    "words": "{} words",
    "chapters": "{} chapters",
    "kudos": "{} kudos",
    "comments": "{} comments",
    "bookmarks": "{} bookmarks",
    "hits": "{} hits",
    "updated": "updated {}",
    "updated__gte": "updated since {}",
    "updated__lte": "updated until {}",
    "published": "published {}",
    "published__gte": "published since {}",
    "published__lte": "published until {}",
    "series": "series {}",
    "creator_id": "creator {}",
}
_FLAGS = {
    ("complete", "true"): "complete",
    ("complete", "false"): "in progress",
    ("crossover", "true"): "crossovers",
    ("crossover", "false"): "no crossovers",
    ("single_chapter", "true"): "one chapter",
    ("single_chapter", "false"): "several chapters",
    ("one_pairing", "true"): "one relationship",
    ("one_pairing", "false"): "not one relationship",
    ("restricted", "true"): "for members only",
    ("restricted", "false"): "for everybody",
    ("q_in", "text"): "in the text only",
    ("q_in", "metadata"): "not in the text",
    ("include_blocked", "true"): "with what you block",
}
_SILENT = frozenset({"page", "page_size", "ordering", "facets", "facet_size", "highlight"})


@dataclass(frozen=True)
class AskedPart:
    """One thing that was asked; ``is_not`` for what must be absent."""

    text: str
    kind: str
    remove: str
    is_not: bool = False


def describe(
    params: list[tuple[str, str]], tags: Mapping[int, Tag], languages: Mapping[str, str]
) -> list[AskedPart]:
    """The parts of a list's normal form; without the part the list starts at page 1 again."""
    parts = []
    for place, (name, value) in enumerate(params):
        if name in _SILENT:
            continue
        rest = [pair for i, pair in enumerate(params) if i != place and pair[0] != "page"]
        text, kind = _in_words(name, value, tags, languages)
        parts.append(AskedPart(text, kind, "?" + urlencode(rest), name.endswith("__not")))
    return parts


def _in_words(
    name: str, value: str, tags: Mapping[int, Tag], languages: Mapping[str, str]
) -> tuple[str, str]:
    if name.startswith("language"):
        return languages.get(value, value), "language"
    if (name, value) in _FLAGS:
        return _FLAGS[name, value], "state"
    if name in _TEXTS:
        return _TEXTS[name].format(value), "text"
    tag = tags.get(int(value)) if value.isdecimal() else None
    return (tag.name, tag.kind) if tag else (value, "tag")
