"""A tag in numbers: works by month, and the tags that stand on the same works."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import CharField, Count
from django.db.models.functions import Cast, Substr

from catalog.models import Tag, Work
from catalog.tagrelated import RelatedTag, related

KEEP_FOR = 600
_BESIDE = 12


@dataclass(frozen=True)
class TagNumbers:
    """Works that everybody may see by month (``2024-02``), and what else stands on them."""

    by_month: dict[str, int] = field(default_factory=dict)
    beside: list[RelatedTag] = field(default_factory=list)


def numbers_of_tag(tag: Tag) -> TagNumbers:
    """The numbers of a tag: three statements, counted anew after ten minutes."""
    key = f"tag-numbers-{tag.pk}-{tag.version}"
    kept: TagNumbers | None = cache.get(key)
    if kept is None:
        kept = TagNumbers(_by_month(tag), related(tag, limit=_BESIDE))
        cache.set(key, kept, KEEP_FOR)
    return kept


def _by_month(tag: Tag) -> dict[str, int]:
    rows = Work.objects.public()
    rows = rows.found_under(tag.pk) if tag.is_canonical else rows.tagged_exactly(tag.pk)
    # The text of a date begins with its month in both databases, and costs no call for each row.
    month = Substr(Cast("published_at", CharField()), 1, 7)
    counted = rows.order_by().annotate(month=month).values_list("month").annotate(n=Count("pk"))
    return {month: n for month, n in counted.order_by("month") if month}
