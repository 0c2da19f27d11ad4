"""The SQL meaning of a text query as far as a database without a full-text index can give one.

Used only while the index is not available: words are looked for in titles, summaries, names of
creators and tags, and in notes and series where they are asked for; texts of chapters are not.
"""

from typing import Any

from django.db.models import Q

from catalog.models import Creatorship, Kind, SeriesWork, Tag, WorkFilterTag, WorkTag
from catalog.querysets.work import RANGE_COLUMNS
from catalog.querytext import (
    And,
    DateRange,
    Everything,
    Flag,
    Language,
    Node,
    Not,
    Or,
    Range,
    Text,
)
from catalog.workquery import WorkQuery

_NOTHING = Q(pk__in=[])
_KINDS = frozenset(kind.value for kind in Kind)


def text_q(query: WorkQuery, root: Node | None) -> Q:
    """What the words of a query ask, as a condition on works."""
    condition = Q() if root is None else _node_q(root)
    for name, text in (("title", query.title), ("creator", query.creator), ("tag", query.tag_text)):
        for word in text.split():
            condition &= _field_q(name, word)
    return condition


def _node_q(node: Node) -> Q:
    """Nesting is bounded by the caps of the query language."""
    if isinstance(node, And):
        condition = Q()
        for child in node.children:
            condition &= _node_q(child)
        return condition
    if isinstance(node, Or):
        condition = _NOTHING
        for child in node.children:
            condition |= _node_q(child)
        return condition
    if isinstance(node, Not):
        return ~_node_q(node.child)
    return _leaf_q(node)


def _leaf_q(node: Text | Range | DateRange | Flag | Language | Everything) -> Q:
    if isinstance(node, Everything):
        return Q()
    if isinstance(node, Language):
        return Q(language=node.code)
    if isinstance(node, Flag):
        return _flag_q(node)
    if isinstance(node, Range):
        return _between(RANGE_COLUMNS[node.field], ("gte", node.low), ("lte", node.high))
    if isinstance(node, DateRange):
        return _between(f"{node.field}_at", ("gte", node.low), ("lt", node.high))
    if node.field is not None:
        return _field_q(node.field, node.text)
    condition = _NOTHING
    for name in ("title", "summary", "creator", "tag"):
        condition |= _field_q(name, node.text)
    return condition


def _flag_q(node: Flag) -> Q:
    if node.field == "single_chapter":
        single = Q(expected_chapters=1)
        return single if node.value else ~single | Q(expected_chapters=None)
    return Q(**{f"is_{node.field}": node.value})


def _between(column: str, *bounds: tuple[str, Any]) -> Q:
    return Q(**{f"{column}__{lookup}": value for lookup, value in bounds if value is not None})


def _field_q(name: str, word: str) -> Q:
    if name == "title":
        return Q(title__icontains=word)
    if name == "summary":
        return Q(summary_html__icontains=word)
    if name == "notes":
        return Q(notes_html__icontains=word) | Q(end_notes_html__icontains=word)
    if name == "creator":
        made = Creatorship.objects.filter(creator__name__icontains=word)
        return Q(is_anonymous=False, pk__in=made.values("work_id"))
    if name == "series":
        entries = SeriesWork.objects.filter(series__title__icontains=word)
        return Q(pk__in=entries.values("work_id"))
    if name == "tag" or name in _KINDS:
        tags = Tag.objects.filter(name__icontains=word)
        ids = (tags if name == "tag" else tags.filter(kind=name)).values("pk")
        typed = WorkTag.objects.filter(tag_id__in=ids).values("work_id")
        found = WorkFilterTag.objects.filter(tag_id__in=ids).values("work_id")
        return Q(pk__in=typed) | Q(pk__in=found)
    return _NOTHING
