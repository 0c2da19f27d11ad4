"""The works that a change of a tag concerns, in ranges of their keys."""

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import islice

from django.db import transaction

from catalog.rawsql import run
from catalog.services.filtering import bump_versions, refresh_works
from catalog.services.graph_lock import lock_graph

_TAGS_AT_ONCE = 100

# The tags by which a work can come to be found under the given ones: they themselves, all below
# them, and the synonyms of all of these.
_REACHING = """
WITH below AS (
    SELECT id FROM catalog_tag WHERE id IN [[tags]]
    UNION
    SELECT tag_id FROM catalog_tagancestor WHERE ancestor_id IN [[tags]]
), reaching AS (
    SELECT id FROM below
    UNION
    SELECT synonym.id FROM catalog_tag AS synonym JOIN below ON synonym.synonym_of_id = below.id
)
"""
_UNION = """
SELECT work_id FROM catalog_workfiltertag WHERE tag_id IN [[tags]]
UNION
SELECT work_id FROM catalog_worktag WHERE tag_id IN (SELECT id FROM reaching)
"""
# The same for many acts at once, each with its own tags. CROSS JOIN lets SQLite begin with the few.
_WORKS_OF_EACH = """
WITH asked AS (
    SELECT pair.a AS act, pair.b AS tag_id FROM <<asked>> AS pair
), below AS (
    SELECT act, tag_id FROM asked
    UNION
    SELECT asked.act, link.tag_id FROM asked CROSS JOIN catalog_tagancestor AS link
    WHERE link.ancestor_id = asked.tag_id
), reaching AS (
    SELECT act, tag_id FROM below
    UNION
    SELECT below.act, synonym.id FROM below CROSS JOIN catalog_tag AS synonym
    WHERE synonym.synonym_of_id = below.tag_id
)
SELECT act, COUNT(*) FROM (
    SELECT asked.act, found.work_id FROM asked CROSS JOIN catalog_workfiltertag AS found
    WHERE found.tag_id = asked.tag_id
    UNION
    SELECT reaching.act, typed.work_id FROM reaching CROSS JOIN catalog_worktag AS typed
    WHERE typed.tag_id = reaching.tag_id
) AS works GROUP BY act
"""
_ORDERED = "ORDER BY work_id LIMIT %(limit)s"
_LOWEST_TYPED = """
SELECT DISTINCT work_id FROM catalog_worktag
WHERE tag_id IN [[tags]] AND work_id > %(after)s ORDER BY work_id LIMIT %(limit)s
"""
_LOWEST_FOUND = """
SELECT work_id FROM catalog_workfiltertag
WHERE tag_id = %(tag)s AND work_id > %(after)s ORDER BY work_id LIMIT %(limit)s
"""


def count_works_of(tag_ids: Iterable[int]) -> int:
    """How many works carry, or are found under, these tags, tags below them or their synonyms."""
    ids = sorted(set(tag_ids))
    return (
        int(run(_REACHING, "SELECT COUNT(*) FROM (", _UNION, ") AS works", tags=ids)[0][0])
        if ids
        else 0
    )


def count_works_of_each(acts: Sequence[Iterable[int]]) -> list[int]:
    """``count_works_of`` the tags of each act, by one statement for all."""
    if len(acts) == 1:
        # Twice as quick where the tag is on 100,000 works.
        return [count_works_of(acts[0])]
    asked = [(place, pk) for place, ids in enumerate(acts) for pk in sorted(set(ids))]
    found = dict(run(_WORKS_OF_EACH, asked=asked)) if asked else {}
    return [int(found.get(place, 0)) for place in range(len(acts))]


def works_of(tag_ids: Iterable[int], *, limit: int) -> list[int]:
    """The lowest ids of the works that ``count_works_of`` counts."""
    ids = sorted(set(tag_ids))
    if not ids:
        return []
    return [row[0] for row in run(_REACHING, _UNION, _ORDERED, tags=ids, limit=limit)]


def works_of_tag(tag_id: int, *, after_work_id: int, limit: int) -> list[int]:
    """The ``limit`` lowest work ids above ``after_work_id`` that a change of this tag concerns.

    Works that carry the tag, a tag below it or a synonym of these, and works whose filter rows
    name it. Each range costs the same, wherever in the table it lies.
    """
    reaching = [row[0] for row in run(_REACHING, "SELECT id FROM reaching", tags=[tag_id])]
    page = {"after": after_work_id, "limit": limit}
    sources = [
        run(_LOWEST_TYPED, tags=reaching[start : start + _TAGS_AT_ONCE], **page)
        for start in range(0, len(reaching), _TAGS_AT_ONCE)
    ]
    sources.append(run(_LOWEST_FOUND, tag=tag_id, **page))
    ordered = dict.fromkeys(row[0] for row in merge(*sources))
    return list(islice(ordered, limit))


@transaction.atomic
def refresh_works_of_tag(tag_id: int, after_work_id: int, limit: int) -> list[int]:
    """One step of catching up with a change of a tag: the next works brought up to date.

    For the indexer, which takes a tag event and calls this again and again, each time with the
    last id of the answer before (0 at first), until fewer than ``limit`` ids come back. The filter
    rows, flags and counts of these works are right afterwards, and works for which that changed
    anything have a new version. The answer lists all works of the range, in order: each needs a
    new document, because names may have changed where rows have not. Doing a step twice does no
    harm, so the caller keeps its progress wherever it likes. A tag that no longer exists has no
    works.
    """
    lock_graph()
    ids = works_of_tag(tag_id, after_work_id=after_work_id, limit=limit)
    bump_versions(refresh_works(ids))
    return ids
