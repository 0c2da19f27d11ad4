"""What stands around a tag on the desk: its parents, and tags on the same works; one statement."""

from dataclasses import dataclass, field

from catalog.models import Kind, Tag
from catalog.rawsql import run

_WORKS = 500
_BESIDE = 24

_AROUND = """
WITH mine AS (
    SELECT work_id FROM (
        SELECT typed.work_id FROM catalog_worktag AS typed
        WHERE typed.tag_id = %(tag)s AND EXISTS (
            SELECT 1 FROM catalog_workfiltertag AS any_link
            WHERE any_link.work_id = typed.work_id AND any_link.is_public
        )
        UNION
        SELECT link.work_id FROM catalog_workfiltertag AS link
        WHERE link.tag_id = %(tag)s AND link.is_public
    ) AS works
    ORDER BY work_id DESC LIMIT %(works)s
), beside AS (
    SELECT link.tag_id AS id, COUNT(*) AS times
    FROM mine JOIN catalog_workfiltertag AS link ON link.work_id = mine.work_id
    JOIN catalog_tag AS tag ON tag.id = link.tag_id
    WHERE link.is_direct AND link.tag_id <> %(tag)s
        AND tag.kind IN ('fandom', 'relationship', 'character', 'freeform')
    GROUP BY link.tag_id ORDER BY times DESC, link.tag_id LIMIT %(most)s
)
SELECT 'parent' AS what, tag.id, tag.kind, tag.name, tag.works_count, 0 AS times
FROM catalog_tagparent AS link JOIN catalog_tag AS tag ON tag.id = link.to_tag_id
WHERE link.from_tag_id = %(tag)s
UNION ALL
SELECT 'typed', 0, '', '', 0, (SELECT COUNT(*) FROM catalog_worktag WHERE tag_id = %(tag)s)
UNION ALL
SELECT 'beside', tag.id, tag.kind, tag.name, tag.works_count, beside.times
FROM beside JOIN catalog_tag AS tag ON tag.id = beside.id
ORDER BY times DESC, 4
"""


@dataclass
class Beside:
    """The parents of a tag, and by kind the tags on its public works with on how many of them.

    ``typed`` counts the works, of whatever state, on which its very words stand.
    """

    parents: list[Tag] = field(default_factory=list)
    by_kind: list[tuple[str, list[tuple[Tag, int]]]] = field(default_factory=list)
    typed: int = 0


def tags_beside(tag: Tag) -> Beside:
    """What a wrangler wants to see to know what a tag is about, from its 500 newest works."""
    found = Beside()
    kinds: dict[str, list[tuple[Tag, int]]] = {}
    for what, pk, kind, name, count, times in run(_AROUND, tag=tag.pk, works=_WORKS, most=_BESIDE):
        if what == "typed":
            found.typed = times
            continue
        other = Tag(pk=pk, kind=kind, name=name, works_count=count, is_canonical=True)
        if what == "parent":
            found.parents.append(other)
        else:
            kinds.setdefault(kind, []).append((other, times))
    found.by_kind = [(kind.label, kinds[kind]) for kind in Kind if kind in kinds]
    return found
