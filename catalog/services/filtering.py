"""The tags under which works are found, computed by set-based statements for many works at once.

``WorkFilterTag`` holds for each work the canonical tags on it and the targets of its synonyms
(direct) and all their ancestors (inherited). Each row remembers whether it is counted in
``Tag.works_count``, so the counts stay exact whatever changed: tags, links, or who may see a work.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Kind, Work
from catalog.rawsql import run
from catalog.services.changes import mark_many
from catalog.services.graph_lock import share_graph

WORKS_AT_ONCE = 5_000

# What the filter rows of the works have to be, from the tags as typed and the closure.
_WANTED = """
WITH direct AS (
    SELECT DISTINCT typed.work_id, COALESCE(tag.synonym_of_id, tag.id) AS tag_id
    FROM catalog_worktag AS typed JOIN catalog_tag AS tag ON tag.id = typed.tag_id
    WHERE typed.work_id IN [[works]] AND (tag.is_canonical OR tag.synonym_of_id IS NOT NULL)
), wanted AS (
    SELECT work_id, tag_id, MAX(is_direct) = 1 AS is_direct
    FROM (
        SELECT work_id, tag_id, 1 AS is_direct FROM direct
        UNION ALL
        SELECT direct.work_id, link.ancestor_id, 0
        FROM direct JOIN catalog_tagancestor AS link ON link.tag_id = direct.tag_id
    ) AS reached
    GROUP BY work_id, tag_id
)
"""
_DELETE_ROWS = """
DELETE FROM catalog_workfiltertag
WHERE work_id IN [[works]]
    AND (work_id, tag_id) NOT IN (SELECT work_id, tag_id FROM wanted)
RETURNING work_id, tag_id, is_public
"""
_CORRECT_ROWS = """
UPDATE catalog_workfiltertag SET is_direct = NOT is_direct
WHERE work_id IN [[works]]
    AND (work_id, tag_id, is_direct) NOT IN (SELECT work_id, tag_id, is_direct FROM wanted)
RETURNING work_id
"""
_INSERT_ROWS = """
INSERT INTO catalog_workfiltertag (work_id, tag_id, is_direct, is_public)
SELECT work_id, tag_id, is_direct, work_id IN [[public]] FROM wanted
WHERE (work_id, tag_id) NOT IN (
    SELECT work_id, tag_id FROM catalog_workfiltertag WHERE work_id IN [[works]]
)
ON CONFLICT DO NOTHING
RETURNING work_id, tag_id, is_public
"""
_FLIP_PUBLIC = """
UPDATE catalog_workfiltertag SET is_public = NOT is_public
WHERE work_id IN [[works]] AND is_public <> (work_id IN [[public]])
RETURNING tag_id, is_public
"""
_LOCK_COUNTS = "SELECT id FROM catalog_tag WHERE id IN [[tags]] ORDER BY id FOR NO KEY UPDATE"
_ADD_TO_COUNTS = """
UPDATE catalog_tag SET works_count = works_count + delta.b
FROM <<deltas>> AS delta WHERE catalog_tag.id = delta.a
"""
_COUNT_AFRESH = """
UPDATE catalog_tag SET works_count = (
    SELECT COUNT(*) FROM catalog_workfiltertag AS link
    WHERE link.tag_id = catalog_tag.id AND link.is_public
)
WHERE id IN [[tags]] AND works_count <> (
    SELECT COUNT(*) FROM catalog_workfiltertag AS link
    WHERE link.tag_id = catalog_tag.id AND link.is_public
)
RETURNING id
"""
# CROSS JOIN keeps SQLite from going through all fandoms of the archive first.
_FLAG_TAGS = """
SELECT DISTINCT typed.work_id, tag.kind, COALESCE(tag.synonym_of_id, tag.id)
FROM catalog_worktag AS typed CROSS JOIN catalog_tag AS tag
WHERE tag.id = typed.tag_id AND typed.work_id IN [[works]]
    AND tag.kind IN ('fandom', 'relationship')
