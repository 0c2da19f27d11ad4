"""Querysets whose rows cannot leave the database until somebody said who is looking."""

from collections.abc import Iterator
from typing import Any, Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """Rows of a guarded model were fetched without ``visible_to(viewer)`` or ``unscoped(reason)``.

    This is a mistake in the code, never of the person at the browser.
    """


class GuardedQuerySet(models.QuerySet[Row]):
    """A queryset that refuses to fetch, count or delete before it is scoped.

    ``visible_to`` of the concrete queryset, or ``unscoped`` with a reason, set the scope. Filters
    and orders may come before or after. Not stopped, because Django's own machinery needs them:
    ``exists()``, ``update()``, forward relations and ``annotate(Count(...))``.
    """

    _is_scoped = False

    def unscoped(self, reason: str) -> Self:
        """All rows, for code that acts for nobody in particular; ``reason`` says why."""
        if not reason.strip():
            raise ValueError("unscoped() needs a reason.")
        return self.as_scoped()

    def as_scoped(self) -> Self:
        """The same query, marked as scoped; only for the ``visible_to`` of a subclass."""
        clone = self.all()
        clone._is_scoped = True
        return clone

    def none(self) -> Self:
        """No rows at all: nothing to guard."""
        return super().none().as_scoped()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Row]:
        """As in Django, once scoped."""
        self._insist("iterator")
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """As in Django, once scoped."""
        self._insist("count")
        return super().count()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As in Django, once scoped."""
        self._insist("aggregate")
        return super().aggregate(*args, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """As in Django, once scoped."""
        self._insist("delete")
        return super().delete()

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # private in the stubs
        clone._is_scoped = self._is_scoped
        return clone  # type: ignore[no-any-return]

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._insist("fetch")
        super()._fetch_all()

    def _insist(self, act: str) -> None:
        if not self._is_scoped:
            raise UnscopedQueryError(
                f"{self.model.__name__} rows: {act} without a scope. Call visible_to(viewer) "
                f'or unscoped("reason") first.'
            )
