"""The tags of a page of works as the API tells them."""

from collections.abc import Iterable
from typing import Any

from catalog.blurbrows import TypedTag, typed_tags

TagRows = dict[int, dict[str, list[dict[str, Any]]]]


def tags_of(work_ids: Iterable[int]) -> TagRows:
    """By work and kind: id, name as typed, and the canonical tag or None, in the creator's order."""
    found: TagRows = {}
    for work_id, tags in typed_tags(work_ids).items():
        kinds = found[work_id] = {}
        for tag in tags:
            kinds.setdefault(tag.kind, []).append(_entry(tag))
    return found


def _entry(tag: TypedTag) -> dict[str, Any]:
    meant = tag.canonical
    canonical = {"id": meant[0], "name": meant[1]} if meant else None
    return {"id": tag.tag_id, "name": tag.name, "canonical": canonical}
