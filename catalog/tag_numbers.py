"""A tag in numbers: works by month, and the tags that stand on the same works."""

from dataclasses import dataclass, field

from django.core.cache import cache

from catalog.models import Tag
from catalog.tag_relations import month_rows
from catalog.tagrelated import RelatedTag, related

KEEP_FOR = 600
_BESIDE = 10


@dataclass(frozen=True)
class TagNumbers:
    """Works that everybody may see by month (``2024-02``), and what else stands on them."""

    by_month: dict[str, int] = field(default_factory=dict)
    beside: list[RelatedTag] = field(default_factory=list)


def kept_numbers(tag: Tag) -> TagNumbers | None:
    """The numbers of a tag if they were counted within ten minutes: no statement."""
    kept: TagNumbers | None = cache.get(_key(tag))
    return kept


def numbers_of_tag(tag: Tag, by_month: dict[str, int] | None = None) -> TagNumbers:
    """The numbers of a tag, counted anew after ten minutes: two statements at most.

    ``by_month`` where the caller has them already.
    """
    kept = kept_numbers(tag)
    if kept is None:
        if by_month is None:
            by_month = {month: n for *_, month, n in month_rows(tag) if month}
        kept = TagNumbers(dict(sorted(by_month.items())), related(tag, limit=_BESIDE))
        cache.set(_key(tag), kept, KEEP_FOR)
    return kept


def _key(tag: Tag) -> str:
    return f"tag-numbers-{tag.pk}-{tag.version}"
