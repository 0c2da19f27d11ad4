"""The tags of a page of works as plain data, in one statement.

A page of twenty works carries some five hundred tags, each with its canonical tag; as model
instances they take most of the time of the whole answer.
"""

from collections.abc import Iterable
from typing import Any

from catalog.rawsql import run

_ROWS = """
SELECT typed.work_id, typed.tag_id, typed.name, tag.kind, tag.is_canonical, tag.name,
  tag.synonym_of_id, target.name
FROM catalog_worktag AS typed
JOIN catalog_tag AS tag ON tag.id = typed.tag_id
LEFT JOIN catalog_tag AS target ON target.id = tag.synonym_of_id
WHERE typed.work_id IN [[works]]
ORDER BY typed.work_id, typed.position, typed.id
"""
TagRows = dict[int, dict[str, list[dict[str, Any]]]]


def tags_of(work_ids: Iterable[int]) -> TagRows:
    """By work and kind: id, name as typed, and the canonical tag or None, in the creator's order."""
    rows = run(_ROWS, works=list(work_ids))
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
