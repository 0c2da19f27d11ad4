"""A query told in words: structured clauses, and the sentence they make.

The faces translate: every template, label and unit goes through ``translate`` once, numbers, dates
and languages through callables of their own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from catalog.querytext.nodes import (
    And,
    DateRange,
    Flag,
    Fuzzy,
    Language,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Word,
)
from catalog.querytext.normal import is_rounder
from catalog.querytext.walk import conjuncts

Value: TypeAlias = str | int | date

TEMPLATES = {
    "word": "contains “{text}”",
    "word.field": "{field} contains “{text}”",
    "word.not": "does not contain “{text}”",
    "word.field.not": "{field} does not contain “{text}”",
    "phrase": "contains the phrase “{text}”",
    "phrase.field": "{field} contains the phrase “{text}”",
    "phrase.not": "does not contain the phrase “{text}”",
    "phrase.field.not": "{field} does not contain the phrase “{text}”",
    "prefix": "contains a word that begins with “{text}”",
    "prefix.field": "{field} contains a word that begins with “{text}”",
    "prefix.not": "contains no word that begins with “{text}”",
    "prefix.field.not": "{field} contains no word that begins with “{text}”",
    "fuzzy": "contains “{text}” or a word one letter away from it",
    "fuzzy.field": "{field} contains “{text}” or a word one letter away from it",
    "fuzzy.not": "contains neither “{text}” nor a word one letter away from it",
    "fuzzy.field.not": "{field} contains neither “{text}” nor a word one letter away from it",
    "range.above": "more than {low} {unit}",
    "range.from": "at least {low} {unit}",
    "range.below": "fewer than {high} {unit}",
    "range.upto": "at most {high} {unit}",
    "range.exact": "exactly {low} {unit}",
    "range.between": "{low} to {high} {unit}",
    "date.younger": "{done} within the last {count} {unit}",
    "date.older": "{done} more than {count} {unit} ago",
    "date.ages": "{done} {low} to {high} {unit} ago",
    "date.today": "{done} today",
    "date.yesterday": "{done} yesterday",
    "date.between": "{done} from {low} to {high}",
    "date.on": "{done} on {low}",
    "date.from": "{done} on {low} or later",
    "date.upto": "{done} on {high} or earlier",
    "flag.complete": "complete",
    "flag.complete.not": "still in progress",
    "flag.crossover": "a crossover",
    "flag.crossover.not": "no crossover",
    "flag.one_pairing": "exactly one pairing",
    "flag.one_pairing.not": "no pairing or several",
    "flag.single_chapter": "a single chapter",
    "flag.single_chapter.not": "more than one chapter",
    "flag.restricted": "for members only",
    "flag.restricted.not": "open to everyone",
    "language": "in {language}",
    "everything": "any work",
    "not": "not {parts}",
    "or": " or ",
    "and": " and ",
}
UNITS = {
    "words": "words",
    "kudos": "kudos",
    "comments": "comments",
    "bookmarks": "bookmarks",
    "hits": "hits",
    "chapters": "chapters",
    "updated": "updated",
    "published": "published",
    "hour": "hour",
    "hours": "hours",
    "day": "day",
    "days": "days",
    "week": "week",
    "weeks": "weeks",
    "month": "month",
    "months": "months",
    "year": "year",
    "years": "years",
}
_AGE = re.compile(r"([<>]?)(\d+)(?:-(\d+))?([a-z]+)")


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked; ``kind`` names a template, ``params`` its values.

    ``any``, ``all`` and ``not`` hold further clauses in ``parts``. ``start`` and ``end`` are the
    place in the text as given.
    """

    kind: str
    params: dict[str, Value] = field(default_factory=dict)
    parts: tuple["Clause", ...] = ()
    start: int = 0
    end: int = 0


def in_words(root: Node | None) -> tuple[Clause, ...]:
    """The clauses that must all hold, one for each conjunct of the tree."""
    return tuple(_clause(part) for part in conjuncts(root))


def _clause(root: Node) -> Clause:
    """Build bottom-up: a node is visited, then its parts, then it is put together."""
    done: list[Clause] = []
    todo: list[tuple[Node, bool]] = [(root, False)]
    while todo:
        node, is_ready = todo.pop()
        children = _children(node)
        if not children:
            done.append(leaf_clause(node))
        elif is_ready:
            parts = tuple(done[len(done) - len(children) :])
            del done[len(done) - len(children) :]
            done.append(_put_together(node, parts))
        else:
            todo.append((node, True))
            todo.extend((child, False) for child in reversed(children))
    return done[0]


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, And | Or):
        return node.children
    return (node.child,) if isinstance(node, Not) else ()


