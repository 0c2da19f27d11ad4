"""Words by their beginning, in a form that the index serves on each database."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CharField, Lookup

_LAST = "\U0010ffff"


@CharField.register_lookup
class BeginsWith(Lookup):
    """``word__begins="har"``: a range of the index, compared byte by byte.

    ``startswith`` would do on PostgreSQL alone: SQLite's LIKE ignores case and so the index.
    """

    lookup_name = "begins"
    prepare_rhs = False
    operators: ClassVar[tuple[str, str]] = (">=", "<")

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The range."""
        column, params = self.process_lhs(compiler, connection)
        low, high = self.operators
        sql = f"({column} {low} %s AND {column} {high} %s)"
        return sql, (*params, self.rhs, *params, self.rhs + _LAST)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The range by the operators of the index's class, whatever the locale."""
        same = BeginsWith(self.lhs, self.rhs)
        same.operators = ("~>=~", "~<~")  # type: ignore[misc]  # of this one instance
        return same.as_sql(compiler, connection)


class TagWordQuerySet(models.QuerySet["TagWord"]):  # type: ignore[name-defined]
    """Words by kind and by beginning."""

    def of_kinds(self, kinds: tuple[str, ...]) -> "TagWordQuerySet":
        """Words of tags of these kinds; always given, because the index begins with the kind."""
        return self.filter(kind__in=kinds)

    def beginning(self, token: str) -> "TagWordQuerySet":
        """Words that begin so."""
        return self.filter(word__begins=token)