"""
_ANCESTORS = "SELECT tag_id, ancestor_id FROM catalog_tagancestor WHERE tag_id IN [[tags]]"
_SET_FLAGS = """
UPDATE catalog_work
SET is_crossover = (id IN [[crossovers]]), is_one_pairing = (id IN [[pairings]])
WHERE id IN [[works]] AND (
    is_crossover <> (id IN [[crossovers]]) OR is_one_pairing <> (id IN [[pairings]])
)
RETURNING id
"""
_BUMP = """
UPDATE catalog_work SET version = version + 1, modified_at = %(now)s WHERE id IN [[works]]
"""
_FREE_WORKS = "SELECT id FROM catalog_work WHERE id IN [[works]] ORDER BY id FOR UPDATE SKIP LOCKED"


@transaction.atomic
def refresh_works(work_ids: Iterable[int]) -> set[int]:
    """Bring filter tags, flags and counts in line with the works as they are now.

    Call it after anything that changed the tags of works, their links, or who may see the works:
    posting, hiding, restricting, deleting, restoring. Returns the works whose rows or flags
    changed. Versions are left alone; see ``bump_versions``. The number of statements is fixed for
    each 5,000 works.
    """
    ids = sorted(set(work_ids))
    changed: set[int] = set()
    for start in range(0, len(ids), WORKS_AT_ONCE):
        changed |= _refresh(ids[start : start + WORKS_AT_ONCE])
    return changed


@transaction.atomic
def refresh_counts(tag_ids: Iterable[int]) -> set[int]:
    """Count the works of these tags afresh. Returns the tags whose count was wrong."""
    ids = sorted(set(tag_ids))
    return {row[0] for row in run(_COUNT_AFRESH, tags=ids)} if ids else set()


@transaction.atomic
def bump_versions(work_ids: Iterable[int]) -> None:
    """Give works a new version, so that ETags and ``verify_index`` see that they changed.

    Whoever mirrors the catalogue is told of each: a work whose broader tags changed far above has
    a new version too, and only here is it known which works these are.

    A work that somebody is changing at this moment is left to them: they raise its version
    themselves, and waiting for them could end in a circle of waits.
    """
    ids = sorted(set(work_ids))
    if ids and connection.vendor == "postgresql":
        ids = [row[0] for row in run(_FREE_WORKS, works=ids)]
    if ids:
        run(_BUMP, works=ids, now=_moment())
        mark_many(ids)


def _refresh(ids: list[int]) -> set[int]:
    share_graph()
    # Who may see a work is decided in one place; its answer travels into the statements as a list.
    rows = Work.objects.public().filter(pk__in=ids)
    public = list(rows.order_by("pk").values_list("pk", flat=True))
    changed: set[int] = set()
    deltas: Counter[int] = Counter()
    for work_id, tag_id, was_counted in run(_WANTED, _DELETE_ROWS, works=ids):
        changed.add(work_id)
        deltas[tag_id] -= bool(was_counted)
    for tag_id, is_counted in run(_FLIP_PUBLIC, works=ids, public=public):
        deltas[tag_id] += 1 if is_counted else -1
    changed.update(row[0] for row in run(_WANTED, _CORRECT_ROWS, works=ids))
    for work_id, tag_id, is_counted in run(_WANTED, _INSERT_ROWS, works=ids, public=public):
        changed.add(work_id)
        deltas[tag_id] += bool(is_counted)
    _add_to_counts(deltas)
    return changed | _refresh_flags(ids)


def _add_to_counts(deltas: Counter[int]) -> None:
    pairs = sorted((tag_id, delta) for tag_id, delta in deltas.items() if delta)
    if not pairs:
        return
    if connection.vendor == "postgresql":
        # Two works with common tags, saved at once, must lock the tags in the same order.
        run(_LOCK_COUNTS, tags=[tag_id for tag_id, _ in pairs])
    run(_ADD_TO_COUNTS, deltas=pairs)


def _refresh_flags(ids: list[int]) -> set[int]:
    fandoms: dict[int, set[int]] = defaultdict(set)
    relationships: dict[int, set[int]] = defaultdict(set)
    for work_id, kind, tag_id in run(_FLAG_TAGS, works=ids):
        (fandoms if kind == Kind.FANDOM else relationships)[work_id].add(tag_id)
    mixed = {work_id: tags for work_id, tags in fandoms.items() if len(tags) > 1}
    closure: dict[int, set[int]] = defaultdict(set)
    if mixed:
        of_interest = sorted(set().union(*mixed.values()))
        for tag_id, ancestor_id in run(_ANCESTORS, tags=of_interest):
            closure[tag_id].add(ancestor_id)
    crossovers = [work_id for work_id, tags in mixed.items() if is_crossover(tags, closure)]
    pairings = [work_id for work_id, tags in relationships.items() if len(tags) == 1]
    rows = run(_SET_FLAGS, works=ids, crossovers=crossovers, pairings=pairings)
    return {row[0] for row in rows}


def is_crossover(fandoms: set[int], ancestors: dict[int, set[int]]) -> bool:
    """True unless one of the fandoms is related to all others: they share a closure element."""
    reach = {fandom: {fandom} | ancestors.get(fandom, set()) for fandom in fandoms}
    return len(fandoms) > 1 and not any(
        all(not mine.isdisjoint(other) for other in reach.values()) for mine in reach.values()
    )


def _moment() -> object:
    now = timezone.now()
    return connection.ops.adapt_datetimefield_value(now) if connection.vendor == "sqlite" else now