def _put_together(node: Node, parts: tuple[Clause, ...]) -> Clause:
    if isinstance(node, Not):
        inner = parts[0]
        kind = f"{inner.kind}.not"
        if kind in TEMPLATES:
            return Clause(kind, inner.params, (), node.start, node.end)
        if inner.kind.endswith(".not") and inner.kind.startswith("flag."):
            return Clause(inner.kind[:-4], inner.params, (), node.start, node.end)
        return Clause("not", {}, parts, node.start, node.end)
    return Clause("any" if isinstance(node, Or) else "all", {}, parts, node.start, node.end)


def leaf_clause(node: Node) -> Clause:
    """The clause of an operand."""
    kind, params = _leaf(node)
    return Clause(kind, params, (), node.start, node.end)


def _leaf(node: Node) -> tuple[str, dict[str, Value]]:
    if isinstance(node, Word | Phrase | Prefix | Fuzzy):
        kind = type(node).__name__.lower()
        if node.field:
            return f"{kind}.field", {"field": node.field, "text": node.text}
        return kind, {"text": node.text}
    if isinstance(node, Range):
        return _range(node)
    if isinstance(node, DateRange):
        return _date(node)
    if isinstance(node, Flag):
        return f"flag.{node.field}{'' if node.value else '.not'}", {}
    if isinstance(node, Language):
        return "language", {"language": node.code}
    return "everything", {}


def _range(node: Range) -> tuple[str, dict[str, Value]]:
    low, high, unit = node.low, node.high, node.field
    if low is not None and high is not None:
        if low == high:
            return "range.exact", {"low": low, "unit": unit}
        return "range.between", {"low": low, "high": high, "unit": unit}
    if low is not None:
        if is_rounder(low - 1, low):
            return "range.above", {"low": low - 1, "unit": unit}
        return "range.from", {"low": low, "unit": unit}
    high = high or 0
    if is_rounder(high + 1, high):
        return "range.below", {"high": high + 1, "unit": unit}
    return "range.upto", {"high": high, "unit": unit}


def _date(node: DateRange) -> tuple[str, dict[str, Value]]:
    base: dict[str, Value] = {"done": node.field}
    if node.expression in {"today", "yesterday"}:
        return f"date.{node.expression}", base
    age = _AGE.fullmatch(node.expression)
    if age:
        count, unit = int(age[2]), age[4]
        if age[3]:
            return "date.ages", {**base, "low": count, "high": int(age[3]), "unit": unit}
        kind = "date.younger" if age[1] == "<" else "date.older"
        return kind, {**base, "count": count, "unit": unit}
    if node.low is None:
        return "date.upto", {**base, "high": _last_day(node)}
    low = node.low.date()
    if node.high is None:
        return "date.from", {**base, "low": low}
    last = _last_day(node)
    if last <= low:
        return "date.on", {**base, "low": low}
    return "date.between", {**base, "low": low, "high": last}


def _last_day(node: DateRange) -> date:
    """The last day that a span includes."""
    if node.high is None:
        return date.max
    if node.high == node.high.min.replace(tzinfo=node.high.tzinfo):
        return date.min
    return (node.high - timedelta(microseconds=1)).date()


def english(
    clause: Clause,
    *,
    translate: Callable[[str], str] = str,
    number: Callable[[int], str] = "{:,}".format,
    day: Callable[[date], str] = date.isoformat,
    language: Callable[[str], str] = str,
) -> str:
    """The clause as people say it; English unless ``translate`` knows better.

    The callables write numbers, dates and the name of a language by its code.
    """

    def said(leaf: Clause) -> str:
        shown: dict[str, str] = {}
        for name, value in leaf.params.items():
            if isinstance(value, int):
                shown[name] = number(value)
            elif isinstance(value, date):
                shown[name] = day(value)
            elif name == "language":
                shown[name] = language(value)
            else:
                shown[name] = translate(UNITS.get(value, value)) if name != "text" else value
        return translate(TEMPLATES[leaf.kind]).format(**shown)

    done: list[str] = []
    todo: list[tuple[Clause, bool]] = [(clause, False)]
    while todo:
        current, is_ready = todo.pop()
        if not current.parts:
            done.append(said(current))
        elif not is_ready:
            todo.append((current, True))
            todo.extend((part, False) for part in reversed(current.parts))
        else:
            first = len(done) - len(current.parts)
            texts = [
                f"({text})" if part.parts else text
                for part, text in zip(current.parts, done[first:], strict=True)
            ]
            del done[first:]
            done.append(_joined(current.kind, texts, translate))
    return done[0]


def _joined(kind: str, texts: list[str], translate: Callable[[str], str]) -> str:
    if kind == "not":
        return translate(TEMPLATES["not"]).format(parts=texts[0])
    return translate(TEMPLATES["or" if kind == "any" else "and"]).join(texts)


def all_phrases() -> tuple[str, ...]:
    """Everything that ``translate`` may be asked for, so that a catalogue can list it."""
    return (*TEMPLATES.values(), *dict.fromkeys(UNITS.values()))
