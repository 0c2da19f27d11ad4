"""Named filters of works."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.query import ModelIterable

from archive.core.guard import GuardedQuerySet
from archive.core.viewer import Viewer
from catalog.typedtags import typed_tags
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
_RANGE_FIELDS = {
    "words": "word_count",
    "chapters": "chapter_count",
    "kudos": "kudos_count",
    "comments": "comments_count",
    "bookmarks": "bookmarks_count",
    "hits": "hits_count",
}


class WorkQuerySet(GuardedQuerySet["Work"]):
    """Works by who is looking and by what was asked."""

    carries_typed_tags = False
    """Whether rows come with ``typed_tags``, as ``for_blurb`` asks."""

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
        rows = self.select_related("language").prefetch_related(*self.blurb_prefetches(parts))
        rows.carries_typed_tags = "tags" in parts
        return rows

    def blurb_prefetches(self, parts: Collection[str] = BLURB_ALL) -> list[Prefetch]:
        """What is fetched along with works for a blurb as models, one statement each."""
        prefetches = {
            "creators": Prefetch(
                "creatorships", queryset=self._through("creatorships").select_related("creator")
            ),
            "series": Prefetch(
                "series_entries", queryset=self._through("series_entries").select_related("series")
            ),
        }
        return [prefetches[part] for part in parts if part in prefetches]

    def _clone(self) -> Self:
        clone = super()._clone()
        clone.carries_typed_tags = self.carries_typed_tags
        return clone

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self.carries_typed_tags and self._iterable_class is ModelIterable:
            give_typed_tags(self._result_cache or ())

    def _in_ranges(self, query: WorkQuery) -> Self:
        conditions: dict[str, int | datetime] = {}
        for name, low, high in query.ranges:
            _bound(conditions, _RANGE_FIELDS[name], low, high)
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


def give_typed_tags(works: "Iterable[Work]") -> None:
    """Let each of the works have ``typed_tags``: one statement for all."""
    by_id = {work.pk: work for work in works}
    for pk, tags in typed_tags(by_id).items():
        by_id[pk].typed_tags = tags


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
