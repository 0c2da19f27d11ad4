"""Named filters of works."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q
from django.db.models.query import ModelIterable

from archive.core.guard import GuardedQuerySet
from archive.core.viewer import Viewer
from catalog.blurbrows import makers_of, places_of, typed_tags
from catalog.visibility import listed_q, owned_by, public_q, visible_q
from catalog.workquery import BLURB_ALL, WorkQuery

if TYPE_CHECKING:
    from catalog.models.work import Work

_ORDER_FIELDS = {
    "updated": "updated_at",
    "published": "published_at",
    "title": "sort_title",
    "words": "word_count",
    "kudos": "kudos_count",
    "comments": "comments_count",
    "bookmarks": "bookmarks_count",
    "hits": "hits_count",
}
RANGE_COLUMNS = {
    "words": "word_count",
    "chapters": "chapter_count",
    "kudos": "kudos_count",
    "comments": "comments_count",
    "bookmarks": "bookmarks_count",
    "hits": "hits_count",
}
"""The columns of the numbers that works are asked for by."""


class WorkQuerySet(GuardedQuerySet["Work"]):
    """Works by who is looking and by what was asked."""

    parts: tuple[str, ...] = ()
    """What works come with besides their own row; ``for_blurb`` says it."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Works that this viewer may open by their address."""
        return self.filter(visible_q(viewer, self._through("creatorships"))).as_scoped()

    def listed_to(self, viewer: Viewer) -> Self:
        """Works that lists, searches and feeds may show this viewer."""
        return self.filter(listed_q(viewer)).as_scoped()

    def owned_by(self, viewer: Viewer) -> Self:
        """Works this viewer acts for as a creator, deleted ones left out."""
        mine = owned_by(viewer, self._through("creatorships"))
        return self.filter(mine, deleted_at=None).as_scoped()

    def public(self) -> Self:
        """Works that everybody may see."""
        return self.filter(public_q()).as_scoped()

    def tagged_exactly(self, tag_id: int) -> Self:
        """Works that carry this very tag."""
        return self.filter(self._has("work_tags", tag_id=tag_id))

    def found_under(self, tag_id: int) -> Self:
        """Works found under this canonical tag."""
        return self.filter(self._has("filter_links", tag_id=tag_id))

    def matching(self, query: WorkQuery) -> Self:
        """The SQL meaning of a query but for its texts; a clause may only remove rows."""
        rows = self
        for tag in query.tags:
            rows = rows.filter(self._tag_q([tag.id], exact=tag.exact))
        for group in query.tags_any:
            rows = rows.filter(
                self._tag_q([tag.id for tag in group if not tag.exact], exact=False)
                | self._tag_q([tag.id for tag in group if tag.exact], exact=True)
            )
        for tag in (*query.tags_not, *query.tags_blocked):
            rows = rows.exclude(self._tag_q([tag.id], exact=tag.exact))
        if query.languages:
            rows = rows.filter(language__in=query.languages)
        if query.languages_not:
            rows = rows.exclude(language__in=query.languages_not)
        rows = rows._in_ranges(query)._with_flags(query)
        if query.series:
            rows = rows.filter(self._has("series_entries", series_id__in=query.series))
        if query.creators:
            made = self._has("creatorships", creator_id__in=query.creators)
            rows = rows.filter(made, is_anonymous=False)
        return rows

    def in_order(self, ordering: str) -> Self:
        """Sorted by an ``ordering`` of the API, ties by id; relevance falls back to the newest."""
        descending = ordering.startswith("-")
        field = _ORDER_FIELDS.get(ordering.lstrip("-"))
        if field is None:
            descending, field = True, "updated_at"
        return self.order_by(f"{'-' if descending else ''}{field}", "id")

    def for_blurb(self, parts: Collection[str] = BLURB_ALL) -> Self:
        """With everything that a blurb shows, in a fixed number of statements."""
        rows = self.select_related("language")
        rows.parts = tuple(parts)
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()
        clone.parts = self.parts
        return clone

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self.parts and self._iterable_class is ModelIterable:
            give_parts(self._result_cache or (), self.parts)

    def _in_ranges(self, query: WorkQuery) -> Self:
        conditions: dict[str, int | datetime] = {}
        for name, low, high in query.ranges:
            _bound(conditions, RANGE_COLUMNS[name], low, high)
        for name, start, end in query.dates:
            _bound(conditions, f"{name}_at", start, end)
        return self.filter(**conditions)

    def _with_flags(self, query: WorkQuery) -> Self:
        rows = self
        for name, wanted in query.flags:
            if name == "single_chapter":
                single = Q(expected_chapters=1)
                rows = rows.filter(single) if wanted else rows.exclude(single)
            else:
                rows = rows.filter(**{f"is_{name}": wanted})
        return rows

    def _tag_q(self, ids: list[int], *, exact: bool) -> Q:
        return self._has("work_tags" if exact else "filter_links", tag_id__in=ids)

    def _has(self, relation: str, **conditions: Any) -> Q:
        rows = self._through(relation).filter(work_id=OuterRef("pk"), **conditions)
        return Q(Exists(rows))

    def _through(self, relation: str) -> Any:
        model: Any = self.model._meta.get_field(relation).related_model
        return model.objects.all()


def give_parts(works: "Iterable[Work]", parts: Collection[str]) -> None:
    """Let works have ``typed_tags``, ``makers`` and ``places``, those of them that are asked for.

    ``parts`` are some of "tags", "creators" and "series": one statement for each.
    """
    by_id = {work.pk: work for work in works}
    if "tags" in parts:
        for pk, tags in typed_tags(by_id).items():
            by_id[pk].typed_tags = tags
    if "creators" in parts:
        for pk, makers in makers_of(by_id).items():
            by_id[pk].makers = makers
    if "series" in parts:
        for pk, places in places_of(by_id).items():
            by_id[pk].places = places


def _bound(
    conditions: dict[str, Any],
    field: str,
    low: int | datetime | None,
    high: int | datetime | None,
) -> None:
    if low is not None:
        conditions[f"{field}__gte"] = low
    if high is not None:
        conditions[f"{field}__lte"] = high
