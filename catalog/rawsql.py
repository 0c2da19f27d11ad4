"""Set-based statements that SQLite and PostgreSQL both understand, with lists as one parameter."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Expression

_LIST = re.compile(r"\[\[(\w+)\]\]")
_PAIRS = re.compile(r"<<(\w+)>>")


def run(*parts: str, **given: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement (none for those that return none), given in one or more parts.

    ``%(name)s`` stands for a value, ``[[name]]`` for a list of whole numbers to be used after
    ``IN``, and ``<<name>>`` for a table of pairs of whole numbers with the columns ``a`` and
    ``b``. However long a list is, it travels as one parameter: no limit on the number of
    parameters applies, and the text of a statement never changes.
    """
    sql = " ".join(parts)
    lists = set(_LIST.findall(sql))
    pairs = set(_PAIRS.findall(sql))
    if connection.vendor == "postgresql":
        values = _for_postgresql(given, lists, pairs)
        sql = _LIST.sub(r"(SELECT unnest(%(\1)s::bigint[]))", sql)
        sql = _PAIRS.sub(
            r"(SELECT * FROM unnest(%(\1_a)s::bigint[], %(\1_b)s::bigint[]) AS pair(a, b))", sql
        )
    else:
        values = {
            name: json.dumps(list(value)) if name in lists | pairs else value
            for name, value in given.items()
        }
        sql = _LIST.sub(r"(SELECT value FROM json_each(%(\1)s))", sql)
        sql = _PAIRS.sub(
            r"(SELECT json_extract(value, '$[0]') AS a, json_extract(value, '$[1]') AS b "
            r"FROM json_each(%(\1)s))",
            sql,
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def _for_postgresql(given: Mapping[str, Any], lists: set[str], pairs: set[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in pairs:
            rows = list(value)
            values[f"{name}_a"] = [a for a, _ in rows]
            values[f"{name}_b"] = [b for _, b in rows]
        else:
            values[name] = list(value) if name in lists else value
    return values


class IdList(Expression):
    """Whole numbers for ``filter(pk__in=...)`` that travel as one parameter.

    Thousands of ids cost the database a moment and the query builder nothing, and the text of the
    statement stays the same.
    """

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__(output_field=BigIntegerField())
        self.ids = list(ids)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A list within one JSON text."""
        return "(SELECT value FROM json_each(%s))", (json.dumps(self.ids),)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """An array."""
        return "(SELECT unnest(%s::bigint[]))", (self.ids,)
