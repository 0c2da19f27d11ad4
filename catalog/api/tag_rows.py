"""The tags of a page of works as plain data, in one statement.

A page of twenty works carries some five hundred tags, each with its canonical tag; as model
instances they take most of the time of the whole answer.
"""

from collections.abc import Iterable
from typing import Any

from catalog.models import WorkTag

TagRows = dict[int, dict[str, list[dict[str, Any]]]]


def tags_of(work_ids: Iterable[int]) -> TagRows:
    """By work and kind: id, name as typed, and the canonical tag or None, in the creator's order."""
    rows = (
        WorkTag.objects.filter(work_id__in=list(work_ids))
        .order_by("work_id", "position", "pk")
        .values_list(
            "work_id",
            "tag_id",
            "name",
            "tag__kind",
            "tag__is_canonical",
            "tag__name",
            "tag__synonym_of_id",
            "tag__synonym_of__name",
        )
    )
    found: TagRows = {}
    for work_id, tag_id, typed, kind, is_canonical, name, target_id, target in rows:
        canonical = None
        if is_canonical:
            canonical = {"id": tag_id, "name": name}
        elif target_id is not None:
            canonical = {"id": target_id, "name": target}
        entry = {"id": tag_id, "name": typed, "canonical": canonical}
        found.setdefault(work_id, {}).setdefault(kind, []).append(entry)
    return found
