"""What was asked of the works, in words, each part with the address of the list without it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, gettext_noop

from catalog.filter_params import Params
from catalog.models import Tag
from catalog.querytext import (
    Clause,
    ParsedQuery,
    QuerySyntaxError,
    conjuncts,
    english,
    in_words,
    parse,
    to_normal,
    without_conjunct,
)
from catalog.workquery import DATES, RANGES

_TEXTS = {
    "title": gettext_noop("title contains “{}”"),
    "creator": gettext_noop("creator contains “{}”"),
    "tag_text": gettext_noop("tags contain “{}”"),
    "updated__gte": gettext_noop("updated on {} or later"),
    "updated__gt": gettext_noop("updated after {}"),
    "updated__lte": gettext_noop("updated on {} or earlier"),
    "updated__lt": gettext_noop("updated before {}"),
    "published__gte": gettext_noop("published on {} or later"),
    "published__gt": gettext_noop("published after {}"),
    "published__lte": gettext_noop("published on {} or earlier"),
    "published__lt": gettext_noop("published before {}"),
    "series": gettext_noop("in series {}"),
    "creator_id": gettext_noop("by creator {}"),
}
_CALLED = {"series": gettext_noop("in the series “{}”"), "creator_id": gettext_noop("by {}")}
_FLAGS = {
    ("complete", "true"): gettext_noop("complete"),
    ("complete", "false"): gettext_noop("in progress"),
    ("crossover", "true"): gettext_noop("crossovers"),
    ("crossover", "false"): gettext_noop("no crossovers"),
    ("single_chapter", "true"): gettext_noop("one chapter"),
    ("single_chapter", "false"): gettext_noop("several chapters"),
    ("one_pairing", "true"): gettext_noop("one relationship"),
    ("one_pairing", "false"): gettext_noop("no or several relationships"),
    ("restricted", "true"): gettext_noop("for members only"),
    ("restricted", "false"): gettext_noop("for everybody"),
    ("q_in", "text"): gettext_noop("words looked for in the text alone"),
    ("q_in", "metadata"): gettext_noop("words not looked for in the text"),
    ("include_blocked", "true"): gettext_noop("with what you block"),
}
_SILENT = frozenset({"page", "page_size", "ordering", "facets", "facet_size", "highlight"})
_EITHER = ("language", "series", "creator_id")
"""Parameters that, given several times, mean any of their values."""


@dataclass(frozen=True)
class AskedPart:
    """One thing that was asked; ``relation`` is ``not`` for what must be absent, ``or`` for a
    further alternative to the part before it, and empty for what must be there."""

    text: str
    kind: str
    remove: str
    relation: str = ""


@dataclass(frozen=True)
class Names:
    """What ids and codes are called: tags of the request, languages by their code, and, by the
    names of their parameters, series and creators by their ids."""

    tags: Mapping[int, Tag]
    languages: Mapping[str, str]
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def describe(params: Params, parsed: ParsedQuery, names: Names) -> list[AskedPart]:
    """The parts of a list's normal form; without the part the list starts at page 1 again."""
    parts: list[AskedPart] = []
    shown = [pair for pair in params if pair[0] not in _SILENT]
    for place, (name, value) in enumerate(shown):
        if name == "q":
            parts += _text_parts(params, value, parsed, names)
            continue
        text, kind = _in_words(name, value, names)
        relation = "not" if name.endswith("__not") else ""
        is_choice = name.endswith("__any") or name in _EITHER
        if is_choice and place and shown[place - 1][0] == name:
            relation = "or"
        parts.append(AskedPart(text, kind, _address(params, without=(name, value)), relation))
    return parts


def text_address(params: Params, text: str) -> str:
    """The same list with another text query, from page 1."""
    rest = [pair for pair in params if pair[0] not in ("q", "page")]
    return "?" + urlencode([("q", text), *rest] if text else rest)


def _text_parts(
    params: Params, text: str, parsed: ParsedQuery, names: Names
) -> Iterator[AskedPart]:
    """The conditions of a text query, each of which can be taken away by itself."""
    clauses = in_words(parsed.root)
    if len(clauses) != len(conjuncts(parsed.root)) or not clauses:
        yield AskedPart(f"“{text}”", "text", text_address(params, ""))
        return
    for place, clause in enumerate(clauses):
        rest = to_normal(without_conjunct(parsed.root, place), parsed.ordering)
        yield AskedPart(_said(clause, names), "text", text_address(params, rest))


def _in_words(name: str, value: str, names: Names) -> tuple[str, str]:
    if name.startswith("language"):
        return names.languages.get(value, value), "language"
    if (name, value) in _FLAGS:
        return gettext(_FLAGS[name, value]), "state"
    if name in RANGES or name in DATES:
        return _range_in_words(name, value, names), "range"
    called = names.rows.get(name, {}).get(value)
    if called:
        return gettext(_CALLED[name]).format(called), "text"
    if name in _TEXTS:
        return gettext(_TEXTS[name]).format(value), "text"
    tag = names.tags.get(int(value)) if value.isdecimal() else None
    if tag is None:
        return value, "tag"
    if name == "exact_tag" and tag.is_canonical:
        return gettext("exactly “{}”").format(tag.name), tag.kind
    return tag.name, tag.kind


def _range_in_words(name: str, value: str, names: Names) -> str:
    try:
        clauses = in_words(parse(f"{name}:{value}").root)
    except QuerySyntaxError:
        clauses = ()
    return " ".join(_said(clause, names) for clause in clauses) or f"{name} {value}"


def _said(clause: Clause, names: Names) -> str:
    return english(
        clause,
        translate=gettext,
        number=lambda value: number_format(value, force_grouping=True),
        day=lambda day: date_format(day, "DATE_FORMAT"),
        language=lambda code: names.languages.get(code, code),
    )


def _address(params: Params, *, without: tuple[str, str]) -> str:
    rest: Sequence[tuple[str, str]] = [
        pair for pair in params if pair != without and pair[0] != "page"
    ]
    return "?" + urlencode(rest)
