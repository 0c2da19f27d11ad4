"""The closure of the metatag links, kept exactly by two statements for any number of tags."""

from collections.abc import Iterable

from catalog.rawsql import run

_DOWN = """
WITH RECURSIVE down(id) AS (
    SELECT id FROM catalog_tag WHERE id IN [[tags]]
    UNION
    SELECT link.subtag_id FROM down JOIN catalog_metatagging AS link ON link.metatag_id = down.id
)
SELECT id FROM down
"""
_UP = """
WITH RECURSIVE up(tag_id, ancestor_id) AS (
    SELECT subtag_id, metatag_id FROM catalog_metatagging WHERE subtag_id IN [[tags]]
    UNION
    SELECT up.tag_id, link.metatag_id
    FROM up JOIN catalog_metatagging AS link ON link.subtag_id = up.ancestor_id
)
"""
_DELETE = """
DELETE FROM catalog_tagancestor
WHERE tag_id IN [[tags]] AND (tag_id, ancestor_id) NOT IN (SELECT tag_id, ancestor_id FROM up)
"""
_INSERT = """
INSERT INTO catalog_tagancestor (tag_id, ancestor_id)
SELECT tag_id, ancestor_id FROM up
WHERE (tag_id, ancestor_id) NOT IN (
    SELECT tag_id, ancestor_id FROM catalog_tagancestor WHERE tag_id IN [[tags]]
)
ON CONFLICT DO NOTHING
"""


def with_descendants(tag_ids: Iterable[int]) -> set[int]:
    """These tags and all below them, by the direct links."""
    ids = sorted(set(tag_ids))
    return {row[0] for row in run(_DOWN, tags=ids)} if ids else set()


def refresh_closure(tag_ids: Iterable[int]) -> None:
    """Compute the ancestors of these tags anew from the direct links.

    Whoever changes links above a tag refreshes all below it too, before and after the change.
    """
    ids = sorted(set(tag_ids))
    if ids:
        run(_UP, _DELETE, tags=ids)
        run(_UP, _INSERT, tags=ids)
